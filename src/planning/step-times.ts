/**
 * The fastest steps that find a fault. A step at a weight where the fault takes `T` seconds to be seen contributes its pause
 * over `T`; the steps must contribute 1 together and expose no more than allowed. That is a linear programme with two
 * constraints, so two weights are enough: a small one that spares users, and a large one that saves time.
 */

import type { Detector } from './detector.ts';
import { LONGEST_SECONDS } from './horizon.ts';
import type { KnownTarget } from './plan-target.ts';
import { costOf } from './time-to-detect.ts';

/** Time that a second step must save, as a factor. */
const WORTH = 1.1;
/** Least part of the evidence that a step must bring. */
const LEAST_PART = 0.2;

/** How long at which weight. */
export interface StepTime {
  /** In percent. */
  readonly weight: number;
  readonly seconds: number;
}

/** A weight at which the fault can be seen. */
interface Candidate {
  readonly weight: number;
  readonly seconds: number;
  /** What a canary with the fault does in one second. */
  readonly usersPerSecond: number;
  readonly badPerSecond: number;
}

/** What the fastest steps are, and the least that any steps need; `null` where the fault is never seen. */
export interface StepTimes {
  /** `null`: the limits cannot be kept. */
  readonly steps: readonly StepTime[] | null;
  /** The single step that comes closest, whatever it exposes. */
  readonly closest: StepTime | null;
  /** Why the fault is never seen at any weight. */
  readonly because: string | null;
}

/**
 * Finds the fastest steps for a target. Pauses are whole intervals.
 *
 * @param single - looks at single weights only, and no further than the limits allow: quicker, and never too hopeful.
 */
export function fastestSteps(detector: Detector, target: KnownTarget, single = false): StepTimes {
  const { fault, power, weights } = target;
  const isLimited = target.mostUsersExposed < Infinity || target.mostBadAnswers < Infinity;
  const candidates: Candidate[] = [];
  let because: string | null = null;
  let fastest = LONGEST_SECONDS;
  // The largest weight first: it is mostly the fastest, and what takes longer need not be known if nothing else counts.
  for (const weight of [...weights].reverse()) {
    const within = single ? withinLimits(detector, target, weight / 100) : isLimited ? LONGEST_SECONDS : fastest;
    const seen = detector.detect(fault, weight / 100, power, within);
    because ??= seen.because;
    if (seen.seconds === null) continue;
    const cost = costOf(detector, weight / 100, seen);
    const { seconds } = seen;
    fastest = Math.min(fastest, seconds);
    candidates.unshift({
      weight,
      seconds,
      usersPerSecond: cost.usersExposed / seconds,
      badPerSecond: cost.badAnswers / seconds,
    });
  }
  if (candidates.length === 0) return { steps: null, closest: null, because };
  const interval = detector.settings.intervalSeconds;
  const options = [
    ...candidates.map((one) => [{ weight: one.weight, seconds: one.seconds }]),
    ...candidates.flatMap((low, i) =>
      single ? [] : candidates.slice(i + 1).flatMap((high) => mixed(low, high, target, interval)),
    ),
  ];
  const fits = options.filter((steps) => keepsLimits(steps, candidates, target));
  // A second step has to be worth its while.
  const rank = (steps: readonly StepTime[]): number => secondsOf(steps) * WORTH ** (steps.length - 1);
  const best = fits.sort((a, b) => rank(a) - rank(b))[0] ?? null;
  const closest = [...candidates].sort((a, b) => a.seconds - b.seconds)[0]!;
  return { steps: best, closest: { weight: closest.weight, seconds: closest.seconds }, because: null };
}

/** Seconds after which a single weight has used up the users that may see it, or the time. */
function withinLimits({ traffic }: Detector, target: KnownTarget, canaryShare: number): number {
  const usersPerSecond = (traffic.requestsPerSecond * canaryShare) / traffic.requestsPerUser;
  return Math.min(target.withinSeconds, target.mostUsersExposed / usersPerSecond);
}

/** The two weights in the proportion that just keeps the limits on users and bad answers. */
function mixed(low: Candidate, high: Candidate, target: KnownTarget, interval: number): StepTime[][] {
  const limits = [
    [low.usersPerSecond, high.usersPerSecond, target.mostUsersExposed],
    [low.badPerSecond, high.badPerSecond, target.mostBadAnswers],
  ] as const;
  return limits.flatMap(([perLow, perHigh, most]) => {
    // part x T_low seconds at the low weight and (1 - part) x T_high at the high one expose exactly `most`.
    const [allLow, allHigh] = [perLow * low.seconds, perHigh * high.seconds];
    const part = (allHigh - most) / (allHigh - allLow);
    if (!(part > 0 && part < 1)) return [];
    const first = Math.ceil((part * low.seconds) / interval - 1e-9) * interval;
    const second = Math.ceil(((1 - first / low.seconds) * high.seconds) / interval - 1e-9) * interval;
    if (first < LEAST_PART * low.seconds || second < LEAST_PART * high.seconds) return [];
    return [
      [
        { weight: low.weight, seconds: first },
        { weight: high.weight, seconds: second },
      ],
    ];
  });
}

function keepsLimits(steps: readonly StepTime[], candidates: readonly Candidate[], target: KnownTarget): boolean {
  let [users, bad] = [0, 0];
  for (const { weight, seconds } of steps) {
    const candidate = candidates.find((one) => one.weight === weight)!;
    users += candidate.usersPerSecond * seconds;
    bad += candidate.badPerSecond * seconds;
  }
  const slack = 1 + 1e-9;
  return (
    users <= target.mostUsersExposed * slack &&
    bad <= target.mostBadAnswers * slack &&
    secondsOf(steps) <= target.withinSeconds * slack
  );
}

/** Seconds of all steps together. */
export function secondsOf(steps: readonly StepTime[]): number {
  return steps.reduce((sum, { seconds }) => sum + seconds, 0);
}
