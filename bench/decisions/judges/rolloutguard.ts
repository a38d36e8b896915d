/** This package's engine, fed as a metrics client would: with the series of every pod, or with only the two sums. */
import { errorRate } from '../../../src/engine/criteria/error-rate.ts';
import { latency } from '../../../src/engine/criteria/latency.ts';
import { type Criterion, definePolicy, type EvidencePolicy } from '../../../src/engine/policy.ts';
import { DecisionSession } from '../../../src/engine/session.ts';
import type { TelemetryInterval } from '../../../src/ports/telemetry.ts';
import { type Cell, partsOf } from '../cell.ts';
import { type BenchJudge, FALSE_ROLLBACK_RATE, type Outcome } from '../judge.ts';
import { LATENCY_BUCKETS } from '../latency.ts';
import type { Scenario } from '../scenario.ts';

/** Error budget where several metrics are judged as one deployment. */
const DEPLOYMENT_FALSE_ROLLBACK_RATE = 0.01;

/** Judges with pods; the policy is the default one. */
export const rolloutguard: BenchJudge = ours('rolloutguard', () => podIntervals);
/** Judges two aggregated series. */
export const rolloutguardArms: BenchJudge = ours('rolloutguard-arms', () => armIntervals);
/** The same without a warm-up: for services that are as fast and as sound from the first request as later. */
export const rolloutguardNoWarmUp: BenchJudge = ours('rolloutguard-no-warm-up', () => podIntervals, 0);
/** The same without a warm-up. */
export const rolloutguardArmsNoWarmUp: BenchJudge = ours('rolloutguard-arms-no-warm-up', () => armIntervals, 0);

const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);
const PODS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

/** Tells the intervals of one cohort; `index` is that of the arm's series. */
type Intervals = (
  cohort: 'canary' | 'stable',
  scenario: Scenario,
  index: number,
  startMs: number,
  endMs: number,
  tell: (interval: TelemetryInterval) => void,
) => void;

function ours(name: string, intervalsOf: () => Intervals, warmUpSeconds?: number): BenchJudge {
  return {
    name,
    knows: () => true,
    run: (scenario, cell) => judge(scenario, intervalsOf(), policyFor(cell, scenario.intervalSeconds, warmUpSeconds)),
  };
}

function judge(scenario: Scenario, intervalsOf: Intervals, policy: EvidencePolicy): Outcome {
  const { historyIntervals, intervals, intervalSeconds } = scenario;
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
    if (i >= 0) intervalsOf('canary', scenario, i, startMs, endMs, tell);
    intervalsOf('stable', scenario, historyIntervals + i, startMs, endMs, tell);
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

/** The default criteria of what the cell judges: 1 % for a whole deployment, less for one metric alone. */
function policyFor(cell: Cell, intervalSeconds: number, warmUpSeconds: number | undefined): EvidencePolicy {
  const { errors, latency: times } = partsOf(cell);
  const key = JSON.stringify([errors, times !== null, intervalSeconds, warmUpSeconds]);
  let policy = policies.get(key);
  if (policy === undefined) {
    const criteria: Criterion[] = [...(errors ? [errorRate()] : []), ...(times ? [latency()] : [])];
    policy = definePolicy({
      falseRollbackRate: criteria.length > 1 ? DEPLOYMENT_FALSE_ROLLBACK_RATE : FALSE_ROLLBACK_RATE,
      intervalSeconds,
      criteria,
      hardStops: [],
      ...(warmUpSeconds === undefined ? {} : { warmUpSeconds }),
    });
    policies.set(key, policy);
  }
  return policy;
}

const podIntervals: Intervals = (cohort, scenario, index, startMs, endMs, tell) => {
  const arm = scenario[cohort];
  for (let pod = 0; pod < arm.pods; pod++) {
    const at = index * arm.pods + pod;
    if (arm.present[at] !== 1) continue;
    const counts = { requests: arm.requests[at]!, errors: arm.errors[at]! };
    tell({ startMs, endMs, cohort, pod: PODS[pod]!, ...counts, ...latencyOf(scenario, cohort, at, at + 1) });
  }
};

const armIntervals: Intervals = (cohort, scenario, index, startMs, endMs, tell) => {
  const arm = scenario[cohort];
  const [from, to] = [index * arm.pods, (index + 1) * arm.pods];
  if (!arm.present.subarray(from, to).includes(1)) return;
  const counts = { requests: arm.totalRequests[index]!, errors: arm.totalErrors[index]! };
  tell({ startMs, endMs, cohort, ...counts, ...latencyOf(scenario, cohort, from, to) });
};

/** The histogram of some entries of the arm's series together. */
function latencyOf(
  { latency: series }: Scenario,
  cohort: 'canary' | 'stable',
  from: number,
  to: number,
): Pick<TelemetryInterval, 'latency'> {
  if (series === null) return {};
  const counts = new Array<number>(LATENCY_BUCKETS).fill(0);
  for (let at = from * LATENCY_BUCKETS; at < to * LATENCY_BUCKETS; at++)
    counts[at % LATENCY_BUCKETS]! += series[cohort][at]!;
  return { latency: { type: 'explicit', unit: 'ms', upperBounds: [...series.upperBoundsMs], counts } };
}
