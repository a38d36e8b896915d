/** A run in virtual time: when would these numbers have ended it, and how? */
import { OptionCheck } from '../../options.ts';
import type { AnalysisPhase } from '../types/analysis-run.ts';
import { checkOptions } from './limits.ts';
import { assessMeasurement, type MeasurementAssessment } from './measurement.ts';
import { counted, isFinal, type MetricAssessment, measurementOf, newResult } from './metric.ts';
import { checkNames, invalidRun, isTerminating, lookedAt, type RunAssessment, type RunOptions } from './run.ts';
import { secondsToNext } from './schedule.ts';
import { type Analysis, type JudgedMetric, type RunSpec, runSpecOf } from './spec.ts';

/** Values of one metric: one after the other, or a function of the seconds since the start of the run. */
export type Readings = readonly unknown[] | ((seconds: number, index: number) => unknown);

/** Options of {@link simulateRun}. */
export interface SimulationOptions extends Omit<RunOptions, 'terminate' | 'nowMs'> {
  /** When the run is told to end: a background analysis when its rollout is through. @defaultValue never */
  readonly terminateAfterSeconds?: number;
  /** What `now()` is in a condition at the start. @defaultValue a condition with `now()` is refused */
  readonly startMs?: number;
}

/** One measurement of a simulated run. */
export interface SimulatedMeasurement extends MeasurementAssessment {
  /** Since the start of the run. */
  readonly seconds: number;
  readonly metric: string;
  readonly value: unknown;
}

/** What a simulated run came to. */
export interface SimulatedRun extends RunAssessment {
  /** Seconds since its start at which it ended; `null` when it did not. */
  readonly endedAfterSeconds: number | null;
  /**
   * `completed`; `out-of-readings`: a metric was due and its list of values was at its end; `endless`: it took 10,000
   * measurements and was not over.
   */
  readonly stopped: 'completed' | 'out-of-readings' | 'endless';
  /** All measurements in the order in which they were taken. */
  readonly timeline: readonly SimulatedMeasurement[];
}

const MOST_MEASUREMENTS = 10_000;

/** What the simulation knows between two looks of the controller. */
interface State {
  readonly spec: RunSpec;
  readonly readings: Readonly<Record<string, Readings>>;
  readonly options: SimulationOptions;
  readonly timeline: SimulatedMeasurement[];
  results: readonly MetricAssessment[];
  /** When each metric is due. */
  readonly due: Map<string, number>;
  isOutOfReadings: boolean;
}

/**
 * Walks an analysis through virtual time as Argo's controller does: the first measurements at once or after `initialDelay`,
 * the next ones after `interval`, 10 seconds after an error; no more at the count, and none of any metric once one of them
 * has failed. Measurements take no time, and the controller looks exactly when something is due; a real one is a little
 * later.
 *
 * @param analysis a template, several that are used together, or a run.
 * @param readings for each metric what `result` is; see `assessMeasurement` for errors and verdicts of providers.
 * @throws RolloutGuardError `INVALID_OPTION` when a metric has no readings or readings have no metric, an argument has no
 * value, or a duration is none; else as `assessMeasurement`.
 */
export function simulateRun(
  analysis: Analysis | readonly Analysis[],
  readings: Readonly<Record<string, Readings>>,
  options: SimulationOptions = {},
): SimulatedRun {
  const check = new OptionCheck('INVALID_OPTION', 'simulateRun');
  checkOptions('simulateRun', options, ['target', 'args', 'terminateAfterSeconds', 'startMs']);
  const end = check.number('options.terminateAfterSeconds', options.terminateAfterSeconds, Number.MAX_VALUE, {
    min: 0,
  });
  const spec = runSpecOf(analysis, options.args ?? {}, 'simulateRun');
  checkNames(check, 'readings', readings, spec);
  for (const { metric } of spec.metrics) {
    const mend = 'Give a list of values, or a function of the seconds since the start.';
    const own = Object.hasOwn(readings, metric.name) ? readings[metric.name] : undefined;
    if (typeof own === 'function' || Array.isArray(own)) continue;
    check.fail(`readings[${JSON.stringify(metric.name)}]`, own, mend);
  }
  if (spec.invalid !== null) {
    return { ...invalidRun(spec.invalid), endedAfterSeconds: 0, stopped: 'completed', timeline: [] };
  }
  const due = new Map(spec.metrics.map(({ metric, limits }) => [metric.name, limits.initialDelaySeconds ?? 0]));
  return walk({ spec, readings, options, timeline: [], results: [], due, isOutOfReadings: false }, end);
}

function walk(state: State, end: number): SimulatedRun {
  let seconds = 0;
  for (;;) {
    const terminate = state.spec.terminate || seconds >= end;
    const before = isTerminating(state.results, terminate);
    if (!before) measureDue(state, seconds);
    const run = lookedAt(state.spec, state.results, terminate);
    state.results = run.metricResults;
    const done = (stopped: SimulatedRun['stopped']): SimulatedRun => {
      const endedAfterSeconds = stopped === 'completed' ? seconds : null;
      return { ...run, endedAfterSeconds, stopped, timeline: state.timeline };
    };
    if (isFinal(run.phase)) return done('completed');
    // A metric that has just failed ends the run at the next look, which follows at once.
    if (isTerminating(state.results, terminate) !== before) continue;
    if (state.isOutOfReadings) return done('out-of-readings');
    if (state.timeline.length >= MOST_MEASUREMENTS) return done('endless');
    const next = Math.min(end, ...openMetrics(state).map(({ metric }) => state.due.get(metric.name)!));
    // An interval may be negative: Argo then measures at once.
    seconds = Math.max(seconds, next);
  }
}

function openMetrics({ spec, results }: State): JudgedMetric[] {
  const isOpen = (phase: AnalysisPhase | undefined): boolean => !isFinal(phase);
  return spec.metrics.filter(({ metric }) => isOpen(results.find(({ name }) => name === metric.name)?.phase));
}

function measureDue(state: State, seconds: number): void {
  const { options, spec, timeline, readings } = state;
  const results = new Map(state.results.map((result) => [result.name, result]));
  for (const { metric, limits, dryRun } of openMetrics(state)) {
    if (state.due.get(metric.name)! > seconds) continue;
    const result = results.get(metric.name) ?? newResult(metric.name, dryRun);
    const index = result.measurements.length;
    const own = readings[metric.name]!;
    if (typeof own !== 'function' && index >= own.length) {
      state.isOutOfReadings = true;
      continue;
    }
    const value = typeof own === 'function' ? own(seconds, index) : own[index];
    const { target = '1.9', startMs } = options;
    const now = startMs === undefined ? {} : { nowMs: startMs + seconds * 1000 };
    const assessment = assessMeasurement(metric, value, { target, args: spec.args, ...now });
    results.set(metric.name, counted(result, measurementOf(assessment, value)));
    timeline.push({ seconds, metric: metric.name, value, ...assessment });
    state.due.set(metric.name, seconds + secondsToNext(limits, assessment.phase === 'Error'));
  }
  state.results = spec.metrics.flatMap(({ metric }) => results.get(metric.name) ?? []);
}
