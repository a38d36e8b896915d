/** What one pod did in one interval. */
import type { LatencyHistogram } from '../../ports/telemetry.ts';
import { mergeHistograms } from '../../statistics/histogram.ts';
import type { Span } from './grid.ts';

/** Counts of one pod in one interval. */
export interface Counts {
  requests: number;
  errors: number;
  unanswered: number;
  /** `null`: none reported, or `latencyLost`. */
  latency: LatencyHistogram | null;
  /** True when the histograms of this interval had no bucket bound in common. Their counts stay. */
  latencyLost: boolean;
}

/** Counts with the time they belong to. */
export interface Cell extends Span, Counts {}

/** A cell without any request. */
export function emptyCell({ startMs, endMs }: Span): Cell {
  return { startMs, endMs, requests: 0, errors: 0, unanswered: 0, latency: null, latencyLost: false };
}

/** Adds counts to a cell that ends at the same time; the cell then starts where the earlier of both did. */
export function addToCell(cell: Cell, startMs: number, counts: Counts): void {
  cell.startMs = Math.min(cell.startMs, startMs);
  cell.requests += counts.requests;
  cell.errors += counts.errors;
  cell.unanswered += counts.unanswered;
  if (counts.latency !== null && cell.latency !== null) {
    cell.latency = mergeHistograms(cell.latency, counts.latency);
    cell.latencyLost ||= cell.latency === null;
  }
  cell.latency ??= counts.latency;
  // Once lost, all is lost: the latencies of a part of the requests would be those of other requests.
  cell.latencyLost ||= counts.latencyLost;
  if (cell.latencyLost) cell.latency = null;
}
