/** Which deployments of a replay a reader should see first: false rollbacks, then misses, then where policies differ most. */
import type { ReplayedDeployment, ReplayedPolicy, ReplayReport } from '../replay/replay-report.ts';
import { actedAtMs, badOutcome } from '../replay/score-sheet.ts';
import { least, most } from './numbers.ts';

/** How one policy did with one deployment, given what is known of it. */
export type ReplayOutcome = 'false-rollback' | 'missed' | 'early' | 'unlabelled-rollback' | 'caught' | 'left-alone';

/** Groups in the order in which they are shown; a deployment belongs to the first one that any policy puts it in. */
const ORDER: readonly ReplayOutcome[] = [
  'false-rollback',
  'missed',
  'early',
  'unlabelled-rollback',
  'caught',
  'left-alone',
];

const HEADINGS: Readonly<Record<ReplayOutcome, string>> = {
  'false-rollback': 'False rollbacks',
  missed: 'Missed',
  early: 'Rolled back before they were bad',
  'unlabelled-rollback': 'Rolled back, and nobody said whether good or bad',
  caught: 'Caught',
  'left-alone': 'Left alone',
};

/** Deployments of one kind. */
export interface ReplayGroup {
  outcome: ReplayOutcome;
  heading: string;
  /** How many there are; `shown` may be fewer. */
  count: number;
  shown: ReplayedDeployment[];
}

/** What a policy did with a deployment, counted as the scores count it. */
export function outcomeOf(deployment: ReplayedDeployment, policy: ReplayedPolicy): ReplayOutcome {
  const acted = actedAtMs(policy);
  const { label } = deployment;
  if (label?.outcome === 'bad') {
    if (acted === null) return 'missed';
    return badOutcome(deployment, policy).secondsToRollback === null ? 'early' : 'caught';
  }
  if (acted === null) return 'left-alone';
  return label === null ? 'unlabelled-rollback' : 'false-rollback';
}

/**
 * The deployments in groups, worst first, and in a group those first on which policies differ most. Groups without any are
 * left out.
 *
 * @param atMost - how many deployments are shown, over all groups.
 */
export function replayGroups({ deployments }: ReplayReport, atMost: number): ReplayGroup[] {
  const ranked = deployments.map((deployment) => rank(deployment)).toSorted(before);
  const shown = new Set(ranked.slice(0, atMost));
  return ORDER.flatMap((outcome) => {
    const mine = ranked.filter((each) => each.outcome === outcome);
    if (mine.length === 0) return [];
    const visible = mine.filter((each) => shown.has(each)).map(({ deployment }) => deployment);
    return [{ outcome, heading: HEADINGS[outcome], count: mine.length, shown: visible }];
  });
}

interface Ranked {
  deployment: ReplayedDeployment;
  outcome: ReplayOutcome;
  /** What policies differ in, the weightiest first. */
  differences: readonly number[];
}

function rank(deployment: ReplayedDeployment): Ranked {
  const { policies, endedAtMs, label } = deployment;
  const outcomes = policies.map((policy) => outcomeOf(deployment, policy));
  const outcome = ORDER.find((each) => outcomes.includes(each)) ?? 'left-alone';
  const verdicts = new Set(policies.map(({ verdict }) => verdict));
  return {
    deployment,
    outcome,
    differences: [
      new Set(outcomes).size,
      label?.outcome === 'good' ? 0 : spread(policies.map(({ badAnswersServed }) => badAnswersServed)),
      spread(policies.map((policy) => actedAtMs(policy) ?? endedAtMs)),
      verdicts.size,
      spread(policies.map(({ heldSeconds }) => heldSeconds)),
    ],
  };
}

function before(a: Ranked, b: Ranked): number {
  const group = ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome);
  if (group !== 0) return group;
  for (const [i, difference] of a.differences.entries()) {
    if (difference !== b.differences[i]) return b.differences[i]! - difference;
  }
  const [one, other] = [a.deployment, b.deployment];
  return (
    one.deployedAtMs - other.deployedAtMs ||
    compare(one.service, other.service) ||
    compare(one.deploymentId, other.deploymentId)
  );
}

/** By code unit: the same everywhere, whatever the locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function spread(values: readonly number[]): number {
  return values.length === 0 ? 0 : most(values) - least(values);
}
