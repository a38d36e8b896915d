/** What happens when, with Argo's waits (Argo: analysis/analysis.go). */
import { describe, expect, test } from 'vitest';
import { type Analysis, measured, simulateRun } from '../../../src/rollouts/semantics/index.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

function only(change: Partial<Metric> = {}): Analysis {
  return { spec: { metrics: [metric(change)] } };
}

/** Seconds of the measurements of a metric. */
function times(run: ReturnType<typeof simulateRun>, name = 'errors'): number[] {
  return run.timeline.filter(({ metric }) => metric === name).map(({ seconds }) => seconds);
}

describe('when it measures', () => {
  test('at once, then at each interval, up to the count', () => {
    const run = simulateRun(only({ count: 3 }), { errors: [[0], [0], [0], [1]] });
    expect(times(run)).toEqual([0, 60, 120]);
    expect(run).toMatchObject({ phase: 'Successful', endedAfterSeconds: 120, stopped: 'completed' });
  });

  test('after initialDelay, of which no delay is one too', () => {
    expect(times(simulateRun(only({ count: 2, initialDelay: '90s' }), { errors: [[0], [0]] }))).toEqual([90, 150]);
    expect(times(simulateRun(only({ count: 1, initialDelay: '0s' }), { errors: [[0]] }))).toEqual([0]);
  });

  test('10 s after an error: an outage of 40 s aborts by default, whatever the interval', () => {
    const run = simulateRun(only({ interval: '10m' }), { errors: () => new Error('connection refused') });
    expect(times(run)).toEqual([0, 10, 20, 30, 40]);
    expect(run).toMatchObject({ phase: 'Error', endedAfterSeconds: 40 });
    expect(run.message).toBe(
      'Metric "errors" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: connection refused"',
    );
  });

  test('a metric that is measured once is tried again after an error', () => {
    const { interval: _, ...once } = metric();
    const run = simulateRun({ spec: { metrics: [once] } }, { errors: [new Error('busy'), [0]] });
    expect(times(run)).toEqual([0, 10]);
    expect(run.phase).toBe('Successful');
  });

  test('values may depend on the time', () => {
    const run = simulateRun(only({ failureLimit: 2 }), { errors: (seconds) => [seconds < 300 ? 0.01 : 0.2] });
    expect(run).toMatchObject({ phase: 'Failed', endedAfterSeconds: 420 });
  });
});

describe('several metrics', () => {
  const TWO: Analysis = {
    spec: {
      metrics: [
        metric({ name: 'fast', interval: '10s' }),
        metric({ name: 'slow', interval: '1m', initialDelay: '15s' }),
      ],
    },
  };

  test('one that fails ends the others, which are measured no more', () => {
    const run = simulateRun(TWO, { fast: (seconds) => [seconds < 60 ? 0 : 1], slow: () => [0] });
    expect(run).toMatchObject({ phase: 'Failed', endedAfterSeconds: 60 });
    expect(times(run, 'slow')).toEqual([15]);
    expect(run.metricResults.map(({ name, phase }) => [name, phase])).toEqual([
      ['fast', 'Failed'],
      ['slow', 'Successful'],
    ]);
  });

  test('one that fails before another was measured at all', () => {
    const run = simulateRun(TWO, { fast: () => [1], slow: () => [0] });
    expect(run).toMatchObject({ phase: 'Failed', endedAfterSeconds: 0 });
    expect(run.metricResults.map(({ name }) => name)).toEqual(['fast']);
  });

  test('both that are due are measured, also when the first fails', () => {
    const both: Analysis = { spec: { metrics: [metric({ name: 'a' }), metric({ name: 'b' })] } };
    const run = simulateRun(both, { a: [[1]], b: [[1]] });
    expect(run.timeline.map(({ metric }) => metric)).toEqual(['a', 'b']);
    expect(run.runSummary.failed).toBe(2);
  });
});

describe('how it stops', () => {
  test('a background analysis is told to end with its rollout', () => {
    const run = simulateRun(only(), { errors: () => [0] }, { terminateAfterSeconds: 150 });
    expect(run).toMatchObject({ phase: 'Successful', endedAfterSeconds: 150, message: 'Run Terminated' });
    expect(times(run)).toEqual([0, 60, 120]);
  });

  test('told to end when it is due: it ends', () => {
    const run = simulateRun(only(), { errors: () => [0] }, { terminateAfterSeconds: 120 });
    expect(times(run)).toEqual([0, 60]);
  });

  test('values that run out leave it running', () => {
    const run = simulateRun(only(), { errors: [[0], [0]] });
    expect(run).toMatchObject({ phase: 'Running', endedAfterSeconds: null, stopped: 'out-of-readings' });
    expect(run.timeline).toHaveLength(2);
  });

  test('one that never ends is left after 10,000 measurements', () => {
    const run = simulateRun(only({ interval: '1ms' }), { errors: () => [0] });
    expect(run).toMatchObject({ phase: 'Running', stopped: 'endless' });
    expect(run.timeline).toHaveLength(10_000);
  });

  test('an interval below nothing does not lead back in time', () => {
    const run = simulateRun(only({ interval: '-1m' as '1m', count: 3 }), { errors: () => [0] });
    expect(times(run)).toEqual([0, 0, 0]);
  });

  test('a run that is refused ends at once', () => {
    const run = simulateRun(only({ count: 1, failureLimit: 5 }), { errors: [[0]] });
    expect(run).toMatchObject({ phase: 'Error', endedAfterSeconds: 0, timeline: [] });
  });
});

describe('what is asked for wrongly', () => {
  test('a metric without values', () => {
    expect(() => simulateRun(only(), {})).toThrow(/readings\["errors"\]/);
  });

  test('values without a metric', () => {
    expect(() => simulateRun(only(), { errors: [], error: [] })).toThrow(/Did you mean \\?"errors/);
  });

  test('an option that nobody knows', () => {
    expect(() => simulateRun(only(), { errors: [] }, { until: 5 } as object)).toThrow(/Known options/);
  });

  test('an error of the function that gives the values comes out', () => {
    const broken = (): never => {
      throw new TypeError('broken test');
    };
    expect(() => simulateRun(only(), { errors: broken })).toThrow('broken test');
  });
});

test('the clock of a condition walks along, and is not read where none was given', () => {
  const early = only({ count: 3, successCondition: 'now() < date("1970-01-01T00:00:30Z")' });
  const run = simulateRun(early, { errors: [[0], [0]] }, { startMs: 0 });
  expect(run).toMatchObject({ phase: 'Failed', endedAfterSeconds: 60 });
  expect(() => simulateRun(early, { errors: [[0]] })).toThrow(/now/);
});

test('verdicts of providers walk along too', () => {
  const job: Metric = {
    name: 'smoke',
    interval: '1m',
    count: 2,
    provider: {
      job: { spec: { template: { spec: { containers: [{ name: 'a', image: 'b:1' }], restartPolicy: 'Never' } } } },
    },
  };
  const run = simulateRun(
    { spec: { metrics: [job] } },
    { smoke: [measured('Successful'), measured('Failed', 'exit code 1')] },
  );
  expect(run).toMatchObject({ phase: 'Failed', endedAfterSeconds: 60 });
});
