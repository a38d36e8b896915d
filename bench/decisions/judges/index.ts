/** All judges of the bench, and those that run unless others are named. */
import type { BenchJudge } from '../judge.ts';
import { argo1, argo5, argoP99 } from './argo-failure-limit.ts';
import { asymptoticCs } from './asymptotic-cs.ts';
import { conditionalBinomial, conditionalBinomialMargin } from './conditional-binomial.ts';
import { kayentaEnd, kayentaPeek } from './kayenta.ts';
import { msprt } from './msprt.ts';
import { oracle, oracleMargin } from './oracle.ts';
import { rolloutguard, rolloutguardArms, rolloutguardArmsNoWarmUp, rolloutguardNoWarmUp } from './rolloutguard.ts';
import { thresholds } from './thresholds.ts';

const DEFAULTS: readonly BenchJudge[] = [rolloutguard, rolloutguardArms, oracle, oracleMargin, thresholds];

/** Every judge, in the order in which they are named to the user. */
export const JUDGES: readonly BenchJudge[] = [
  ...DEFAULTS,
  rolloutguardNoWarmUp,
  rolloutguardArmsNoWarmUp,
  argo1,
  argo5,
  argoP99,
  kayentaEnd,
  kayentaPeek,
  msprt,
  conditionalBinomial,
  conditionalBinomialMargin,
  asymptoticCs,
];

/** Names of the judges that run by default. */
export const DEFAULT_JUDGES: readonly string[] = DEFAULTS.map(({ name }) => name);

/**
 * The judges of these names, in their order.
 *
 * @throws Error - an unknown name; the message lists the known ones.
 */
export function judgesNamed(names: readonly string[]): BenchJudge[] {
  return names.map((name) => {
    const judge = JUDGES.find((known) => known.name === name);
    if (!judge)
      throw new Error(`No judge is called "${name}". Known: ${JUDGES.map((known) => known.name).join(', ')}.`);
    return judge;
  });
}
