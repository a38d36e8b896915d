/** What a replay tells: plain JSON. Times are Unix milliseconds, durations say their unit. */
import type { Cause, Verdict } from '../ports/decision.ts';
import type { DeploymentLabel } from './labels.ts';
import type { SkippedRecording } from './recording.ts';

/** What one policy would have done with one deployment. */
export interface ReplayedPolicy {
  /** Name of the policy. */
  policy: string;
  /** The verdict that ended it (`rollback`, `escalate` or `promote`), or the last one. */
  verdict: Verdict;
  /** The ground of that verdict, in one word: see `Because`. */
  because: string;
  /** The sentence that the decision would have carried. */
  reason: string;
  cause: Cause | null;
  guilty: string | null;
  rolledBackAtMs: number | null;
  escalatedAtMs: number | null;
  promotedAtMs: number | null;
  /** How long it would have held the rollout, until it ended or the recording did. */
  heldSeconds: number;
  /** Failed answers of the canary until the policy rolled back or escalated, or until the recording ended. */
  badAnswersServed: number;
  /** It did neither, so that more may have followed after the recording ended. */
  badAnswersAtLeast: boolean;
  /** There was a moment since the deployment at which it could judge by data, whatever came before and after. */
  judged: boolean;
  /** Changes of the verdict, the first one included; at most 50. */
  changes: { atMs: number; verdict: Verdict }[];
}

/** One deployment under every policy. */
export interface ReplayedDeployment {
  service: string;
  deploymentId: string;
  /** Path of the file, `stdin` or `memory`. */
  source: string;
  line: number | null;
  deployedAtMs: number;
  /** Where the recording ends. */
  endedAtMs: number;
  label: DeploymentLabel | null;
  /** In the order of the policies. */
  policies: ReplayedPolicy[];
}

/** How one policy did over all deployments. Rolling back and escalating both count as acting: a human is called. */
export interface PolicyScore {
  policy: string;
  policyDigest: string;
  deployments: number;
  good: number;
  bad: number;
  unlabelled: number;
  /** Good deployments on which it acted. */
  falseRollbacks: number;
  /** Bad deployments on which it acted after they had become bad. */
  caught: number;
  /** Bad deployments on which it never acted. */
  missed: number;
  /** Bad deployments on which it acted before they had become bad: luck, and no catch. */
  rolledBackEarly: number;
  /** Deployments without a label on which it acted. */
  rolledBackUnlabelled: number;
  promotedGood: number;
  /** Bad deployments that it promoted, whether they were bad by then or became so later. */
  promotedBad: number;
  /** From the moment at which a caught deployment became bad; `null` when none was caught. */
  medianSecondsToRollback: number | null;
  p90SecondsToRollback: number | null;
  /** Share of the time of good deployments in which it held them, 0 to 1; 0 without any. */
  heldShare: number;
  /** Failed answers of the canaries of bad deployments until it acted, or until their recordings ended. */
  badAnswersServed: number;
}

/** One policy against another, on the same deployments. Positive figures speak for `policy`. */
export interface PolicyComparison {
  policy: string;
  against: string;
  /** Bad deployments that both caught. */
  bothCaught: number;
  /** Bad deployments that only `policy` caught, as `service/deploymentId`; at most 20 are named. */
  onlyThisCaught: string[];
  /** How many those are. */
  onlyThisCount: number;
  /** Bad deployments that only `against` caught; at most 20 are named. */
  onlyOtherCaught: string[];
  onlyOtherCount: number;
  /** How much sooner `policy` acted, where both caught; `null` where there is no such deployment. */
  medianSecondsSaved: number | null;
  /** The sum of it. */
  totalSecondsSaved: number;
  /** Fewer failed answers of bad deployments. Where one of the two never acted it is at least so many. */
  badAnswersSaved: number;
  falseRollbacksSaved: number;
}

/** The outcome of a replay. */
export interface ReplayReport {
  schemaVersion: 1;
  engineVersion: string;
  policies: { name: string; digest: string }[];
  /** In the order of the recordings; empty with `keepDeployments: false`. */
  deployments: ReplayedDeployment[];
  /** In the order of the policies. */
  scores: PolicyScore[];
  comparisons: PolicyComparison[];
  /** What was left out: the first 1,000. */
  skipped: SkippedRecording[];
  /** How many were left out. */
  skippedCount: number;
  /** Labels that name no deployment of the recordings. */
  unusedLabels: string[];
}
