/** The pipeline of metrics: from the global API through readers to the exporters. */
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import type { PushMetricExporter, ViewOptions } from '@opentelemetry/sdk-metrics';
import { messageOf, RolloutGuardError } from '../../errors.ts';
import type { BootContext } from '../boot-context.ts';
import type { MetricReaderLike } from '../cohort/live-reader.ts';
import { prometheusReaders } from '../prometheus/endpoint.ts';
import { watched } from './export-failures.ts';
import { createMetricExporter, type MetricAggregation } from './exporters.ts';
import { guardedExporter, guardedViews } from './guarded.ts';
import { oneExportAtATime } from './one-export.ts';
import { chosenInCode } from './overruled.ts';
import { type Started, taken } from './signal.ts';
import { countOnce } from './views.ts';

/** Starts metrics: for the exporters, the Prometheus endpoint and the app's own readers, whichever there are. */
export function startMetrics(context: BootContext): Started<ApiMeterProvider> {
  const { peers, plan, resource, liveMetrics, report } = context;
  const { options, settings } = plan;
  const own = options.metricReaders ?? [];
  const readers = [...exportingReaders(context), ...prometheusReaders(context), ...own].map(liveMetrics.follow);
  if (readers.length === 0) return 'off';
  const { metrics } = peers('@opentelemetry/api');
  const { MeterProvider } = peers('@opentelemetry/sdk-metrics');
  const views = options.views && (guardedViews(context, options.views) as ViewOptions[]);
  const provider = accepted(() => {
    return new MeterProvider({ resource, readers, ...(views && { views }), sdkMetricsEnabled: settings.sdkMetrics });
  });
  if (views !== undefined && views.length > 1) countOnce(provider, report);
  if (!metrics.setGlobalMeterProvider(provider)) return taken(provider);
  return { provider, release: () => metrics.disable() };
}

function exportingReaders(context: BootContext): MetricReaderLike[] {
  const { peers, plan } = context;
  const { settings } = plan;
  const periodic = (exporter: PushMetricExporter): MetricReaderLike =>
    oneExportAtATime(
      new (peers('@opentelemetry/sdk-metrics').PeriodicExportingMetricReader)({
        exporter,
        exportIntervalMillis: settings.metricIntervalMs,
        exportTimeoutMillis: settings.metricTimeoutMs,
      }),
      exporter,
      context.resource,
    );
  const chosen = chosenInCode(context, 'metricExporter', 'OTEL_METRICS_EXPORTER') as PushMetricExporter | undefined;
  if (chosen !== undefined) return [periodic(guardedExporter(context, 'metricExporter', chosen))];
  return settings.exporters.metrics.flatMap((name) => {
    if (name === 'console') return [periodic(new (peers('@opentelemetry/sdk-metrics').ConsoleMetricExporter)())];
    if (name === 'prometheus' || settings.metrics === null) return [];
    const exporter = createMetricExporter(peers, plan.env, settings.metrics, aggregation(context));
    return [periodic(watched(context, 'metrics', settings.metrics.url, exporter))];
  });
}

function aggregation({ peers, plan: { settings, options } }: BootContext): MetricAggregation {
  const { temporality, histograms = options.latencyHistogram } = settings;
  if (histograms !== 'exponential') return { temporality };
  const { AggregationType, InstrumentType } = peers('@opentelemetry/sdk-metrics');
  return {
    temporality,
    selectAggregation: (type) =>
      type === InstrumentType.HISTOGRAM
        ? { type: AggregationType.EXPONENTIAL_HISTOGRAM }
        : { type: AggregationType.DEFAULT },
  };
}

/** Only the SDK knows which views it takes, and whether a reader is bound to another provider already. */
function accepted<P>(make: () => P): P {
  try {
    return make();
  } catch (cause) {
    const message = `startDeploymentTelemetry: the SDK refuses a view or a metric reader: ${messageOf(cause)}`;
    throw new RolloutGuardError('INVALID_OPTION', message, { path: 'views, metricReaders', cause });
  }
}
