/** The pipeline of logs: from the global API through our processors to the exporters. */
import type { LoggerProvider as ApiLoggerProvider, MeterProvider } from '@opentelemetry/api';
import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { BootContext } from '../boot-context.ts';
import { cohortLogRecordProcessor } from '../cohort/processors.ts';
import { watched } from './export-failures.ts';
import { createLogRecordExporter } from './exporters.ts';
import { guardedExporter, guardedProcessors } from './guarded.ts';
import { chosenInCode } from './overruled.ts';
import { type Started, taken } from './signal.ts';

/** Starts logs: for the exporters, for the app's own processors, or for both. */
export function startLogs(context: BootContext, selfObserved: MeterProvider | undefined): Started<ApiLoggerProvider> {
  const { peers, plan, resource, cohort, caller } = context;
  const { settings, options } = plan;
  const own = guardedProcessors<LogRecordProcessor>(context, 'logRecordProcessors', options.logRecordProcessors);
  const exporting = exportingProcessors(context, selfObserved);
  if (own.length + exporting.length === 0) return 'off';
  const { logs } = peers('@opentelemetry/api');
  const { LoggerProvider } = peers('@opentelemetry/sdk-logs');
  const provider = new LoggerProvider({
    resource,
    processors: [
      cohortLogRecordProcessor(cohort, plan.keys.cohort),
      ...caller.logRecordProcessors,
      ...own,
      ...exporting,
    ],
    logRecordLimits: settings.logRecordLimits,
    ...(selfObserved && { meterProvider: selfObserved }),
  });
  if (!logs.setGlobalLoggerProvider(provider)) return taken(provider);
  return { provider, release: () => logs.disable() };
}

function exportingProcessors(context: BootContext, selfObserved: MeterProvider | undefined): LogRecordProcessor[] {
  const { peers, plan } = context;
  const { settings } = plan;
  const observed = selfObserved === undefined ? {} : { selfObsMeterProvider: selfObserved };
  const batching = (exporter: LogRecordExporter): LogRecordProcessor => {
    const { BatchLogRecordProcessor } = peers('@opentelemetry/sdk-logs');
    return new BatchLogRecordProcessor({ exporter, ...settings.logRecordBatch, ...observed });
  };
  const chosen = chosenInCode(context, 'logRecordExporter', 'OTEL_LOGS_EXPORTER') as LogRecordExporter | undefined;
  if (chosen !== undefined) return [batching(guardedExporter(context, 'logRecordExporter', chosen))];
  return settings.exporters.logs.flatMap((name): LogRecordProcessor[] => {
    if (name === 'console') {
      const { ConsoleLogRecordExporter, SimpleLogRecordProcessor } = peers('@opentelemetry/sdk-logs');
      return [new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter(), ...observed })];
    }
    if (settings.logs === null) return [];
    const exporter = createLogRecordExporter(peers, plan.env, settings.logs);
    return [batching(watched(context, 'logs', settings.logs.url, exporter))];
  });
}
