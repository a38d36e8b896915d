/** The pipeline of traces: from the global API through our processors to the exporters. */
import type { TracerProvider as ApiTracerProvider, MeterProvider } from '@opentelemetry/api';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BootContext } from '../boot-context.ts';
import { identityOnSpans } from '../cohort/identity-on-spans.ts';
import { cohortSpanProcessor } from '../cohort/processors.ts';
import { watched } from './export-failures.ts';
import { createTraceExporter } from './exporters.ts';
import { guardedExporter, guardedIds, guardedProcessors, guardedSampler } from './guarded.ts';
import { chosenInCode } from './overruled.ts';
import { createSampler } from './sampling.ts';
import { type Started, taken } from './signal.ts';

/** Starts traces: for the exporters, for the app's own processors, or for both. */
export function startTraces(context: BootContext, selfObserved: MeterProvider | undefined): Started<ApiTracerProvider> {
  const { peers, plan, resource, cohort, caller } = context;
  const { settings, options } = plan;
  const own = guardedProcessors<SpanProcessor>(context, 'spanProcessors', options.spanProcessors);
  const exporting = exportingProcessors(context, selfObserved);
  if (own.length + exporting.length === 0) return 'off';
  const { trace } = peers('@opentelemetry/api');
  const { RandomIdGenerator, TracerProvider } = peers('@opentelemetry/sdk-trace');
  const sampler = chosenInCode(context, 'sampler', 'OTEL_TRACES_SAMPLER');
  const provider = new TracerProvider({
    resource,
    sampler: sampler === undefined ? createSampler(peers, settings.sampler) : guardedSampler(context, sampler),
    spanLimits: settings.spanLimits,
    ...(options.idGenerator && { idGenerator: guardedIds(context, options.idGenerator, new RandomIdGenerator()) }),
    ...(selfObserved && { meterProvider: selfObserved }),
    spanProcessors: [
      cohortSpanProcessor(cohort, plan.keys.cohort),
      ...identityOnSpans(context),
      ...caller.spanProcessors,
      ...own,
      ...exporting,
    ],
  });
  if (!trace.setGlobalTracerProvider(provider)) return taken(provider);
  return { provider, release: () => trace.disable() };
}

function exportingProcessors(context: BootContext, selfObserved: MeterProvider | undefined): SpanProcessor[] {
  const { peers, plan } = context;
  const { settings } = plan;
  const batching = (exporter: SpanExporter): SpanProcessor =>
    new (peers('@opentelemetry/sdk-trace').BatchSpanProcessor)({ exporter, ...settings.spanBatch, ...observed });
  const observed = selfObserved === undefined ? {} : { selfObsMeterProvider: selfObserved };
  const chosen = chosenInCode(context, 'traceExporter', 'OTEL_TRACES_EXPORTER') as SpanExporter | undefined;
  if (chosen !== undefined) return [batching(guardedExporter(context, 'traceExporter', chosen))];
  return settings.exporters.traces.flatMap((name): SpanProcessor[] => {
    if (name === 'console') {
      const { ConsoleSpanExporter, SimpleSpanProcessor } = peers('@opentelemetry/sdk-trace');
      return [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter(), ...observed })];
    }
    if (name === 'zipkin') {
      const exporter = new (peers('@opentelemetry/exporter-zipkin').ZipkinExporter)({ url: settings.zipkinUrl });
      return [batching(watched(context, 'traces', settings.zipkinUrl, exporter))];
    }
    if (settings.traces === null) return [];
    const exporter = createTraceExporter(peers, plan.env, settings.traces);
    return [batching(watched(context, 'traces', settings.traces.url, exporter))];
  });
}
