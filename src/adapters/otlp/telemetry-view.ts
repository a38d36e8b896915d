/** One deployment's view of a service: who is its canary, since when, and what each pod did in each interval. */
import type { TelemetryQuery } from '../../ports/metrics-client.ts';
import type { LatencyHistogram, TelemetryInterval } from '../../ports/telemetry.ts';
import type { SentCohort } from './attributes.ts';
import { type Cell, emptyCell, mergeCell } from './cells.ts';
import { gridSpan } from './grid.ts';
import { measuresOf } from './measure-tallies.ts';
import type { CohortGroup } from './service-record.ts';

/** What a query gets to see. */
export interface DeploymentView {
  /** Start of the first interval in which the canary had a request; `toMs` when it had none yet. */
  deployedAtMs: number;
  /** In order of start, cohort and pod; the intervals of one cohort and pod do not overlap. */
  intervals: TelemetryInterval[];
  /** Ends of the intervals whose latencies could not be added up. */
  latencyLostAtMs: number[];
  /** Ends of the intervals of which a measure could not be told. */
  measureLostAtMs: number[];
}

/** Cells of one cohort and pod, by the end of their interval. */
interface Series {
  cohort: SentCohort;
  pod: string | undefined;
  cells: Map<number, Cell>;
}

/** Looks at the groups of a service from one deployment, on the grid of the query and up to the watermark. */
export function viewDeployment(
  groups: Iterable<CohortGroup>,
  query: TelemetryQuery,
  completeUntilMs: number,
): DeploymentView {
  const { intervalMs, deploymentId, fromMs } = query;
  const allSeries = new Map<string, Series>();
  let deployedAtMs = Number.POSITIVE_INFINITY;
  for (const group of groups) {
    const cohort = cohortFor(group, deploymentId);
    if (cohort === null) continue;
    if (cohort === 'canary' && group.firstTraffic !== null) {
      const { startMs, endMs } = group.firstTraffic;
      deployedAtMs = Math.min(deployedAtMs, gridSpan(startMs, endMs, intervalMs).startMs);
    }
    for (const [pod, cells] of group.pods) {
      const series = seriesOf(allSeries, cohort, pod);
      for (const cell of cells.values()) {
        const isAskedFor = cell.endMs > fromMs - intervalMs && cell.endMs <= completeUntilMs;
        if (isAskedFor) addOnGrid(series.cells, cell, intervalMs);
      }
    }
  }
  if (deployedAtMs === Number.POSITIVE_INFINITY) deployedAtMs = query.toMs;
  const view: DeploymentView = { deployedAtMs, intervals: [], latencyLostAtMs: [], measureLostAtMs: [] };
  for (const series of allSeries.values()) addIntervals(view, series, fromMs);
  view.intervals.sort(byStartCohortPod);
  return view;
}

/**
 * What a group is to a deployment. A canary of another deployment is none of its business. A pod that names no cohort is
 * on trial when it belongs to the deployment.
 */
function cohortFor({ cohort, deploymentId }: CohortGroup, judgedId: string): SentCohort | null {
  if (cohort === null) return deploymentId === judgedId ? 'canary' : 'stable';
  if (cohort !== 'canary') return cohort;
  return deploymentId === null || deploymentId === judgedId ? 'canary' : null;
}

function seriesOf(all: Map<string, Series>, cohort: SentCohort, pod: string | undefined): Series {
  const key = JSON.stringify([cohort, pod ?? null]);
  const series = all.get(key) ?? { cohort, pod, cells: new Map<number, Cell>() };
  all.set(key, series);
  return series;
}

function addOnGrid(cells: Map<number, Cell>, cell: Cell, intervalMs: number): void {
  const span = gridSpan(cell.startMs, cell.endMs, intervalMs);
  const target = cells.get(span.endMs) ?? emptyCell(span);
  cells.set(span.endMs, target);
  mergeCell(target, span.startMs, cell);
}

function addIntervals(view: DeploymentView, { cohort, pod, cells }: Series, fromMs: number): void {
  let takenUntilMs = Number.NEGATIVE_INFINITY;
  for (const cell of [...cells.values()].sort((a, b) => a.endMs - b.endMs)) {
    // A long delta beside short ones, as of a server and a proxy with other periods: what ended earlier keeps its time. Only
    // intervals that end later can still change then, so nothing moves below the watermark.
    const startMs = Math.max(cell.startMs, takenUntilMs);
    takenUntilMs = cell.endMs;
    if (startMs < fromMs) continue;
    const { measures, isActive, isBroken } = measuresOf(cell.measuresLost ? new Map() : cell.measures, cell.requests);
    if (isBroken || cell.measuresLost) view.measureLostAtMs.push(cell.endMs);
    // A pod that only says that it had nothing to measure did nothing.
    if (cell.requests === 0 && !isActive) continue;
    const isBefore = cohort === 'stable' && cell.endMs <= view.deployedAtMs;
    if (cell.latencyLost) view.latencyLostAtMs.push(cell.endMs);
    view.intervals.push({
      startMs,
      endMs: cell.endMs,
      cohort: isBefore ? 'before' : cohort,
      ...(pod === undefined ? {} : { pod }),
      requests: cell.requests,
      errors: cell.errors,
      ...(cell.unanswered === 0 ? {} : { unanswered: cell.unanswered }),
      ...(cell.latency === null ? {} : { latency: copyOf(cell.latency) }),
      // Names come from outside: this makes own properties of all of them.
      ...(measures.length === 0 ? {} : { measures: Object.fromEntries(measures) }),
    });
  }
}

/** The caller may do with the answer what it likes. */
function copyOf(histogram: LatencyHistogram): LatencyHistogram {
  const counts = [...histogram.counts];
  if (histogram.type === 'exponential') return { ...histogram, counts };
  return { ...histogram, upperBounds: [...histogram.upperBounds], counts };
}

function byStartCohortPod(a: TelemetryInterval, b: TelemetryInterval): number {
  return a.startMs - b.startMs || compare(a.cohort, b.cohort) || compare(a.pod ?? '', b.pod ?? '');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
