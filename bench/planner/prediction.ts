/** What a plan says of a cell, from recordings of healthy deployments of the same service. */
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { detectionSettings } from '../../src/engine/detection-settings.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import {
  type Fault,
  type ServiceNoiseLevel,
  type ServiceTraffic,
  timeToDetect,
  trafficOf,
} from '../../src/planning/index.ts';
import { actualNoise } from '../../src/planning/planned-noise.ts';
import { assumedLevel } from '../../src/planning/service-noise-level.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { type CountHabits, ERROR_HABITS, LATENCY_HABITS } from '../../src/statistics/judge-habits.ts';
import { FALSE_ROLLBACK_RATE } from '../decisions/judge.ts';
import { latencyOf } from '../decisions/judges/rolloutguard.ts';
import { runKey, type Scenario, simulateCell } from '../decisions/scenario.ts';
import { UNIT_SECONDS } from '../decisions/scenario-options.ts';
import type { PlannerCell } from './cells.ts';
import { walkToBound } from './closed-formula.ts';

/** Recordings that a service is learned from. */
const RECORDINGS = 12;
const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);

/** Seconds until the fault is found with each power; Infinity where it is not found within a week. */
export function predict(cell: PlannerCell, powers: readonly number[]): number[] {
  const fault = faultOf(cell);
  const isLatency = fault.kind === 'latency';
  const policy = definePolicy({
    falseRollbackRate: FALSE_ROLLBACK_RATE,
    criteria: [isLatency ? latency() : errorRate()],
    hardStops: [],
  });
  const settings = detectionSettings(policy, policy.criteria[0]!.name);
  const traffic = learnedTraffic(cell);
  const canaryShare = cell.kw.w as number;
  return powers.map((power) => timeToDetect(traffic, fault, { canaryShare, power, settings }).seconds ?? Infinity);
}

/** The same by the closed formula, with the noise as it was learned; `null` for latency, of which it knows nothing. */
export function predictInClosedForm(cell: PlannerCell, powers: readonly number[]): number[] | null {
  const fault = faultOf(cell);
  if (fault.kind !== 'errors') return null;
  const { noise, errorRate: rate, requestsPerSecond } = learnedTraffic(cell);
  const level = noise as ServiceNoiseLevel;
  const { squaredCv } = level.actual ?? level;
  const perUnit = requestsPerSecond * UNIT_SECONDS;
  const canaryRequests = perUnit * (cell.kw.w as number);
  return powers.map((power) => {
    const { units } = walkToBound({
      ...{ canaryRequests, stableRequests: perUnit - canaryRequests, rate, ratio: fault.ratio, squaredCv, power },
      toleratedRatio: 1 + errorRate().maxRelativeIncrease,
      bound: -Math.log(FALSE_ROLLBACK_RATE),
      clipNats: level.clipNats,
    });
    return Math.ceil(units) * UNIT_SECONDS;
  });
}

/** The fault of a cell. */
function faultOf({ kw, metric }: PlannerCell): Fault {
  return metric === 'latency' ? { kind: 'latency', slower: kw.shift! } : { kind: 'errors', ratio: kw.ratio! };
}

/** The service of a cell, from recordings without the fault. */
export function learnedTraffic(cell: PlannerCell, recordings: number = RECORDINGS): ServiceTraffic {
  const { ratio: _, shift: __, ...healthy } = cell.kw;
  const recorded = Array.from({ length: recordings }, (_, run) =>
    recordingOf(simulateCell({ ...cell, kw: healthy }, runKey('recording', cell.name, run)), true),
  );
  const learned = trafficOf(recorded);
  const traffic = cell.pods ? learned : withoutPods(learned);
  // The rate is known from months, not from the few errors of these recordings.
  return cell.metric === 'latency' ? traffic : { ...traffic, errorRate: cell.kw.base! };
}

/** The same where the judge is told nothing of the pods: it assumes its usual noise, and the noise is what the pods have. */
function withoutPods({ noise, latencyNoise, pods: _, ...traffic }: ServiceTraffic): ServiceTraffic {
  return {
    ...traffic,
    noise: unknown(noise as ServiceNoiseLevel, ERROR_HABITS),
    ...(latencyNoise ? { latencyNoise: unknown(latencyNoise as ServiceNoiseLevel, LATENCY_HABITS) } : {}),
  };
}

function unknown(level: ServiceNoiseLevel, habits: CountHabits): ServiceNoiseLevel {
  const { edges } = level;
  return {
    ...assumedLevel(habits),
    actual: actualNoise(level),
    ...(edges ? { edges: edges.map((edge) => ({ ...unknown(edge, habits), edgeMs: edge.edgeMs })) } : {}),
  };
}

/** A simulated deployment as telemetry. */
function recordingOf(scenario: Scenario, pods: boolean): DeploymentTelemetry {
  const intervalMs = scenario.intervalSeconds * 1000;
  const { historyIntervals, intervals } = scenario;
  const list: TelemetryInterval[] = [];
  for (const cohort of ['stable', 'canary'] as const) {
    const arm = scenario[cohort];
    const first = cohort === 'stable' ? -historyIntervals : 0;
    for (let i = first; i < intervals; i++) {
      const startMs = DEPLOYED_AT_MS + i * intervalMs;
      const at = (i - first) * arm.pods;
      const parts = pods ? Array.from({ length: arm.pods }, (_, pod) => [pod, pod + 1]) : [[0, arm.pods]];
      for (const [from, to] of parts as [number, number][]) {
        const sum = (values: Float64Array): number => values.subarray(at + from, at + to).reduce((a, b) => a + b, 0);
        list.push({
          startMs,
          endMs: startMs + intervalMs,
          cohort,
          ...(pods ? { pod: `${cohort}-${String(from).padStart(3, '0')}` } : {}),
          requests: sum(arm.requests),
          errors: sum(arm.errors),
          ...latencyOf(scenario, cohort, at + from, at + to),
        });
      }
    }
  }
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'simulated',
    deploymentId: 'recording',
    intervalMs,
    deployedAtMs: DEPLOYED_AT_MS,
    completeUntilMs: DEPLOYED_AT_MS + intervals * intervalMs,
    weights: [],
    intervals: list,
  };
}
