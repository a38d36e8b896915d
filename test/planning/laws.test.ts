/** What holds for every plan, whatever the service and the fault. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Fault,
  LONGEST_SECONDS,
  planCurve,
  planSteps,
  smallestDetectable,
  timeToDetect,
} from '../../src/planning/index.ts';
import { canaryPlan } from '../../src/rollouts/index.ts';
import { anyCalmService, anyFault, anyService, anyShare, logBetween } from '../helpers/plans.ts';
import { RUNS as TRIES } from '../helpers/runs.ts';

const RUNS = { numRuns: TRIES };
/**
 * What a time may break a law by: a walk is kept on a lattice of ten cells a standard deviation, and from minute four on it is looked at
 * in steps of a twentieth of the time.
 */
const SLACK = 1.2;
const BLOCK_SECONDS = 10;

/** A time for comparison; `null` counts as the longest. */
function secondsOf(...[traffic, fault, options]: Parameters<typeof timeToDetect>): number {
  return timeToDetect(traffic, fault, options).seconds ?? LONGEST_SECONDS * SLACK;
}

function larger(fault: Fault, factor: number): Fault {
  return fault.kind === 'errors'
    ? { kind: 'errors', ratio: fault.ratio * factor }
    : { kind: 'latency', slower: fault.slower * factor };
}

describe('the time to detect', () => {
  const never = (sooner: number, later: number): void =>
    expect(sooner).toBeLessThanOrEqual(later * SLACK + BLOCK_SECONDS);

  test('is no longer for a larger fault', () => {
    fc.assert(
      fc.property(anyService, anyFault, anyShare, logBetween(1.05, 3), (traffic, fault, canaryShare, factor) => {
        const options = { canaryShare, power: 0.8 };
        never(secondsOf(traffic, larger(fault, factor), options), secondsOf(traffic, fault, options));
      }),
      RUNS,
    );
  });

  test('is no longer for more traffic', () => {
    fc.assert(
      fc.property(anyCalmService, anyFault, anyShare, logBetween(1.5, 20), (traffic, fault, canaryShare, factor) => {
        const more = { ...traffic, requestsPerSecond: traffic.requestsPerSecond * factor };
        never(secondsOf(more, fault, { canaryShare }), secondsOf(traffic, fault, { canaryShare }));
      }),
      RUNS,
    );
  });

  test('is no longer for a larger share, up to a third', () => {
    fc.assert(
      fc.property(
        anyCalmService,
        anyFault,
        logBetween(0.01, 0.15),
        logBetween(1.2, 2),
        (traffic, small, share, factor) => {
          // Near the margin a larger share tempers more of what it shows.
          const fault = larger(small, 1.4);
          never(
            secondsOf(traffic, fault, { canaryShare: share * factor }),
            secondsOf(traffic, fault, { canaryShare: share }),
          );
        },
      ),
      RUNS,
    );
  });

  test('is longer, the more certain it must be', () => {
    fc.assert(
      fc.property(anyService, anyFault, anyShare, (traffic, fault, canaryShare) => {
        const times = [0.1, 0.5, 0.8, 0.95].map((power) => secondsOf(traffic, fault, { canaryShare, power }));
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
      RUNS,
    );
  });

  test('is a whole number of intervals, finite, and the same when asked again', () => {
    fc.assert(
      fc.property(anyService, anyFault, anyShare, (traffic, fault, canaryShare) => {
        const found = timeToDetect(traffic, fault, { canaryShare });
        expect(timeToDetect(traffic, fault, { canaryShare })).toEqual(found);
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        if (found.seconds === null) expect(found.because).not.toBeNull();
        else expect(found.seconds % BLOCK_SECONDS).toBe(0);
        for (const value of [found.canaryRequests, found.canaryBad, found.badAnswers, found.usersExposed]) {
          expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
      RUNS,
    );
  });
});

describe('the smallest detectable effect', () => {
  test('is seen in time, and a smaller one is not', () => {
    fc.assert(
      fc.property(anyService, anyShare, fc.integer({ min: 3, max: 200 }), (traffic, canaryShare, blocks) => {
        const within = blocks * BLOCK_SECONDS;
        const options = { kind: 'errors', canaryShare, withinSeconds: within, power: 0.8 } as const;
        const { effect, because } = smallestDetectable(traffic, options);
        if (effect === null) {
          expect(because).not.toBeNull();
          return;
        }
        const at = (ratio: number): number =>
          secondsOf(traffic, { kind: 'errors', ratio }, { canaryShare, power: 0.8 });
        expect(at(effect)).toBeLessThanOrEqual(within);
        expect(at(effect / 1.01) * SLACK + BLOCK_SECONDS).toBeGreaterThanOrEqual(within);
      }),
      RUNS,
    );
  });
});

describe('steps', () => {
  const anyLimits = fc.record({
    power: fc.constantFrom(0.5, 0.8, 0.9),
    mostUsersExposed: fc.option(logBetween(100, 1e6), { nil: undefined }),
    mostBadAnswers: fc.option(logBetween(10, 1e4), { nil: undefined }),
    withinSeconds: fc.option(logBetween(60, 1e5), { nil: undefined }),
  });

  test('keep every limit and are a plan as they stand; what would mend a plan does', () => {
    fc.assert(
      fc.property(anyService, anyFault, anyLimits, (traffic, fault, limits) => {
        const given = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
        const target = { fault, power: limits.power, ...given };
        const plan = planSteps(traffic, target);
        if (plan.feasible) {
          expect(canaryPlan(plan).steps.map(({ weight }) => weight)).toEqual(plan.steps.map(({ weight }) => weight));
          const most = (limit: number | undefined): number => (limit ?? Infinity) * (1 + 1e-6);
          expect(plan.usersExposed).toBeLessThanOrEqual(most(limits.mostUsersExposed));
          expect(plan.badAnswers).toBeLessThanOrEqual(most(limits.mostBadAnswers));
          expect(plan.totalSeconds).toBeLessThanOrEqual(most(limits.withinSeconds));
          expect(plan.totalSeconds).toBe(plan.steps.reduce((sum, { pauseSeconds }) => sum + pauseSeconds, 0));
          return;
        }
        expect(plan.because).not.toBe('');
        for (const { change, to } of plan.mends) {
          const weights = [1, 2, 5, 10, 20, 30, 40, 50, ...(change === 'weight' ? [to] : [])].sort((a, b) => a - b);
          const mended = {
            weight: { ...target, weights },
            effect: { ...target, fault: fault.kind === 'errors' ? { ...fault, ratio: to } : { ...fault, slower: to } },
            time: { ...target, withinSeconds: to },
            users: { ...target, mostUsersExposed: to },
            badAnswers: { ...target, mostBadAnswers: to },
            power: { ...target, power: to },
          }[change];
          expect(planSteps(traffic, mended).feasible, `${change} to ${to}`).toBe(true);
        }
      }),
      { numRuns: TRIES / 4 },
    );
  });
});

describe('a curve', () => {
  test('is the time to detect, point by point', () => {
    fc.assert(
      fc.property(anyService, (traffic) => {
        const effects = [1.5, 3, 10];
        const { minutes } = planCurve(traffic, { kind: 'errors', weights: [2, 20], power: 0.8, effects });
        [0.02, 0.2].forEach((canaryShare, i) => {
          effects.forEach((ratio, j) => {
            const { seconds } = timeToDetect(traffic, { kind: 'errors', ratio }, { canaryShare, power: 0.8 });
            expect(minutes[i]![j]).toBe(seconds === null ? null : seconds / 60);
          });
        });
      }),
      { numRuns: TRIES / 2 },
    );
  });
});
