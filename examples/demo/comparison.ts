import { type DeploymentTelemetry, decide, type ThresholdPolicy, thresholdPolicy } from 'rolloutguard';

/** What one rule of fixed thresholds would have done on the same data. */
export interface RuleResult {
  readonly rule: string;
  /** When it would have rolled back, in seconds after the canary's first traffic; `null` when never. */
  readonly firedAfterSeconds: number | null;
}

/** What fixed thresholds would have done on the same data. */
export interface ThresholdComparison {
  /** Canary requests in the window without which the thresholds say nothing. */
  readonly requestsNeeded: number;
  /** The most canary requests that any window had. */
  readonly mostRequests: number;
  /** The rules as they are used. */
  readonly asWritten: readonly RuleResult[];
  /** The same rules without the least number of requests: what that number is good for. */
  readonly withoutMinimum: readonly RuleResult[];
}

type RuleOptions = Partial<Omit<ThresholdPolicy, 'schemaVersion' | 'kind'>>;

const NEVER = { maxErrorRate: 1, minAbsoluteErrorIncrease: 1, maxP99LatencyMs: Number.MAX_SAFE_INTEGER };
const DEFAULTS = thresholdPolicy();
const RULES: readonly { rule: string; options: RuleOptions }[] = [
  { rule: 'error rate above 1 %', options: { ...NEVER, maxErrorRate: DEFAULTS.maxErrorRate } },
  {
    rule: 'error rate 50 % above stable',
    options: { ...NEVER, minAbsoluteErrorIncrease: DEFAULTS.minAbsoluteErrorIncrease },
  },
  {
    rule: 'p99 above 500 ms and 30 % above stable',
    options: { ...NEVER, maxP99LatencyMs: DEFAULTS.maxP99LatencyMs },
  },
];

/** A moment at which the engine was asked, and how far the telemetry was complete then. */
export interface Look {
  readonly atMs: number;
  readonly completeUntilMs: number;
}

/**
 * Replays the recorded telemetry to fixed thresholds over a window of five minutes. They are asked whenever the engine
 * was, and know what it knew: no sooner and no later.
 */
export function compareWithThresholds(telemetry: DeploymentTelemetry, looks: readonly Look[]): ThresholdComparison {
  const informed = looks.filter(({ completeUntilMs }) => completeUntilMs > telemetry.deployedAtMs);
  const results = (more: RuleOptions): RuleResult[] =>
    RULES.map(({ rule, options }) => ({
      rule,
      firedAfterSeconds: firstFire(thresholdPolicy({ ...options, ...more }), telemetry, informed),
    }));
  return {
    requestsNeeded: DEFAULTS.minimumSampleSize,
    mostRequests: Math.max(0, ...informed.map((look) => windowRequests(telemetry, look.completeUntilMs))),
    asWritten: results({}),
    withoutMinimum: results({ minimumSampleSize: 1 }),
  };
}

function firstFire(policy: ThresholdPolicy, telemetry: DeploymentTelemetry, looks: readonly Look[]): number | null {
  const fires = ({ atMs, completeUntilMs }: Look): boolean =>
    decide(policy, asKnownAt(telemetry, completeUntilMs), { nowMs: atMs }).shouldRollback;
  const fired = looks.find(fires);
  return fired === undefined ? null : (fired.atMs - telemetry.deployedAtMs) / 1000;
}

function asKnownAt(telemetry: DeploymentTelemetry, atMs: number): DeploymentTelemetry {
  return {
    ...telemetry,
    completeUntilMs: atMs,
    intervals: telemetry.intervals.filter(({ endMs }) => endMs <= atMs),
  };
}

function windowRequests({ intervals }: DeploymentTelemetry, atMs: number): number {
  return intervals
    .filter(({ cohort, segment, endMs }) => cohort === 'canary' && segment === undefined && endMs <= atMs)
    .filter(({ endMs }) => endMs > atMs - DEFAULTS.windowSeconds * 1000)
    .reduce((sum, { requests }) => sum + requests, 0);
}
