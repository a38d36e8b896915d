/** Istio's objects beside a rollout: who gets how much, how long a request may take, and what happens when a pod is ill. */
import type { OptionCheck } from '../../options.ts';
import { durationOf } from '../go-duration.ts';
import type { ConnectionPool, DestinationRule, OutlierDetection, TrafficPolicy } from '../types/destination-rule.ts';
import type { ObjectMeta } from '../types/meta.ts';
import type { GoDuration } from '../types/values.ts';
import type { HttpRetry, HttpRoute, VirtualService } from '../types/virtual-service.ts';
import { AMOUNT, checkOf, PERCENT, PORT } from './options.ts';
import { type ServiceName, serviceName } from './services.ts';

const API = 'networking.istio.io/v1';
const COUNT = { ...AMOUNT, min: 1 };
const SUBSETS = { stable: 'stable', canary: 'canary' };

/** Options of {@link virtualService}. */
export interface VirtualServiceOptions {
  namespace?: string;
  /** Of the requests. @defaultValue the name */
  hosts?: string[];
  /** @defaultValue the traffic between pods */
  gateways?: string[];
  /** Two Services; or one host with subsets called `canary` and `stable`, as `destinationRule` makes them. */
  to: { stable: ServiceName; canary: ServiceName } | { host: string };
  /** Port of the Services. @defaultValue their only one */
  port?: number;
  /** Name of the route, for `routes` of the router. @defaultValue 'primary' */
  route?: string;
  /** For a whole request, retries included. @defaultValue none */
  timeout?: GoDuration;
  /** `safeRetries()`, your own, or `'off'`. @defaultValue Istio's: 2, also of some requests that a pod has seen */
  retries?: HttpRetry | 'off';
}

/**
 * A VirtualService whose one route has both versions; the controller writes the weights.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a name is missing, a timeout is no duration or an option does not exist.
 */
export function virtualService(name: string, options: VirtualServiceOptions): VirtualService {
  const known = 'namespace hosts gateways to port route timeout retries';
  const check = checkOf('virtualService', options, known);
  const { namespace, hosts = [name], gateways, to, port, route = 'primary', timeout, retries } = options;
  check.knownKeys('options.to', to, ['stable', 'canary', 'host']);
  const own = port !== undefined && {
    port: { number: check.number('options.port', port, 0, PORT) },
  };
  const destination = (version: 'stable' | 'canary'): NonNullable<HttpRoute['route']>[number] => ({
    destination:
      'host' in to
        ? { host: check.text('options.to.host', to.host), subset: SUBSETS[version], ...own }
        : { host: serviceName(check, `options.to.${version}`, to[version]), ...own },
    weight: version === 'stable' ? 100 : 0,
  });
  const http: HttpRoute = {
    name: check.text('options.route', route),
    route: [destination('stable'), destination('canary')],
  };
  if (timeout !== undefined) http.timeout = durationOf(check, 'options.timeout', timeout);
  if (retries !== undefined) http.retries = retries === 'off' ? { attempts: 0 } : retries;
  return {
    apiVersion: API,
    kind: 'VirtualService',
    metadata: metadataOf(check, name, namespace),
    spec: { hosts, ...(gateways && { gateways }), http: [http] },
  };
}

/**
 * Retries of requests that no pod has seen: they cannot do anything twice. A retry that succeeds hides the canary's failure
 * from its users and from metrics of clients, so judge a canary by what its own pods count.
 *
 * @throws RolloutGuardError `INVALID_OPTION` at values out of bounds.
 */
export function safeRetries(options: { attempts?: number; perTryTimeout?: GoDuration } = {}): HttpRetry {
  const check = checkOf('safeRetries', options, 'attempts perTryTimeout');
  const { perTryTimeout } = options;
  return {
    attempts: check.number('options.attempts', options.attempts, 2, { ...COUNT, max: 10 }),
    retryOn: 'connect-failure,refused-stream',
    ...(perTryTimeout !== undefined && { perTryTimeout: durationOf(check, 'options.perTryTimeout', perTryTimeout) }),
  };
}

/** Options of {@link destinationRule}. */
export interface DestinationRuleOptions {
  namespace?: string;
  /** The Service. @defaultValue the name */
  host?: string;
  /** Labels of the pods of both subsets, to which the controller adds the hash; `false`: no subsets. @defaultValue false */
  subsets?: { [label: string]: string } | false;
  /** `circuitBreaker()` */
  outlierDetection?: OutlierDetection;
  /** `bulkhead()` */
  connectionPool?: ConnectionPool;
  /** What else is in the traffic policy. */
  trafficPolicy?: TrafficPolicy;
}

/**
 * A DestinationRule: limits for each pod's clients, and subsets called `canary` and `stable` if wanted.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a name is missing or an option does not exist.
 */
export function destinationRule(name: string, options: DestinationRuleOptions = {}): DestinationRule {
  const known = 'namespace host subsets outlierDetection connectionPool trafficPolicy';
  const check = checkOf('destinationRule', options, known);
  const { namespace, host = name, subsets, outlierDetection, connectionPool, trafficPolicy } = options;
  const policy = {
    ...trafficPolicy,
    ...(connectionPool && { connectionPool }),
    ...(outlierDetection && { outlierDetection }),
  };
  return {
    apiVersion: API,
    kind: 'DestinationRule',
    metadata: metadataOf(check, name, namespace),
    spec: {
      host: check.text('options.host', host),
      ...(Object.keys(policy).length > 0 && { trafficPolicy: policy }),
      ...(subsets && { subsets: Object.values(SUBSETS).map((subset) => ({ name: subset, labels: { ...subsets } })) }),
    },
  };
}

/** Options of {@link circuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Answers of 5xx in a row that count as ill. @defaultValue 5 */
  errors?: number;
  /** How often pods are looked at. @defaultValue '10s' */
  interval?: GoDuration;
  /** How long an ill pod gets nothing, times the number of its ejections. @defaultValue '30s' */
  restFor?: GoDuration;
  /** Never more than this share of the pods at once, so that the rest is not overrun. @defaultValue 50 */
  mostPercent?: number;
}

/**
 * The circuit breaker: a pod that only fails gets no requests for a while. It also thins out a canary's errors, so judge a
 * canary early and by rates, not by counts.
 *
 * @throws RolloutGuardError `INVALID_OPTION` at values out of bounds, and at options that do not exist.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): OutlierDetection {
  const check = checkOf('circuitBreaker', options, 'errors interval restFor mostPercent');
  return {
    consecutive5xxErrors: check.number('options.errors', options.errors, 5, COUNT),
    interval: durationOf(check, 'options.interval', options.interval ?? '10s'),
    baseEjectionTime: durationOf(check, 'options.restFor', options.restFor ?? '30s'),
    maxEjectionPercent: check.number('options.mostPercent', options.mostPercent, 50, PERCENT),
  };
}

/** Options of {@link bulkhead}. */
export interface BulkheadOptions {
  /** Connections at once. @defaultValue 100 */
  connections?: number;
  /** Requests that wait for a connection. @defaultValue 100 */
  pending?: number;
  /** Requests at once. @defaultValue 1000 */
  requests?: number;
  /** Time to connect. @defaultValue '1s' */
  connectTimeout?: GoDuration;
}

/**
 * The bulkhead: what is too much for one service fails at once, with 503, and does not drag its callers along. The limits
 * are those of each client's proxy, not of all together.
 *
 * @throws RolloutGuardError `INVALID_OPTION` at values out of bounds, and at options that do not exist.
 */
export function bulkhead(options: BulkheadOptions = {}): ConnectionPool {
  const check = checkOf('bulkhead', options, 'connections pending requests connectTimeout');
  return {
    tcp: {
      maxConnections: check.number('options.connections', options.connections, 100, COUNT),
      connectTimeout: durationOf(check, 'options.connectTimeout', options.connectTimeout ?? '1s'),
    },
    http: {
      http1MaxPendingRequests: check.number('options.pending', options.pending, 100, COUNT),
      http2MaxRequests: check.number('options.requests', options.requests, 1000, COUNT),
    },
  };
}

function metadataOf(check: OptionCheck, name: string, namespace: string | undefined): ObjectMeta {
  return { name: check.text('name', name), ...(namespace !== undefined && { namespace }) };
}
