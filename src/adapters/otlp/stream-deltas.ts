/**
 * From what senders report to what happened since their last report: deltas are taken once, cumulative totals are
 * subtracted. A stream is one series of one sender. Its key never holds the cohort: when a pod's cohort flips, its totals
 * go on under another resource, and only the difference is new.
 */
import { difference, type Reading } from './readings.ts';

/** One point of a stream. */
export interface StreamPoint {
  /** Key of the metric of one sender: all streams of a family are in one report. */
  family: string;
  /** Key of the stream inside its family, without its start time. */
  series: string;
  temporality: 'delta' | 'cumulative';
  /** 0 when unknown. */
  startMs: number;
  timeMs: number;
  reading: Reading;
  receivedAtMs: number;
  /** Intervals up to here are closed. */
  closedUntilMs: number;
}

/** What became of a point. */
export type StreamOutcome =
  /** It adds `reading`, counted since `startMs`. `reset`: the total had fallen without a new start time. */
  | { kind: 'counted'; startMs: number; reading: Reading; reset: boolean; latencyLost: boolean }
  /** Its total holds history of unknown age: only what comes after it counts. */
  | { kind: 'baseline' }
  | { kind: 'dropped'; reason: 'duplicate' | 'outOfOrder' | 'late' | 'seriesCap' };

/** Limits of a `StreamBook`. */
export interface StreamLimits {
  maxSeries: number;
  exportPeriodMs: number;
  /** A stream that is silent for longer is forgotten. */
  idleMs: number;
}

interface DeltaStream {
  receivedAtMs: number;
  /** Points taken lately, the newest last. */
  taken: { startMs: number; timeMs: number }[];
}

interface CumulativeStream {
  receivedAtMs: number;
  startMs: number;
  timeMs: number;
  reading: Reading;
}

/** The newest report of totals that share a start time, and the one before it. */
interface Reports {
  receivedAtMs: number;
  newestMs: number;
  beforeMs: number | null;
  /** True when a stream stayed away although others were reported: then a report does not hold all of them. */
  isPartial: boolean;
}

/** All streams of one metric of one sender. */
interface Family {
  deltas: Map<string, DeltaStream>;
  totals: Map<string, CumulativeStream>;
  /** By start time: a sender that dates all streams from its own start reports all of them together. */
  reports: Map<number, Reports>;
}

/** Retries that a delta stream recognises at least, however old they are. */
const REMEMBERED_POINTS = 32;

/** Follows streams. Bounded: at most `maxSeries` of them. */
export class StreamBook {
  readonly #limits: StreamLimits;
  readonly #families = new Map<string, Family>();
  #watchingSinceMs: number | null;
  #size = 0;
  /** A total that began before this moment may belong to a stream that was forgotten or refused. */
  #forgottenUntilMs = Number.NEGATIVE_INFINITY;

  /** @param watchingSinceMs - when exports could first arrive; `null`: when the first one does. */
  constructor(limits: StreamLimits, watchingSinceMs: number | null) {
    this.#limits = limits;
    this.#watchingSinceMs = watchingSinceMs;
  }

  /** Number of streams that are followed. */
  get size(): number {
    return this.#size;
  }

  /** Takes a point in and says what it adds. */
  take(point: StreamPoint): StreamOutcome {
    this.#watchingSinceMs ??= point.receivedAtMs;
    const family = this.#families.get(point.family) ?? newFamily();
    const outcome = point.temporality === 'delta' ? this.#takeDelta(family, point) : this.#takeTotal(family, point);
    if (family.deltas.size + family.totals.size > 0) this.#families.set(point.family, family);
    return outcome;
  }

  /** Forgets streams that have been silent for too long. */
  sweep(nowMs: number): void {
    const silentSinceMs = nowMs - this.#limits.idleMs;
    for (const [key, family] of this.#families) {
      for (const [series, stream] of family.deltas) {
        if (stream.receivedAtMs < silentSinceMs) this.#forget(family.deltas, series);
      }
      for (const [series, stream] of family.totals) {
        if (stream.receivedAtMs >= silentSinceMs) continue;
        this.#distrustTotalsSince(stream.timeMs);
        const reports = family.reports.get(stream.startMs);
        if (reports !== undefined) reports.isPartial = true;
        this.#forget(family.totals, series);
      }
      for (const [startMs, reports] of family.reports) {
        if (reports.receivedAtMs < silentSinceMs) family.reports.delete(startMs);
      }
      if (family.deltas.size + family.totals.size === 0) this.#families.delete(key);
    }
  }

  #takeDelta(family: Family, point: StreamPoint): StreamOutcome {
    const { series, startMs, timeMs, receivedAtMs, closedUntilMs, reading } = point;
    const stream = family.deltas.get(series);
    if (stream?.taken.some((other) => other.timeMs === timeMs && other.startMs === startMs)) {
      stream.receivedAtMs = receivedAtMs;
      return dropped('duplicate');
    }
    if (timeMs <= closedUntilMs) return dropped('late');
    if (stream === undefined) {
      if (!this.#hasRoom()) return dropped('seriesCap');
      this.#size += 1;
      family.deltas.set(series, { receivedAtMs, taken: [{ startMs, timeMs }] });
    } else {
      stream.receivedAtMs = receivedAtMs;
      remember(stream, { startMs, timeMs }, closedUntilMs);
    }
    return { kind: 'counted', startMs: startMs === 0 ? timeMs : startMs, reading, reset: false, latencyLost: false };
  }

  #takeTotal(family: Family, point: StreamPoint): StreamOutcome {
    const { startMs, timeMs, receivedAtMs, closedUntilMs, reading } = point;
    // A new start time is a new stream that counts from zero: that is how a restarted sender says so.
    const series = `${startMs} ${point.series}`;
    const stream = family.totals.get(series);
    if (stream !== undefined) stream.receivedAtMs = receivedAtMs;
    if (stream?.timeMs === timeMs) return dropped('duplicate');
    // An older total says nothing new: the newer one already holds it.
    if (stream !== undefined && timeMs < stream.timeMs) return dropped('outOfOrder');
    // The late total is passed over as if it had never been sent. What it counted is in the next one.
    if (timeMs <= closedUntilMs) return dropped('late');
    if (stream === undefined && !this.#hasRoom()) {
      this.#distrustTotalsSince(timeMs);
      return dropped('seriesCap');
    }
    const countedSinceMs = stream?.timeMs ?? this.#absentUntil(family, startMs, timeMs);
    this.#noteReport(family, point);
    if (stream === undefined) {
      this.#size += 1;
      family.totals.set(series, { receivedAtMs, startMs, timeMs, reading });
      if (countedSinceMs === null) return { kind: 'baseline' };
      return { kind: 'counted', startMs: countedSinceMs, reading, reset: false, latencyLost: false };
    }
    const added = difference(reading, stream.reading);
    const latencyLost = added?.latency === null && reading.latency !== null;
    stream.timeMs = timeMs;
    stream.reading = reading;
    return { kind: 'counted', startMs: countedSinceMs!, reading: added ?? reading, reset: added === null, latencyLost };
  }

  /**
   * Until when a stream that appears now was surely at zero, or `null` when nobody knows: then its total may hold hours
   * of history, and crediting it would invent a burst of requests.
   *
   * It was at zero when it started, if that was while we were watching (one export period earlier at most). It was also at
   * zero in a report that did not hold it although it had the same start time, because a report of totals holds all of
   * them. The second matters: SDKs of some languages date every stream from the start of the process, and the first error
   * of a service is a new stream.
   */
  #absentUntil(family: Family, startMs: number, timeMs: number): number | null {
    const { exportPeriodMs } = this.#limits;
    const reports = family.reports.get(startMs);
    if (reports !== undefined && !reports.isPartial) {
      const reportMs = this.#isSameReport(reports, timeMs) ? reports.beforeMs : reports.newestMs;
      if (reportMs !== null && reportMs > this.#forgottenUntilMs && reportMs < timeMs) return reportMs;
    }
    const startedWhileWatching = startMs >= this.#watchingSinceMs! - exportPeriodMs;
    return startedWhileWatching && startMs > this.#forgottenUntilMs ? startMs : null;
  }

  #noteReport(family: Family, { startMs, timeMs, receivedAtMs }: StreamPoint): void {
    const reports = family.reports.get(startMs);
    if (reports === undefined) {
      family.reports.set(startMs, { receivedAtMs, newestMs: timeMs, beforeMs: null, isPartial: false });
      return;
    }
    reports.receivedAtMs = receivedAtMs;
    if (this.#isSameReport(reports, timeMs)) return;
    reports.beforeMs = reports.newestMs;
    reports.newestMs = timeMs;
  }

  /** Times less than half a period apart belong to one report: an SDK may read the clock once an instrument, and send in parts. */
  #isSameReport(reports: Reports, timeMs: number): boolean {
    return timeMs <= reports.newestMs + this.#limits.exportPeriodMs / 2;
  }

  #hasRoom(): boolean {
    return this.#size < this.#limits.maxSeries;
  }

  #forget(streams: Map<string, unknown>, series: string): void {
    streams.delete(series);
    this.#size -= 1;
  }

  #distrustTotalsSince(timeMs: number): void {
    this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, timeMs);
  }
}

function newFamily(): Family {
  return { deltas: new Map(), totals: new Map(), reports: new Map() };
}

function dropped(reason: Extract<StreamOutcome, { kind: 'dropped' }>['reason']): StreamOutcome {
  return { kind: 'dropped', reason };
}

/** Notes that a delta was taken. What is closed need not be remembered for ever: a retry of it would be late. */
function remember(stream: DeltaStream, point: { startMs: number; timeMs: number }, closedUntilMs: number): void {
  stream.taken.push(point);
  if (stream.taken.length <= 2 * REMEMBERED_POINTS) return;
  const old = stream.taken.slice(0, -REMEMBERED_POINTS).filter(({ timeMs }) => timeMs > closedUntilMs);
  stream.taken = [...old, ...stream.taken.slice(-REMEMBERED_POINTS)];
}
