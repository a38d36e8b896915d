import { type Cause, type DeploymentTelemetry, thresholdPolicy, type Verdict } from 'rolloutguard';
import { type DeploymentLabel, type ReplayedPolicy, replay } from 'rolloutguard/replay';
import { policy } from './policy.ts';

/** What a policy decides on the recording of the run, asked after every interval. */
export interface ReplayedRule {
  readonly policy: string;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly guilty: string | null;
  readonly reason: string;
  /** When it rolls back, in seconds after the canary's first traffic; `null` = it does not. */
  readonly rolledBackAfterSeconds: number | null;
  /** The canary's bad answers until then, or until the end of the recording. */
  readonly badAnswers: number;
}

/** The recording under the policy that the run was made with, and under fixed thresholds. */
export interface Replayed {
  readonly asRun: ReplayedRule;
  readonly thresholds: ReplayedRule;
}

const AS_RUN = 'policy of the run';
const THRESHOLDS = 'fixed thresholds';

/** Replays the recorded run under two policies. */
export async function replayRun(recording: DeploymentTelemetry, label: DeploymentLabel): Promise<Replayed> {
  const { service, deploymentId } = recording;
  const policies = { [AS_RUN]: policy, [THRESHOLDS]: thresholdPolicy() };
  const labels = { [`${service}/${deploymentId}`]: label };
  const { deployments, skipped } = await replay(policies, [recording], { labels });
  const [row] = deployments;
  if (row === undefined) throw new Error(`the recording cannot be replayed: ${skipped[0]?.message}`);
  const [asRun, thresholds] = row.policies.map((replayed) => ruleOf(replayed, recording.deployedAtMs));
  return { asRun: asRun!, thresholds: thresholds! };
}

function ruleOf(replayed: ReplayedPolicy, deployedAtMs: number): ReplayedRule {
  const { policy: name, verdict, cause, guilty, reason, rolledBackAtMs, badAnswersServed } = replayed;
  return {
    ...{ policy: name, verdict, cause, guilty, reason, badAnswers: badAnswersServed },
    rolledBackAfterSeconds: rolledBackAtMs === null ? null : (rolledBackAtMs - deployedAtMs) / 1000,
  };
}
