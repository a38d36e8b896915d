/** What went wrong on the way, one entry a kind, however often it happened. */
import type { SourceProblem } from '../../ports/telemetry.ts';

/** Name of the receiver in problems and reports. */
export const SOURCE = 'otlp';

/** A kind of problem, stable for programs. */
export type ProblemCode =
  | 'MALFORMED_BODY'
  | 'MALFORMED_POINT'
  | 'UNSUPPORTED_METRIC'
  | 'LATE_DATA'
  | 'CLOCK_SKEW'
  | 'RETENTION'
  | 'FORGOTTEN'
  | 'SERIES_CAP'
  | 'HISTORY_UNKNOWN'
  | 'COUNTER_RESET'
  | 'LATENCY_LOST'
  | 'MEASURE_LOST'
  | 'UNKNOWN_UNIT'
  | 'UNKNOWN_COHORT'
  | 'UNKNOWN_TARGET';

/** What to say when it happened `n` times. */
const SENTENCES: Readonly<Record<ProblemCode, (n: number) => string>> = {
  MALFORMED_BODY: (n) => `${count(n, 'export')} could not be read and ${was(n)} refused`,
  MALFORMED_POINT: (n) =>
    `${count(n, 'data point')} contradicted ${n === 1 ? 'itself' : 'themselves'} and ${was(n)} dropped`,
  UNSUPPORTED_METRIC: (n) =>
    `${count(n, 'data point')} named no service, or came from an instrument of the wrong kind, and ${was(n)} dropped`,
  LATE_DATA: (n) => `${count(n, 'data point')} arrived after the interval had been closed and ${was(n)} not judged`,
  CLOCK_SKEW: (n) =>
    `${count(n, 'data point')} ${was(n)} dated minutes ahead and ${was(n)} dropped: check the clocks of the senders`,
  RETENTION: (n) => `${count(n, 'data point')} ${was(n)} older than the retention and ${was(n)} dropped`,
  FORGOTTEN: (n) => `${count(n, 'interval')} ${was(n)} older than the retention and ${was(n)} forgotten`,
  SERIES_CAP: (n) => `${count(n, 'data point')} ${was(n)} dropped because maxSeries was reached`,
  HISTORY_UNKNOWN: (n) =>
    `${n} series had begun before the receiver was watching: what had been counted until then is not judged`,
  COUNTER_RESET: (n) => `${count(n, 'total')} fell without a new start time and ${was(n)} taken as begun anew`,
  LATENCY_LOST: (n) =>
    `${count(n, 'interval')} ${was(n)} left without latencies: the histograms had no bucket bound in common`,
  MEASURE_LOST: (n) =>
    `${count(n, 'interval')} ${was(n)} left without a business metric: parts of it were lost, or differed in type`,
  UNKNOWN_UNIT: (n) => `the latencies of ${count(n, 'data point')} were neither in s nor in ms and were dropped`,
  UNKNOWN_TARGET: (n) =>
    `${count(n, 'data point')} of requests without an answer named neither cohort nor deployment and ${was(n)} not judged`,
  UNKNOWN_COHORT: (n) =>
    `${count(n, 'data point')} named a cohort that does not exist and ${was(n)} counted as without one`,
};

/** Counts problems. As many entries as there are kinds, so it stays small whatever arrives. */
export class ProblemLedger {
  readonly #entries = new Map<ProblemCode, { count: number; atMs: number }>();

  /** True when no problem was seen at or after `sinceMs`. */
  isQuietSince(sinceMs: number): boolean {
    return this.list(sinceMs).length === 0;
  }

  /** Notes that something happened once, or `times` times. */
  note(code: ProblemCode, atMs: number, times = 1): void {
    const entry = this.#entries.get(code) ?? { count: 0, atMs };
    this.#entries.set(code, { count: entry.count + times, atMs: Math.max(entry.atMs, atMs) });
  }

  /** Takes over what another ledger counted. */
  addAll(other: ProblemLedger): void {
    for (const [code, { count, atMs }] of other.#entries) this.note(code, atMs, count);
  }

  /** Problems that were seen at or after `sinceMs`, in the order of their codes. */
  list(sinceMs: number): SourceProblem[] {
    return [...this.#entries]
      .filter(([, { atMs }]) => atMs >= sinceMs)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { count, atMs }]) => ({ source: SOURCE, code, message: SENTENCES[code](count), atMs }));
  }
}

function count(n: number, noun: string): string {
  return n === 1 ? `1 ${noun}` : `${n} ${noun}s`;
}

function was(n: number): string {
  return n === 1 ? 'was' : 'were';
}
