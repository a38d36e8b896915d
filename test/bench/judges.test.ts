import { describe, expect, it } from 'vitest';
import type { CellOptions } from '../../bench/decisions/cell.ts';
import { type Cell, knows } from '../../bench/decisions/judge.ts';
import { DEFAULT_JUDGES, JUDGES, judgesNamed } from '../../bench/decisions/judges/index.ts';
import { thresholds } from '../../bench/decisions/judges/thresholds.ts';
import { runJudges } from '../../bench/decisions/run.ts';
import { type Scenario, simulate } from '../../bench/decisions/scenario.ts';
import type { ScenarioOptions } from '../../bench/decisions/scenario-options.ts';
import { decide, thresholdPolicy } from '../../src/index.ts';
import { DEPLOYED_AT_MS, telemetryOf } from '../helpers/telemetry.ts';

function rollbackIntervals(judge: string, kw: ScenarioOptions, runs: number, kind: Cell['kind'] = 'effect'): number[] {
  const cell: Cell = { name: 'cell', kind, kw };
  return [...runJudges(judgesNamed([judge]), cell, 'test', 0, runs)[0]!.rollbackIntervals];
}

type Slot = readonly [canaryRequests: number, canaryErrors: number, stableRequests: number, stableErrors: number];

/** A deployment with exactly these counts in each interval of 10 s, one pod in each arm, no history. */
function scenarioOf(slots: readonly Slot[], truth = { healthyRate: 0.01, faultyRate: 0.05 }): Scenario {
  const column = (k: number): Float64Array => Float64Array.from(slots, (slot) => slot[k]!);
  const arm = (requests: Float64Array, errors: Float64Array): Scenario['canary'] => ({
    pods: 1,
    requests,
    errors,
    dependencyFailures: null,
    present: new Uint8Array(slots.length).fill(1),
    totalRequests: requests,
    totalErrors: errors,
  });
  return {
    intervalSeconds: 10,
    historyIntervals: 0,
    intervals: slots.length,
    canary: arm(column(0), column(1)),
    stable: arm(column(2), column(3)),
    latency: null,
    business: [],
    badServed: column(1),
    truth: {
      healthyRate: new Float64Array(slots.length).fill(truth.healthyRate),
      faultyRate: new Float64Array(slots.length).fill(truth.faultyRate),
    },
  };
}

/** Where a judge stops on these counts of a canary of base 0.01. */
function stopsAt(judge: string, slots: readonly Slot[]): number | null {
  const cell: Cell = { name: 'cell', kind: 'effect', kw: { base: 0.01, ratio: 5 } };
  return judgesNamed([judge])[0]!.run(scenarioOf(slots), cell).rollbackInterval;
}

/** Share of rollbacks where nothing can be seen; 0 if the judge does not know the metrics. */
function silentRollbacks(name: string, metrics: Cell['metrics'] & object, kw: ScenarioOptions): number {
  const judges = judgesNamed([name]);
  const cell: Cell = { name: 'cell', kind: 'null', metrics, kw };
  const [results] = runJudges(judges, cell, 'test', 0, 2);
  expect(results === null).toBe(!knows(judges[0]!, cell));
  return results ? share([...results.rollbackIntervals]) : 0;
}

function share(intervals: readonly number[], lastInterval = Infinity): number {
  return intervals.filter((interval) => interval >= 0 && interval <= lastInterval).length / intervals.length;
}

describe('judges of the bench', () => {
  it('an unknown name is refused with the known ones', () => {
    expect(() => judgesNamed(['rollout'])).toThrow(
      'No judge is called "rollout". Known: rolloutguard, rolloutguard-arms,',
    );
  });

  it('runs ours, the oracles and the plain thresholds by default', () => {
    expect(DEFAULT_JUDGES).toEqual(['rolloutguard', 'rolloutguard-arms', 'oracle', 'oracle-margin', 'thresholds']);
  });

  it.each(JUDGES.map(({ name }) => name))('%s survives silence: no traffic, no telemetry, no errors', (name) => {
    const quiet: ScenarioOptions = { base: 0 };
    const silent = [quiet, { rps: 0 }, { gaps: { share: 1 } }, { w: 0 }, { ...quiet, w: 1 }, { ...quiet, hist: 0 }];
    for (const kw of silent) expect(silentRollbacks(name, ['errors'], kw)).toBe(0);
    // A p99 of few requests is loud however healthy they are.
    for (const kw of silent.slice(1, 4)) {
      for (const metrics of [['latency'], ['errors', 'latency'], ['business']] as const) {
        expect(silentRollbacks(name, metrics, kw)).toBe(0);
      }
    }
  });

  it.each(
    JUDGES.map(({ name }) => name).filter(
      (name) => !['thresholds', 'msprt', 'argo-failure-limit-p99-500ms'].includes(name),
    ),
  )('%s finds a canary that is down', (name) => {
    expect(share(rollbackIntervals(name, { rps: 50, base: 0.001, add: 0.95 }, 3))).toBe(1);
  });
});

describe('thresholds', () => {
  /** Both arms as the package's own telemetry, without pods. */
  function telemetryFrom({ canary, stable, historyIntervals, intervals }: Scenario) {
    const arm = (of: Scenario['canary'], i: number) => [of.totalRequests[i]!, of.totalErrors[i]!] as const;
    const slots = Array.from(
      { length: intervals },
      (_, i) => [arm(canary, i), arm(stable, historyIntervals + i)] as const,
    );
    return telemetryOf(
      slots,
      Array.from({ length: historyIntervals }, (_, i) => arm(stable, i)),
    );
  }

  it.each([
    { rps: 500, base: 0.002, ratio: 2, onset: 40 },
    { rps: 60, base: 0.009, od: 'all' },
    { rps: 500, base: 0.001, ratio: 1.6 },
    { rps: 50, base: 0.001, add: 0.95 },
  ] as ScenarioOptions[])('rolls back when decide() with a thresholdPolicy() does: %j', (kw) => {
    const scenario = simulate(kw, 'thresholds');
    const telemetry = telemetryFrom(scenario);
    const policy = thresholdPolicy();
    const rollsBack = (interval: number): boolean => {
      const nowMs = DEPLOYED_AT_MS + (interval + 1) * 10_000;
      const until = { ...telemetry, completeUntilMs: nowMs };
      return decide(policy, { ...until, intervals: until.intervals.filter(({ endMs }) => endMs <= nowMs) }, { nowMs })
        .shouldRollback;
    };
    const { rollbackInterval } = thresholds.run(scenario, { name: 'cell', kind: 'null', kw });
    const last = rollbackInterval ?? scenario.intervals - 1;
    for (const interval of new Set([0, 5, 29, 30, Math.floor(last / 2), last - 1].filter((i) => i >= 0 && i < last))) {
      expect(rollsBack(interval), `interval ${interval}`).toBe(false);
    }
    expect(rollsBack(last)).toBe(rollbackInterval !== null);
  });

  it('miss a canary that is down at little traffic, and roll back a healthy one near the limit', () => {
    expect(share(rollbackIntervals('thresholds', { rps: 50, base: 0.001, add: 0.95 }, 5))).toBe(0);
    expect(share(rollbackIntervals('thresholds', { rps: 5000, base: 0.01 }, 5, 'null'))).toBe(1);
  });
});

describe('judges of latency', () => {
  const slow = (judge: string, kw: CellOptions, runs = 3): number[] => {
    const cell: Cell = { name: 'cell', kind: 'effect', metric: 'latency', kw };
    return [...runJudges(judgesNamed([judge]), cell, 'test', 0, runs)[0]!.rollbackIntervals];
  };

  it('thresholds: p99 above 500 ms and 30 % above stable, with 1,000 requests in 5 minutes', () => {
    // 25 requests a second: 1,000 after 40 s. A p99 of 386 ms grows to 579 with 1.5, and to 463 with 1.2.
    expect(slow('thresholds', { rps: 500, shift: 1.6 }).map((interval) => interval >= 3 && interval < 8)).toEqual(
      Array(3).fill(true),
    );
    expect(slow('thresholds', { rps: 500, shift: 1.2 })).toEqual([-1, -1, -1]);
    expect(slow('thresholds', { rps: 5000, both: [-60, 180, 2] })).toEqual([-1, -1, -1]);
    expect(slow('thresholds', { rps: 50, shift: 3 })).toEqual([-1, -1, -1]);
  });

  it('argo: at the fourth p99 of 30 s above 500 ms', () => {
    const name = 'argo-failure-limit-p99-500ms';
    expect(slow(name, { rps: 5000, shift: 2 })).toEqual([11, 11, 11]);
    expect(slow(name, { rps: 5000, shift: 2, onset: 60 })).toEqual([71, 71, 71]);
    expect(slow(name, { rps: 5000 })).toEqual([-1, -1, -1]);
  });

  it.each(['rolloutguard', 'rolloutguard-arms'])('%s finds slow canaries, alone and in a whole deployment', (name) => {
    expect(share(slow(name, { rps: 500, shift: 2 }))).toBe(1);
    const cell: Cell = { name: 'cell', kind: 'effect', metrics: ['errors', 'latency'], kw: { rps: 500, shift: 2 } };
    expect(share([...runJudges(judgesNamed([name]), cell, 'test', 0, 3)[0]!.rollbackIntervals])).toBe(1);
  });
});

describe('argo-failure-limit', () => {
  it('rolls back at the fourth failed measurement of 30 s, however far apart', () => {
    expect(rollbackIntervals('argo-failure-limit-1%', { rps: 500, base: 0.5 }, 1)).toEqual([11]);
    expect(rollbackIntervals('argo-failure-limit-5%', { rps: 500, base: 0.03 }, 3)).toEqual([-1, -1, -1]);
    expect(rollbackIntervals('argo-failure-limit-1%', { rps: 5000, base: 0, add: 0.5, onset: 60 }, 1)).toEqual([71]);
  });
});

describe('kayenta', () => {
  it('at the end: decides in the last interval', () => {
    expect(rollbackIntervals('kayenta-end', { rps: 500, base: 0.01, ratio: 2 }, 2)).toEqual([179, 179]);
  });

  it('peeked: decides from the sixth measurement on', () => {
    expect(rollbackIntervals('kayenta-peek', { rps: 5000, base: 0.01, ratio: 5 }, 2)).toEqual([17, 17]);
  });

  it('has no tolerance of the baseline: a ratio of 1.1 is "High" at high traffic', () => {
    expect(share(rollbackIntervals('kayenta-end', { rps: 5000, w: 0.5, base: 0.05, ratio: 1.1 }, 3))).toBe(1);
  });
});

describe('kayenta: "High"', () => {
  /** Asked after six measurements: these error rates of the canary, always 0.01 of stable. */
  const measured = (rates: readonly number[]): number | null =>
    stopsAt(
      'kayenta-end',
      rates.flatMap((rate): Slot[] => Array(3).fill([10_000, rate * 10_000, 95_000, 950])),
    );

  it('is not said of a shift whose lower end is below a quarter of its estimate', () => {
    expect(measured([0.0105, 0.0105, 0.02, 0.02, 0.02, 0.02])).toBeNull();
    expect(measured([0.013, 0.013, 0.02, 0.02, 0.02, 0.02])).toBe(17);
  });
});

describe('sequential tests', () => {
  it('msprt expects differences of half the base rate: 4.89 nats after 8 intervals, 5.67 after 9', () => {
    expect(stopsAt('msprt', Array(20).fill([500, 8, 9500, 95]))).toBe(8);
  });

  it.each(['msprt', 'conditional-binomial'])('%s holds its level without noise and loses it with noise', (name) => {
    expect(share(rollbackIntervals(name, { rps: 500, base: 0.01 }, 60, 'null'))).toBeLessThan(0.05);
    expect(share(rollbackIntervals(name, { rps: 5000, base: 0.01, od: 'gamma' }, 60, 'null'))).toBeGreaterThan(0.35);
  });

  it('conditional-binomial does not roll back everybody where 1 - betainc underflows: 5000/s, 20 %, 5 %', () => {
    const kw = { rps: 5000, w: 0.2, base: 0.05 };
    for (const name of ['conditional-binomial', 'conditional-binomial-1.25']) {
      expect(share(rollbackIntervals(name, kw, 20, 'null'))).toBeLessThan(0.2);
    }
  });

  it('conditional-binomial-1.25 tolerates what lies within its margin', () => {
    const kw = { rps: 5000, w: 0.2, base: 0.01, ratio: 1.15 };
    expect(share(rollbackIntervals('conditional-binomial', kw, 10))).toBe(1);
    expect(share(rollbackIntervals('conditional-binomial-1.25', kw, 10))).toBe(0);
  });

  it('asymptotic-cs waits for twelve intervals', () => {
    expect(rollbackIntervals('asymptotic-cs', { rps: 5000, base: 0.01, ratio: 5 }, 2)).toEqual([12, 12]);
  });
});

describe('oracles', () => {
  // log(200) = 5.30 nats, by hand: 500 requests of the canary and 9500 of stable, rates 0.01 and 0.05.
  it('without the margin: 14 ln(0.05 / 0.01) + 486 ln(0.95 / 0.99) = 2.488 nats, 3 intervals', () => {
    expect(stopsAt('oracle', Array(9).fill([500, 14, 9500, 0]))).toBe(2);
    expect(stopsAt('oracle', Array(9).fill([500, 12, 9500, 0]))).toBeNull();
  });

  it('with the margin: ln(0.2083 / 0.0617) + 2 ln(0.7917 / 0.9383) = 0.877 nats, 7 intervals', () => {
    expect(stopsAt('oracle-margin', Array(9).fill([500, 1, 9500, 2]))).toBe(6);
  });

  it('are fast on what they know: half of 5x at 50/s is found within 50 s, and with the margin within 90 s', () => {
    const kw = { rps: 50, w: 0.05, base: 0.01, ratio: 5 };
    const oracle = rollbackIntervals('oracle', kw, 100);
    const withMargin = rollbackIntervals('oracle-margin', kw, 100);
    expect(share(oracle, 6)).toBeGreaterThan(0.5);
    expect(share(withMargin, 9)).toBeGreaterThan(0.5);
    expect(share(oracle, 3)).toBeGreaterThan(share(withMargin, 3));
  });

  it.each(['oracle', 'oracle-margin'])('%s never fires before the onset', (name) => {
    const intervals = rollbackIntervals(name, { rps: 500, base: 0.01, ratio: 5, onset: 60 }, 50);
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(60);
  });

  it.each(['oracle', 'oracle-margin'])('%s knows that a healthy canary is healthy', (name) => {
    expect(share(rollbackIntervals(name, { rps: 5000, base: 0.01, od: 'all', ratio: 1.2 }, 10, 'null'))).toBe(0);
  });

  it('with the margin: a tolerated ratio is nothing to find', () => {
    expect(share(rollbackIntervals('oracle-margin', { rps: 5000, base: 0.05, ratio: 1.2 }, 5))).toBe(0);
    expect(share(rollbackIntervals('oracle', { rps: 5000, base: 0.05, ratio: 1.2 }, 5))).toBe(1);
  });

  it('incidents in both arms do not mislead them', () => {
    const kw: ScenarioOptions = { rps: 500, base: 0.001, ratio: 5, onset: 100, incident: [20, 60, 20] };
    for (const name of ['oracle', 'oracle-margin']) {
      expect(Math.min(...rollbackIntervals(name, kw, 20))).toBeGreaterThanOrEqual(100);
    }
  });
});
