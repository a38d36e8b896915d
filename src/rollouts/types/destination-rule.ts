/** DestinationRule: how Istio talks to a Service. Fields as in https://istio.io/latest/docs/reference/config/networking/destination-rule/ */
import type { LabelSelector, ObjectMeta } from './meta.ts';
import type { GoDuration } from './values.ts';

/** How requests reach a Service, and which subsets it has. */
export interface DestinationRule {
  apiVersion: 'networking.istio.io/v1' | 'networking.istio.io/v1beta1' | 'networking.istio.io/v1alpha3';
  kind: 'DestinationRule';
  metadata?: ObjectMeta;
  spec: DestinationRuleSpec;
  /** Written by Istio only. */
  status?: object;
}

/** What a {@link DestinationRule} says. */
export interface DestinationRuleSpec {
  /** The Service. */
  host: string;
  trafficPolicy?: TrafficPolicy;
  /** Of a canary and a stable subset the Rollout's controller writes the pod hash into the labels. */
  subsets?: Subset[];
  /** Namespaces that see it. @defaultValue ['*'] */
  exportTo?: string[];
  workloadSelector?: Pick<LabelSelector, 'matchLabels'>;
}

/** Some pods of a Service. */
export interface Subset {
  name: string;
  labels?: { [name: string]: string };
  trafficPolicy?: TrafficPolicy;
}

/** How requests are sent. */
export interface TrafficPolicy extends PortTrafficPolicy {
  portLevelSettings?: (PortTrafficPolicy & { port?: { number?: number } })[];
  tunnel?: { protocol?: string; targetHost: string; targetPort: number };
  proxyProtocol?: { version?: 'V1' | 'V2' };
}

/** How requests are sent to one port. */
export interface PortTrafficPolicy {
  loadBalancer?: LoadBalancer;
  /** How much at once: the bulkhead. */
  connectionPool?: ConnectionPool;
  /** When a pod gets no more requests: the circuit breaker. */
  outlierDetection?: OutlierDetection;
  tls?: ClientTls;
}

/** Which pod gets the next request. */
export interface LoadBalancer {
  simple?: 'UNSPECIFIED' | 'RANDOM' | 'PASSTHROUGH' | 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'LEAST_CONN';
  consistentHash?: object;
  localityLbSetting?: object;
  warmupDurationSecs?: GoDuration;
  warmup?: { duration: GoDuration; minimumPercent?: number; aggression?: number };
}

/** How much at once. What is above it fails with 503. */
export interface ConnectionPool {
  tcp?: {
    maxConnections?: number;
    connectTimeout?: GoDuration;
    tcpKeepalive?: { probes?: number; time?: GoDuration; interval?: GoDuration };
    maxConnectionDuration?: GoDuration;
    idleTimeout?: GoDuration;
  };
  http?: {
    h2UpgradePolicy?: 'DEFAULT' | 'DO_NOT_UPGRADE' | 'UPGRADE';
    /** Requests that wait for a connection. */
    http1MaxPendingRequests?: number;
    /** Requests at once, of HTTP/1.1 too. */
    http2MaxRequests?: number;
    maxRequestsPerConnection?: number;
    /** Retries at once, of all requests. */
    maxRetries?: number;
    idleTimeout?: GoDuration;
    useClientProtocol?: boolean;
    maxConcurrentStreams?: number;
  };
}

/** When a pod gets no more requests, and for how long. */
export interface OutlierDetection {
  consecutiveErrors?: number;
  consecutive5xxErrors?: number;
  consecutiveGatewayErrors?: number;
  consecutiveLocalOriginFailures?: number;
  splitExternalLocalOriginErrors?: boolean;
  interval?: GoDuration;
  /** Times the number of ejections so far. */
  baseEjectionTime?: GoDuration;
  /** @defaultValue 10 */
  maxEjectionPercent?: number;
  /** Below it nothing is ejected. @defaultValue 0 */
  minHealthPercent?: number;
}

/** TLS towards the Service. */
export interface ClientTls {
  mode?: 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';
  clientCertificate?: string;
  privateKey?: string;
  caCertificates?: string;
  credentialName?: string;
  subjectAltNames?: string[];
  sni?: string;
  insecureSkipVerify?: boolean;
  caCrl?: string;
}
