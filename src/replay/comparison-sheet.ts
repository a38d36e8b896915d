/** Counts how one policy does against another on the same deployments. */
import type { PolicyComparison, ReplayedPolicy } from './replay-report.ts';
import { actedAtMs, badOutcome, type Judged, quantile } from './score-sheet.ts';

/** Deployments that are named; the rest are counted. */
const MOST_NAMED = 20;

/** One policy against another. */
export class ComparisonSheet {
  readonly #comparison: PolicyComparison;
  readonly #secondsSaved: number[] = [];

  constructor(policy: string, against: string) {
    this.#comparison = {
      ...{ policy, against, bothCaught: 0 },
      ...{ onlyThisCaught: [], onlyThisCount: 0, onlyOtherCaught: [], onlyOtherCount: 0 },
      ...{ medianSecondsSaved: null, totalSecondsSaved: 0, badAnswersSaved: 0, falseRollbacksSaved: 0 },
    };
  }

  /** Takes in what both made of the next deployment. */
  add(
    deployment: Judged & { service: string; deploymentId: string },
    row: ReplayedPolicy,
    other: ReplayedPolicy,
  ): void {
    const comparison = this.#comparison;
    if (deployment.label?.outcome === 'good') {
      comparison.falseRollbacksSaved += Number(actedAtMs(other) !== null) - Number(actedAtMs(row) !== null);
    }
    if (deployment.label?.outcome !== 'bad') return;
    const [mine, its] = [badOutcome(deployment, row), badOutcome(deployment, other)];
    comparison.badAnswersSaved += its.badAnswersServed - mine.badAnswersServed;
    const [caught, otherCaught] = [mine.secondsToRollback, its.secondsToRollback];
    const name = `${deployment.service}/${deployment.deploymentId}`;
    if (caught !== null && otherCaught !== null) {
      comparison.bothCaught++;
      comparison.totalSecondsSaved += otherCaught - caught;
      this.#secondsSaved.push(otherCaught - caught);
    } else if (caught !== null) {
      if (comparison.onlyThisCount++ < MOST_NAMED) comparison.onlyThisCaught.push(name);
    } else if (otherCaught !== null) {
      if (comparison.onlyOtherCount++ < MOST_NAMED) comparison.onlyOtherCaught.push(name);
    }
  }

  get comparison(): PolicyComparison {
    return { ...this.#comparison, medianSecondsSaved: quantile(this.#secondsSaved, 0.5) };
  }
}
