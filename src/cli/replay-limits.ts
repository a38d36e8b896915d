/** The limits by which a CI step judges a replay. */
import { RolloutGuardError } from '../errors.ts';
import type { PolicyScore, ReplayReport } from '../replay/replay-report.ts';
import type { Invocation } from './invocation.ts';

/** One limit: at most so many of something. */
interface ReplayLimit {
  readonly option: string;
  readonly most: number;
  readonly countOf: (score: PolicyScore) => number;
  /** What must be there to be counted among. */
  readonly among: 'good' | 'bad';
  readonly words: (count: number) => string;
}

const LIMITS: readonly Omit<ReplayLimit, 'most'>[] = [
  {
    option: 'max-false-rollbacks',
    countOf: ({ falseRollbacks }) => falseRollbacks,
    among: 'good',
    words: (count) => `rolled back or escalated ${count} good ${count === 1 ? 'deployment' : 'deployments'}`,
  },
  {
    option: 'max-missed',
    countOf: ({ missed }) => missed,
    among: 'bad',
    words: (count) => `missed ${count} bad ${count === 1 ? 'deployment' : 'deployments'}`,
  },
];

/**
 * The limits of a command line.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - one is no whole number, or there are no labels that it could be counted by.
 */
export function limitsOf(invocation: Invocation): ReplayLimit[] {
  return LIMITS.flatMap((limit) => {
    const most = invocation.number(limit.option, { min: 0, integer: true });
    if (most === undefined) return [];
    invocation.required('labels', `--${limit.option} counts by what was good or bad.`);
    return [{ ...limit, most }];
  });
}

/**
 * What is exceeded, a sentence each; the policy that the others are compared with is not on trial.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - nothing is labelled so that a limit could be exceeded at all.
 */
export function exceededLimits(
  { scores }: ReplayReport,
  limits: readonly ReplayLimit[],
  baseline: string | undefined,
): string[] {
  const tried = scores.length > 1 ? scores.filter(({ policy }) => policy !== baseline) : scores;
  return limits.flatMap(({ option, most, countOf, among, words }) =>
    tried.flatMap((score) => {
      if (score[among] === 0) {
        const mend = 'Compare the names in the labels with those of the recordings.';
        const message = `rolloutguard replay: --${option} cannot be exceeded, because no recording is labelled ${among}`;
        throw new RolloutGuardError('INVALID_OPTION', message, { mend });
      }
      const count = countOf(score);
      return count > most ? [`${score.policy} ${words(count)} of ${score[among]}; --${option} allows ${most}.`] : [];
    }),
  );
}
