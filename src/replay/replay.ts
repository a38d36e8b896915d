/** Many recordings under one or several policies: what each would have done, and how well that would have been. */
import { throwIfAborted } from '../engine/call.ts';
import { policyDigest } from '../engine/digest.ts';
import { assertPolicy } from '../engine/parse-policy.ts';
import type { Policy } from '../engine/policy.ts';
import { OptionCheck } from '../options.ts';
import { VERSION } from '../version.ts';
import { Admission } from './admission.ts';
import { ComparisonSheet } from './comparison-sheet.ts';
import { checkedLabels, LabelBook, type Labels } from './labels.ts';
import type { ReadRecording, Recordings } from './recording.ts';
import { replayValid } from './replay-one.ts';
import type { ReplayedDeployment, ReplayReport } from './replay-report.ts';
import { ScoreSheet } from './score-sheet.ts';

/** Options of {@link replay}. */
export interface ReplayOptions {
  /** What is known of the deployments. @defaultValue nothing: then only rows are of use */
  labels?: Labels;
  /** Name of the policy that the others are compared with. @defaultValue every policy is compared with every other */
  baseline?: string;
  /** Called after each deployment with how many are done. */
  onProgress?: (done: number) => void;
  /** Called with the row of each deployment, in their order. What it throws ends the replay. */
  onDeployment?: (row: ReplayedDeployment) => void;
  /** Keeps the rows in the report; without them memory does not grow with the number of recordings. @defaultValue true */
  keepDeployments?: boolean;
  /** Gives up between two deployments. */
  signal?: AbortSignal;
}

const OPTIONS: readonly string[] = [
  'labels',
  'baseline',
  'onProgress',
  'onDeployment',
  'keepDeployments',
  'signal',
] satisfies (keyof ReplayOptions)[];

/**
 * Replays recordings under policies. What cannot be used is reported in `skipped`, and the rest is replayed; of two recordings
 * of one deployment the first one counts. With what `readRecordings()` returns, `skipped` also has what that left out.
 *
 * @param policies - by the names that they have in the report.
 * @throws RolloutGuardError `INVALID_POLICY`; `INVALID_OPTION` - no policy, no recordings, a malformed label, a baseline that is no policy;
 * `ABORTED` - the caller's signal. What the recordings' iterator throws is passed on.
 */
export async function replay(
  policies: Readonly<Record<string, Policy>>,
  recordings: Recordings,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const { onProgress, onDeployment, signal, keepDeployments = true } = options;
  const { named, labels, baseline } = checked(policies, options);
  const admission = new Admission(recordings, 'replay');
  const sheets = named.map(({ name, digest }) => new ScoreSheet(name, digest));
  const pairs = pairsOf(
    named.map(({ name }) => name),
    baseline,
  );
  const deployments: ReplayedDeployment[] = [];
  let done = 0;
  for await (const each of recordings) {
    throwIfAborted(signal);
    const admitted = admission.admit(each);
    if (admitted === null) continue;
    const row = rowOf(named, admitted, labels);
    for (const [i, replayed] of row.policies.entries()) sheets[i]!.add(row, replayed);
    for (const { sheet, i, j } of pairs) sheet.add(row, row.policies[i]!, row.policies[j]!);
    if (keepDeployments) deployments.push(row);
    onDeployment?.(row);
    done++;
    onProgress?.(done);
  }
  throwIfAborted(signal);
  return {
    schemaVersion: 1,
    engineVersion: VERSION,
    policies: named.map(({ name, digest }) => ({ name, digest })),
    deployments,
    scores: sheets.map(({ score }) => score),
    comparisons: pairs.map(({ sheet }) => sheet.comparison),
    ...admission.left,
    unusedLabels: labels.unused,
  };
}

interface NamedPolicy {
  name: string;
  policy: Policy;
  digest: string;
}

function checked(
  policies: Readonly<Record<string, Policy>>,
  options: ReplayOptions,
): { named: NamedPolicy[]; labels: LabelBook; baseline: string | undefined } {
  const check = new OptionCheck('INVALID_OPTION', 'replay');
  check.knownKeys('options', options, OPTIONS);
  if (typeof policies !== 'object' || policies === null) check.fail('policies', policies, 'Give policies by name.');
  const named = Object.entries(policies).map(([name, policy]) => {
    check.text('policies', name);
    assertPolicy(policy);
    return { name, policy, digest: policyDigest(policy) };
  });
  if (named.length === 0) check.fail('policies', policies, 'Give at least one policy.');
  const { baseline } = options;
  const names = named.map(({ name }) => name);
  if (baseline !== undefined && !names.includes(baseline))
    check.fail('baseline', baseline, `Name one of the policies: ${names.join(', ')}.`);
  return { named, labels: new LabelBook(checkedLabels(check, 'labels', options.labels ?? {})), baseline };
}

function pairsOf(
  names: readonly string[],
  baseline: string | undefined,
): { sheet: ComparisonSheet; i: number; j: number }[] {
  return names.flatMap((policy, i) =>
    names.flatMap((against, j) =>
      i === j || (baseline !== undefined && against !== baseline)
        ? []
        : [{ sheet: new ComparisonSheet(policy, against), i, j }],
    ),
  );
}

function rowOf(
  named: readonly NamedPolicy[],
  { recording, source, line }: ReadRecording,
  labels: LabelBook,
): ReplayedDeployment {
  const { service, deploymentId, deployedAtMs, completeUntilMs } = recording;
  return {
    ...{ service, deploymentId, source, line, deployedAtMs, endedAtMs: completeUntilMs },
    label: labels.labelOf(recording),
    policies: named.map(({ name, policy }) => replayValid(policy, recording, name)),
  };
}
