/** Counts how a policy does, deployment by deployment. It keeps a few numbers of each bad one, and nothing of the others. */
import type { DeploymentLabel } from './labels.ts';
import type { PolicyScore, ReplayedPolicy } from './replay-report.ts';

/** What a policy made of a bad deployment. */
export interface BadOutcome {
  /** Seconds from the moment it became bad until the policy acted; `null` when it never did, or too early. */
  secondsToRollback: number | null;
  badAnswersServed: number;
}

/** The deployment that a policy was replayed on. */
export interface Judged {
  deployedAtMs: number;
  endedAtMs: number;
  label: DeploymentLabel | null;
}

/** When a policy rolled back or called a human; `null` when it did neither. */
export function actedAtMs({ rolledBackAtMs, escalatedAtMs }: ReplayedPolicy): number | null {
  return rolledBackAtMs ?? escalatedAtMs;
}

/** What a policy made of a deployment that is known to be bad. */
export function badOutcome(deployment: Judged, row: ReplayedPolicy): BadOutcome {
  const actedMs = actedAtMs(row);
  const sinceBadMs = actedMs === null ? null : actedMs - (badFromMs(deployment) ?? deployment.deployedAtMs);
  return {
    secondsToRollback: sinceBadMs !== null && sinceBadMs > 0 ? sinceBadMs / 1000 : null,
    badAnswersServed: row.badAnswersServed,
  };
}

/**
 * From when on a deployment was bad; `null` where it was good, or nobody said. Not before it was there: a label in seconds
 * instead of milliseconds would make every catch fifty years late.
 */
export function badFromMs({ label, deployedAtMs }: Pick<Judged, 'label' | 'deployedAtMs'>): number | null {
  return label?.outcome === 'bad' ? Math.max(label.badFromMs ?? deployedAtMs, deployedAtMs) : null;
}

/** The score of one policy. */
export class ScoreSheet {
  readonly #score: PolicyScore;
  readonly #secondsToRollback: number[] = [];
  #goodMs = 0;
  #heldMs = 0;

  constructor(policy: string, policyDigest: string) {
    this.#score = {
      ...{ policy, policyDigest, deployments: 0, good: 0, bad: 0, unlabelled: 0 },
      ...{ falseRollbacks: 0, caught: 0, missed: 0, rolledBackEarly: 0, rolledBackUnlabelled: 0 },
      ...{ promotedGood: 0, promotedBad: 0, medianSecondsToRollback: null, p90SecondsToRollback: null },
      ...{ heldShare: 0, badAnswersServed: 0 },
    };
  }

  /** Takes in what the policy made of the next deployment. */
  add(deployment: Judged, row: ReplayedPolicy): void {
    const score = this.#score;
    const acted = actedAtMs(row) !== null;
    const promoted = row.promotedAtMs !== null;
    score.deployments++;
    if (deployment.label === null) {
      score.unlabelled++;
      if (acted) score.rolledBackUnlabelled++;
    } else if (deployment.label.outcome === 'good') {
      score.good++;
      if (acted) score.falseRollbacks++;
      if (promoted) score.promotedGood++;
      const endedMs = actedAtMs(row) ?? row.promotedAtMs ?? deployment.endedAtMs;
      this.#goodMs += Math.max(0, endedMs - deployment.deployedAtMs);
      this.#heldMs += row.heldSeconds * 1000;
    } else this.#addBad(badOutcome(deployment, row), acted, promoted);
  }

  #addBad({ secondsToRollback, badAnswersServed }: BadOutcome, acted: boolean, promoted: boolean): void {
    const score = this.#score;
    score.bad++;
    score.badAnswersServed += badAnswersServed;
    if (promoted) score.promotedBad++;
    if (secondsToRollback !== null) {
      score.caught++;
      this.#secondsToRollback.push(secondsToRollback);
    } else if (acted) score.rolledBackEarly++;
    else score.missed++;
  }

  get score(): PolicyScore {
    return {
      ...this.#score,
      medianSecondsToRollback: quantile(this.#secondsToRollback, 0.5),
      p90SecondsToRollback: quantile(this.#secondsToRollback, 0.9),
      heldShare: this.#goodMs > 0 ? this.#heldMs / this.#goodMs : 0,
    };
  }
}

/** Smallest value that at least the share `p` of the values does not exceed; `null` for an empty list. */
export function quantile(values: readonly number[], p: number): number | null {
  const rank = Math.max(1, Math.ceil(p * values.length - 1e-9));
  return values.toSorted((a, b) => a - b)[rank - 1] ?? null;
}
