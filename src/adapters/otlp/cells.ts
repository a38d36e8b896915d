/** What one pod did in one interval, and what it measured. */
import type { LatencyHistogram } from '../../ports/telemetry.ts';
import { mergeHistograms } from '../../statistics/histogram.ts';
import type { Span } from './grid.ts';
import { addTallies, type MeasureTallies } from './measure-tallies.ts';

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
export interface Cell extends Span, Counts {
  measures: MeasureTallies;
  /** True when parts of measures were lost on the way: of a share without its good outcomes all would be bad. */
  measuresLost: boolean;
}

/** A cell without any request. */
export function emptyCell({ startMs, endMs }: Span): Cell {
  return {
    startMs,
    endMs,
    requests: 0,
    errors: 0,
    unanswered: 0,
    latency: null,
    latencyLost: false,
    measures: new Map(),
    measuresLost: false,
  };
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

/** Adds another cell of the same pod, its measures included. */
export function mergeCell(cell: Cell, startMs: number, other: Cell): void {
  addToCell(cell, startMs, other);
  addTallies(cell.measures, other.measures);
  cell.measuresLost ||= other.measuresLost;
}
