/** The grid of intervals, aligned to Unix time. An interval is `(start, end]`: a moment on the edge belongs to the one that ends there. */

/** A span of whole intervals. */
export interface Span {
  startMs: number;
  endMs: number;
}

/** An export timer that fires a little late makes a delta a little long. Up to this many intervals it is one interval. */
const LATE_TIMER = 1.1;

/** End of the interval that holds a moment. */
export function gridEnd(timeMs: number, stepMs: number): number {
  return Math.ceil(timeMs / stepMs) * stepMs;
}

/** The last interval edge at or before a moment. */
export function gridFloor(timeMs: number, stepMs: number): number {
  return Math.floor(timeMs / stepMs) * stepMs;
}

/**
 * The intervals that a delta belongs to. It is never split over them: it belongs to the one that holds its end, and
 * a delta that is longer than an interval makes that one longer. Both ends move up to the grid, so consecutive deltas share
 * an interval or touch, but never overlap in part.
 */
export function gridSpan(startMs: number, endMs: number, stepMs: number): Span {
  const end = gridEnd(endMs, stepMs);
  if (endMs - startMs <= LATE_TIMER * stepMs) return { startMs: end - stepMs, endMs: end };
  return { startMs: Math.min(gridEnd(startMs, stepMs), end - stepMs), endMs: end };
}
