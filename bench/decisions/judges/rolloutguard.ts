/** This package's engine, fed as a metrics client would: with the series of every pod, or with only the two sums. */
import { errorRate } from '../../../src/engine/criteria/error-rate.ts';
import { definePolicy, type EvidencePolicy } from '../../../src/engine/policy.ts';
import { DecisionSession } from '../../../src/engine/session.ts';
import type { Cohort, TelemetryInterval } from '../../../src/ports/telemetry.ts';
import { type BenchJudge, FALSE_ROLLBACK_RATE, type Outcome } from '../judge.ts';
import type { ArmSeries, Scenario } from '../scenario.ts';

/** Judges with pods; the policy is the default one. */
export const rolloutguard: BenchJudge = { name: 'rolloutguard', run: (scenario) => judge(scenario, podIntervals) };
/** Judges two aggregated series. */
export const rolloutguardArms: BenchJudge = {
  name: 'rolloutguard-arms',
  run: (scenario) => judge(scenario, armIntervals),
};
/** The same without a warm-up: for services that are as fast and as sound from the first request as later. */
export const rolloutguardNoWarmUp: BenchJudge = {
  name: 'rolloutguard-no-warm-up',
  run: (scenario) => judge(scenario, podIntervals, 0),
};
/** The same without a warm-up. */
export const rolloutguardArmsNoWarmUp: BenchJudge = {
  name: 'rolloutguard-arms-no-warm-up',
  run: (scenario) => judge(scenario, armIntervals, 0),
};

const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);
const PODS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

type Intervals = (
  cohort: Cohort,
  arm: ArmSeries,
  index: number,
  startMs: number,
  endMs: number,
  tell: (interval: TelemetryInterval) => void,
) => void;

function judge(scenario: Scenario, intervalsOf: Intervals, warmUpSeconds?: number): Outcome {
  const { canary, stable, historyIntervals, intervals, intervalSeconds } = scenario;
  const policy = policyFor(intervalSeconds, warmUpSeconds);
  const session = new DecisionSession(policy, {
    service: 'simulated',
    deploymentId: 'simulation',
    deployedAtMs: DEPLOYED_AT_MS,
    intervalMs: intervalSeconds * 1000,
  });
  const bound = -Math.log(policy.falseRollbackRate);
  let promoted = false;
  let externalIntervals = 0;
  for (let i = -historyIntervals; i < intervals; i++) {
    const startMs = DEPLOYED_AT_MS + i * intervalSeconds * 1000;
    const endMs = startMs + intervalSeconds * 1000;
    const tell = (interval: TelemetryInterval): void => session.observe(interval);
    if (i >= 0) intervalsOf('canary', canary, i, startMs, endMs, tell);
    intervalsOf('stable', stable, historyIntervals + i, startMs, endMs, tell);
    session.completeUntil(endMs);
    if (i < 0) continue;
    if (session.logE >= bound) return { rollbackInterval: i, promoted, externalIntervals };
    const { verdict, because } = session.finding({ nowMs: endMs });
    promoted ||= verdict === 'promote';
    if (because === 'external') externalIntervals += 1;
  }
  return { rollbackInterval: null, promoted, externalIntervals };
}

const policies = new Map<string, EvidencePolicy>();

/** The default policy for errors, with the budget that they have in a deployment that is judged by latency too. */
function policyFor(intervalSeconds: number, warmUpSeconds: number | undefined): EvidencePolicy {
  const key = `${intervalSeconds}/${warmUpSeconds}`;
  let policy = policies.get(key);
  if (policy === undefined) {
    policy = definePolicy({
      falseRollbackRate: FALSE_ROLLBACK_RATE,
      intervalSeconds,
      criteria: [errorRate()],
      hardStops: [],
      ...(warmUpSeconds === undefined ? {} : { warmUpSeconds }),
    });
    policies.set(key, policy);
  }
  return policy;
}

const podIntervals: Intervals = (cohort, arm, index, startMs, endMs, tell) => {
  for (let pod = 0; pod < arm.pods; pod++) {
    const at = index * arm.pods + pod;
    if (arm.present[at] !== 1) continue;
    tell({ startMs, endMs, cohort, pod: PODS[pod]!, requests: arm.requests[at]!, errors: arm.errors[at]! });
  }
};

const armIntervals: Intervals = (cohort, arm, index, startMs, endMs, tell) => {
  if (!arm.present.subarray(index * arm.pods, (index + 1) * arm.pods).includes(1)) return;
  tell({ startMs, endMs, cohort, requests: arm.totalRequests[index]!, errors: arm.totalErrors[index]! });
};
