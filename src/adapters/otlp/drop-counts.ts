/** Why points were dropped, and how many. */
import type { ProblemCode } from './problems.ts';

/**
 * Why a point was dropped: it was taken before (`duplicate`), a newer total already holds it (`outOfOrder`), its interval
 * was closed (`late`), it is dated minutes ahead (`clockSkew`), `maxSeries` was reached (`seriesCap`), it is older than
 * the retention (`retention`), it contradicts itself (`malformed`), or its instrument is of the wrong kind (`unsupported`).
 */
export type DropReason =
  | 'duplicate'
  | 'outOfOrder'
  | 'late'
  | 'clockSkew'
  | 'seriesCap'
  | 'retention'
  | 'malformed'
  | 'unsupported';

/** Dropped points by reason. */
export type DropCounts = Record<DropReason, number>;

/** The problem that a drop is; `null` when nothing is lost by it, and the sender need not hear of it. */
export const PROBLEM_OF_DROP: Readonly<Record<DropReason, ProblemCode | null>> = {
  duplicate: null,
  outOfOrder: null,
  late: 'LATE_DATA',
  clockSkew: 'CLOCK_SKEW',
  seriesCap: 'SERIES_CAP',
  retention: 'RETENTION',
  malformed: 'MALFORMED_POINT',
  unsupported: 'UNSUPPORTED_METRIC',
};

/** All reasons at zero. */
export function noDrops(): DropCounts {
  return {
    duplicate: 0,
    outOfOrder: 0,
    late: 0,
    clockSkew: 0,
    seriesCap: 0,
    retention: 0,
    malformed: 0,
    unsupported: 0,
  };
}
