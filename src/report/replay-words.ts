/** The scores of a replay in words, the same for every kind of report. */

import type { SkippedRecording } from '../replay/recording.ts';
import type {
  PolicyComparison,
  PolicyScore,
  ReplayedDeployment,
  ReplayedPolicy,
  ReplayReport,
} from '../replay/replay-report.ts';
import { actedAtMs, badFromMs } from '../replay/score-sheet.ts';
import { formatCount, formatDuration, formatOffset, formatPercent, formatUtc } from './format.ts';
import { outcomeOf, type ReplayOutcome } from './replay-order.ts';

/** One row of the table of scores: what is counted, and its value under each policy. */
export interface ScoreRow {
  label: string;
  values: string[];
}

/** Comparisons are between two policies each, so many policies make very many. */
const MOST_COMPARISONS = 12;

/** What stands where there is nothing to measure. */
const NONE = 'none';

/** What the words of a replay mean, for its reader. */
export const REPLAY_NOTES: readonly string[] = [
  'Rolling back and escalating both count as acting: a human is called either way.',
  'Times to catch are those of caught deployments alone, from the moment at which they became bad.',
  'Bad answers served are the failed requests of the canary until the policy acted, or until the recording ended.',
];

const OUTCOME_WORDS: Readonly<Record<ReplayOutcome, string>> = {
  'false-rollback': 'false rollback',
  missed: 'missed',
  early: 'too early',
  'unlabelled-rollback': 'acted',
  caught: 'caught',
  'left-alone': 'left alone',
};

/** `Replay of 200 deployments under 2 policies`. */
export function replayTitle({ scores }: ReplayReport): string {
  return `Replay of ${counted(deploymentsOf(scores), 'deployment')} under ${counted(scores.length, 'policy', 'policies')}`;
}

/** What was known of the deployments: `183 good, 17 bad, 0 without a label`. */
export function labelsText({ scores }: ReplayReport): string {
  const { good, bad, unlabelled } = scores[0] ?? { good: 0, bad: 0, unlabelled: 0 };
  return `${formatCount(good)} good, ${formatCount(bad)} bad, ${formatCount(unlabelled)} without a label`;
}

/** One sentence about each policy. */
export function scoreSentence(score: PolicyScore): string {
  const { policy, good, bad, unlabelled, falseRollbacks, caught, rolledBackUnlabelled, medianSecondsToRollback } =
    score;
  const parts = [
    bad > 0 &&
      `caught ${formatCount(caught)} of ${formatCount(bad)} bad${medianSecondsToRollback === null ? '' : ` (median ${duration(medianSecondsToRollback)})`}`,
    good > 0 && `acted on ${formatCount(falseRollbacks)} of ${formatCount(good)} good`,
    unlabelled > 0 && `acted on ${formatCount(rolledBackUnlabelled)} of ${formatCount(unlabelled)} without a label`,
  ].filter((part) => part !== false);
  return `${policy}: ${parts.length === 0 ? 'had nothing to judge' : parts.join(', ')}`;
}

/** The table of scores; rows that can say nothing here are left out. */
export function scoreRows({ scores }: ReplayReport): ScoreRow[] {
  const row = (label: string, value: (score: PolicyScore) => string): ScoreRow => ({
    label,
    values: scores.map((score) => value(score)),
  });
  const any = (count: (score: PolicyScore) => number): boolean => scores.some((score) => count(score) > 0);
  return [
    ...when(
      any(({ good }) => good),
      [
        row('false rollbacks', ({ falseRollbacks, good }) => share(falseRollbacks, good, 'good')),
        row('good ones promoted', ({ promotedGood, good }) => share(promotedGood, good, 'good')),
        row('time that good ones were held', ({ heldShare }) => formatPercent(heldShare)),
      ],
    ),
    ...when(
      any(({ bad }) => bad),
      [
        row('caught', ({ caught, bad }) => share(caught, bad, 'bad')),
        row('missed', ({ missed, bad }) => share(missed, bad, 'bad')),
        row('acted before it was bad', ({ rolledBackEarly, bad }) => share(rolledBackEarly, bad, 'bad')),
        row('bad ones promoted', ({ promotedBad, bad }) => share(promotedBad, bad, 'bad')),
        row('median time to catch', ({ medianSecondsToRollback }) => duration(medianSecondsToRollback)),
        row('90 % of caught within', ({ p90SecondsToRollback }) => duration(p90SecondsToRollback)),
      ],
    ),
    ...when(
      any(({ unlabelled }) => unlabelled),
      [
        row('acted on, without a label', ({ rolledBackUnlabelled, unlabelled }) =>
          share(rolledBackUnlabelled, unlabelled, 'without a label'),
        ),
      ],
    ),
    ...when(
      any(({ bad }) => bad),
      [row('bad answers served', ({ badAnswersServed }) => formatCount(badAnswersServed))],
    ),
  ];
}

/** A comparison in words. */
export interface ComparisonWords {
  title: string;
  lines: string[];
}

/** Each pair of policies once, the later one against the earlier one; the first dozen pairs. */
export function comparisonWords({ policies, comparisons }: ReplayReport): {
  shown: ComparisonWords[];
  more: number;
} {
  const place = new Map(policies.map(({ name }, i) => [name, i]));
  const placeOf = (name: string): number => place.get(name) ?? policies.length;
  const pairs = new Map<string, PolicyComparison>();
  for (const comparison of comparisons) {
    const [policy, against] = [placeOf(comparison.policy), placeOf(comparison.against)];
    const key = `${Math.min(policy, against)} ${Math.max(policy, against)}`;
    if (!pairs.has(key) || against < policy) pairs.set(key, comparison);
  }
  const all = [...pairs.values()].toSorted(
    (a, b) => placeOf(a.against) - placeOf(b.against) || placeOf(a.policy) - placeOf(b.policy),
  );
  const shown = all.slice(0, MOST_COMPARISONS).map((comparison) => ({
    title: `${comparison.policy} against ${comparison.against}`,
    lines: comparisonLines(comparison),
  }));
  return { shown, more: all.length - shown.length };
}

/** A deployment by name: `checkout / deploy-42`. */
export function deploymentName({ service, deploymentId }: ReplayedDeployment): string {
  return `${service} / ${deploymentId}`;
}

/** What is known of it, and where it came from: `bad from +5 min; deployed 2026-...; recordings.jsonl, line 7`. */
export function deploymentNote(deployment: ReplayedDeployment): string {
  const { label, deployedAtMs, endedAtMs, source, line } = deployment;
  const bad = badFromMs(deployment);
  const known =
    label === null
      ? 'no label'
      : bad === null
        ? 'good'
        : bad === deployedAtMs
          ? 'bad from the start'
          : `bad from ${formatOffset(bad - deployedAtMs)}`;
  const from = line === null ? (source === 'memory' ? '' : `; ${source}`) : `; ${source}, line ${line}`;
  const length = endedAtMs - deployedAtMs;
  const recorded = length > 0 ? `recorded for ${formatDuration(length)}` : 'and the recording ends before';
  return `${known}; deployed ${formatUtc(deployedAtMs)}, ${recorded}${from}`;
}

/** What a policy did: `caught` and `rollback at +2 min 40 s, 120 bad answers`. */
export function rowWords(deployment: ReplayedDeployment, policy: ReplayedPolicy): { outcome: string; did: string } {
  const { verdict, rolledBackAtMs, promotedAtMs, heldSeconds, badAnswersServed, badAnswersAtLeast } = policy;
  const { deployedAtMs } = deployment;
  const acted = actedAtMs(policy);
  const at = (atMs: number): string => formatOffset(atMs - deployedAtMs);
  const did =
    acted !== null
      ? `${acted === rolledBackAtMs ? 'rollback' : 'escalate'} at ${at(acted)}`
      : promotedAtMs !== null
        ? `promote at ${at(promotedAtMs)}`
        : `${verdict} to the end`;
  const held = heldSeconds > 0 ? `, held ${duration(heldSeconds)}` : '';
  // Of a good deployment they are the usual failures, and no harm that was done.
  const served =
    deployment.label?.outcome !== 'good' && (badAnswersServed > 0 || acted !== null)
      ? `, ${badAnswersAtLeast ? 'at least ' : ''}${counted(badAnswersServed, 'bad answer')}`
      : '';
  return { outcome: OUTCOME_WORDS[outcomeOf(deployment, policy)], did: `${did}${held}${served}` };
}

/** The same on one line. */
export function rowText(deployment: ReplayedDeployment, policy: ReplayedPolicy): string {
  const { outcome, did } = rowWords(deployment, policy);
  return `${outcome}: ${did}`;
}

/** Where a recording that was left out came from: `a.jsonl, line 7`. */
export function skippedPlace({ source, line }: SkippedRecording): string {
  return line === null ? source : `${source}, line ${line}`;
}

/** `3 deployments`, `1 deployment`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** How many deployments were replayed: every policy saw all of them. */
function deploymentsOf(scores: readonly PolicyScore[]): number {
  return scores[0]?.deployments ?? 0;
}

function comparisonLines(comparison: PolicyComparison): string[] {
  const { policy, against, bothCaught } = comparison;
  const { badAnswersSaved, falseRollbacksSaved } = comparison;
  const only = (name: string, found: readonly string[], count: number): string =>
    count === 0
      ? `Only ${quoted(name)} caught: none.`
      : `Only ${quoted(name)} caught ${formatCount(count)}: ${found.join(', ')}${count > found.length ? ' and others' : ''}.`;
  return [
    `Both caught ${formatCount(bothCaught)}.`,
    only(policy, comparison.onlyThisCaught, comparison.onlyThisCount),
    only(against, comparison.onlyOtherCaught, comparison.onlyOtherCount),
    timeSavedText(comparison),
    `${fewerOrMore(badAnswersSaved, 'bad answer')} served, ${fewerOrMore(falseRollbacksSaved, 'false rollback').toLowerCase()}.`,
  ];
}

function timeSavedText({ policy, bothCaught, medianSecondsSaved, totalSecondsSaved }: PolicyComparison): string {
  if (medianSecondsSaved === null) return 'Time saved: none to compare.';
  const median = soonerOrLater(medianSecondsSaved);
  const total = soonerOrLater(totalSecondsSaved);
  const inAll = bothCaught > 1 && total !== median ? ` (median; all together ${total})` : '';
  return `${quoted(policy)} acted ${median}${inAll}.`;
}

/** A name that is no single word would run into the sentence around it. */
function quoted(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : `"${name}"`;
}

function soonerOrLater(seconds: number): string {
  if (Math.abs(seconds) < 0.05) return 'at the same time';
  return `${duration(Math.abs(seconds))} ${seconds > 0 ? 'sooner' : 'later'}`;
}

function fewerOrMore(saved: number, one: string): string {
  if (saved === 0) return `As many ${one}s`;
  const size = Math.abs(saved);
  return `${formatCount(size)} ${saved > 0 ? 'fewer' : 'more'} ${size === 1 ? one : `${one}s`}`;
}

function share(count: number, of: number, kind: string): string {
  if (of === 0) return `${NONE} ${kind}`;
  return `${formatCount(count)} of ${formatCount(of)} (${formatPercent(count / of)})`;
}

function duration(seconds: number | null): string {
  return seconds === null ? NONE : formatDuration(seconds * 1000);
}

function when<T>(condition: boolean, rows: readonly T[]): readonly T[] {
  return condition ? rows : [];
}
