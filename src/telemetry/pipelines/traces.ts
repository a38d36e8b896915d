/** The pipeline of traces: from the global API through our processors to the exporters. */
import type { TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { BootContext } from '../boot-context.ts';
import { identityOnSpans } from '../cohort/identity-on-spans.ts';
import { cohortSpanProcessor } from '../cohort/processors.ts';
import { createTraceExporter } from './exporters.ts';
import { createSampler } from './sampling.ts';
import { type Started, taken } from './signal.ts';

/** Starts traces. */
export function startTraces(context: BootContext): Started<ApiTracerProvider> {
  const { peers, plan, resource, cohort, caller } = context;
  const { settings, options } = plan;
  if (settings.traces === null) return 'off';
  const { trace } = peers('@opentelemetry/api');
  const { BatchSpanProcessor, TracerProvider } = peers('@opentelemetry/sdk-trace');
  const batching = new BatchSpanProcessor({
    exporter: createTraceExporter(peers, settings.traces),
    ...settings.spanBatch,
  });
  const provider = new TracerProvider({
    resource,
    sampler: createSampler(peers, settings.sampler),
    spanProcessors: [
      cohortSpanProcessor(cohort, plan.keys.cohort),
      ...identityOnSpans(context),
      ...caller.spanProcessors,
      ...((options.spanProcessors ?? []) as readonly SpanProcessor[]),
      batching,
    ],
  });
  if (!trace.setGlobalTracerProvider(provider)) return taken(provider);
  return { provider, release: () => trace.disable() };
}
