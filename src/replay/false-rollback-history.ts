/** How often would healthy deployments have been rolled back, and what may be promised by that? */
import { percent } from '../engine/percent.ts';
import { trialsToProve, upperRateBound } from '../statistics/proportion-bound.ts';
import type { FalseRollbackHistory } from './calibration.ts';

/** Deployments that are named; the rest are counted. */
const MOST_NAMED = 100;

/** What was made of one deployment in which nothing was wrong. `null`: it was not tried that way, or could not be judged. */
export interface HealthyTrial {
  deploymentId: string;
  /** As it was, for it is labelled good: whether the policy acted. */
  good: boolean | null;
  /** With a placebo. */
  placebo: boolean | null;
}

/** Counts deployments, not trials: the trials of one deployment share its weather. */
export class HealthyTrials {
  readonly #rolledBack: string[] = [];
  #rolledBackCount = 0;
  #deployments = 0;
  #good = 0;
  #placebos = 0;

  add({ deploymentId, good, placebo }: HealthyTrial): void {
    if (good === null && placebo === null) return;
    this.#deployments += 1;
    if (good !== null) this.#good += 1;
    if (placebo !== null) this.#placebos += 1;
    if (!(good || placebo)) return;
    this.#rolledBackCount += 1;
    if (this.#rolledBack.length < MOST_NAMED) this.#rolledBack.push(deploymentId);
  }

  /** @param asked - the rate that is to be promised; `null` = none. */
  history(asked: number | null, confidence: number): FalseRollbackHistory {
    const [count, deployments] = [this.#rolledBackCount, this.#deployments];
    const upper = upperRateBound(count, deployments, confidence);
    return {
      deployments,
      good: this.#good,
      placebos: this.#placebos,
      rolledBack: [...this.#rolledBack],
      rolledBackCount: count,
      estimate: deployments === 0 ? null : count / deployments,
      upper,
      supported: upper,
      asked,
      promised: asked !== null && upper <= asked,
      words: this.#words(upper, asked, confidence),
    };
  }

  #words(upper: number, asked: number | null, confidence: number): string {
    const [count, deployments] = [this.#rolledBackCount, this.#deployments];
    const sure = `at ${percent(confidence)} confidence`;
    if (deployments === 0) {
      const need = asked === null ? '' : ` ${sentence(needed(asked, 0, confidence))}`;
      return `No deployment could be judged that is labelled good, or has four stable pods that are told apart: nothing can be promised.${need}`;
    }
    const onlyPlacebos = deployments - this.#good;
    const kinds = [
      ...(this.#good > 0 ? [`${this.#good} labelled good`] : []),
      ...(onlyPlacebos > 0 ? [`${onlyPlacebos} with placebos alone`] : []),
    ].join(', ');
    const found = `${count === 0 ? 'None' : count} of ${deployments} ${deployments === 1 ? 'deployment' : 'deployments'} (${kinds}) would have been rolled back for nothing; this supports a rate of ${percent(roundedUp(upper))} ${sure}.`;
    if (asked === null) return found;
    if (upper <= asked) return `${found} ${percent(asked)} may be promised.`;
    return `${found} ${percent(asked)} may not be promised: ${needed(asked, count, confidence)}`;
  }
}

/** How many deployments it takes, with no more false rollbacks than there are. */
function needed(asked: number, count: number, confidence: number): string {
  const trials = trialsToProve(asked, count, confidence);
  if (trials === null) return 'no number of deployments would do.';
  const without =
    count === 0 ? 'without a false rollback' : `with no more than ${count === 1 ? 'this one' : `these ${count}`}`;
  return `it takes ${trials} deployments ${without}.`;
}

function sentence(clause: string): string {
  return clause.charAt(0).toUpperCase() + clause.slice(1);
}

/** A bound that is rounded must not promise more. */
function roundedUp(rate: number): number {
  const step = 10 ** (Math.floor(Math.log10(rate)) - 1);
  return Math.min(Math.ceil(rate / step - 1e-9) * step, 1);
}
