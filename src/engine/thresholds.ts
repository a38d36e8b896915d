/**
 * The plain rules that many teams use today: fixed thresholds on rates over a window. Served for metrics clients that
 * know nothing better. They know no cause and no noise: where stable's error rate is near a threshold they roll back
 * healthy canaries, and below their minimum of requests they see nothing at all.
 */
import { OptionCheck } from '../options.ts';
import type { Decision, Verdict } from '../ports/decision.ts';
import type {
  AggregateTelemetry,
  DeploymentMetrics,
  DeploymentTelemetry,
  TelemetryInterval,
} from '../ports/telemetry.ts';
import {
  histogramQuantile,
  inUnit,
  type LatencyHistogram,
  mergeHistograms,
  toExplicit,
} from '../statistics/histogram.ts';
import type { DecisionContext } from './decision-context.ts';
import { decisionHead } from './decision-head.ts';

/** Judges by fixed thresholds. */
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
}

/** Options of {@link thresholdPolicy}. */
export type ThresholdPolicyOptions = Partial<Omit<ThresholdPolicy, 'schemaVersion' | 'kind'>>;

const DEFAULTS = {
  maxErrorRate: 0.01,
  maxRelativeErrorIncrease: 0.5,
  minAbsoluteErrorIncrease: 0.001,
  maxP99LatencyMs: 500,
  maxRelativeLatencyIncrease: 0.3,
  minimumSampleSize: 1000,
  windowSeconds: 300,
} as const;

/**
 * Fixed thresholds: an error rate above 1 %; or 50 % over stable and 0.1 points above it; or a p99 over 500 ms and 30 %
 * over stable; with at least 1,000 canary requests in 5 minutes.
 *
 * @throws RolloutGuardError `INVALID_POLICY` - unknown options, or numbers that are negative or not finite.
 */
export function thresholdPolicy(options: ThresholdPolicyOptions = {}): ThresholdPolicy {
  const check = new OptionCheck('INVALID_POLICY', 'thresholdPolicy');
  check.knownKeys('options', options, Object.keys(DEFAULTS));
  const value = (name: keyof typeof DEFAULTS): number => check.number(name, options[name], DEFAULTS[name], { min: 0 });
  return {
    schemaVersion: 1,
    kind: 'thresholds',
    maxErrorRate: value('maxErrorRate'),
    maxRelativeErrorIncrease: value('maxRelativeErrorIncrease'),
    minAbsoluteErrorIncrease: value('minAbsoluteErrorIncrease'),
    maxP99LatencyMs: value('maxP99LatencyMs'),
    maxRelativeLatencyIncrease: value('maxRelativeLatencyIncrease'),
    minimumSampleSize: value('minimumSampleSize'),
    windowSeconds: check.number('windowSeconds', options.windowSeconds, DEFAULTS.windowSeconds, { above: 0 }),
  };
}

/** Applies the rules in their order. */
export function decideByThresholds(
  policy: ThresholdPolicy,
  telemetry: DeploymentTelemetry | AggregateTelemetry,
  context: DecisionContext,
): Decision {
  const aggregates = telemetry.kind === 'aggregates' ? telemetry : aggregate(telemetry, policy.windowSeconds);
  const finding = apply(policy, aggregates);
  const rollback = finding.verdict === 'rollback';
  const verdict: Verdict = rollback && context.automation === 'escalate' ? 'escalate' : finding.verdict;
  return {
    ...decisionHead(policy, telemetry, context, verdict),
    cause: rollback ? 'unknown' : null,
    trigger: rollback ? 'threshold' : verdict === 'hold' ? 'source' : null,
    reason: finding.reason,
    guilty: finding.guilty,
    crossedAtMs: rollback ? aggregates.atMs : null,
    evidence: [],
    problems: telemetry.kind === 'intervals' ? (telemetry.problems ?? []) : [],
    assumptions: ['Fixed thresholds know neither noise nor cause.'],
    nextCheckAtMs: rollback ? null : context.nowMs + 10_000,
  };
}

interface Finding {
  verdict: 'rollback' | 'hold' | 'continue';
  guilty: string | null;
  reason: string;
}

function apply(policy: ThresholdPolicy, { canary, stable, windowSeconds }: AggregateTelemetry): Finding {
  if (canary === null) return { verdict: 'hold', guilty: null, reason: 'Holding: no metrics of the canary.' };
  const samples = Math.round(canary.requestsPerSecond * windowSeconds);
  if (samples < policy.minimumSampleSize) {
    const reason = `Continuing: ${samples} canary requests in ${windowSeconds} s, and the thresholds need ${policy.minimumSampleSize}.`;
    return { verdict: 'continue', guilty: null, reason };
  }
  const guilty = (name: string, reason: string): Finding => ({
    verdict: 'rollback',
    guilty: name,
    reason: `Rolling back: ${reason}.`,
  });
  if (canary.errorRate > policy.maxErrorRate) {
    return guilty('error rate', `error rate ${percent(canary.errorRate)} is above ${percent(policy.maxErrorRate)}`);
  }
  if (stable === null)
    return { verdict: 'continue', guilty: null, reason: 'Continuing: no metrics of stable to compare with.' };
  // Written as products, so that a stable rate of zero needs no division.
  const excess = canary.errorRate - stable.errorRate;
  if (
    canary.errorRate > stable.errorRate * (1 + policy.maxRelativeErrorIncrease) &&
    excess > policy.minAbsoluteErrorIncrease
  ) {
    return guilty(
      'error rate',
      `error rate ${percent(canary.errorRate)} against ${percent(stable.errorRate)} of stable`,
    );
  }
  const [canaryP99, stableP99] = [canary.p99LatencyMs, stable.p99LatencyMs];
  if (
    canaryP99 !== null &&
    stableP99 !== null &&
    canaryP99 > policy.maxP99LatencyMs &&
    canaryP99 > stableP99 * (1 + policy.maxRelativeLatencyIncrease)
  ) {
    return guilty('latency p99', `p99 ${Math.round(canaryP99)} ms against ${Math.round(stableP99)} ms of stable`);
  }
  return { verdict: 'continue', guilty: null, reason: 'Continuing: no threshold is exceeded.' };
}

/** The last `windowSeconds` of both cohorts as rates. */
function aggregate(telemetry: DeploymentTelemetry, windowSeconds: number): AggregateTelemetry {
  const { service, deploymentId, completeUntilMs: atMs } = telemetry;
  const within = telemetry.intervals.filter(
    ({ endMs, segment }) => segment === undefined && endMs <= atMs && endMs > atMs - windowSeconds * 1000,
  );
  const arm = (...cohorts: string[]): DeploymentMetrics | null =>
    metricsOf(
      within.filter(({ cohort }) => cohorts.includes(cohort)),
      windowSeconds,
      atMs,
    );
  return {
    schemaVersion: 1,
    kind: 'aggregates',
    service,
    deploymentId,
    windowSeconds,
    atMs,
    canary: arm('canary'),
    stable: arm('stable', 'baseline', 'before'),
  };
}

function metricsOf(
  intervals: readonly TelemetryInterval[],
  windowSeconds: number,
  atMs: number,
): DeploymentMetrics | null {
  const requests = intervals.reduce((sum, interval) => sum + interval.requests, 0);
  if (requests === 0) return null;
  const errors = intervals.reduce((sum, interval) => sum + interval.errors, 0);
  let latency: LatencyHistogram | null = null;
  for (const interval of intervals) {
    if (interval.latency) latency = latency ? mergeHistograms(latency, interval.latency) : interval.latency;
  }
  const p99LatencyMs = latency && histogramQuantile(inUnit(toExplicit(latency), 'ms'), 0.99);
  return { errorRate: errors / requests, p99LatencyMs, requestsPerSecond: requests / windowSeconds, timestampMs: atMs };
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
