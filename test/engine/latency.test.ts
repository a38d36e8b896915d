import { describe, expect, it } from 'vitest';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry, ExponentialHistogram, LatencyHistogram } from '../../src/ports/telemetry.ts';
import { normal, poisson, seededRandom } from '../../src/testing/random.ts';
import { interval, telemetryOf } from '../helpers/telemetry.ts';

const BOUNDS = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const policy = definePolicy({ criteria: [latency()] });

interface Shape {
  /** Factor on every time. */
  shift?: number;
  /** Factor on times above the p90. */
  tail?: number;
  /** Share that takes longer than every bound. */
  timeouts?: number;
}

/** Log-normal times with a median of 60 ms. */
function times(random: () => number, count: number, { shift = 1, tail = 1, timeouts = 0 }: Shape): number[] {
  return Array.from({ length: count }, () => {
    const z = normal(random);
    if (random() < timeouts) return 60_000;
    return 60 * Math.exp(0.8 * z) * shift * (z > 1.2816 ? tail : 1);
  });
}

const explicit = (values: number[], unit: 's' | 'ms' = 'ms'): LatencyHistogram => {
  const counts = new Array<number>(BOUNDS.length + 1).fill(0);
  for (const value of values)
    counts[
      BOUNDS.findIndex((bound) => value <= bound) >= 0 ? BOUNDS.findIndex((bound) => value <= bound) : BOUNDS.length
    ]! += 1;
  return { type: 'explicit', unit, upperBounds: unit === 'ms' ? BOUNDS : BOUNDS.map((bound) => bound / 1000), counts };
};
const exponential =
  (scale: number) =>
  (values: number[]): ExponentialHistogram => {
    const indices = values.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
    const offset = Math.min(...indices);
    const counts = new Array<number>(Math.max(...indices) - offset + 1).fill(0);
    for (const index of indices) counts[index - offset]! += 1;
    return { type: 'exponential', unit: 'ms', scale, zeroThreshold: 0, zeroCount: 0, offset, counts };
  };

function recorded(
  canary: Shape,
  options: {
    canaryHistogram?: (values: number[]) => LatencyHistogram;
    histogram?: (values: number[]) => LatencyHistogram;
    slots?: number;
    seed?: number;
    both?: Shape;
  } = {},
): DeploymentTelemetry {
  const { histogram = explicit, canaryHistogram = histogram, slots = 60, seed = 1, both = {} } = options;
  const random = seededRandom('latency', seed);
  const intervals = [];
  for (let i = -30; i < slots; i++) {
    const stable = times(random, poisson(random, 1900), i < 0 ? {} : both);
    intervals.push(interval(i, 'stable', [stable.length, 0], { latency: histogram(stable) }));
    if (i < 0) continue;
    const values = times(random, poisson(random, 250), { ...both, ...canary });
    intervals.push(interval(i, 'canary', [values.length, 0], { latency: canaryHistogram(values) }));
  }
  return telemetryOf([], [], { intervals, completeUntilMs: intervals.at(-1)!.endMs });
}

const judge = (telemetry: DeploymentTelemetry) => decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });

describe('latency', () => {
  it('does not roll back a canary that is as fast as stable, and proves it where there is enough to count', () => {
    const decision = judge(recorded({}, { slots: 120 }));
    expect(decision.verdict).not.toBe('rollback');
    expect(decision.evidence[0]!.peakLogE).toBeLessThan(decision.evidence[0]!.bound);
    expect(decision.evidence[0]!.logNonInferiority).toBeGreaterThan(0);
  });

  it.each([
    ['a slower median', { shift: 1.3 }],
    ['a longer tail', { tail: 2 }],
    ['1 % timeouts', { timeouts: 0.01 }],
  ])('finds %s', (_, shape) => {
    const decision = judge(recorded(shape));
    expect(decision).toMatchObject({ verdict: 'rollback', guilty: 'latency p99' });
    expect(decision.reason).toMatch(/requests slower than \d+ ms/);
  });

  it('tolerates 5 % more time', () => {
    expect(judge(recorded({ shift: 1.05 })).verdict).not.toBe('rollback');
  });

  it('does not blame the canary when both get slower', () => {
    expect(judge(recorded({}, { both: { shift: 2 } })).verdict).not.toBe('rollback');
  });

  it('reads seconds like milliseconds', () => {
    const inSeconds = judge(recorded({ tail: 2 }, { histogram: (values) => explicit(values, 's') }));
    expect(inSeconds.evidence[0]).toMatchObject({ canary: judge(recorded({ tail: 2 })).evidence[0]!.canary });
  });

  it('judges exponential histograms, also when the versions differ in scale', () => {
    expect(judge(recorded({ tail: 2 }, { histogram: exponential(4) })).verdict).toBe('rollback');
    expect(judge(recorded({ tail: 2 }, { histogram: exponential(4), canaryHistogram: exponential(2) })).verdict).toBe(
      'rollback',
    );
    expect(judge(recorded({}, { histogram: exponential(4), canaryHistogram: exponential(2) })).verdict).not.toBe(
      'rollback',
    );
  });

  it('guesses nothing from a canary whose buckets have no edge in common', () => {
    const other = (values: number[]): LatencyHistogram => ({
      type: 'explicit',
      unit: 'ms',
      upperBounds: [33],
      counts: [0, values.length],
    });
    const [evidence] = judge(recorded({ shift: 10 }, { canaryHistogram: other })).evidence;
    expect(evidence!.canary).toEqual({ requests: 0, bad: 0 });
    expect(evidence!.logE).toBeLessThanOrEqual(0);
  });

  it('does not roll back because one pod stalls, nor because all start cold', () => {
    const random = seededRandom('stall');
    const slow = (count: number, slowOnes: number) =>
      explicit([...times(random, count - slowOnes, {}), ...new Array<number>(slowOnes).fill(3000)]);
    const pods = (i: number, stalls: (i: number, pod: number) => number) =>
      [0, 1, 2].map((pod) =>
        interval(i, 'canary', [20, 0], { pod: `canary-${pod}`, latency: slow(20, stalls(i, pod)) }),
      );
    const run = (stalls: (i: number, pod: number) => number) => {
      const telemetry = recorded({}, { slots: 30 });
      const others = telemetry.intervals.filter(({ cohort }) => cohort !== 'canary');
      return judge({
        ...telemetry,
        intervals: [...others, ...Array.from({ length: 30 }, (_, i) => pods(i, stalls)).flat()],
      });
    };
    expect(run((i, pod) => (i === 10 + pod ? 9 : 0)).verdict).not.toBe('rollback');
    expect(run((i) => (i < 3 ? 6 : 0)).verdict).not.toBe('rollback');
    expect(run((i) => (i >= 10 ? 6 : 0)).verdict).toBe('rollback');
  });

  it('says by name why it judges nothing when the buckets have no bound in common', () => {
    const telemetry = recorded({ shift: 5 }, { slots: 12 });
    const decision = judge({
      ...telemetry,
      intervals: telemetry.intervals.map((each) =>
        each.cohort === 'canary'
          ? { ...each, latency: { type: 'explicit', unit: 'ms', upperBounds: [77], counts: [1, 1] } }
          : each,
      ),
    });
    expect(decision).toMatchObject({ verdict: 'continue', evidence: [{ status: 'no-data', logE: 0 }] });
    expect(decision.problems).toMatchObject([{ source: 'latency p99', code: 'BUCKETS_DIFFER' }]);
  });

  it('says nothing before it knows what is usual', () => {
    const telemetry = recorded({ shift: 5 }, { slots: 1 });
    const withoutHistory = {
      ...telemetry,
      intervals: telemetry.intervals.filter(({ startMs }) => startMs >= telemetry.deployedAtMs),
    };
    expect(judge(withoutHistory).evidence[0]).toMatchObject({ logE: 0, logNonInferiority: null, effect: null });
  });
});
