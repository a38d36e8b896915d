/** A realistic canary for the tests of the report: a fault that raises its error rate and its tail, steps 5 -> 20 -> 50 %. */
import type { Decision, EvidencePoint } from '../../src/ports/decision.ts';
import type { Cohort, DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import type { HtmlReportInput } from '../../src/report/index.ts';

/** Noon, so that times are easy to read. */
export const DEPLOYED_AT_MS: number = Date.UTC(2026, 10, 22, 12, 0, 0);

/** The default bounds of OpenTelemetry's duration histogram, in seconds. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const BOUND = Math.log(1 / 0.01);
const ALONE = Math.log(2 / 0.01);
const LIMIT_ALONE = Math.log(40 / 0.01);

export interface CanaryOptions {
  intervalMs?: number;
  /** From the deployment to the last interval. */
  minutes?: number;
  minutesBefore?: number;
  requestsPerSecond?: number;
  /** When the canary begins to fail, after the deployment; `null`: never. */
  faultAfterMs?: number | null;
  pods?: { canary: number; stable: number };
  /** Span of an external incident, after the deployment. */
  incidentMs?: [number, number];
  seed?: number;
}

/** A whole report's input: telemetry, the evidence after every interval, and a decision. */
export function canaryReport(options: CanaryOptions = {}): HtmlReportInput & { telemetry: DeploymentTelemetry } {
  const telemetry = canaryTelemetry(options);
  const history = evidenceOf(telemetry, options);
  const crossed = history.find((point) => point.logE >= point.bound);
  const faultAfterMs = options.faultAfterMs === undefined ? 200_000 : options.faultAfterMs;
  const facts = [
    {
      label: 'From fault to rollback',
      value:
        crossed && faultAfterMs !== null ? `${(crossed.atMs - DEPLOYED_AT_MS - faultAfterMs) / 1000} s` : 'no fault',
    },
    { label: 'Bad answers served by the canary', value: String(sum(telemetry.intervals, 'canary', 'errors')) },
    { label: 'Requests judged', value: String(sum(telemetry.intervals, 'canary', 'requests')) },
    { label: 'Fixed thresholds, same data', value: 'rollback after 70 s' },
  ];
  return {
    decision: decisionOf(telemetry, history, crossed?.atMs ?? null),
    telemetry,
    history,
    facts,
    marks: faultAfterMs === null ? [] : [{ atMs: DEPLOYED_AT_MS + faultAfterMs, label: 'the fault begins' }],
  };
}

export function canaryTelemetry({
  intervalMs = 10_000,
  minutes = 6,
  minutesBefore = 1,
  requestsPerSecond = 400,
  faultAfterMs = 200_000,
  pods = { canary: 2, stable: 3 },
  incidentMs,
  seed = 7,
}: CanaryOptions = {}): DeploymentTelemetry {
  const random = randomNumbers(seed);
  const weights = [0.05, 0.2, 0.5].map((canaryShare, i) => ({
    atMs: DEPLOYED_AT_MS + (i * minutes * 60_000) / 4.5,
    canaryShare,
  }));
  const intervals: TelemetryInterval[] = [];
  const endMs = DEPLOYED_AT_MS + minutes * 60_000;
  for (let startMs = DEPLOYED_AT_MS - minutesBefore * 60_000; startMs < endMs; startMs += intervalMs) {
    const share = weights.findLast((change) => change.atMs <= startMs)?.canaryShare ?? 0;
    const faulty = faultAfterMs !== null && startMs >= DEPLOYED_AT_MS + faultAfterMs;
    const sinceMs = startMs - DEPLOYED_AT_MS;
    const incident = incidentMs !== undefined && sinceMs >= incidentMs[0] && sinceMs < incidentMs[1] ? 12 : 1;
    const mood = incident * (0.8 + 0.4 * random());
    const traffic = requestsPerSecond * (intervalMs / 1000) * (0.92 + 0.16 * random());
    const add = (cohort: Cohort, count: number, requests: number, errorShare: number, slowShare: number): void => {
      for (let pod = 0; pod < count && requests > 0; pod++) {
        const mine = Math.round(requests / count);
        const errors = Math.min(mine, wobbly(mine * errorShare, random));
        intervals.push({
          startMs,
          endMs: startMs + intervalMs,
          cohort,
          pod: `${cohort}-${pod}`,
          requests: mine,
          errors,
          latency: { type: 'explicit', unit: 's', upperBounds: BOUNDS, counts: latencyCounts(mine, slowShare, random) },
        });
      }
    };
    add('canary', pods.canary, traffic * share, mood * (faulty ? 0.055 : 0.0062), faulty ? 0.045 : 0.012);
    add('stable', pods.stable, traffic * (1 - share), mood * 0.006, 0.011);
  }
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'checkout',
    deploymentId: 'deploy-42',
    intervalMs,
    deployedAtMs: DEPLOYED_AT_MS,
    completeUntilMs: endMs,
    weights,
    intervals,
  };
}

/** Not the judge: a plain clipped likelihood ratio, so that the plot has a believable line. */
function evidenceOf(telemetry: DeploymentTelemetry, options: CanaryOptions): EvidencePoint[] {
  const ends = [...new Set(telemetry.intervals.map((interval) => interval.endMs))].filter(
    (end) => end > DEPLOYED_AT_MS,
  );
  let errorLog = 0;
  let latencyLog = 0;
  return ends.map((atMs) => {
    const at = telemetry.intervals.filter((interval) => interval.endMs === atMs);
    const [requests, errors] = [sum(at, 'canary', 'requests'), sum(at, 'canary', 'errors')];
    const step = errors * Math.log(2) - requests * 0.0075;
    errorLog = Math.max(-0.7, errorLog + Math.min(Math.max(step, -0.6), 2.5) * 0.8);
    latencyLog = Math.max(-1.1, latencyLog + (step > 4 ? 0.35 : -0.04));
    const external = options.incidentMs !== undefined && inside(atMs - DEPLOYED_AT_MS, options.incidentMs);
    return {
      atMs,
      logE: Math.log((Math.exp(errorLog) + Math.exp(latencyLog)) / 2),
      bound: BOUND,
      external,
      criteria: [
        { name: 'error rate', logE: errorLog, effect: { kind: 'ratio' as const, estimate: 1.1, low: 0.6, high: null } },
        { name: 'latency p99', logE: latencyLog, effect: null },
      ],
    };
  });
}

function decisionOf(telemetry: DeploymentTelemetry, history: EvidencePoint[], crossedAtMs: number | null): Decision {
  const { intervals, service, deploymentId, completeUntilMs } = telemetry;
  const rolledBack = crossedAtMs !== null;
  const counts = (cohort: Cohort): { requests: number; bad: number } => ({
    requests: sum(intervals, cohort, 'requests'),
    bad: sum(intervals, cohort, 'errors'),
  });
  const last = history[history.length - 1];
  const logOf = (i: number): number => last?.criteria[i]?.logE ?? 0;
  const peakOf = (i: number): number => Math.max(0, ...history.map((point) => point.criteria[i]?.logE ?? 0));
  return {
    schemaVersion: 1,
    engineVersion: '0.1.0',
    policyDigest: 'sha256:5b1c7f0e6d1f4a3c9a77e2d40b0f6c1d8e2b93a4f5c6d7e8091a2b3c4d5e6f70',
    service,
    deploymentId,
    decidedAtMs: completeUntilMs + 1_200,
    verdict: rolledBack ? 'rollback' : 'continue',
    shouldRollback: rolledBack,
    mayAdvance: !rolledBack,
    cause: rolledBack ? 'deployment' : null,
    trigger: rolledBack ? 'evidence' : null,
    reason: rolledBack
      ? 'Error rate is 8.1x stable (95 % CI 5.9-11.4), and stable itself did not change: the deployment is the cause.'
      : 'No criterion is worse than tolerated so far; error rate 1.1x stable (95 % CI 0.6-1.9).',
    guilty: rolledBack ? 'error rate' : null,
    crossedAtMs,
    evidence: [
      {
        name: 'error rate',
        status: rolledBack ? 'worse' : 'undecided',
        logE: logOf(0),
        peakLogE: peakOf(0),
        bound: ALONE,
        effect: rolledBack
          ? { kind: 'ratio', estimate: 8.12, low: 5.9, high: 11.4 }
          : { kind: 'ratio', estimate: 1.1, low: 0.6, high: 1.9 },
        canary: counts('canary'),
        stable: counts('stable'),
        dispersion: 0.031,
        clippedIntervals: rolledBack ? 3 : 0,
        logNonInferiority: null,
        detail: 'status 500 or above, and answers that never came',
      },
      {
        name: 'latency p99',
        status: 'undecided',
        logE: logOf(1),
        peakLogE: peakOf(1),
        bound: ALONE,
        effect: { kind: 'ratio', estimate: 1.42, low: 0.98, high: 2.3 },
        canary: { requests: counts('canary').requests, bad: 412 },
        stable: { requests: counts('stable').requests, bad: 901 },
        dispersion: 0.012,
        clippedIntervals: 0,
        logNonInferiority: -1.84,
        detail: 'slower than 250 ms',
      },
    ],
    limits: [
      {
        name: 'unanswered share',
        status: 'undecided',
        limit: 0.1,
        logE: -1.2,
        bound: LIMIT_ALONE,
        canary: { requests: counts('canary').requests, bad: 3 },
        stable: { requests: counts('stable').requests, bad: 11 },
      },
      {
        name: 'crash loop',
        status: 'no-data',
        limit: 6,
        logE: 0,
        bound: LIMIT_ALONE,
        canary: { requests: 0, bad: 0 },
        stable: { requests: 0, bad: 0 },
      },
    ],
    problems: [
      {
        source: 'otlp',
        code: 'LATE_DATA',
        message: '12 points came after their interval was closed and were not counted.',
        atMs: DEPLOYED_AT_MS + 125_000,
      },
    ],
    assumptions: [
      'Canary and stable get the same mix of requests.',
      'Requests without any answer are counted at the proxy.',
    ],
    nextCheckAtMs: rolledBack ? null : completeUntilMs + 10_000,
  };
}

function sum(intervals: TelemetryInterval[], cohort: Cohort, key: 'requests' | 'errors'): number {
  return intervals
    .filter((interval) => interval.cohort === cohort)
    .reduce((total, interval) => total + interval[key], 0);
}

function inside(value: number, [from, to]: [number, number]): boolean {
  return value > from && value <= to;
}

/** Most answers near 40 ms, and a tail of slow ones around half a second. */
function latencyCounts(requests: number, slowShare: number, random: () => number): number[] {
  const slow = Math.min(requests, wobbly(requests * slowShare, random));
  const shape = [0, 0, 0.18, 0.47, 0.22, 0.13, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const tail = [0, 0, 0, 0, 0, 0, 0.45, 0.35, 0.15, 0.05, 0, 0, 0, 0, 0];
  return shape.map((share, i) => Math.round((requests - slow) * share + slow * tail[i]!));
}

/** A count around `mean`, as noisy as real counts are. */
function wobbly(mean: number, random: () => number): number {
  const noise = random() + random() + random() + random() - 2;
  return Math.max(0, Math.round(mean + noise * 1.7 * Math.sqrt(mean)));
}

/** Mulberry32: small and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
