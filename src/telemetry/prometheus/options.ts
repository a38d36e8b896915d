/** What a program may say about the Prometheus endpoint. */
import { type Check, type Checks, listOf, optionsOf, port, refuse, text } from '../options/checks.ts';
import { isPerInstance, MAX_CONSTANT_LABELS } from './constant-labels.ts';

/** Where Prometheus scrapes the metrics of this process, and what every series says of it. */
export interface PrometheusOptions {
  /**
   * Address to listen on. OTEL_EXPORTER_PROMETHEUS_HOST wins over it.
   *
   * @defaultValue all addresses in a pod of Kubernetes, where Prometheus comes from outside; else `localhost`
   */
  readonly host?: string;
  /**
   * Port to listen on. OTEL_EXPORTER_PROMETHEUS_PORT wins over it. The workers of a cluster share it, so that a scrape meets any
   * one of them. @defaultValue 9464
   */
  readonly port?: number;
  /** Path of the metrics. @defaultValue `/metrics` */
  readonly endpoint?: string;
  /**
   * Resource attributes that every series carries as a label. All are on `target_info` anyway. Names of single instances,
   * such as `service.instance.id`, are refused: Prometheus knows the instance, and each would start all series anew. So
   * does `deployment.id` at each deployment; name it if you can afford that.
   *
   * @defaultValue ROLLOUTGUARD_PROMETHEUS_LABELS, else `service.version`, `deployment.environment.name` and the cohort
   */
  readonly constantLabels?: readonly string[];
}

/** Options of the Prometheus endpoint. */
export interface PrometheusEndpointOptions {
  /**
   * Opens an endpoint for Prometheus to scrape, as `prometheus` in OTEL_METRICS_EXPORTER does.
   *
   * @defaultValue none
   */
  readonly prometheus?: PrometheusOptions;
}

const urlPath: Check = (value, path) => {
  if (typeof value !== 'string' || !/^\/[^\s?#]*$/.test(value)) {
    refuse('must be a path that begins with /, without ? and #', { path, value });
  }
};

const label: Check = (value, path) => {
  text(value, path);
  if (isPerInstance(value as string)) {
    const mend = 'Leave it out: Prometheus has the label instance, and target_info has all attributes.';
    refuse('names a single instance, which would start all series anew', { path, value, mend });
  }
};

const labels: Check = (value, path) => {
  listOf(label)(value, path);
  const { length } = value as unknown[];
  if (length > MAX_CONSTANT_LABELS) refuse(`must have at most ${MAX_CONSTANT_LABELS} names`, { path, value: length });
};

const ENDPOINT_CHECKS: Checks<PrometheusOptions> = { host: text, port, endpoint: urlPath, constantLabels: labels };

/** One check for each option. */
export const PROMETHEUS_CHECKS: Checks<PrometheusEndpointOptions> = { prometheus: optionsOf(ENDPOINT_CHECKS) };
