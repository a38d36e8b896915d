/** All that is known of one service: its counts by cohort and pod, its watermark, its problems. */
import type { SentCohort, Target } from './attributes.ts';
import { addToCell, type Cell, type Counts, emptyCell } from './cells.ts';
import type { Span } from './grid.ts';
import { ProblemLedger } from './problems.ts';
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
    const { firstTraffic } = group;
    if (firstTraffic === null || span.endMs < firstTraffic.endMs) group.firstTraffic = { ...span };
    else if (span.endMs === firstTraffic.endMs) firstTraffic.startMs = Math.min(firstTraffic.startMs, span.startMs);

    const cells = group.pods.get(target.pod) ?? new Map<number, Cell>();
    group.pods.set(target.pod, cells);
    const cell = cells.get(span.endMs) ?? emptyCell(span);
    cells.set(span.endMs, cell);
    addToCell(cell, span.startMs, counts);
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

  #groupOf({ cohort, deploymentId }: Target): CohortGroup {
    const key = JSON.stringify([cohort, deploymentId]);
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: CohortGroup = { cohort, deploymentId, firstTraffic: null, pods: new Map() };
    this.#groups.set(key, group);
    return group;
  }
}
