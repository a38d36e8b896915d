/** This package's engine, fed as a metrics client would: with the series of every pod, or with only the two sums. */
import { businessMetric } from '../../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../../src/engine/criteria/error-rate.ts';
import { latency } from '../../../src/engine/criteria/latency.ts';
import type { Because } from '../../../src/engine/finding.ts';
import { type Criterion, definePolicy, type EvidencePolicy } from '../../../src/engine/policy.ts';
import { DecisionSession } from '../../../src/engine/session.ts';
import type { TelemetryInterval } from '../../../src/ports/telemetry.ts';
import { type Cell, partsOf } from '../cell.ts';
import { type BenchJudge, FALSE_ROLLBACK_RATE, type Outcome } from '../judge.ts';
import { LATENCY_BUCKETS } from '../latency.ts';
import type { ArmSeries, Scenario } from '../scenario.ts';
import { type ScenarioOptions, UNIT_SECONDS } from '../scenario-options.ts';
import { measuresOf } from './business-measures.ts';

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

/** Holds that say nothing of a cause: data or traffic is missing, or time is up. */
const OTHER_HOLDS: readonly Because[] = [
  'no-data',
  'silent',
  'no-traffic',
  'low-traffic',
  'too-few-samples',
  'deadline',
];
const DEPENDENCY = 'db';
const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);
const PODS = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'));

/** Tells the intervals of one cohort; `index` is that of the arm's series. */
type Intervals = (
  cohort: 'canary' | 'stable',
  scenario: Scenario,
  index: number,
  startMs: number,
  endMs: number,
  session: DecisionSession,
) => void;

function ours(name: string, intervalsOf: () => Intervals, warmUpSeconds?: number): BenchJudge {
  return {
    name,
    knows: () => true,
    run: (scenario, cell) =>
      judge(scenario, intervalsOf(), policyFor(cell, scenario.intervalSeconds, warmUpSeconds), cell.kw.w),
  };
}

function judge(
  scenario: Scenario,
  intervalsOf: Intervals,
  policy: EvidencePolicy,
  weights: ScenarioOptions['w'],
): Outcome {
  const { historyIntervals, intervals, intervalSeconds } = scenario;
  const session = new DecisionSession(policy, {
    service: 'simulated',
    deploymentId: 'simulation',
    deployedAtMs: DEPLOYED_AT_MS,
    intervalMs: intervalSeconds * 1000,
  });
  if (typeof weights === 'object') {
    for (const [unit, canaryShare] of weights)
      session.route({ atMs: DEPLOYED_AT_MS + unit * UNIT_SECONDS * 1000, canaryShare });
  }
  const held = new Uint8Array(intervals);
  let promoteInterval: number | null = null;
  let suspectedInterference = false;
  for (let i = -historyIntervals; i < intervals; i++) {
    const startMs = DEPLOYED_AT_MS + i * intervalSeconds * 1000;
    const endMs = startMs + intervalSeconds * 1000;
    if (i >= 0) intervalsOf('canary', scenario, i, startMs, endMs, session);
    intervalsOf('stable', scenario, historyIntervals + i, startMs, endMs, session);
    session.completeUntil(endMs);
    if (i < 0) continue;
    const { verdict, because } = session.finding({ nowMs: endMs });
    if (verdict === 'rollback' || verdict === 'escalate') {
      const { cause } = session.decision({ nowMs: endMs });
      return { rollbackInterval: i, promoteInterval, held, cause, suspectedInterference };
    }
    if (verdict === 'promote') promoteInterval ??= i;
    if (verdict !== 'hold' || OTHER_HOLDS.includes(because)) continue;
    held[i] = 1;
    suspectedInterference ||= session.decision({ nowMs: endMs }).suspected === 'interference';
  }
  return { rollbackInterval: null, promoteInterval, held, cause: null, suspectedInterference };
}

const policies = new Map<string, EvidencePolicy>();

/** The default criteria of what the cell judges: 1 % for a whole deployment, less for one metric alone. */
export function policyFor(cell: Cell, intervalSeconds: number, warmUpSeconds: number | undefined): EvidencePolicy {
  const { errors, latency: times, business } = partsOf(cell);
  const measures = business.map(({ name, model }) => [name, model.better] as const);
  const key = JSON.stringify([errors, times !== null, measures, intervalSeconds, warmUpSeconds]);
  let policy = policies.get(key);
  if (policy === undefined) {
    const criteria: Criterion[] = [
      ...(errors ? [errorRate()] : []),
      ...(times ? [latency()] : []),
      ...measures.map(([name, better]) => businessMetric(name, { better })),
    ];
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

/** Tells the series of every pod. */
export const podIntervals: Intervals = (cohort, scenario, index, startMs, endMs, session) => {
  const arm = scenario[cohort];
  for (let pod = 0; pod < arm.pods; pod++) {
    const at = index * arm.pods + pod;
    if (arm.present[at] !== 1) continue;
    const counts = { requests: arm.requests[at]!, errors: arm.errors[at]! };
    const interval = { startMs, endMs, cohort, pod: PODS[pod]! };
    session.observe({ ...interval, ...counts, ...measured(scenario, cohort, at, at + 1) });
    observeCalls(session, { ...interval, requests: counts.requests }, arm, at, at + 1);
  }
};

const armIntervals: Intervals = (cohort, scenario, index, startMs, endMs, session) => {
  const arm = scenario[cohort];
  const [from, to] = [index * arm.pods, (index + 1) * arm.pods];
  if (!arm.present.subarray(from, to).includes(1)) return;
  const counts = { requests: arm.totalRequests[index]!, errors: arm.totalErrors[index]! };
  const interval = { startMs, endMs, cohort };
  session.observe({ ...interval, ...counts, ...measured(scenario, cohort, from, to) });
  observeCalls(session, { ...interval, requests: counts.requests }, arm, from, to);
};

/** Tells of the calls to the dependency in some entries of the arm's series. */
function observeCalls(
  session: DecisionSession,
  interval: Omit<TelemetryInterval, 'errors'>,
  { dependencyFailures }: ArmSeries,
  from: number,
  to: number,
): void {
  if (dependencyFailures === null) return;
  const errors = dependencyFailures.subarray(from, to).reduce((a, b) => a + b, 0);
  session.observeDependency(DEPENDENCY, { ...interval, errors });
}

/** What is measured besides errors. */
function measured(
  scenario: Scenario,
  cohort: 'canary' | 'stable',
  from: number,
  to: number,
): Pick<TelemetryInterval, 'latency' | 'measures'> {
  const measures = measuresOf(scenario.business, cohort, from, to);
  return { ...latencyOf(scenario, cohort, from, to), ...(measures && { measures }) };
}

/** The histogram of some entries of the arm's series together. */
export function latencyOf(
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
