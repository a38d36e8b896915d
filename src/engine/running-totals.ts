/**
 * From running totals, as counters report them, to what happened between two readings, as the engine reads it.
 *
 * A counter that falls belongs to a process that began anew. Taking it for a delta would count everything since the
 * process started as one burst; subtracting over the restart would give less than nothing.
 */
import { RolloutGuardError } from '../errors.ts';
import type { Cohort, TelemetryInterval } from '../ports/telemetry.ts';

/** What the counters of one series said at one moment. All counts are totals since the process started. */
export interface RunningTotals {
  /** Time of the reading, Unix time in milliseconds. */
  atMs: number;
  cohort: Cohort;
  /** The instance, if known. */
  pod?: string;
  /** A part of the service, such as a route; absent means the whole service. */
  segment?: string;
  /** Answered by the server + unanswered as seen by the caller or proxy. */
  requests: number;
  /** Failed requests, the unanswered ones included. */
  errors: number;
  /** Requests that never got an answer. Left out of an interval unless both its readings have it. */
  unanswered?: number;
}

const COHORTS: readonly string[] = ['canary', 'stable', 'baseline', 'before'] satisfies Cohort[];

/**
 * Intervals between the readings of each series, one for each reading but the first, which is only a start. A series is
 * a cohort, pod and segment; a pod that changes its cohort begins a new one. Where `requests` has fallen the process
 * restarted: what its counters say now is what happened since, and what happened between the last reading and the restart
 * is lost (as Prometheus counts).
 *
 * Give the totals of single processes. A sum over pods falls when a pod leaves, which looks like a restart of all.
 *
 * @param readings - each series in time order; different series may be mixed.
 * @throws RolloutGuardError `INVALID_TELEMETRY` with the path of the reading at fault - counts that are negative or not
 * finite, two readings of one series at the same time or out of order, a counter that fell although `requests` did not,
 * more errors than requests between two readings.
 */
export function intervalsFromTotals(readings: readonly RunningTotals[]): TelemetryInterval[] {
  if (!Array.isArray(readings)) fail('readings', readings, 'Use a list of readings.');
  const last = new Map<string, RunningTotals>();
  const intervals: TelemetryInterval[] = [];
  readings.forEach((reading: RunningTotals, i) => {
    const path = `readings[${i}]`;
    validateReading(reading, path);
    const series = JSON.stringify([reading.cohort, reading.pod ?? null, reading.segment ?? null]);
    const previous = last.get(series);
    if (previous !== undefined) intervals.push(intervalBetween(previous, reading, path));
    last.set(series, reading);
  });
  return intervals;
}

function intervalBetween(previous: RunningTotals, reading: RunningTotals, path: string): TelemetryInterval {
  const { atMs, cohort, pod, segment } = reading;
  if (atMs <= previous.atMs) {
    const mend = atMs === previous.atMs ? 'Give one reading for each series and time.' : 'Sort the readings by time.';
    fail(`${path}.atMs`, atMs, `The reading before it in the same series is of ${previous.atMs}. ${mend}`);
  }
  const restarted = reading.requests < previous.requests;
  const since = (now: number, before: number, name: string): number => {
    if (restarted) return now;
    if (now < before) {
      const mend = `It fell from ${before} while requests did not fall, so this is no restart. Read all counters of a series from one process, and give a process that replaces another one a pod name of its own.`;
      fail(`${path}.${name}`, now, mend);
    }
    return now - before;
  };
  const requests = since(reading.requests, previous.requests, 'requests');
  const errors = since(reading.errors, previous.errors, 'errors');
  // Where the counter is new its total may be older than the last reading, unless the process is younger than that.
  const unansweredBefore = previous.unanswered ?? (restarted ? 0 : undefined);
  const unanswered =
    reading.unanswered === undefined || unansweredBefore === undefined
      ? undefined
      : since(reading.unanswered, unansweredBefore, 'unanswered');
  if (errors > requests) {
    fail(
      `${path}.errors`,
      reading.errors,
      `Since ${previous.atMs} that is ${errors} errors in ${requests} requests: read both counters at the same moment.`,
    );
  }
  if (unanswered !== undefined && unanswered > errors) {
    fail(
      `${path}.unanswered`,
      reading.unanswered,
      `Since ${previous.atMs} that is ${unanswered} unanswered requests in ${errors} errors: unanswered requests are errors too.`,
    );
  }
  return {
    startMs: previous.atMs,
    endMs: atMs,
    cohort,
    ...(pod === undefined ? {} : { pod }),
    ...(segment === undefined ? {} : { segment }),
    requests,
    errors,
    ...(unanswered === undefined ? {} : { unanswered }),
  };
}

function validateReading(reading: RunningTotals, path: string): void {
  if (typeof reading !== 'object' || reading === null) fail(path, reading, 'Use a reading object.');
  if (!Number.isFinite(reading.atMs)) fail(`${path}.atMs`, reading.atMs, 'Use a finite number.');
  if (!COHORTS.includes(reading.cohort)) fail(`${path}.cohort`, reading.cohort, `Use one of: ${COHORTS.join(', ')}.`);
  for (const name of ['pod', 'segment'] as const) {
    const value: unknown = reading[name];
    if (value !== undefined && typeof value !== 'string')
      fail(`${path}.${name}`, value, 'Use a string, or leave it out.');
  }
  for (const name of ['requests', 'errors', 'unanswered'] as const) {
    const value: unknown = reading[name];
    if (name === 'unanswered' && value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
      fail(`${path}.${name}`, value, 'Use a finite number that is not negative.');
  }
}

function fail(path: string, value: unknown, mend: string): never {
  throw new RolloutGuardError('INVALID_TELEMETRY', 'Invalid running totals', { path, value, mend });
}
