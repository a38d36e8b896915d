import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { expectClose } from '../helpers/close.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, shuffledWithinTimes, type TrafficShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { DEPLOYED_AT_MS } from '../helpers/telemetry.ts';

const at = ({ completeUntilMs }: DeploymentTelemetry) => ({ nowMs: completeUntilMs + 2000 });
const withIntervals = (telemetry: DeploymentTelemetry, change: (interval: TelemetryInterval) => TelemetryInterval) => ({
  ...telemetry,
  intervals: telemetry.intervals.map(change),
});

function mapDependencies(
  dependencies: Record<string, TelemetryInterval[]>,
  change: (interval: TelemetryInterval) => TelemetryInterval,
): Record<string, TelemetryInterval[]> {
  return Object.fromEntries(Object.entries(dependencies).map(([name, calls]) => [name, calls.map(change)]));
}

/** Every number anywhere in a value, with its path. */
function* numbersIn(value: unknown, path = ''): Generator<[path: string, value: number]> {
  if (typeof value === 'number') yield [path, value];
  else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* numbersIn(part, `${path}.${key}`);
  }
}

/** The same decision, but for the last bits of its numbers. */
function expectAlike(actual: Decision, expected: Decision): void {
  const withoutNumbers = (decision: Decision): unknown =>
    JSON.parse(JSON.stringify(decision, (_, value) => (typeof value === 'number' ? 0 : value)));
  expect(withoutNumbers(actual)).toEqual(withoutNumbers(expected));
  const numbers = new Map(numbersIn(expected));
  for (const [path, value] of numbersIn(actual)) expectClose(value, numbers.get(path)!, 1e-9, path, 1e-8);
}

describe('a decision', () => {
  it('is the same for the same input, to the bit, and leaves the input as it was', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape(shape);
        const before = JSON.stringify(telemetry);
        const decision = JSON.stringify(decide(policy, telemetry, at(telemetry)));
        expect(JSON.stringify(decide(policy, telemetry, at(telemetry)))).toBe(decision);
        expect(JSON.stringify(telemetry)).toBe(before);
      }),
      { seed: 1, numRuns: RUNS },
    );
  });

  it('does not depend on the order of pods and cohorts within a time', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.nat(1000), (shape, policy, seed) => {
        const telemetry = telemetryOfShape(shape, 5);
        const shuffled = { ...telemetry, intervals: shuffledWithinTimes(telemetry.intervals, seed) };
        expect(decide(policy, shuffled, at(telemetry))).toEqual(decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 2, numRuns: RUNS },
    );
  });

  it('does not depend on the names of pods, as long as they sort alike', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, named: true });
        const renamed = withIntervals(telemetry, (interval) => ({ ...interval, pod: `service-7f9c-${interval.pod}` }));
        expect(decide(policy, renamed, at(telemetry))).toEqual(decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 3, numRuns: RUNS },
    );
  });

  it('depends on how the names of pods sort in the last bits of its numbers at most', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, named: true });
        const renamed = withIntervals(telemetry, (interval) => ({
          ...interval,
          pod: `${9 - Number(interval.pod!.at(-1))}-${interval.pod}`,
        }));
        expectAlike(decide(policy, renamed, at(telemetry)), decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 4, numRuns: RUNS },
    );
  });

  it('moves with time: a shift by whole slots changes times and nothing else', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.integer({ min: -1e6, max: 1e6 }), (shape, policy, slots) => {
        const shiftMs = slots * 10_000;
        const shift = (interval: TelemetryInterval): TelemetryInterval => ({
          ...interval,
          startMs: interval.startMs + shiftMs,
          endMs: interval.endMs + shiftMs,
        });
        const telemetry = telemetryOfShape(shape);
        const { deployedAtMs, completeUntilMs, weights } = telemetry;
        const shifted = {
          ...withIntervals(telemetry, shift),
          ...(telemetry.dependencies && { dependencies: mapDependencies(telemetry.dependencies, shift) }),
          deployedAtMs: deployedAtMs + shiftMs,
          completeUntilMs: completeUntilMs + shiftMs,
          weights: weights.map((weight) => ({ ...weight, atMs: weight.atMs + shiftMs })),
        };
        const expected = decide(policy, telemetry, at(telemetry));
        const { attribution } = expected;
        const incident = attribution?.incident && {
          ...attribution.incident,
          sinceMs: attribution.incident.sinceMs + shiftMs,
        };
        const later = (timeMs: number | null): number | null => timeMs && timeMs + shiftMs;
        expect(decide(policy, shifted, at(shifted))).toEqual({
          ...expected,
          decidedAtMs: later(expected.decidedAtMs),
          crossedAtMs: later(expected.crossedAtMs),
          nextCheckAtMs: later(expected.nextCheckAtMs),
          attribution: { ...attribution, incident },
          problems: expected.problems.map((problem) => ({ ...problem, atMs: later(problem.atMs) })),
        });
      }),
      { seed: 5, numRuns: RUNS },
    );
  });

  it('is the same whether latency comes in seconds or in milliseconds', () => {
    const inSeconds = (latency: LatencyHistogram): LatencyHistogram =>
      latency.type === 'explicit'
        ? { ...latency, unit: 's', upperBounds: latency.upperBounds.map((bound) => bound / 1000) }
        : latency;
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, reports: { ...shape.reports, latency: true } });
        const seconds = withIntervals(telemetry, ({ latency, ...interval }) =>
          latency === undefined ? interval : { ...interval, latency: inSeconds(latency) },
        );
        expectAlike(decide(policy, seconds, at(telemetry)), decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 6, numRuns: RUNS },
    );
  });

  it('is the same from intervals of 2 s, 5 s and 10 s', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const [expected, ...others] = [10, 5, 2].map((seconds) => {
          const telemetry = telemetryOfShape(shape, seconds);
          return decide(policy, telemetry, at(telemetry));
        });
        for (const decision of others) expect(decision).toEqual(expected);
      }),
      { seed: 7, numRuns: RUNS },
    );
  });

  it('has finite numbers only and survives JSON, from no requests at all to 1e12', () => {
    fc.assert(
      fc.property(anyShape({ huge: true }), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape(shape);
        const decision = decide(policy, telemetry, at(telemetry));
        for (const [path, value] of numbersIn(decision)) expect(value, path).toSatisfy(Number.isFinite);
        for (const { logE, peakLogE, bound, dispersion, clippedIntervals, canary, stable } of decision.evidence) {
          for (const value of [logE, peakLogE, bound, dispersion, clippedIntervals, canary.bad, stable.requests])
            expect(value).toBeTypeOf('number');
        }
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
      }),
      { seed: 8, numRuns: RUNS },
    );
  });
});

describe('empty intervals', () => {
  /** Intervals that say that nobody asked anything, of given series, in the slots of a span. */
  const nothing = (
    series: readonly Pick<TelemetryInterval, 'cohort' | 'pod'>[],
    fromSlot: number,
    untilSlot: number,
  ): TelemetryInterval[] =>
    Array.from({ length: Math.max(untilSlot - fromSlot, 0) }, (_, i) => {
      const startMs = DEPLOYED_AT_MS + (fromSlot + i) * 10_000;
      return series.map((each) => ({ ...each, startMs, endMs: startMs + 10_000, requests: 0, errors: 0 }));
    }).flat();
  const added = (telemetry: DeploymentTelemetry, more: readonly TelemetryInterval[]): DeploymentTelemetry => ({
    ...telemetry,
    intervals: [...telemetry.intervals, ...more].sort((a, b) => a.startMs - b.startMs),
  });
  /** Shapes whose canary has a request in its first slot. */
  const begunAtOnce = anyShape()
    .map((shape): TrafficShape => ({ ...shape, rate: Math.max(shape.rate, 2), lost: 0, silent: null }))
    .filter((shape) => shape.slots > 1);

  it('of a cohort do not matter', () => {
    fc.assert(
      fc.property(begunAtOnce, anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, named: true });
        const more = nothing([{ cohort: 'canary' }, { cohort: 'stable' }, { cohort: 'baseline' }], 0, shape.slots);
        const { intervals } = added(telemetry, more);
        expect(decide(policy, { ...telemetry, intervals }, at(telemetry))).toEqual(
          decide(policy, telemetry, at(telemetry)),
        );
      }),
      { seed: 11, numRuns: RUNS },
    );
  });

  // They count as pods where pods are counted, and their silence as that of a sibling.
  it('of pods that serve nobody do not matter', () => {
    fc.assert(
      fc.property(begunAtOnce, anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, named: true });
        const more = nothing(
          [
            { cohort: 'canary', pod: 'idle' },
            { cohort: 'stable', pod: 'idle-1' },
            { cohort: 'stable', pod: 'idle-2' },
          ],
          0,
          shape.slots,
        );
        expect(decide(policy, added(telemetry, more), at(telemetry))).toEqual(decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 12, numRuns: RUNS, endOnFailure: true },
    );
  });

  // What nobody reported is not walked through before the canary's first request; what is reported as nothing is.
  it('before the deployment do not matter', () => {
    fc.assert(
      fc.property(begunAtOnce, anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, named: true, historySlots: 6 });
        const more = nothing([{ cohort: 'stable' }], -20, 0);
        expect(decide(policy, added(telemetry, more), at(telemetry))).toEqual(decide(policy, telemetry, at(telemetry)));
      }),
      { seed: 13, numRuns: RUNS, endOnFailure: true },
    );
  });
});
