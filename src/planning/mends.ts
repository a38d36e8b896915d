/** What would make a target feasible: each limit, loosened alone until there is a plan. */
import type { Detector } from './detector.ts';
import { effectOf, faultOf, LARGEST_EFFECT } from './fault.ts';
import { LONGEST_SECONDS } from './horizon.ts';
import type { KnownTarget } from './plan-target.ts';
import { fastestSteps, secondsOf } from './step-times.ts';

/** One change of a target that makes it feasible. */
export interface PlanMend {
  readonly change: 'weight' | 'effect' | 'time' | 'users' | 'badAnswers' | 'power';
  /** The new value: percent, a ratio, seconds, users, bad answers, or a chance. */
  readonly to: number;
  /** The same as a sentence. */
  readonly words: string;
}

/** Weights that steps may be given besides those of the target. */
const TRIED_WEIGHTS = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50];
/** Chances that are worth proposing. */
const POWERS = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5];

/** Larger effects are tried in such steps, so often, and then between the last two. */
const EFFECT_STEP = 1.25;
const EFFECT_STEPS = 15;
const EFFECT_REFINEMENTS = 4;

/** Every mend was tried: with it, as it is told, there is a plan. */
export function mendsOf(detector: Detector, target: KnownTarget): PlanMend[] {
  const isFeasible = (change: Partial<KnownTarget>): boolean =>
    fastestSteps(detector, { ...target, ...change }).steps !== null;
  const { fault, weights, power } = target;
  const mends: PlanMend[] = [];
  const add = (change: PlanMend['change'], to: number | null, words: (to: number) => string): void => {
    if (to !== null) mends.push({ change, to, words: words(to) });
  };
  const others = TRIED_WEIGHTS.filter((weight) => !weights.includes(weight));
  const weight = others.find((one) => isFeasible({ weights: [...weights, one].sort((a, b) => a - b) })) ?? null;
  add('weight', weight, (to) => `allow a step of ${to} %`);
  add('effect', enoughEffect(detector, target), (to) =>
    fault.kind === 'errors' ? `look for ${to} times the errors` : `look for answers that take ${to} times as long`,
  );
  const { steps } = fastestSteps(detector, { ...target, withinSeconds: LONGEST_SECONDS });
  add(
    'time',
    steps && secondsOf(steps) > target.withinSeconds ? secondsOf(steps) : null,
    (to) => `give it ${durationWords(to)}`,
  );
  const users = leastWhole(target.mostUsersExposed, MOST, (to) => isFeasible({ mostUsersExposed: to }));
  add('users', users, (to) => `let ${whole(to)} users see it`);
  const answers = leastWhole(target.mostBadAnswers, MOST, (to) => isFeasible({ mostBadAnswers: to }));
  add('badAnswers', answers, (to) => `accept ${whole(to)} bad answers`);
  const chance = POWERS.find((one) => one < power && isFeasible({ power: one })) ?? null;
  add('power', chance, (to) => `be content with a chance of ${Number((to * 100).toPrecision(3))} %`);
  return mends;
}

/** Seconds as people say them; rounded up, so that the words promise no more than the number. */
function durationWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** With thousands apart, whatever the locale. */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** As good as no limit. */
const MOST = 1e15;

/**
 * An effect that single weights find within the limits. A larger one is found sooner and does more harm by then, so the first
 * of many that fits is taken.
 */
function enoughEffect(detector: Detector, target: KnownTarget): number | null {
  const { kind } = target.fault;
  const fits = (effect: number): boolean =>
    fastestSteps(detector, { ...target, fault: faultOf(kind, effect) }, true).steps !== null;
  const from = effectOf(target.fault);
  const tried = Array.from({ length: EFFECT_STEPS }, (_, i) => rounded(from * EFFECT_STEP ** (i + 1)));
  let enough = tried.filter((effect) => effect <= LARGEST_EFFECT).find(fits);
  if (enough === undefined) return null;
  let low = Math.max(enough / EFFECT_STEP, from);
  for (let i = 0; i < EFFECT_REFINEMENTS; i++) {
    const middle = rounded(Math.sqrt(low * enough));
    if (fits(middle)) enough = middle;
    else low = middle;
  }
  return enough;
}

function rounded(effect: number): number {
  return Math.ceil(effect * 100) / 100;
}

/** The least whole number above `from` that is enough, to a relative 0.2 %; `null` = not even `to` is. */
function leastWhole(from: number, to: number, isEnough: (value: number) => boolean): number | null {
  if (!(from < to) || !isEnough(to)) return null;
  let [low, high] = [from, to];
  while (high - low > Math.max(1, 2e-3 * low)) {
    const middle = Math.ceil(low > 1 ? Math.sqrt(low * high) : high / 2);
    if (middle >= high) break;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
