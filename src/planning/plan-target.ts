/** What a plan of steps must reach, and within what. */
import type { OptionCheck } from '../options.ts';
import { checkedFault, type Fault } from './fault.ts';
import { checkedWeights } from './weights.ts';

/** What the steps of a canary are to find, and what that may cost. */
export interface PlanTarget {
  readonly fault: Fault;
  /** Chance to find the fault before the last step ends. */
  readonly power: number;
  /** Most users that a canary with that fault may serve until then. @defaultValue no limit */
  readonly mostUsersExposed?: number;
  /** Most bad answers beyond what stable would have given. @defaultValue no limit */
  readonly mostBadAnswers?: number;
  /** Most seconds that all steps together may take. @defaultValue a week */
  readonly withinSeconds?: number;
  /** Weights that steps may have, in percent, ascending. @defaultValue 1, 2, 5, 10, 20, 30, 40, 50 */
  readonly weights?: readonly number[];
}

/** A checked target with nothing left open. */
export interface KnownTarget {
  readonly fault: Fault;
  readonly power: number;
  readonly mostUsersExposed: number;
  readonly mostBadAnswers: number;
  readonly withinSeconds: number;
  readonly weights: readonly number[];
}

const USUAL_WEIGHTS: readonly number[] = [1, 2, 5, 10, 20, 30, 40, 50];
const KEYS = ['fault', 'power', 'mostUsersExposed', 'mostBadAnswers', 'withinSeconds', 'weights'];

/** Checks a target; limits that nothing can keep are refused. */
export function knownTarget(check: OptionCheck, target: PlanTarget, longestSeconds: number): KnownTarget {
  check.knownKeys('target', target, KEYS);
  const { fault, power, mostUsersExposed, mostBadAnswers, withinSeconds, weights } = target;
  return {
    fault: checkedFault(check, 'target.fault', fault),
    power: check.number('target.power', power ?? null, 0, { above: 0, below: 1 }),
    mostUsersExposed: limit(check, 'target.mostUsersExposed', mostUsersExposed, Infinity),
    mostBadAnswers: limit(check, 'target.mostBadAnswers', mostBadAnswers, Infinity),
    withinSeconds: limit(check, 'target.withinSeconds', withinSeconds, longestSeconds),
    weights: weights === undefined ? USUAL_WEIGHTS : checkedWeights(check, 'target.weights', weights),
  };
}

function limit(check: OptionCheck, path: string, value: number | undefined, otherwise: number): number {
  if (value === 0)
    check.fail(path, value, 'Nothing can be found without letting the canary serve: use a number above 0.');
  return check.number(path, value, otherwise, { above: 0 });
}
