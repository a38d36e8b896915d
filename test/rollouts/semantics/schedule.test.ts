/** Argo: analysis/analysis.go, generateMetricTasks. */
import { describe, expect, test } from 'vitest';
import { nextMeasurementAt } from '../../../src/rollouts/semantics/index.ts';
import type { AnalysisPhase, Measurement, MetricResult } from '../../../src/rollouts/types/analysis-run.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

const AT = '2026-01-31T12:00:00Z';
const MS = Date.parse(AT);

function result(phase: AnalysisPhase, last: Partial<Measurement>, change: Partial<MetricResult> = {}): MetricResult {
  return {
    name: 'errors',
    phase,
    count: 1,
    measurements: [{ phase: 'Successful', finishedAt: AT, ...last }],
    ...change,
  };
}

describe('the first measurement', () => {
  test('is at once', () => {
    expect(nextMeasurementAt(metric(), null)).toBe(0);
  });

  test('waits for initialDelay from the start of the run, which the first look sets', () => {
    const given = metric({ initialDelay: '5m' });
    expect(nextMeasurementAt(given, null)).toBeNull();
    expect(nextMeasurementAt(given, null, { startedAt: AT })).toBe(MS + 300_000);
  });
});

describe('the next measurement', () => {
  test.each<[string, Partial<Metric>, MetricResult, number | null]>([
    ['after the interval', {}, result('Running', {}), 60_000],
    ['10 s after an error, though the interval is longer', {}, result('Running', { phase: 'Error' }), 10_000],
    [
      '10 s after an error, though the interval is shorter',
      { interval: '1s' },
      result('Running', { phase: 'Error' }),
      10_000,
    ],
    ['none when it is over', {}, result('Failed', { phase: 'Failed' }), null],
    ['none at the count', { count: 1 }, result('Running', {}), null],
    ['one more where errors did not count', { count: 1 }, result('Running', { phase: 'Error' }, { count: 0 }), 10_000],
  ])('%s', (_name, change, given, expected) => {
    expect(nextMeasurementAt(metric(change), given)).toBe(expected === null ? null : MS + expected);
  });

  test('none while the run ends', () => {
    expect(nextMeasurementAt(metric(), result('Running', {}), { terminating: true })).toBeNull();
  });

  test('one that is under way is looked at again when it says so, also while the run ends', () => {
    const running: MetricResult = {
      name: 'errors',
      phase: 'Running',
      measurements: [{ phase: 'Running', resumeAt: AT }],
    };
    expect(nextMeasurementAt(metric(), running)).toBe(MS);
    expect(nextMeasurementAt(metric(), running, { terminating: true })).toBe(MS);
  });
});
