/** Where a metric comes from: one function for each of the twelve providers. */

import type {
  CloudWatchResult,
  DatadogResult,
  NewRelicResult,
  PrometheusResult,
  WavefrontResult,
} from '../conditions/results.ts';
import { resultOf } from '../conditions/results.ts';
import type { JsonValue, NumberList } from '../conditions/values.ts';
import type { CloudWatchMetric } from '../types/cloud-watch.ts';
import type { JobMetric } from '../types/job.ts';
import type { DatadogMetric, KayentaMetric, PrometheusMetric, WebMetric } from '../types/provider-settings.ts';
import type {
  GraphiteProvider,
  InfluxdbProvider,
  MetricProvider,
  NewRelicProvider,
  SkyWalkingProvider,
  WavefrontProvider,
} from '../types/providers.ts';
import type { MetricDuration, PluginName } from '../types/values.ts';

/** A provider with its settings, and what its results are; `null` when it decides by itself and has no conditions. */
export interface MetricSource<R> {
  /** As it stands in the template; `metric()` and `build()` check it. */
  readonly provider: MetricProvider;
  /** What conditions may compare. */
  readonly result: R;
}

/** A query of Prometheus, or of what speaks its language. `result` is a list, one number per series, also of one series. */
export function prometheus(settings: PrometheusMetric & { query: string }): MetricSource<PrometheusResult> {
  return { provider: { prometheus: settings }, result: resultOf.prometheus };
}

/** A query of Datadog. API v1 unless `apiVersion: 'v2'`. */
export function datadog(settings: DatadogMetric): MetricSource<DatadogResult> {
  return { provider: { datadog: settings }, result: resultOf.datadog };
}

/** A query of New Relic in NRQL. */
export function newRelic(settings: NewRelicProvider['newRelic']): MetricSource<NewRelicResult> {
  return { provider: { newRelic: settings }, result: resultOf.newRelic };
}

/** A query of Wavefront. */
export function wavefront(settings: WavefrontProvider['wavefront'] & { query: string }): MetricSource<WavefrontResult> {
  return { provider: { wavefront: settings }, result: resultOf.wavefront };
}

/** Queries of CloudWatch. */
export function cloudWatch(settings: CloudWatchMetric): MetricSource<CloudWatchResult> {
  return { provider: { cloudWatch: settings }, result: resultOf.cloudWatch };
}

/** A query of Graphite. */
export function graphite(settings: GraphiteProvider['graphite'] & { query: string }): MetricSource<NumberList> {
  return { provider: { graphite: settings }, result: resultOf.graphite };
}

/** A query of InfluxDB in Flux. */
export function influxdb(settings: InfluxdbProvider['influxdb'] & { query: string }): MetricSource<NumberList> {
  return { provider: { influxdb: settings }, result: resultOf.influxdb };
}

/** A query of SkyWalking in GraphQL. Without `interval` each measurement would be an error. */
export function skyWalking(
  settings: SkyWalkingProvider['skywalking'] & { query: string; interval: MetricDuration },
): MetricSource<JsonValue> {
  return { provider: { skywalking: settings }, result: resultOf.skyWalking };
}

/** One HTTP request a measurement, whose answer is JSON. Argo up to 1.10 passes an answer that is none, unread. */
export function web(settings: WebMetric): MetricSource<JsonValue> {
  return { provider: { web: settings }, result: resultOf.web };
}

/** Spinnaker's judge: its score decides. */
export function kayenta(settings: KayentaMetric): MetricSource<null> {
  return { provider: { kayenta: settings }, result: null };
}

/** A Kubernetes Job: whether it completes decides. Give it `backoffLimit: 0` and `activeDeadlineSeconds`. */
export function job(settings: JobMetric): MetricSource<null> {
  return { provider: { job: settings }, result: null };
}

/** A plugin of the controller: it decides. */
export function metricPlugin(name: PluginName, settings: object = {}): MetricSource<null> {
  return { provider: { plugin: { [name]: settings } }, result: null };
}
