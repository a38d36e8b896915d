/**
 * The plain rules that many teams use today: fixed thresholds on rates over a window. Served for metrics clients that
 * know nothing better. They know no cause and no noise: where stable's error rate is near a threshold they roll back
 * healthy canaries, and below their minimum of requests they see nothing at all.
 */
import { OptionCheck } from '../options.ts';
import type { CriterionEvidence, CriterionStatus, Decision, JudgedCounts } from '../ports/decision.ts';
import type { AggregateTelemetry, DeploymentMetrics, DeploymentTelemetry } from '../ports/telemetry.ts';
import type { AuthorityOptions, AuthorityRules } from './authority-rules.ts';
import type { DecisionContext } from './decision-context.ts';
import { decisionHead } from './decision-head.ts';
import { completeOptions } from './json-schema.ts';
import { percent } from './percent.ts';
import { permitted, sentenceOf } from './permission.ts';
import { thresholdSchema } from './policy-schema.ts';
import { windowMetrics } from './window-metrics.ts';

/** Judges by fixed thresholds. Plain JSON. */
export interface ThresholdPolicy {
  schemaVersion: 1;
  kind: 'thresholds';
  /** Canary error rate above which it rolls back. */
  maxErrorRate: number;
  /** Relative and absolute excess over stable's error rate; both must be exceeded. */
  maxRelativeErrorIncrease: number;
  minAbsoluteErrorIncrease: number;
  /** Canary p99 and relative excess over stable's p99; both must be exceeded. */
  maxP99LatencyMs: number;
  maxRelativeLatencyIncrease: number;
  /** Canary requests in the window below which nothing is decided. */
  minimumSampleSize: number;
  windowSeconds: number;
  /** What to do when a rollback is due. */
  automation: 'rollback' | 'escalate';
  /** What the record of the service must show before automation may act; `null`: it may at once. */
  authority: AuthorityRules | null;
}

/** Options of {@link thresholdPolicy}. */
export type ThresholdPolicyOptions = Partial<Omit<ThresholdPolicy, 'schemaVersion' | 'kind' | 'authority'>> & {
  authority?: AuthorityOptions | null;
};

/**
 * Fixed thresholds: an error rate above 1 %; or 50 % over stable and 0.1 points above it; or a p99 over 500 ms and 30 %
 * over stable; with at least 1,000 canary requests in 5 minutes.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, or numbers out of their bounds.
 */
export function thresholdPolicy(options: ThresholdPolicyOptions = {}): ThresholdPolicy {
  return completeOptions(new OptionCheck('INVALID_POLICY', 'thresholdPolicy'), thresholdSchema, options);
}

/**
 * Applies the rules in their order. A canary without metrics holds. Too few samples continue; so does a canary that has no
 * stable to be compared with, unless it breaks the absolute rule.
 */
export function decideByThresholds(
  policy: ThresholdPolicy,
  telemetry: DeploymentTelemetry | AggregateTelemetry,
  context: DecisionContext,
): Decision {
  const window = telemetry.kind === 'aggregates' ? telemetry : windowMetrics(telemetry, policy.windowSeconds);
  const { verdict, because, evidence } = apply(policy, window);
  const rollback = verdict === 'rollback';
  const mayNot = policy.automation === 'escalate' || context.automation === 'escalate';
  const due = rollback && mayNot ? 'escalate' : verdict;
  const permission = permitted(policy, context, due);
  const over = context.plannedEndMs !== undefined && context.nowMs >= context.plannedEndMs;
  return {
    ...decisionHead(policy, telemetry, context, permission),
    cause: rollback ? 'unknown' : null,
    trigger: rollback ? 'threshold' : verdict === 'hold' ? 'source' : null,
    reason: sentenceOf(due, because, permission),
    guilty: evidence.find(({ status }) => status === 'worse')?.name ?? null,
    crossedAtMs: rollback ? window.atMs : null,
    evidence,
    problems: telemetry.kind === 'intervals' ? (telemetry.problems ?? []) : [],
    assumptions: ['Fixed thresholds know neither noise nor cause.'],
    nextCheckAtMs: (rollback && permission.verdict === due) || over ? null : context.nowMs + 10_000,
  };
}

interface Finding {
  verdict: 'rollback' | 'hold' | 'continue';
  /** A clause, without capital and stop. */
  because: string;
  /** Of the error rate and of the latency, in the order of the rules. */
  evidence: CriterionEvidence[];
}

function apply(policy: ThresholdPolicy, window: AggregateTelemetry): Finding {
  const { canary, windowSeconds } = window;
  if (canary === null) return unjudged(window, 'hold', 'no-data', 'no metrics of the canary');
  const { requests } = countsOf(canary, windowSeconds);
  // Without a single request the rates are no rates, whatever the policy asks for.
  const needed = Math.max(policy.minimumSampleSize, 1);
  if (requests < needed) {
    const because = `${requests} canary requests in ${windowSeconds} s, and the thresholds need ${needed}`;
    return unjudged(window, 'continue', 'too-few-samples', because);
  }
  const stable = known(window.stable);
  const errors = brokenErrorRule(policy, canary, stable);
  const latency = brokenLatencyRule(policy, canary, stable);
  const latencyKnown = canary.p99LatencyMs !== null && stable !== null && stable.p99LatencyMs !== null;
  const evidence = [
    errorEvidence(window, errors === null ? 'undecided' : 'worse'),
    latencyEvidence(window, latency !== null ? 'worse' : latencyKnown ? 'undecided' : 'no-data'),
  ];
  const broken = errors ?? latency;
  if (broken !== null) return { verdict: 'rollback', because: broken, evidence };
  const because = stable === null ? 'no metrics of stable to compare with' : 'no threshold is exceeded';
  return { verdict: 'continue', because, evidence };
}

/** What the canary's error rate breaks, in words. Written as products, so that a stable rate of zero needs no division. */
function brokenErrorRule(
  policy: ThresholdPolicy,
  { errorRate }: DeploymentMetrics,
  stable: DeploymentMetrics | null,
): string | null {
  if (errorRate > policy.maxErrorRate) {
    return `error rate ${percent(errorRate, 3)} is above ${percent(policy.maxErrorRate, 3)}`;
  }
  if (stable === null) return null;
  const worse =
    errorRate > stable.errorRate * (1 + policy.maxRelativeErrorIncrease) &&
    errorRate - stable.errorRate > policy.minAbsoluteErrorIncrease;
  return worse ? `error rate ${percent(errorRate, 3)} against ${percent(stable.errorRate, 3)} of stable` : null;
}

function brokenLatencyRule(
  policy: ThresholdPolicy,
  { p99LatencyMs: canaryMs }: DeploymentMetrics,
  stable: DeploymentMetrics | null,
): string | null {
  const stableMs = stable?.p99LatencyMs ?? null;
  if (canaryMs === null || stableMs === null) return null;
  const worse = canaryMs > policy.maxP99LatencyMs && canaryMs > stableMs * (1 + policy.maxRelativeLatencyIncrease);
  return worse ? `p99 ${Math.round(canaryMs)} ms against ${Math.round(stableMs)} ms of stable` : null;
}

function unjudged(
  window: AggregateTelemetry,
  verdict: 'hold' | 'continue',
  status: 'no-data' | 'too-few-samples',
  because: string,
): Finding {
  return { verdict, because, evidence: [errorEvidence(window, status), latencyEvidence(window, status)] };
}

function errorEvidence(
  { canary, stable, windowSeconds }: AggregateTelemetry,
  status: CriterionStatus,
): CriterionEvidence {
  return {
    name: 'error rate',
    status,
    ...NO_EVIDENCE,
    effect: ratio(known(canary)?.errorRate, known(stable)?.errorRate),
    canary: countsOf(canary, windowSeconds),
    stable: countsOf(stable, windowSeconds),
  };
}

function latencyEvidence(
  { canary, stable, windowSeconds }: AggregateTelemetry,
  status: CriterionStatus,
): CriterionEvidence {
  // A p99 does not say how many requests were slow.
  const requests = (metrics: DeploymentMetrics | null): JudgedCounts => ({
    ...countsOf(metrics, windowSeconds),
    bad: 0,
  });
  return {
    name: 'latency p99',
    status,
    ...NO_EVIDENCE,
    effect: ratio(known(canary)?.p99LatencyMs, known(stable)?.p99LatencyMs),
    canary: requests(canary),
    stable: requests(stable),
    detail: 'the p99 as reported; slow requests are not counted',
  };
}

/** Thresholds have no e-value, and prove nothing. */
const NO_EVIDENCE = {
  logE: 0,
  peakLogE: 0,
  bound: 0,
  dispersion: 0,
  clippedIntervals: 0,
  logNonInferiority: null,
} as const;

/** Rates of nothing are no rates. */
function known(metrics: DeploymentMetrics | null): DeploymentMetrics | null {
  return metrics !== null && metrics.requestsPerSecond > 0 ? metrics : null;
}

function countsOf(metrics: DeploymentMetrics | null, windowSeconds: number): JudgedCounts {
  if (metrics === null) return { requests: 0, bad: 0 };
  const requests = Math.min(Math.round(metrics.requestsPerSecond * windowSeconds), Number.MAX_SAFE_INTEGER);
  return { requests, bad: Math.round(requests * metrics.errorRate) };
}

/** `null` where there is nothing to divide by, or too little for a finite ratio. */
function ratio(canary: number | null | undefined, stable: number | null | undefined): CriterionEvidence['effect'] {
  const estimate = (canary ?? NaN) / (stable ?? NaN);
  return Number.isFinite(estimate) ? { kind: 'ratio', estimate, low: null, high: null } : null;
}
