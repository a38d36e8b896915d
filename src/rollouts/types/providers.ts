/** Where a metric comes from: exactly one of twelve providers. */

import type { CloudWatchMetric } from './cloud-watch.ts';
import type { JobMetric } from './job.ts';
import type { DatadogMetric, KayentaMetric, PrometheusMetric, WebMetric } from './provider-settings.ts';
import type { MetricDuration, PluginName } from './values.ts';

/** The key of each provider. */
export type ProviderName =
  | 'prometheus'
  | 'web'
  | 'datadog'
  | 'newRelic'
  | 'wavefront'
  | 'cloudWatch'
  | 'graphite'
  | 'influxdb'
  | 'skywalking'
  | 'kayenta'
  | 'job'
  | 'plugin';

/** All keys but its own are absent: two providers end the run as Error. */
type OnlyProvider<K extends ProviderName> = { [Other in Exclude<ProviderName, K>]?: never };

/** Exactly one of twelve. */
export type MetricProvider =
  | PrometheusProvider
  | WebProvider
  | DatadogProvider
  | NewRelicProvider
  | WavefrontProvider
  | CloudWatchProvider
  | GraphiteProvider
  | InfluxdbProvider
  | SkyWalkingProvider
  | KayentaProvider
  | JobProvider
  | PluginProvider;

/** `result` is a number for a scalar, a list of numbers for a vector (empty when nothing fits). */
export interface PrometheusProvider extends OnlyProvider<'prometheus'> {
  prometheus: PrometheusMetric;
}

/** `result` is what the JSONPath finds first in the answer. */
export interface WebProvider extends OnlyProvider<'web'> {
  web: WebMetric;
}

/** `result` is a number, or `nil` without data. */
export interface DatadogProvider extends OnlyProvider<'datadog'> {
  datadog: DatadogMetric;
}

/** `result` is the row (`result.name`), or a list of rows when there are several. */
export interface NewRelicProvider extends OnlyProvider<'newRelic'> {
  newRelic: {
    /** Secret with the account. @defaultValue 'newrelic' */
    profile?: string;
    /** NRQL. */
    query: string;
    /** Seconds. */
    timeout?: number;
  };
}

/** `result` is a number for one series, a list of numbers for several. */
export interface WavefrontProvider extends OnlyProvider<'wavefront'> {
  wavefront: {
    /** Host of the server; its token is in a Secret. */
    address?: string;
    query?: string;
  };
}

/** `result` is a list of series: `result[0].Values[0]`. */
export interface CloudWatchProvider extends OnlyProvider<'cloudWatch'> {
  cloudWatch: CloudWatchMetric;
}

/** `result` is the list of the first series' numbers, without nulls. No series is an error. */
export interface GraphiteProvider extends OnlyProvider<'graphite'> {
  graphite: {
    address?: string;
    query?: string;
  };
}

/** `result` is the list of all records' values. */
export interface InfluxdbProvider extends OnlyProvider<'influxdb'> {
  influxdb: {
    /** Secret with address, organisation and token. @defaultValue 'influxdb' */
    profile?: string;
    /** Flux. */
    query?: string;
  };
}

/** `result` is what GraphQL answers. */
export interface SkyWalkingProvider extends OnlyProvider<'skywalking'> {
  skywalking: {
    address?: string;
    /** GraphQL. */
    query?: string;
    /** How far back. Needed, though the schema does not say so: without it each measurement is an error. */
    interval: MetricDuration;
  };
}

/** Judges by its own score: no conditions. */
export interface KayentaProvider extends OnlyProvider<'kayenta'> {
  kayenta: KayentaMetric;
}

/** Judges by whether the Job completes: no conditions. */
export interface JobProvider extends OnlyProvider<'job'> {
  job: JobMetric;
}

/** The plugin decides: conditions are its own matter. */
export interface PluginProvider extends OnlyProvider<'plugin'> {
  /** Exactly one, by the name that the controller's configuration has. */
  plugin: { [name: PluginName]: object };
}
