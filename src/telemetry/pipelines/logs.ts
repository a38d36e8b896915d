/** The pipeline of logs: from the global API through our processors to the exporters. */
import type { LoggerProvider as ApiLoggerProvider } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { BootContext } from '../boot-context.ts';
import { cohortLogRecordProcessor } from '../cohort/processors.ts';
import { createLogRecordExporter } from './exporters.ts';
import { type Started, taken } from './signal.ts';

/** Starts logs: for the exporter, for the app's own processors, or for both. */
export function startLogs({ peers, plan, resource, cohort, caller }: BootContext): Started<ApiLoggerProvider> {
  const { settings, options } = plan;
  const own = (options.logRecordProcessors ?? []) as readonly LogRecordProcessor[];
  if (settings.logs === null && own.length === 0) return 'off';
  const { logs } = peers('@opentelemetry/api');
  const { BatchLogRecordProcessor, LoggerProvider } = peers('@opentelemetry/sdk-logs');
  const processors: LogRecordProcessor[] = [
    cohortLogRecordProcessor(cohort, plan.keys.cohort),
    ...caller.logRecordProcessors,
    ...own,
  ];
  if (settings.logs !== null) {
    const exporter = createLogRecordExporter(peers, settings.logs);
    processors.push(new BatchLogRecordProcessor({ exporter, ...settings.logRecordBatch }));
  }
  const provider = new LoggerProvider({ resource, processors, logRecordLimits: settings.logRecordLimits });
  if (!logs.setGlobalLoggerProvider(provider)) return taken(provider);
  return { provider, release: () => logs.disable() };
}
