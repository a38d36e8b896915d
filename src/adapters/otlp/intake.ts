/** Takes exports in: asks the stream of each point what is new, and adds that to the right interval of the right pod. */
import type { Target } from './attributes.ts';
import { type DropCounts, type DropReason, noDrops, PROBLEM_OF_DROP } from './drop-counts.ts';
import { gridEnd, gridSpan } from './grid.ts';
import type { MetricsPayload } from './otlp-metrics.ts';
import type { ProblemLedger } from './problems.ts';
import type { Reading } from './readings.ts';
import type { IntervalStoreOptions } from './receiver-options.ts';
import { type RequestPoint, readRequestPoints } from './request-points.ts';
import type { ServiceRecord } from './service-record.ts';
import type { Services } from './services.ts';
import { StreamBook } from './stream-deltas.ts';
import type { Reporter } from './watermark.ts';

/** What became of the points of one export. */
export interface IngestResult {
  /** Points that were taken. */
  accepted: number;
  /** Points that were lost, and of which the sender should hear. */
  rejected: number;
  /** Dropped points by reason, those that are no loss included. */
  dropped: DropCounts;
}

/** What came in so far. */
export interface IntakeStats {
  /** Points that were taken. */
  points: number;
  /** Points of metrics that rolloutguard does not read, and points without a value. */
  ignored: number;
  dropped: DropCounts;
  /** Series that are followed now. */
  series: number;
}

/** Points that are dated further ahead than this are refused: they would pass for the newest until their time has come. */
const MAX_AHEAD_MS = 5 * 60_000;
/** A silent sender is remembered for this many export periods, and for ten minutes at least. */
const IDLE_PERIODS = 60;
const MIN_IDLE_MS = 10 * 60_000;

/** One export on its way in. */
interface Arrival {
  readonly receivedAtMs: number;
  readonly result: IngestResult;
  /** What was closed when it arrived. */
  readonly closedUntilMs: Map<ServiceRecord, number>;
  /** Parts of measures that are missing in it. */
  readonly lostParts: { service: ServiceRecord; target: Target; timeMs: number }[];
}

/** The way in. */
export class Intake {
  readonly #options: Required<IntervalStoreOptions>;
  readonly #services: Services;
  readonly #streams: StreamBook;
  readonly #reporters = new Map<string, Reporter>();
  readonly #idleMs: number;
  #nextSweepMs = 0;
  readonly #totals: Omit<IntakeStats, 'series'> = { points: 0, ignored: 0, dropped: noDrops() };

  constructor(options: Required<IntervalStoreOptions>, services: Services, watchingSinceMs: number | null) {
    const { exportPeriodMs, maxSeries, retentionMs } = options;
    this.#options = options;
    this.#services = services;
    this.#idleMs = Math.min(retentionMs, Math.max(IDLE_PERIODS * exportPeriodMs, MIN_IDLE_MS));
    this.#streams = new StreamBook({ maxSeries, exportPeriodMs, idleMs: this.#idleMs }, watchingSinceMs);
  }

  /** Takes one export. */
  take(payload: MetricsPayload, receivedAtMs: number): IngestResult {
    this.#sweepWhenDue(receivedAtMs);
    const { points, senders, ignored, unsupported } = readRequestPoints(payload);
    const result: IngestResult = { accepted: 0, rejected: 0, dropped: noDrops() };
    const arrival: Arrival = { receivedAtMs, result, closedUntilMs: new Map(), lostParts: [] };
    for (const point of points) this.#takePoint(point, arrival);
    for (const { service, target, timeMs } of arrival.lostParts) {
      if (timeMs > this.#closedUntil(service, arrival))
        service.noteLostPart(target, gridEnd(timeMs, this.#options.intervalMs));
    }
    for (const { service, points: times } of unsupported) {
      this.#drop('unsupported', this.#services.problemsOf(service), arrival, times);
    }
    // Last: a sender that reports past an interval must not close it while the rest of its export is still coming in.
    for (const { key, reportedUntilMs } of senders) this.#noteReport(key, reportedUntilMs, receivedAtMs);
    this.#totals.points += result.accepted;
    this.#totals.ignored += ignored;
    return result;
  }

  /** What came in so far. */
  stats(): IntakeStats {
    return { ...this.#totals, dropped: { ...this.#totals.dropped }, series: this.#streams.size };
  }

  #takePoint(point: RequestPoint, arrival: Arrival): void {
    const { target, reading } = point;
    const service = target.service === '' ? null : this.#services.open(target.service);
    if (service === null) {
      this.#drop(target.service === '' ? 'unsupported' : 'seriesCap', this.#services.sharedProblems, arrival);
      return;
    }
    const fault = this.#faultOf(point, arrival.receivedAtMs);
    if (reading === null || fault !== null) {
      if (fault === null) noteLostPart(point, service, arrival);
      this.#drop(fault ?? 'malformed', service.problems, arrival);
      return;
    }
    const closedUntilMs = this.#closedUntil(service, arrival);
    if (isOfUnknownVersion(point)) {
      this.#totals.ignored += 1;
      service.problems.note('UNKNOWN_TARGET', arrival.receivedAtMs);
      return;
    }
    const outcome = this.#streams.take({ ...point, reading, receivedAtMs: arrival.receivedAtMs, closedUntilMs });
    if (outcome.kind === 'dropped') {
      if (outcome.reason === 'seriesCap') noteLostPart(point, service, arrival);
      this.#drop(outcome.reason, service.problems, arrival);
      return;
    }
    arrival.result.accepted += 1;
    service.watermark.waitFor(this.#reporterOf(point.sender, arrival.receivedAtMs));
    if (outcome.kind === 'baseline') {
      if (reading.count > 0) service.problems.note('HISTORY_UNKNOWN', arrival.receivedAtMs);
      return;
    }
    if (outcome.reset) service.problems.note('COUNTER_RESET', arrival.receivedAtMs);
    if (point.hasUnknownUnit) service.problems.note('UNKNOWN_UNIT', arrival.receivedAtMs);
    if (target.hasUnknownCohort) service.problems.note('UNKNOWN_COHORT', arrival.receivedAtMs);
    this.#count(point, outcome, service);
  }

  #count(
    { kind, part, target, timeMs, failed }: RequestPoint,
    { startMs, reading, latencyLost }: { startMs: number; reading: Reading; latencyLost: boolean },
    service: ServiceRecord,
  ): void {
    const { count, latency } = reading;
    if (count === 0 && part === null) return;
    const { intervalMs, retentionMs } = this.#options;
    const span = gridSpan(Math.max(startMs, timeMs - retentionMs), timeMs, intervalMs);
    if (part !== null) {
      service.addMeasure(target, span, part, reading);
      return;
    }
    const unanswered = kind === 'unanswered' ? count : 0;
    service.add(target, span, { requests: count, errors: failed ? count : 0, unanswered, latency, latencyLost });
  }

  /** Why a point cannot be taken whatever its stream says; `null` when it can. */
  #faultOf({ startMs, timeMs }: RequestPoint, receivedAtMs: number): DropReason | null {
    if (timeMs === 0 || startMs > timeMs) return 'malformed';
    if (timeMs > receivedAtMs + MAX_AHEAD_MS) return 'clockSkew';
    return timeMs <= receivedAtMs - this.#options.retentionMs ? 'retention' : null;
  }

  #drop(reason: DropReason, problems: ProblemLedger, { result, receivedAtMs }: Arrival, times = 1): void {
    if (times === 0) return;
    result.dropped[reason] += times;
    this.#totals.dropped[reason] += times;
    const code = PROBLEM_OF_DROP[reason];
    if (code === null) return;
    result.rejected += times;
    problems.note(code, receivedAtMs, times);
  }

  #closedUntil(service: ServiceRecord, { receivedAtMs, closedUntilMs }: Arrival): number {
    const known = closedUntilMs.get(service);
    if (known !== undefined) return known;
    const untilMs = service.watermark.advance(receivedAtMs);
    closedUntilMs.set(service, untilMs);
    return untilMs;
  }

  #reporterOf(key: string, receivedAtMs: number): Reporter {
    const known = this.#reporters.get(key);
    if (known !== undefined) return known;
    const reporter: Reporter = { receivedAtMs, reportedUntilMs: 0 };
    this.#reporters.set(key, reporter);
    return reporter;
  }

  #noteReport(key: string, reportedUntilMs: number, receivedAtMs: number): void {
    const reporter = this.#reporters.get(key);
    if (reporter === undefined) return;
    reporter.receivedAtMs = receivedAtMs;
    // A clock that is ahead says nothing about the time that has not come yet.
    reporter.reportedUntilMs = Math.max(reporter.reportedUntilMs, Math.min(reportedUntilMs, receivedAtMs));
  }

  #sweepWhenDue(nowMs: number): void {
    if (nowMs < this.#nextSweepMs) return;
    this.#nextSweepMs = nowMs + this.#options.exportPeriodMs;
    this.#streams.sweep(nowMs);
    this.#services.sweep(nowMs);
    for (const [key, reporter] of this.#reporters) {
      if (nowMs - reporter.receivedAtMs > this.#idleMs) this.#reporters.delete(key);
    }
  }
}

/** A level is whole by itself; of all else the rest would be another figure. */
function noteLostPart({ part, target, timeMs }: RequestPoint, service: ServiceRecord, { lostParts }: Arrival): void {
  if (part !== null && part.kind !== 'level') lostParts.push({ service, target, timeMs });
}

/** Counted for whichever version it would hide the failures of a canary behind stable's, or the other way round. */
function isOfUnknownVersion({ kind, target }: RequestPoint): boolean {
  const { cohort, deploymentId, hasUnknownCohort } = target;
  return kind === 'unanswered' && cohort === null && deploymentId === null && !hasUnknownCohort;
}
