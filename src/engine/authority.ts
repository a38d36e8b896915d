/**
 * What automation may do for a service follows from the service's own record: nobody lets a judge roll back that has not
 * been seen to leave good deployments alone. Pure: the record comes in, a level comes out.
 */
import { OptionCheck } from '../options.ts';
import type { Authority, AuthorityLevel, PastDeployment } from '../ports/decision.ts';
import type { AuthorityRules, AuthorityThreshold } from './authority-rules.ts';

/** The levels that are earned, from the highest. */
const EARNED = ['rollback', 'hold', 'notify'] as const;

const ABILITY: Readonly<Record<AuthorityLevel, string>> = {
  shadow: 'Automation only watches',
  notify: 'Automation may notify, and stop nothing',
  hold: 'Automation may hold the rollout, and not roll back',
  rollback: 'Automation may roll back',
};
const VERB: Readonly<Record<AuthorityLevel, string>> = {
  shadow: 'watch',
  notify: 'notify',
  hold: 'hold',
  rollback: 'roll back',
};

/** What a record has earned, whatever is decided now. */
export type EarnedAuthority = Omit<Authority, 'verdict'>;

/**
 * The level that a record has earned. Only the last `window` good deployments count: those that were left alone, and those
 * that were rolled back, which take authority away until they have left the window. A bad deployment changes nothing, found
 * or missed; nor does one of unknown outcome, or one that could not be judged (`verdict: 'hold'`). Of several entries
 * with the same `deploymentId` the one that ended last counts. The order of the list does not matter.
 *
 * @param nowMs - what ends later counts for nothing yet, Unix time in milliseconds: it would never leave the window, and keep
 * out whatever happens. @defaultValue all of them are over
 * @throws RolloutGuardError `INVALID_OPTION` - an entry without id, time, verdict or outcome.
 */
export function authorityOf(
  rules: AuthorityRules,
  past: readonly PastDeployment[],
  nowMs: number = Infinity,
): EarnedAuthority {
  checkPast(past);
  const known = distinct(past.filter(({ endedAtMs }) => endedAtMs <= nowMs));
  const counted = known.filter(({ outcome, verdict }) => outcome !== 'unknown' && verdict !== 'hold');
  const bad = counted.filter(({ outcome }) => outcome === 'bad');
  const window = counted
    .filter(({ outcome }) => outcome === 'good')
    .slice(-rules.window)
    .map(({ verdict }) => verdict === 'rollback');
  const tally = tallyOf(window);
  const level = EARNED.find((each) => suffices(rules[each], tally)) ?? 'shadow';
  const next = nextOf(rules, window, level);
  const figures = {
    ...tally,
    bad: bad.length,
    caught: bad.filter(({ verdict }) => verdict === 'rollback').length,
    uncounted: new Set(past.map(({ deploymentId }) => deploymentId)).size - counted.length,
  };
  return { level, ...figures, reason: reasonOf(level, figures, next), next };
}

/**
 * Refuses what is no record.
 *
 * @throws RolloutGuardError `INVALID_OPTION`.
 */
export function checkPast(past: readonly PastDeployment[]): void {
  const check = new OptionCheck('INVALID_OPTION', 'past deployments');
  if (!Array.isArray(past)) check.fail('past', past, 'Use a list.');
  past.forEach((entry: PastDeployment, i) => {
    if (typeof entry !== 'object' || entry === null) check.fail(`past[${i}]`, entry, 'Use an object.');
    check.text(`past[${i}].deploymentId`, entry.deploymentId);
    check.number(`past[${i}].endedAtMs`, entry.endedAtMs ?? null, 0);
    check.oneOf(`past[${i}].verdict`, entry.verdict ?? null, 'hold', ['rollback', 'hold', 'continue', 'promote']);
    check.oneOf(`past[${i}].outcome`, entry.outcome ?? null, 'unknown', ['good', 'bad', 'unknown']);
  });
}

/** Refuses rules in which a higher level is easier to earn than a lower one, or cannot be earned within the window. */
export function checkAuthority(check: OptionCheck, rules: AuthorityRules): void {
  let above: AuthorityThreshold | undefined;
  for (const level of EARNED) {
    const { goodDeployments, maxFalseRollbacks } = rules[level];
    const path = `authority.${level}.`;
    if (above && goodDeployments > above.goodDeployments)
      check.fail(`${path}goodDeployments`, goodDeployments, 'A higher level must not need fewer.');
    if (above && maxFalseRollbacks < above.maxFalseRollbacks)
      check.fail(`${path}maxFalseRollbacks`, maxFalseRollbacks, 'A higher level must not forgive more.');
    if (goodDeployments + maxFalseRollbacks > rules.window)
      check.fail(
        `${path}goodDeployments`,
        goodDeployments,
        `With maxFalseRollbacks it must fit window (${rules.window}).`,
      );
    above = rules[level];
  }
}

/** One entry a deployment, the oldest first. The order of the given list must not matter, not even between equals. */
function distinct(past: readonly PastDeployment[]): PastDeployment[] {
  const byId = new Map<string, PastDeployment>();
  for (const entry of past) {
    const other = byId.get(entry.deploymentId);
    if (other === undefined || entry.endedAtMs > other.endedAtMs) byId.set(entry.deploymentId, entry);
    else if (entry.endedAtMs === other.endedAtMs && severity(entry) > severity(other))
      byId.set(entry.deploymentId, entry);
  }
  return [...byId.values()].sort(
    (a, b) => a.endedAtMs - b.endedAtMs || severity(a) - severity(b) || (a.deploymentId < b.deploymentId ? -1 : 1),
  );
}

/** Of two entries about one deployment at one time the more telling stands, and of these the one that speaks against. */
function severity({ outcome, verdict }: PastDeployment): number {
  const told = outcome === 'unknown' ? 0 : outcome === 'bad' ? 4 : 8;
  return told + ['hold', 'promote', 'continue', 'rollback'].indexOf(verdict);
}

interface Tally {
  good: number;
  falseRollbacks: number;
}

function tallyOf(window: readonly boolean[]): Tally {
  const falseRollbacks = window.filter((rolledBack) => rolledBack).length;
  return { good: window.length - falseRollbacks, falseRollbacks };
}

function suffices(
  { goodDeployments, maxFalseRollbacks }: AuthorityThreshold,
  { good, falseRollbacks }: Tally,
): boolean {
  return good >= goodDeployments && falseRollbacks <= maxFalseRollbacks;
}

/** The next higher level, and how many more good deployments it takes if none of them is rolled back. */
function nextOf(rules: AuthorityRules, window: readonly boolean[], level: AuthorityLevel): EarnedAuthority['next'] {
  const above = level === 'shadow' ? 'notify' : EARNED[EARNED.indexOf(level as (typeof EARNED)[number]) - 1];
  if (above === undefined) return null;
  const tally = tallyOf(window);
  let more = 0;
  // It ends: checkAuthority() makes sure that a window full of good deployments suffices.
  while (!suffices(rules[above], tally)) {
    const leaving = window[window.length + more - rules.window];
    more += 1;
    tally.good += leaving === false ? 0 : 1;
    if (leaving === true) tally.falseRollbacks -= 1;
  }
  return { level: above, needs: `${more} more good ${deployments(more)} left alone` };
}

function reasonOf(
  level: AuthorityLevel,
  { good, falseRollbacks, uncounted }: Pick<Authority, 'good' | 'falseRollbacks' | 'uncounted'>,
  next: EarnedAuthority['next'],
): string {
  const record = `${good} good ${deployments(good)} left alone, ${falseRollbacks} falsely rolled back`;
  const others = uncounted === 0 ? '' : `, ${uncounted} that ${uncounted === 1 ? 'does' : 'do'} not count`;
  const needs = next === null ? '' : `; to ${VERB[next.level]} it needs ${next.needs}`;
  return `${ABILITY[level]}: ${record}${others}${needs}.`;
}

function deployments(n: number): string {
  return n === 1 ? 'deployment' : 'deployments';
}
