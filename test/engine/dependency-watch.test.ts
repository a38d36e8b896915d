import { describe, expect, it } from 'vitest';
import { DependencyWatch } from '../../src/engine/dependency-watch.ts';
import { repeat } from '../helpers/telemetry.ts';

type Calls = readonly [requests: number, bad: number];
const counts = ([requests, bad]: Calls) => ({ requests, bad });

function watchAfter(slots: readonly (readonly [canary: Calls, stable: Calls])[], before: Calls = [10_000, 10]) {
  const watch = new DependencyWatch('db', 10);
  watch.learnBefore(counts(before));
  observeAll(watch, slots);
  return watch;
}

function observeAll(
  watch: DependencyWatch,
  slots: readonly (readonly [canary: Calls, stable: Calls])[],
  from = 0,
): void {
  slots.forEach(([canary, stable], i) => {
    watch.observe({ canary: counts(canary), stable: counts(stable) }, (from + i + 1) * 10_000);
  });
}

describe('a dependency', () => {
  it("is degraded when stable's calls fail more than before, and at both arms when the canary's do too", () => {
    const both = watchAfter(
      repeat(6, [
        [100, 12],
        [1900, 228],
      ] as const),
    );
    expect(both.watch).toMatchObject({ held: true, rateNow: 0.12, rateBefore: 0.001, sinceMs: 0 });
    expect(both).toMatchObject({ degradedAtBoth: true, worseAtCanary: false });
    const stableOnly = watchAfter(
      repeat(6, [
        [100, 0],
        [1900, 228],
      ] as const),
    );
    expect(stableOnly.watch.held).toBe(true);
    expect(stableOnly.degradedAtBoth).toBe(false);
  });

  it('is not said to fail at both arms on a handful of canary calls', () => {
    const calls = (canary: number) =>
      watchAfter([
        [
          [canary, canary],
          [1900, 228],
        ],
      ]);
    expect(calls(19).degradedAtBoth).toBe(false);
    expect(calls(20).degradedAtBoth).toBe(true);
  });

  it('is worse at the canary when its calls clearly fail more than those of stable', () => {
    const worse = (canary: Calls, stable: Calls = [1900, 19]) =>
      watchAfter(repeat(6, [canary, stable] as const)).worseAtCanary;
    expect(worse([100, 8])).toBe(true);
    expect(worse([100, 1])).toBe(false);
    // Twice as often, but by a chance that cannot be told from none.
    expect(worse([4, 0.1])).toBe(false);
    // Clearly more in ratio, and less than 0.2 points.
    expect(worse([100_000, 150], [1_900_000, 190])).toBe(false);
    // Clearly more, and less than twice.
    expect(worse([1e6, 150_000], [19e6, 1.9e6])).toBe(false);
  });

  it('fails at the canary only where stable makes no calls at all', () => {
    const failing = (canary: Calls, stable: Calls): boolean =>
      watchAfter(repeat(4, [canary, stable] as const)).failsAtCanaryOnly;
    expect(failing([5, 1], [0, 0])).toBe(true);
    expect(failing([5, 1], [1, 0])).toBe(false);
    // Too few calls, and too few of them failing, to be worth a word.
    expect(failing([4, 4], [0, 0])).toBe(false);
    expect(failing([100, 4], [0, 0])).toBe(false);
  });

  it('is compared over the last two minutes in which the canary called at all', () => {
    const calling = repeat(12, [
      [100, 8],
      [1900, 19],
    ] as const);
    const silent = repeat(30, [
      [0, 0],
      [1900, 950],
    ] as const);
    const watch = watchAfter([
      [
        [100, 0],
        [1900, 19],
      ],
      ...calling,
      ...silent,
    ]);
    expect(watch.canary).toEqual({ requests: 1200, bad: 96 });
    expect(watch.stable).toEqual({ requests: 22_800, bad: 228 });
    expect(watch.canaryRatio?.ratio).toBeCloseTo(8, 0);
    expect(watchAfter([]).canaryRatio).toBeNull();
  });

  it('is not held where it was not known before', () => {
    expect(
      watchAfter(
        repeat(6, [
          [100, 50],
          [1900, 950],
        ] as const),
        [99, 0],
      ).watch.held,
    ).toBe(false);
  });

  it('goes on from its state as if it had never been stored', () => {
    const slots = Array.from({ length: 20 }, (_, i): [Calls, Calls] => [
      [i % 3 === 0 ? 0 : 100, 1],
      [1900, i > 6 && i < 12 ? 400 : 2],
    ]);
    for (let at = 0; at <= slots.length; at++) {
      const state = JSON.parse(JSON.stringify(watchAfter(slots.slice(0, at)).state()));
      const stored = new DependencyWatch('db', 10, state);
      observeAll(stored, slots.slice(at), at);
      expect(stored.state()).toEqual(watchAfter(slots).state());
    }
  });
});
