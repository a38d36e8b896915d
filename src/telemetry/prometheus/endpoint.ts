/** Starts the Prometheus endpoint: a reader of metrics that is asked, the labels of its series, and the server. */

import { visibleText } from '../../visible-text.ts';
import type { BootContext } from '../boot-context.ts';
import type { MetricReaderLike } from '../cohort/live-reader.ts';
import { isPort } from '../options/checks.ts';
import { defaultLabels, isPerInstance, MAX_CONSTANT_LABELS, patternOf } from './constant-labels.ts';
import { labelName, withFitLabels } from './label-names.ts';
import { type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';
import type { PrometheusOptions } from './options.ts';

const DEFAULT_PORT = 9464;
const DEFAULT_PATH = '/metrics';
const HOST_VARIABLE = 'OTEL_EXPORTER_PROMETHEUS_HOST';
const PORT_VARIABLE = 'OTEL_EXPORTER_PROMETHEUS_PORT';
const LABELS_VARIABLE = 'ROLLOUTGUARD_PROMETHEUS_LABELS';

/** The reader that the `MeterProvider` needs for the endpoint, which is open until it ends; none when it is not wanted. */
export function prometheusReaders(
  context: BootContext,
  listen: (options: MetricsServerOptions) => () => void = startMetricsServer,
): readonly MetricReaderLike[] {
  const { options, settings } = context.plan;
  // A variable that has no effect, because the app brings its own exporter, does not take the endpoint away either.
  const variableCounts =
    context.env.text('OTEL_METRICS_EXPORTER') !== undefined && options.metricExporter === undefined;
  const wanted =
    settings.exporters.metrics.includes('prometheus') || (!variableCounts && options.prometheus !== undefined);
  return wanted ? [openEndpoint(context, listen)] : [];
}

function openEndpoint(context: BootContext, listen: (options: MetricsServerOptions) => () => void): MetricReaderLike {
  const { peers, plan, onStop, report } = context;
  const { PrometheusExporter, PrometheusSerializer } = peers('@opentelemetry/exporter-prometheus');
  const options = plan.options.prometheus ?? {};
  const labels = constantLabels(context, options);
  const serializer = new PrometheusSerializer(
    undefined,
    false,
    labels.length > 0 ? patternOf(labels.map(labelName)) : undefined,
  );
  // Its own server would be traced as one of the app's, would keep the process alive while a scraper is connected, and
  // an address that is in use would be known to nobody.
  const reader = new PrometheusExporter({ preventServerStart: true });
  const close = listen({
    ...place(context, options),
    path: options.endpoint ?? DEFAULT_PATH,
    scrape: async () => {
      const { resourceMetrics } = await reader.collect();
      await resourceMetrics.resource.waitForAsyncAttributes?.();
      return eachSeriesOnce(serializer.serialize(withFitLabels(resourceMetrics, labels)));
    },
    onFailure: (message) => report({ code: 'PROMETHEUS_ENDPOINT', message }),
  });
  onStop(close);
  // Where another SDK has the metrics, ours end at once, and so does the server.
  return Object.assign(reader, { onShutdown: async () => close() });
}

function place({ env }: BootContext, options: PrometheusOptions): { host?: string; port: number } {
  const host = env.text(HOST_VARIABLE) ?? options.host ?? defaultHost(env.text('KUBERNETES_SERVICE_HOST'));
  const port = env.integer(PORT_VARIABLE);
  if (port !== undefined && !isPort(port)) env.reject(PORT_VARIABLE, 'a port, from 1 to 65535');
  return {
    ...(host === undefined ? {} : { host }),
    port: (isPort(port) ? port : options.port) ?? DEFAULT_PORT,
  };
}

/** In a pod Prometheus comes from outside; elsewhere metrics are nobody's business but this machine's. */
function defaultHost(kubernetes: string | undefined): string | undefined {
  return kubernetes === undefined ? 'localhost' : undefined;
}

function constantLabels({ plan, env, report }: BootContext, options: PrometheusOptions): readonly string[] {
  if (options.constantLabels !== undefined) return options.constantLabels;
  const named = env.list(LABELS_VARIABLE);
  if (named.length === 0) return defaultLabels(plan.keys.cohort);
  const good = named.filter((name) => !isPerInstance(name)).slice(0, MAX_CONSTANT_LABELS);
  for (const name of named.filter((candidate) => !good.includes(candidate)).slice(0, MAX_CONSTANT_LABELS)) {
    const why = isPerInstance(name) ? 'it names a single instance' : `${MAX_CONSTANT_LABELS} labels are the most`;
    report({
      code: 'BAD_SETTING',
      message: `${LABELS_VARIABLE}: ${visibleText(name.slice(0, 80))} is left out: ${why}.`,
    });
  }
  return good;
}

/**
 * Of a series that is there twice, the first. Different instruments may become one name, and Prometheus, which cannot
 * tell which of them to believe, may refuse the whole answer.
 */
function eachSeriesOnce(text: string): string {
  const seen = new Set<string>();
  const lines = text.split('\n').filter((line) => {
    if (line === '' || line.startsWith('#')) return line !== '';
    const series = line.slice(0, line.lastIndexOf(' '));
    return !seen.has(series) && seen.add(series);
  });
  return `${lines.join('\n')}\n`;
}
