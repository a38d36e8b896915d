/** A replay of many deployments, counted by the real score sheets; what the policies said is made up. */
import type { Verdict } from '../../src/ports/decision.ts';
import { ComparisonSheet } from '../../src/replay/comparison-sheet.ts';
import type { DeploymentLabel } from '../../src/replay/labels.ts';
import type { ReplayedDeployment, ReplayedPolicy, ReplayReport } from '../../src/replay/replay-report.ts';
import { ScoreSheet } from '../../src/replay/score-sheet.ts';

/** Noon, so that times are easy to read. */
export const DEPLOYED_AT_MS: number = Date.UTC(2026, 10, 22, 12, 0, 0);

const MINUTE = 60_000;

/** What a policy said of one deployment; minutes are those since the deployment. */
export interface SaidOptions {
  /** Verdict and minute of each change. */
  said: readonly (readonly [Verdict, number])[];
  badAnswersServed?: number;
  heldSeconds?: number;
  reason?: string;
}

/** One row of a policy. */
function rowOf(policy: string, { said, badAnswersServed = 0, heldSeconds = 0, reason }: SaidOptions): ReplayedPolicy {
  const at = (minute: number): number => DEPLOYED_AT_MS + minute * MINUTE;
  const timeOf = (verdict: Verdict): number | null => {
    const found = said.find(([word]) => word === verdict);
    return found === undefined ? null : at(found[1]);
  };
  const last = said[said.length - 1]?.[0] ?? 'continue';
  return {
    policy,
    verdict: last,
    because: 'evidence',
    reason: reason ?? `What ${policy} said last is ${last}.`,
    cause: null,
    guilty: null,
    rolledBackAtMs: timeOf('rollback'),
    escalatedAtMs: timeOf('escalate'),
    promotedAtMs: timeOf('promote'),
    heldSeconds,
    badAnswersServed,
    badAnswersAtLeast: timeOf('rollback') === null && timeOf('escalate') === null,
    judged: true,
    changes: said.map(([verdict, minute]) => ({ atMs: at(minute), verdict })),
  };
}

/** One deployment; policies are named `a`, `b` and so on, unless they have names. */
export function deploymentOf(
  deploymentId: string,
  label: DeploymentLabel | null,
  policies: readonly SaidOptions[],
  names: readonly string[] = NAMES,
): ReplayedDeployment {
  return {
    service: 'checkout',
    deploymentId,
    source: 'recordings.jsonl',
    line: 7,
    deployedAtMs: DEPLOYED_AT_MS,
    endedAtMs: DEPLOYED_AT_MS + 30 * MINUTE,
    label,
    policies: policies.map((said, i) => rowOf(names[i]!, said)),
  };
}

const NAMES = ['current', 'candidate', 'third'];

/** Good, and bad from the tenth minute on. */
export const GOOD: DeploymentLabel = { outcome: 'good' };
export const BAD: DeploymentLabel = { outcome: 'bad', badFromMs: DEPLOYED_AT_MS + 10 * MINUTE };

const CONTINUES: SaidOptions = { said: [['continue', 0]] };
const rollback = (minute: number, badAnswersServed = minute * 10): SaidOptions => ({
  said: [
    ['continue', 0],
    ['rollback', minute],
  ],
  badAnswersServed,
});

/** One deployment of every kind that a reader may meet, under two policies. The best of them comes first. */
export function everyKind(): ReplayedDeployment[] {
  const promoted: SaidOptions = {
    said: [
      ['continue', 0],
      ['hold', 5],
      ['continue', 12],
      ['promote', 20],
    ],
    heldSeconds: 420,
  };
  return [
    deploymentOf('quiet', GOOD, [CONTINUES, promoted]),
    deploymentOf('caught-late', BAD, [rollback(25, 900), rollback(12, 80)]),
    deploymentOf('caught-alike', BAD, [rollback(12, 80), rollback(12, 80)]),
    deploymentOf('nobody-knows', null, [CONTINUES, rollback(3)]),
    deploymentOf('lucky', BAD, [rollback(5), rollback(14)]),
    deploymentOf('missed-by-both', BAD, [CONTINUES, CONTINUES]),
    deploymentOf('missed-by-one', BAD, [{ ...CONTINUES, badAnswersServed: 700 }, rollback(11)]),
    deploymentOf('called-a-human', GOOD, [
      CONTINUES,
      {
        said: [
          ['continue', 0],
          ['escalate', 4],
        ],
      },
    ]),
    deploymentOf('innocent', GOOD, [rollback(2), CONTINUES]),
  ];
}

/** The report of these deployments, counted as a replay counts them. */
export function reportOf(deployments: readonly ReplayedDeployment[], more: Partial<ReplayReport> = {}): ReplayReport {
  const names = deployments[0]?.policies.map(({ policy }) => policy) ?? NAMES.slice(0, 2);
  const scores = names.map((name, i) => {
    const sheet = new ScoreSheet(name, `sha256:${name}`);
    for (const each of deployments) sheet.add(each, each.policies[i]!);
    return sheet.score;
  });
  const comparisons = names.flatMap((name, i) =>
    names.flatMap((against, j) => {
      if (i === j) return [];
      const sheet = new ComparisonSheet(name, against);
      for (const each of deployments) sheet.add(each, each.policies[i]!, each.policies[j]!);
      return [sheet.comparison];
    }),
  );
  return {
    schemaVersion: 1,
    engineVersion: '0.1.0',
    policies: names.map((name) => ({ name, digest: `sha256:${name}` })),
    deployments: [...deployments],
    scores,
    comparisons,
    skipped: [],
    skippedCount: 0,
    unusedLabels: [],
    ...more,
  };
}

/** Something of everything: all kinds of deployments, recordings that were left out, labels of nothing. */
export function fullReport(): ReplayReport {
  return reportOf(everyKind(), {
    skipped: [{ source: 'a.jsonl', line: 3, code: 'INVALID_JSON', message: 'The line ends too soon.' }],
    skippedCount: 1,
    unusedLabels: ['deploy-7'],
  });
}
