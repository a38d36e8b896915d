/** Flagger's objects: Canary, MetricTemplate and AlertProvider. Fields as in Flagger: pkg/apis/flagger/v1beta1. */
import type { TrafficPolicy } from './destination-rule.ts';
import type { LabelsAndAnnotations, ObjectMeta } from './meta.ts';
import type { HeaderOperations, HttpMatch, HttpRetry } from './virtual-service.ts';

/** Makes a canary of every change of a Deployment. */
export interface FlaggerCanary {
  apiVersion: 'flagger.app/v1beta1';
  kind: 'Canary';
  metadata?: ObjectMeta;
  spec: FlaggerCanarySpec;
  /** Written by Flagger only. */
  status?: object;
}

/** What routes the traffic; with `:v1` or `:v1beta1` for the release of its API. */
export type FlaggerMesh =
  | 'apisix'
  | 'appmesh'
  | 'contour'
  | 'gatewayapi'
  | 'gloo'
  | 'istio'
  | 'knative'
  | 'kubernetes'
  | 'kuma'
  | 'linkerd'
  | 'nginx'
  | 'osm'
  | 'skipper'
  | 'smi'
  | 'traefik'
  | `${string}:${string}`;

/** What a {@link FlaggerCanary} says. */
export interface FlaggerCanarySpec {
  /** @defaultValue the controller's */
  provider?: FlaggerMesh;
  /** Prometheus of the built-in metrics. @defaultValue the controller's */
  metricsServer?: string;
  targetRef: FlaggerTargetRef;
  autoscalerRef?: FlaggerAutoscalerRef;
  ingressRef?: FlaggerRef;
  routeRef?: FlaggerRef;
  upstreamRef?: FlaggerRef & { namespace?: string };
  service: FlaggerService;
  analysis: FlaggerAnalysis;
  /** Not ready for so long: rolled back. @defaultValue 600 */
  progressDeadlineSeconds?: number;
  /** True: promoted at once, past metrics and webhooks. @defaultValue false */
  skipAnalysis?: boolean;
  /** True: the original comes back when the Canary is deleted. @defaultValue false */
  revertOnDeletion?: boolean;
  /** True: nothing is done. @defaultValue false */
  suspend?: boolean;
}

/** An object of the same namespace. */
export interface FlaggerRef {
  apiVersion: string;
  kind: string;
  name: string;
}

/** What is deployed. */
export interface FlaggerTargetRef extends FlaggerRef {
  kind: 'Deployment' | 'DaemonSet' | 'Service';
}

/** What scales it. Flagger makes another one for the primary. */
export interface FlaggerAutoscalerRef extends FlaggerRef {
  kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  primaryScalerQueries?: { [name: string]: string };
  primaryScalerReplicas?: { minReplicas?: number; maxReplicas?: number };
}

/** The Services that Flagger makes, and its routes. */
export interface FlaggerService {
  /** @defaultValue that of the target */
  name?: string;
  port: number;
  /** @defaultValue 'http' */
  portName?: string;
  /** @defaultValue `port` */
  targetPort?: number | string;
  appProtocol?: string;
  trafficDistribution?: string;
  /** True: all ports of the containers. @defaultValue false */
  portDiscovery?: boolean;
  headless?: boolean;
  timeout?: string;
  backendTimeout?: string;
  gateways?: string[];
  gatewayRefs?: object[];
  hosts?: string[];
  delegation?: boolean;
  trafficPolicy?: TrafficPolicy;
  match?: HttpMatch[];
  rewrite?: { uri?: string; authority?: string; type?: string };
  retries?: HttpRetry;
  headers?: HeaderOperations;
  mirror?: object[];
  corsPolicy?: object;
  meshName?: string;
  backends?: string[];
  apex?: LabelsAndAnnotations;
  primary?: LabelsAndAnnotations;
  canary?: LabelsAndAnnotations;
  unmanagedMetadata?: { labels?: string[]; annotations?: string[] };
}

/** How a canary is judged, and how it goes on: by weights, or by a number of rounds. */
export type FlaggerAnalysis = FlaggerStepWeight | FlaggerStepWeights | FlaggerIterations;

interface FlaggerAnalysisCommon {
  /** Time between two rounds: whole minutes or seconds, at least 10 s. */
  interval: string;
  /** So many failed checks in all roll back: they are never forgotten, and a metric that cannot be read is one. */
  threshold: number;
  /** Percent of the primary's pods that must be ready. @defaultValue 100 */
  primaryReadyThreshold?: number;
  /** Percent of the canary's. @defaultValue 100 */
  canaryReadyThreshold?: number;
  metrics?: FlaggerMetric[];
  webhooks?: FlaggerWebhook[];
  alerts?: FlaggerAlert[];
  sessionAffinity?: FlaggerSessionAffinity;
}

/** Each round adds the same weight. */
export interface FlaggerStepWeight extends FlaggerAnalysisCommon {
  stepWeight: number;
  /** The last weight before promotion. */
  maxWeight: number;
  /** For the way back to the new primary. @defaultValue all at once */
  stepWeightPromotion?: number;
  stepWeights?: never;
  iterations?: never;
  match?: never;
}

/** Each round has its weight. */
export interface FlaggerStepWeights extends FlaggerAnalysisCommon {
  stepWeights: number[];
  /** @defaultValue all at once */
  stepWeightPromotion?: number;
  stepWeight?: never;
  maxWeight?: never;
  iterations?: never;
  match?: never;
}

/** A number of rounds: blue-green, or with `match` an A/B test. */
export interface FlaggerIterations extends FlaggerAnalysisCommon {
  iterations: number;
  /** Which requests go to the canary. */
  match?: HttpMatch[];
  /** True: the canary gets copies of requests. @defaultValue false */
  mirror?: boolean;
  /** Percent of them. */
  mirrorWeight?: number;
  stepWeight?: never;
  stepWeights?: never;
  maxWeight?: never;
}

/** One number against a fixed range. Metrics by name alone are `request-success-rate` (percent) and `request-duration` (ms). */
export interface FlaggerMetric {
  name: string;
  /** How far back: whole minutes or seconds. @defaultValue '1m' */
  interval?: string;
  thresholdRange: { min?: number; max?: number };
  /** A {@link MetricTemplate}. */
  templateRef?: { name: string; namespace?: string };
  templateVariables?: { [name: string]: string };
}

/** When a webhook is called. What its answer does differs: see Flagger's page on webhooks. */
export type FlaggerHook =
  | 'confirm-rollout'
  | 'pre-rollout'
  | 'rollout'
  | 'confirm-traffic-increase'
  | 'confirm-promotion'
  | 'post-rollout'
  | 'rollback'
  | 'event';

/** A call. Statuses above 202 are refusals, 204 too. */
export interface FlaggerWebhook {
  name: string;
  type: FlaggerHook;
  url: string;
  /** Whole minutes or seconds. @defaultValue '10s' */
  timeout?: string;
  retries?: number;
  metadata?: { [name: string]: string };
  muteAlert?: boolean;
  disableTLS?: boolean;
}

/** Who is told. */
export interface FlaggerAlert {
  name: string;
  /** @defaultValue 'info' */
  severity?: 'info' | 'warn' | 'error';
  /** An {@link AlertProvider}. */
  providerRef: { name: string; namespace?: string };
}

/** A user who once met the canary keeps it. */
export interface FlaggerSessionAffinity {
  cookieName: string;
  primaryCookieName?: string;
  domain?: string;
  path?: string;
  /** Seconds. @defaultValue 86400 */
  maxAge?: number;
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: 'Strict' | 'Lax' | 'None';
  partitioned?: boolean;
}

/** A query that gives one number. */
export interface MetricTemplate {
  apiVersion: 'flagger.app/v1beta1';
  kind: 'MetricTemplate';
  metadata?: ObjectMeta;
  spec: MetricTemplateSpec;
  /** Written by Flagger only. */
  status?: object;
}

/** What a {@link MetricTemplate} says. */
export interface MetricTemplateSpec {
  provider: FlaggerMetricProvider;
  /** With `{{ target }}`, `{{ namespace }}`, `{{ service }}`, `{{ interval }}`, `{{ variables.x }}` and the like. */
  query: string;
}

/** Whom it asks. */
export interface FlaggerMetricProvider {
  /** Another word is taken for `prometheus`. */
  type: FlaggerMetricType;
  address?: string;
  headers?: { [name: string]: string[] };
  secretRef?: { name: string };
  /** Of CloudWatch. */
  region?: string;
  /** True: the server's certificate is not checked. @defaultValue false */
  insecureSkipVerify?: boolean;
}

/** A source of numbers. */
export type FlaggerMetricType =
  | 'prometheus'
  | 'datadog'
  | 'cloudwatch'
  | 'newrelic'
  | 'graphite'
  | 'stackdriver'
  | 'influxdb'
  | 'dynatrace'
  | 'keptn'
  | 'splunk'
  | 'externalmetrics';

/** Where alerts go. */
export interface AlertProvider {
  apiVersion: 'flagger.app/v1beta1';
  kind: 'AlertProvider';
  metadata?: ObjectMeta;
  spec: AlertProviderSpec;
  /** Written by Flagger only. */
  status?: object;
}

/** What an {@link AlertProvider} says: its address is here or in a Secret. */
export type AlertProviderSpec = AlertProviderCommon &
  ({ address: string; secretRef?: never } | { secretRef: { name: string }; address?: never });

interface AlertProviderCommon {
  type: 'slack' | 'msteams' | 'discord' | 'rocket' | 'gchat';
  channel?: string;
  username?: string;
  proxy?: string;
}
