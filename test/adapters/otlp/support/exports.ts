/** Short ways to write down exports, stores and queries in tests. */
import {
  type Attributes,
  type AttributeValue,
  createIntervalStore,
  type IntervalStore,
  type IntervalStoreOptions,
  type Metric,
  type MetricsPayload,
} from '../../../../src/adapters/otlp/index.ts';
import type { TelemetryQuery } from '../../../../src/ports/metrics-client.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../../../src/ports/telemetry.ts';

/** The time at which tests begin: an edge of every interval used. */
export const T0: number = Date.UTC(2026, 0, 1);

/** Seconds after {@link T0}, as Unix milliseconds. */
export function at(seconds: number): number {
  return T0 + seconds * 1000;
}

/** Who sends. */
export interface Sender {
  service?: string;
  pod?: string | undefined;
  cohort?: string | undefined;
  deploymentId?: string | undefined;
  /** More resource attributes. */
  extra?: Record<string, AttributeValue>;
}

/** One point of requests; times in seconds after {@link T0}. */
export interface Requests {
  from?: number;
  to: number;
  count: number;
  status?: number;
  route?: string;
  /** Counts per bucket; without them all requests are in one bucket of two. */
  buckets?: number[];
  bounds?: number[];
  attributes?: Record<string, AttributeValue>;
}

export function attributes(values: Record<string, AttributeValue | undefined>): Attributes {
  return new Map(Object.entries(values).filter((entry): entry is [string, AttributeValue] => entry[1] !== undefined));
}

/** An export of some metrics by one sender. */
export function exportOf(sender: Sender, ...metrics: Metric[]): MetricsPayload {
  const { service = 'api', pod, cohort, deploymentId, extra } = { pod: 'p1', cohort: 'stable', ...sender };
  const resource = attributes({
    'service.name': service,
    'service.instance.id': pod,
    'rolloutguard.cohort': cohort,
    'deployment.id': deploymentId,
    ...extra,
  });
  return {
    resources: [{ attributes: resource, scopes: [{ name: 'http', version: '1', attributes: new Map(), metrics }] }],
  };
}

/** `http.server.request.duration` in explicit buckets. */
export function answered(points: Requests[], temporality: 'delta' | 'cumulative' = 'delta', unit = 's'): Metric {
  return {
    name: 'http.server.request.duration',
    unit,
    type: 'histogram',
    temporality,
    points: points.map(({ from, to, count, status = 200, route, buckets, bounds = [0.1], attributes: more }) => ({
      attributes: attributes({ 'http.response.status_code': status, 'http.route': route, ...more }),
      startMs: from === undefined ? 0 : at(from),
      timeMs: at(to),
      empty: false,
      count,
      upperBounds: bounds,
      bucketCounts: buckets ?? [count, ...bounds.map(() => 0)],
    })),
  };
}

/** `rolloutguard.unanswered`, about a target. */
export function unanswered(
  target: Sender,
  points: { from?: number; to: number; count: number }[],
  temporality: 'delta' | 'cumulative' = 'delta',
): Metric {
  const { service = 'api', pod, cohort, deploymentId } = { pod: 'p1', cohort: 'stable', ...target };
  return {
    name: 'rolloutguard.unanswered',
    unit: '{request}',
    type: 'sum',
    temporality,
    monotonic: true,
    points: points.map(({ from, to, count }) => ({
      attributes: attributes({
        'rolloutguard.target.service': service,
        'rolloutguard.target.cohort': cohort,
        'rolloutguard.target.pod': pod,
        'rolloutguard.target.deployment.id': deploymentId,
      }),
      startMs: from === undefined ? 0 : at(from),
      timeMs: at(to),
      empty: false,
      value: count,
    })),
  };
}

/** A store that has been watching since {@link T0}, and short ways to use it. Times in seconds after {@link T0}. */
export class TestStore {
  readonly store: IntervalStore;

  constructor(options: IntervalStoreOptions = {}, watchingSince = 0) {
    this.store = createIntervalStore(options, at(watchingSince));
  }

  /** Takes an export that arrives at `seconds`. */
  take(seconds: number, payload: MetricsPayload): ReturnType<IntervalStore['ingest']> {
    return this.store.ingest(payload, at(seconds));
  }

  ask(seconds: number, query: Partial<TelemetryQuery> = {}): DeploymentTelemetry {
    const all: TelemetryQuery = {
      service: 'api',
      deploymentId: 'd1',
      fromMs: at(-1e6),
      toMs: at(1e6),
      intervalMs: 10_000,
    };
    return this.store.telemetry({ ...all, ...query }, at(seconds));
  }

  /** Intervals as short text: `canary p1 10-20 5/1` is 5 requests and 1 error from second 10 to 20. */
  intervals(seconds: number, query: Partial<TelemetryQuery> = {}): string[] {
    return this.ask(seconds, query).intervals.map(asText);
  }

  /** Codes and messages of the problems. */
  problems(seconds: number, query: Partial<TelemetryQuery> = {}): string[] {
    return (this.ask(seconds, query).problems ?? []).map(({ code, message }) => `${code}: ${message}`);
  }
}

export function asText({ startMs, endMs, cohort, pod, requests, errors, unanswered: lost }: TelemetryInterval): string {
  const span = `${(startMs - T0) / 1000}-${(endMs - T0) / 1000}`;
  return `${cohort} ${pod ?? '?'} ${span} ${requests}/${errors}${lost === undefined ? '' : ` (${lost} unanswered)`}`;
}

/** Requests and errors over all intervals. */
export function totals({ intervals }: DeploymentTelemetry): { requests: number; errors: number } {
  return intervals.reduce(
    (sum, { requests, errors }) => ({ requests: sum.requests + requests, errors: sum.errors + errors }),
    { requests: 0, errors: 0 },
  );
}
