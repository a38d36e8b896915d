/** What would make a target feasible: each limit, loosened alone until there is a plan. */
import type { Detector } from './detector.ts';
import { effectOf, faultOf, LARGEST_EFFECT } from './fault.ts';
import type { KnownTarget } from './plan-target.ts';
import { fastestSteps } from './step-times.ts';

/** One change of a target that makes it feasible. */
export interface PlanMend {
  readonly change: 'weight' | 'effect' | 'time' | 'users' | 'power';
  /** The new value: percent, a ratio, seconds, users, or a chance. */
  readonly to: number;
  /** The same as a sentence. */
  readonly words: string;
}

/** Weights that steps may be given besides those of the target. */
const TRIED_WEIGHTS = [1, 2, 3, 5, 7, 10, 15, 20, 25, 30, 40, 50];
/** Chances that are worth proposing. */
const POWERS = [0.95, 0.9, 0.8, 0.7, 0.6, 0.5];

/** Every mend was tried: with it there is a plan. */
export function mendsOf(detector: Detector, target: KnownTarget): PlanMend[] {
  const isFeasible = (change: Partial<KnownTarget>, single = false): boolean =>
    fastestSteps(detector, { ...target, ...change }, single).steps !== null;
  const { fault, weights, power } = target;
  const mends: PlanMend[] = [];
  const add = (change: PlanMend['change'], to: number | null, words: (to: string) => string): void => {
    if (to !== null) mends.push({ change, to, words: words(String(to)) });
  };

  const others = TRIED_WEIGHTS.filter((weight) => !weights.includes(weight));
  const weight = others.find((one) => isFeasible({ weights: [...weights, one].sort((a, b) => a - b) })) ?? null;
  add('weight', weight, (to) => `allow a step of ${to} %`);

  const effect = least(effectOf(fault), LARGEST_EFFECT, 5e-3, (to) =>
    isFeasible({ fault: faultOf(fault.kind, to) }, true),
  );
  add('effect', effect === null ? null : Math.ceil(effect * 100) / 100, (to) =>
    fault.kind === 'errors' ? `look for ${to} times the errors` : `look for times ${to} times as long`,
  );

  const time = least(target.withinSeconds, 7 * 24 * 3600, 1, (to) => isFeasible({ withinSeconds: to }));
  add('time', time === null ? null : Math.ceil(time), (to) => `give it ${to} s`);

  const users = least(target.mostUsersExposed, 1e15, 0.5, (to) => isFeasible({ mostUsersExposed: to }));
  add('users', users === null ? null : Math.ceil(users), (to) => `let ${to} users see it`);

  const chance = POWERS.find((one) => one < power && isFeasible({ power: one })) ?? null;
  add('power', chance, (to) => `be content with a chance of ${Number(to) * 100} %`);
  return mends;
}

/** The least value above `from` that is enough, to a relative 0.1 % or `step`; `null` = not even `to` is. */
function least(from: number, to: number, step: number, isEnough: (value: number) => boolean): number | null {
  if (!(from < to) || !isEnough(to)) return null;
  let [low, high] = [from, to];
  while (high - low > Math.max(step, 2e-3 * low)) {
    const middle = low > 0 ? Math.sqrt(low * high) : high / 2;
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
