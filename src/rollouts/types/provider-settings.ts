/** Settings of the providers that have many. */
import type { ArgReference, MetricDuration } from './values.ts';

/** Asks a Prometheus, or what speaks its language. */
export interface PrometheusMetric {
  /** URL. @defaultValue what the controller's environment has */
  address?: string;
  /** PromQL. */
  query?: string;
  authentication?: PrometheusAuthentication;
  /** Seconds. @defaultValue 30 */
  timeout?: number;
  /** True: the server's certificate is not checked. @defaultValue false */
  insecure?: boolean;
  headers?: RequestHeader[];
  /** Asks for a time range in place of a moment: `result` is then all samples of all series in one list. */
  rangeQuery?: PrometheusRange;
}

/** A time range and how fine. All are needed, though the schema does not say so: what is missing is read as ''. */
export interface PrometheusRange {
  /** Expression that gives a time: `now() - duration("10m")`. */
  start: string;
  /** Expression that gives a time: `now()`. */
  end: string;
  step: MetricDuration;
}

/** How to authenticate at Prometheus. */
export interface PrometheusAuthentication {
  /** Amazon Managed Prometheus. */
  sigv4?: {
    region?: string;
    profile?: string;
    roleArn?: string;
  };
  oauth2?: OAuth2;
  /** Not in releases up to 1.9. */
  basicAuth?: {
    username?: string;
    password?: string;
  };
}

/** Client credentials. With `tokenUrl` the other two are needed. */
export interface OAuth2 {
  tokenUrl?: string;
  clientId?: string;
  clientSecret?: string;
  scopes?: string[];
}

/** A header of a request. */
export interface RequestHeader {
  key: string;
  value: string;
}

/** One HTTP request for each measurement. */
export type WebMetric = WebWithoutBody | WebWithBody | WebWithJsonBody;

interface WebCommon {
  url: string;
  headers?: RequestHeader[];
  /** Seconds. @defaultValue 10 */
  timeoutSeconds?: number;
  /** Kubernetes' dialect: `{$.data.rate}`. @defaultValue '{$}' */
  jsonPath?: string;
  /** True: the server's certificate is not checked. @defaultValue false */
  insecure?: boolean;
  authentication?: { oauth2?: OAuth2 };
}

/** A request without a body. */
export interface WebWithoutBody extends WebCommon {
  /** @defaultValue 'GET' */
  method?: 'GET' | 'POST' | 'PUT' | ArgReference;
  body?: never;
  jsonBody?: never;
}

/** A request with a text. */
export interface WebWithBody extends WebCommon {
  /** Needed: a GET may have no body. */
  method: 'POST' | 'PUT' | ArgReference;
  body: string;
  jsonBody?: never;
}

/** A request with JSON, and its content type. */
export interface WebWithJsonBody extends WebCommon {
  /** Needed: a GET may have no body. */
  method: 'POST' | 'PUT' | ArgReference;
  jsonBody: object;
  body?: never;
}

/** Asks Datadog: exactly one of `query` and `queries`. */
export type DatadogMetric = DatadogOneQuery | DatadogManyQueries;

interface DatadogCommon {
  /** How far back. @defaultValue '5m' */
  interval?: MetricDuration;
  /** Secret with the keys. @defaultValue the Secret `datadog` beside the controller, or its environment */
  secretRef?: {
    name?: string;
    /** True: in the run's namespace. @defaultValue false */
    namespaced?: boolean;
  };
  /** @defaultValue '10s' */
  requestTimeout?: MetricDuration;
}

/** How a series becomes one number. */
export type DatadogAggregator = 'avg' | 'min' | 'max' | 'sum' | 'last' | 'percentile' | 'mean' | 'l2norm' | 'area';

/** One query. */
export interface DatadogOneQuery extends DatadogCommon {
  query: string;
  queries?: never;
  formula?: never;
  /** @defaultValue 'v1' */
  apiVersion?: 'v1' | 'v2';
  /** Only with `v2`. @defaultValue 'last' */
  aggregator?: DatadogAggregator;
}

/** Several queries by name, and how they make one number. */
export interface DatadogManyQueries extends DatadogCommon {
  apiVersion: 'v2';
  queries: { [name: string]: string };
  /** Needed with more than one query. */
  formula?: string;
  query?: never;
  /** @defaultValue 'last' */
  aggregator?: DatadogAggregator;
}

/** Asks Kayenta for a score of 0 to 100. */
export interface KayentaMetric {
  address: string;
  application: string;
  canaryConfigName: string;
  metricsAccountName: string;
  configurationAccountName: string;
  storageAccountName: string;
  /** From `pass` on Successful, from `marginal` on Inconclusive, below it Failed. */
  threshold: {
    pass: number;
    marginal: number;
  };
  scopes: KayentaScope[];
  /** True: each measurement starts at the same moment, so that the time it looks at grows. @defaultValue false */
  lookback?: boolean;
}

/** What is compared. Either all four ends are given, or none. */
export interface KayentaScope {
  name: string;
  controlScope: KayentaScopeDetail;
  experimentScope: KayentaScopeDetail;
}

/** One side of a comparison. */
export interface KayentaScopeDetail {
  scope: string;
  region: string;
  /** Seconds. */
  step: number;
  /** RFC 3339. */
  start?: string;
  /** RFC 3339. */
  end?: string;
}
