/** Random telemetry of a deployment, with everything that production shows: pods that come and go, gaps, segments, odd counts. */
import fc from 'fast-check';
import type {
  Cohort,
  DeploymentTelemetry,
  Measure,
  TelemetryInterval,
  WeightChange,
} from '../../src/ports/telemetry.ts';
import { binomial, poisson, type Random, seededRandom } from '../../src/testing/random.ts';
import { explicit } from './histograms.ts';
import { DEPLOYED_AT_MS } from './telemetry.ts';

/** What random telemetry looks like. Shrinks towards short and plain. */
export interface TrafficShape {
  seed: number;
  /** Slots of 10 s since the deployment, and before it. */
  slots: number;
  historySlots: number;
  canaryPods: number;
  stablePods: number;
  /** Fresh pods of the old version, from a slot on. */
  baseline: { pods: number; fromSlot: number } | null;
  /** Requests of a pod per second. */
  rate: number;
  /** Failed share, and that of the canary as a multiple. */
  errorRate: number;
  ratio: number;
  /** Pods are named; else there is one series per cohort. */
  named: boolean;
  /** Share of the pods' slots that are missing. */
  lost: number;
  /** Slots in which a cohort says nothing at all. */
  silent: { cohort: Cohort; from: number; length: number } | null;
  /** Reported besides requests and errors. */
  reports: { unanswered: boolean; restarts: boolean; latency: boolean; measures: boolean };
  /** Part of the requests that a segment handles; 0 = no segments. */
  segmentShare: number;
  weights: WeightChange[];
  /** Names of dependencies, each with failed shares of calls: at first, from a slot on, and the canary's as a multiple. */
  dependencies: { name: string; share: number; fromSlot: number; shareThen: number; canaryRatio: number }[];
}

const SLOT_MS = 10_000;
/** The smallest piece that traffic is made of, so that it can be cut into intervals of any usual length. */
const PIECE_SECONDS = 1;
export const SEGMENT = '/pay';
const BOUNDS_MS = [50, 100, 250, 500, 1000];
const cohortOf = fc.constantFrom<Cohort>('canary', 'stable', 'baseline');

/** Any shape. Counts from none at all to 1e12 per slot with `huge`. */
export function anyShape({ huge = false }: { huge?: boolean } = {}): fc.Arbitrary<TrafficShape> {
  const share = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });
  return fc.record({
    seed: fc.nat(1e6),
    slots: fc.integer({ min: 1, max: 24 }),
    historySlots: fc.integer({ min: 0, max: 12 }),
    canaryPods: fc.integer({ min: 1, max: 4 }),
    stablePods: fc.integer({ min: 1, max: 5 }),
    baseline: fc.option(
      fc.record({ pods: fc.integer({ min: 1, max: 3 }), fromSlot: fc.integer({ min: -2, max: 12 }) }),
      {
        freq: 3,
        nil: null,
      },
    ),
    rate: huge ? fc.constantFrom(0, 1, 1e4, 1e11) : fc.constantFrom(0, 0.1, 2, 20, 300),
    errorRate: fc.oneof(fc.constantFrom(0, 0.01, 1), share(0.3)),
    ratio: fc.constantFrom(0, 1, 1, 1.3, 3, 10),
    named: fc.boolean(),
    lost: fc.oneof(fc.constant(0), share(0.6)),
    silent: fc.option(
      fc.record({ cohort: cohortOf, from: fc.integer({ min: -3, max: 20 }), length: fc.integer({ min: 1, max: 9 }) }),
      { nil: null },
    ),
    reports: fc.record({
      unanswered: fc.boolean(),
      restarts: fc.boolean(),
      latency: fc.boolean(),
      measures: fc.boolean(),
    }),
    segmentShare: fc.oneof(fc.constant(0), share(0.5)),
    weights: fc.array(
      fc.record({
        atMs: fc.integer({ min: -30, max: 240 }).map((seconds) => DEPLOYED_AT_MS + seconds * 1000),
        canaryShare: fc.oneof(fc.constantFrom(0, 1), share(1)),
      }),
      { maxLength: 3 },
    ),
    dependencies: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom('db', 'cache', '__proto__', 'a b\n'),
        share: fc.constantFrom(0, 0.01, 0.2),
        fromSlot: fc.integer({ min: -5, max: 24 }),
        shareThen: fc.constantFrom(0, 0.01, 0.5, 1),
        canaryRatio: fc.constantFrom(0, 1, 1, 8),
      }),
      { maxLength: 3, selector: ({ name }) => name },
    ),
  });
}

interface Piece {
  cohort: Cohort;
  pod: string;
  second: number;
  requests: number;
  errors: number;
  unanswered: number;
  restarts: number;
  latency: number[];
}

/** Telemetry of that shape, in intervals of a length that divides 10 s. The same traffic at every length. */
export function telemetryOfShape(shape: TrafficShape, intervalSeconds = 10): DeploymentTelemetry {
  const intervals = new Map<string, TelemetryInterval>();
  const dependencies = new Map(shape.dependencies.map(({ name }) => [name, new Map<string, TelemetryInterval>()]));
  for (const piece of piecesOf(shape)) {
    const from = Math.floor(piece.second / intervalSeconds) * intervalSeconds;
    const whole = toInterval(shape, piece, from, intervalSeconds);
    addTo(intervals, whole);
    if (shape.segmentShare > 0) addTo(intervals, segmentOf(whole, shape.segmentShare));
    for (const each of shape.dependencies) addTo(dependencies.get(each.name)!, callsOf(whole, piece, each));
  }
  if (shape.reports.measures) {
    for (const whole of intervals.values()) if (whole.segment === undefined) whole.measures = measuresOf(whole);
  }
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'checkout',
    deploymentId: 'deploy-42',
    intervalMs: intervalSeconds * 1000,
    deployedAtMs: DEPLOYED_AT_MS,
    completeUntilMs: DEPLOYED_AT_MS + shape.slots * SLOT_MS,
    weights: shape.weights.toSorted((a, b) => a.atMs - b.atMs),
    intervals: inTimeOrder(intervals),
    ...(dependencies.size === 0
      ? {}
      : { dependencies: Object.fromEntries([...dependencies].map(([name, calls]) => [name, inTimeOrder(calls)])) }),
  };
}

function inTimeOrder(intervals: ReadonlyMap<string, TelemetryInterval>): TelemetryInterval[] {
  return [...intervals.values()].sort((a, b) => a.startMs - b.startMs);
}

/** Two calls for every request. */
function callsOf(
  { startMs, endMs, cohort, pod, requests }: TelemetryInterval,
  { second }: Piece,
  { share, fromSlot, shareThen, canaryRatio }: TrafficShape['dependencies'][number],
): TelemetryInterval {
  const failing = (second < fromSlot * 10 ? share : shareThen) * (cohort === 'canary' ? canaryRatio : 1);
  const errors = Math.floor(2 * requests * Math.min(failing, 1));
  return { startMs, endMs, cohort, ...(pod === undefined ? {} : { pod }), requests: 2 * requests, errors };
}

function* piecesOf(shape: TrafficShape): Generator<Piece> {
  const random = seededRandom('shape', shape.seed);
  const last = shape.slots * 10;
  const pods = (cohort: Cohort, count: number): string[] =>
    Array.from({ length: count }, (_, i) => (shape.named ? `${cohort}-${i}` : ''));
  const arms: [Cohort, string[], fromSecond: number][] = [
    ['canary', pods('canary', shape.canaryPods), 0],
    ['stable', pods('stable', shape.stablePods), -shape.historySlots * 10],
    ['baseline', pods('baseline', shape.baseline?.pods ?? 0), (shape.baseline?.fromSlot ?? 0) * 10],
  ];
  for (const [cohort, names, from] of arms) {
    for (const pod of names) {
      for (let second = from; second < last; second += PIECE_SECONDS) {
        // Losses are of whole slots, so that they are the same at every interval length.
        if (second % 10 === 0 && random() < shape.lost) second += 10 - PIECE_SECONDS;
        else if (!isSilent(shape, cohort, second)) yield pieceOf(shape, random, { cohort, pod, second });
      }
    }
  }
}

function isSilent({ silent }: TrafficShape, cohort: Cohort, second: number): boolean {
  if (silent?.cohort !== cohort) return false;
  const slot = Math.floor(second / 10);
  return slot >= silent.from && slot < silent.from + silent.length;
}

function pieceOf(
  { rate, errorRate, ratio }: TrafficShape,
  random: Random,
  key: Pick<Piece, 'cohort' | 'pod' | 'second'>,
): Piece {
  const requests = rate > 1e6 ? rate : poisson(random, rate * PIECE_SECONDS);
  const failing = Math.min(errorRate * (key.cohort === 'canary' ? ratio : 1), 1);
  const errors = rate > 1e6 ? Math.floor(requests * failing) : binomial(random, requests, failing);
  const unanswered = Math.floor(errors * random());
  const answered = requests - unanswered;
  const latency = [0.2, 0.3, 0.3, 0.15, 0.04].map((share) => Math.floor(answered * share));
  latency.push(answered - latency.reduce((a, b) => a + b, 0));
  return { ...key, requests, errors, unanswered, restarts: random() < 0.01 ? 1 : 0, latency };
}

function toInterval(shape: TrafficShape, piece: Piece, from: number, seconds: number): TelemetryInterval {
  const startMs = DEPLOYED_AT_MS + from * 1000;
  const { unanswered, restarts, latency } = shape.reports;
  const before = piece.cohort === 'stable' && startMs + seconds * 1000 <= DEPLOYED_AT_MS && shape.seed % 2 === 0;
  return {
    startMs,
    endMs: startMs + seconds * 1000,
    cohort: before ? 'before' : piece.cohort,
    ...(piece.pod === '' ? {} : { pod: piece.pod }),
    requests: piece.requests,
    errors: piece.errors,
    ...(unanswered ? { unanswered: piece.unanswered } : {}),
    ...(restarts ? { restarts: piece.restarts } : {}),
    ...(latency ? { latency: explicit(BOUNDS_MS, piece.latency) } : {}),
  };
}

/** Figures that come of the counts: half of the failed requests are lost orders, and what is left spends 30 each. */
function measuresOf({ requests, errors, endMs, pod }: TelemetryInterval): Record<string, Measure> {
  const orders = requests - errors / 2;
  return {
    completion: { type: 'ratio', bad: requests - orders, total: requests },
    spent: { type: 'mean', sum: 30 * orders, count: requests, sumOfSquares: 1200 * orders },
    orders: { type: 'mean', sum: orders, count: requests },
    memory: {
      type: 'gauge',
      // The same in all intervals of 10 s.
      value: 400 + (Math.ceil(endMs / SLOT_MS) % 50),
      ...(pod === undefined ? {} : { podAgeSeconds: (endMs / 1000) % 1e5 }),
    },
  };
}

function segmentOf({ startMs, endMs, cohort, pod, ...counts }: TelemetryInterval, share: number): TelemetryInterval {
  const requests = Math.floor(counts.requests * share);
  const errors = Math.min(counts.errors, requests);
  return { startMs, endMs, cohort, ...(pod === undefined ? {} : { pod }), segment: SEGMENT, requests, errors };
}

function addTo(intervals: Map<string, TelemetryInterval>, more: TelemetryInterval): void {
  const key = [more.startMs, more.cohort, more.pod, more.segment].join('|');
  const sum = intervals.get(key);
  if (sum === undefined) {
    intervals.set(key, more);
    return;
  }
  sum.requests += more.requests;
  sum.errors += more.errors;
  if (sum.unanswered !== undefined) sum.unanswered += more.unanswered ?? 0;
  if (sum.restarts !== undefined) sum.restarts += more.restarts ?? 0;
  if (sum.latency && more.latency) {
    const counts = sum.latency.counts.map((count, i) => count + more.latency!.counts[i]!);
    sum.latency = explicit(BOUNDS_MS, counts);
  }
}

/** The same list in a random order. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const random = seededRandom('shuffle', seed);
  return list
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

/** The same intervals in another order, but each series (cohort, pod, segment) in its own. Only equal times change places. */
export function shuffledWithinTimes(intervals: readonly TelemetryInterval[], seed: number): TelemetryInterval[] {
  return shuffled(intervals, seed).sort((a, b) => a.startMs - b.startMs);
}
