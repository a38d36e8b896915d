import type { Outlook } from './outlook.ts';
import type { DeploymentRef, SourceProblem } from './telemetry.ts';

/** What to do. `hold`: neither advance nor roll back. `escalate`: a rollback is due, but a human must act. */
export type Verdict = 'rollback' | 'escalate' | 'hold' | 'continue' | 'promote';

/** Whose fault it is. */
export type Cause = 'deployment' | 'external' | 'unknown';

/** Where one criterion stands. The last four say why there is no evidence, and are four different things. */
export type CriterionStatus =
  | 'worse'
  | 'non-inferior'
  | 'undecided'
  | 'too-few-samples'
  | 'no-traffic'
  | 'no-data'
  | 'source-failed';

/** Requests of one cohort that a criterion judged, and how many of them were bad. */
export interface JudgedCounts {
  requests: number;
  bad: number;
  /** Extension: the mean of a measured value, of which `requests` were seen; none of them is bad by itself. */
  mean?: number;
  /** Extension: of a share that is judged by its good side, the outcomes that were good; the others are `bad`. */
  good?: number;
}

/** Size of the effect: canary relative to stable (`ratio`) or minus stable (`difference`), with a 95 % interval that holds at all times. */
export interface EffectEstimate {
  kind: 'ratio' | 'difference';
  estimate: number;
  low: number | null;
  high: number | null;
}

/** A latency in milliseconds, with a 95 % interval that holds at all times. */
export interface LatencyEstimate {
  ms: number;
  lowMs: number;
  /** `null`: beyond the largest bucket bound. */
  highMs: number | null;
}

/** A quantile of the latency since the canary's first request. For people: it decides nothing. */
export interface LatencyQuantile {
  /** 0.99 = p99. */
  quantile: number;
  /** `null` without answered requests. */
  canary: LatencyEstimate | null;
  stable: LatencyEstimate | null;
}

/** The evidence of one criterion. Logs are natural. */
export interface CriterionEvidence {
  name: string;
  status: CriterionStatus;
  /** Log of the e-value now: the evidence against "no worse than tolerated". */
  logE: number;
  /** The largest `logE` so far. */
  peakLogE: number;
  /** The `logE` at which this criterion alone rolls back. */
  bound: number;
  effect: EffectEstimate | null;
  canary: JudgedCounts;
  stable: JudgedCounts;
  /** Squared coefficient of variation of the rate noise per 10 s, as learned from this service. */
  dispersion: number;
  /** Blocks of 10 s whose evidence was capped because no short burst may decide. */
  clippedIntervals: number;
  /** Extension: log evidence for "not worse than `promoteWithin`"; `null` where it cannot be proven. */
  logNonInferiority?: number | null;
  /** Extension: whether enough is there to prove it one day; where not, it need only not be worse. */
  provable?: boolean;
  /** Extension: its last minutes lie beyond the margin for promotion, so it is not promoted, whatever was proven before. */
  recentlyBeyond?: true;
  /** Extension: what exactly was counted, such as `slower than 250 ms`. */
  detail?: string;
  /** Extension: of a criterion on latency, the quantile that it is named after. */
  latency?: LatencyQuantile;
  /** Extension: it is shown, has no weight, and never decides. */
  informational?: true;
}

/** What a fixed limit on the canary alone has shown. Logs are natural. */
export interface LimitFinding {
  name: string;
  /** `no-data`: nobody reports what it counts. */
  status: 'worse' | 'undecided' | 'no-data';
  /** Share of requests, or restarts per pod-hour. */
  limit: number;
  /** Log of the e-value: evidence that the canary is above the limit and worse than stable. */
  logE: number;
  /** The `logE` at which this limit alone rolls back. */
  bound: number;
  /** What was counted; for restarts, `requests` are pod-hours. */
  canary: JudgedCounts;
  stable: JudgedCounts;
  /** It belongs to an informational criterion and never decides. */
  informational?: true;
}

/** How many times one rate is another, with a 95 % interval; a side that the data do not bound is `null`. */
export interface RatioFigure {
  ratio: number;
  low: number | null;
  high: number | null;
}

/** Calls to one dependency. Rates are failed shares, 0 to 1; `null` without calls. */
export interface DependencyFinding {
  name: string;
  /** Stable's calls over the last minute. */
  now: number | null;
  /** Stable's calls before the deployment; `null` where there were too few to compare with. */
  before: number | null;
  /** The canary's calls over the last two minutes in which it made any. */
  canary: number | null;
  /** The canary's failed share relative to that of stable at the same time. */
  canaryRatio: RatioFigure | null;
}

/** Figures that show whose fault it is. They decide nothing. */
export interface Attribution {
  /** Stable's error rate over the last minute relative to before the deployment; `null` where there is too little from before. */
  stableVsBefore: RatioFigure | null;
  /** The canary's error rate over the last minute relative to stable's before the deployment. */
  canaryVsBefore: RatioFigure | null;
  /**
   * How much more the canary changed than stable did: `log(canary / stable)` since the canary's first request, minus the
   * same from before it. A fresh canary has no "before": that term is 0 give or take the lasting spread of healthy pods,
   * so the ratio is that of the error rates, and its interval is wider by that spread. `null` without a criterion on errors.
   */
  differenceInDifferences: RatioFigure | null;
  /** What is worse at stable than before the deployment; the first of errors, latency, dependencies by name. */
  incident: {
    kind: 'errors' | 'latency' | 'dependency';
    /** `error rate`, `latency`, or the name of the dependency. */
    signal: string;
    /** When it began as far as can be told, Unix time in milliseconds. */
    sinceMs: number;
    /** Share of failed requests (slow ones, failed calls) over the last minute, and before the deployment. */
    now: number;
    before: number;
  } | null;
  /** Sorted by name. */
  dependencies: DependencyFinding[];
}

/** How much automation may do for a service; each word includes the ones before it. */
export type AuthorityLevel = 'shadow' | 'notify' | 'hold' | 'rollback';

/** What became of a past deployment of a service. */
export interface PastDeployment {
  deploymentId: string;
  /** When it was over, Unix time in milliseconds. */
  endedAtMs: number;
  /**
   * The strongest that its evidence gave, whatever the authority was: `rollback` if it ever crossed (an escalation is one),
   * `promote`, or `continue`. `hold`: it could not be judged, for want of data or of traffic.
   */
  verdict: 'rollback' | 'hold' | 'continue' | 'promote';
  /** What it was in truth, as people found out later. */
  outcome: 'good' | 'bad' | 'unknown';
}

/** What a service's own record lets automation do, and why. */
export interface Authority {
  level: AuthorityLevel;
  /** What the evidence says, before the level limits it. */
  verdict: Verdict;
  /** Good deployments that were left alone, within the window. */
  good: number;
  /** Good deployments that were, or would have been, rolled back, within the window. */
  falseRollbacks: number;
  /** Bad deployments in the record, and how many of them were caught. They are shown, and change no level. */
  bad: number;
  caught: number;
  /** Past deployments that count for nothing: of unknown outcome, never judged, or not over yet. */
  uncounted: number;
  /** One sentence. */
  reason: string;
  /** The next higher level and what it takes; `null` at the highest. */
  next: { level: AuthorityLevel; needs: string } | null;
}

/** The answer of the engine. Plain JSON. */
export interface Decision extends DeploymentRef {
  schemaVersion: 1;
  engineVersion: string;
  policyDigest: string;
  decidedAtMs: number;
  verdict: Verdict;
  /** `verdict === 'rollback'`. */
  shouldRollback: boolean;
  /** A rollout may take its next step when its pause has passed. Also true where the authority suffices for nothing else. */
  mayAdvance: boolean;
  cause: Cause | null;
  /**
   * Stable became worse right after the canary was given more traffic: the canary may overload something that both need.
   * No comparison of the two can show that, so it is a suspicion, and the verdict is `hold`.
   */
  suspected?: 'interference';
  trigger: 'evidence' | 'hard-stop' | 'threshold' | 'guard' | 'source' | null;
  /** One sentence for the person on call. */
  reason: string;
  /** Name of the criterion whose evidence alone suffices, if there is one. */
  guilty: string | null;
  /** When the evidence first crossed its bound. */
  crossedAtMs: number | null;
  evidence: CriterionEvidence[];
  /** Extension: fixed limits of criteria, and hard stops. */
  limits?: LimitFinding[];
  /** Extension: stable and canary against before the deployment, incidents, dependencies. */
  attribution?: Attribution;
  /** Extension: present when the policy has rules of authority. `verdict` is then what the level lets happen. */
  authority?: Authority;
  /** Extension: of each criterion that decides and is still open, how long it takes to show a fault; as far as that can be planned. */
  outlook?: Outlook[];
  problems: SourceProblem[];
  assumptions: string[];
  /** When to look again, or `null` when nothing more can come. */
  nextCheckAtMs: number | null;
}

/** The evidence at one moment, as plotted in reports. */
export interface EvidencePoint {
  /** End of the interval, Unix time in milliseconds. */
  atMs: number;
  /** Log of the weighted average of all criteria's e-values. */
  logE: number;
  /** The `logE` at which the deployment rolls back: `ln(1 / falseRollbackRate)`. */
  bound: number;
  /** True while stable itself is worse than before the deployment (an incident, whatever its cause). */
  external: boolean;
  criteria: { name: string; logE: number; effect: EffectEstimate | null }[];
}
