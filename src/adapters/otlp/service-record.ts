/** All that is known of one service: its counts by cohort and pod, its watermark, its problems. */
import type { SentCohort, Target } from './attributes.ts';
import { addToCell, type Cell, type Counts, emptyCell } from './cells.ts';
import type { Span } from './grid.ts';
import type { MeasurePart } from './measure-points.ts';
import { addReading } from './measure-tallies.ts';
import { ProblemLedger } from './problems.ts';
import type { Reading } from './readings.ts';
import type { Watermark } from './watermark.ts';

/** Pods that said the same of themselves: the same cohort and the same deployment. */
export interface CohortGroup {
  readonly cohort: SentCohort | null;
  readonly deploymentId: string | null;
  /** When the first requests were counted. Kept when that interval is forgotten. */
  firstTraffic: Span | null;
  /** Cells by pod and by the end of their interval. A pod without a name is `undefined`. */
  readonly pods: Map<string | undefined, Map<number, Cell>>;
}

/** The counts of one service. */
export class ServiceRecord {
  readonly watermark: Watermark;
  readonly problems: ProblemLedger = new ProblemLedger();
  readonly #groups = new Map<string, CohortGroup>();

  constructor(watermark: Watermark) {
    this.watermark = watermark;
  }

  /** All groups, in no particular order. */
  get groups(): Iterable<CohortGroup> {
    return this.#groups.values();
  }

  /** Adds counts to the interval of a pod. */
  add(target: Target, span: Span, counts: Counts): void {
    const group = this.#groupOf(target);
    noteTraffic(group, span);
    addToCell(cellOf(group, target.pod, span), span.startMs, counts);
  }

  /** Adds what a pod measured in an interval. */
  addMeasure(target: Target, span: Span, part: MeasurePart, reading: Reading): void {
    const group = this.#groupOf(target);
    // A worker without requests has traffic when it does business. A level says nothing of traffic.
    if (reading.count > 0 && part.kind !== 'level') noteTraffic(group, span);
    const cell = cellOf(group, target.pod, span);
    cell.startMs = Math.min(cell.startMs, span.startMs);
    addReading(cell.measures, part, reading);
  }

  /** Notes that a part of a measure was lost on the way. Where nothing was counted, nothing is noted. */
  noteLostPart(target: Target, endMs: number): void {
    const cell = this.#groups.get(keyOf(target))?.pods.get(target.pod)?.get(endMs);
    if (cell !== undefined) cell.measuresLost = true;
  }

  /** Forgets intervals that ended before `beforeMs`. A query that reaches back to them will say so. */
  forget(beforeMs: number): void {
    for (const [key, { pods }] of this.#groups) {
      for (const [pod, cells] of pods) {
        for (const endMs of cells.keys()) {
          if (endMs >= beforeMs) continue;
          cells.delete(endMs);
          this.problems.note('FORGOTTEN', endMs);
        }
        if (cells.size === 0) pods.delete(pod);
      }
      if (pods.size === 0) this.#groups.delete(key);
    }
  }

  /** True when nothing is left that a query could ask for. */
  isEmptySince(sinceMs: number): boolean {
    return this.#groups.size === 0 && !this.watermark.isWaiting && this.problems.isQuietSince(sinceMs);
  }

  #groupOf(target: Target): CohortGroup {
    const { cohort, deploymentId } = target;
    const key = keyOf(target);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: CohortGroup = { cohort, deploymentId, firstTraffic: null, pods: new Map() };
    this.#groups.set(key, group);
    return group;
  }
}

function keyOf({ cohort, deploymentId }: Target): string {
  return JSON.stringify([cohort, deploymentId]);
}

function noteTraffic(group: CohortGroup, span: Span): void {
  const { firstTraffic } = group;
  if (firstTraffic === null || span.endMs < firstTraffic.endMs) group.firstTraffic = { ...span };
  else if (span.endMs === firstTraffic.endMs) firstTraffic.startMs = Math.min(firstTraffic.startMs, span.startMs);
}

function cellOf({ pods }: CohortGroup, pod: string | undefined, span: Span): Cell {
  const cells = pods.get(pod) ?? new Map<number, Cell>();
  pods.set(pod, cells);
  const cell = cells.get(span.endMs) ?? emptyCell(span);
  cells.set(span.endMs, cell);
  return cell;
}
