/**
 * Which exporters a signal has, by the names of `OTEL_*_EXPORTER`. Pure.
 *
 * The specification reads these variables as "what to configure automatically": `none` does not take away an exporter
 * that the program brings along.
 */
import type { EnvReader } from '../env-reader.ts';

/** The exporters of each signal. */
export interface ExporterNames {
  readonly traces: readonly ('otlp' | 'console' | 'zipkin')[];
  readonly metrics: readonly ('otlp' | 'console' | 'prometheus')[];
  readonly logs: readonly ('otlp' | 'console')[];
}

/** Whether the program wants a signal to be exported. */
export interface Wanted {
  readonly traces?: boolean;
  readonly metrics?: boolean;
  readonly logs?: boolean;
}

/** Reads the three variables; without one, `otlp` unless the program says no. */
export function exporterNames(reader: EnvReader, wanted: Wanted): ExporterNames {
  const names = <T extends string>(variable: string, known: readonly T[], otlp: T, want = true): readonly T[] => {
    const given = reader.choices<T | 'none'>(variable, [...known, 'none']);
    if (given === undefined) return want ? [otlp] : [];
    if (!given.includes('none')) return given as T[];
    if (given.length > 1) reader.reject(variable, 'none alone, or a list without it');
    // What the SDK makes of the contradiction differs between the signals.
    return variable === 'OTEL_TRACES_EXPORTER' && given[0] !== 'none' ? [otlp] : [];
  };
  return {
    traces: names('OTEL_TRACES_EXPORTER', ['otlp', 'console', 'zipkin'], 'otlp', wanted.traces),
    metrics: names('OTEL_METRICS_EXPORTER', ['otlp', 'console', 'prometheus'], 'otlp', wanted.metrics),
    logs: names('OTEL_LOGS_EXPORTER', ['otlp', 'console'], 'otlp', wanted.logs),
  };
}
