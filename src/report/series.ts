/** From telemetry and history to what is plotted. Pure: sums, rates and quantiles, no drawing. */
import type { EvidencePoint } from '../ports/decision.ts';
import type { Cohort, DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';
import { histogramQuantile, type LatencyHistogram, mergeHistograms } from '../statistics/histogram.ts';
import { finiteOrNull } from './numbers.ts';

/** The cohorts that get a line. `before` is the old version too and belongs to the line of `stable`. */
export type PlottedCohort = 'canary' | 'stable' | 'baseline';

/** One cohort in one interval, all pods together. */
export interface CohortPoint {
  /** Start and end of the interval, Unix milliseconds. */
  startMs: number;
  endMs: number;
  requests: number;
  errors: number;
  /** Errors per request, 0 to 1; `null` without requests. */
  errorRate: number | null;
  /** Estimated from the merged histogram; `null` without latency data, or when the pods' buckets do not fit together. */
  p50Ms: number | null;
  p99Ms: number | null;
}

/** The share of traffic from `atMs` on. */
export interface WeightStep {
  atMs: number;
  canaryShare: number;
}

/** A span of time, Unix milliseconds. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/** The time that the plots show. */
export interface PlotWindow extends TimeSpan {
  /** True when older data was left out, because it would squeeze the deployment into a corner. */
  earlierDataLeftOut: boolean;
}

interface Sum {
  startMs: number;
  endMs: number;
  requests: number;
  errors: number;
  histograms: LatencyHistogram[];
}

/** The times that a calendar knows, Unix milliseconds. */
const LATEST_MS = 8.64e15;

/**
 * Telemetry without times that no calendar knows: a report is made of what is left, rather than none at all.
 */
export function withCalendarTimes(telemetry: DeploymentTelemetry): DeploymentTelemetry {
  const { deployedAtMs, completeUntilMs, intervalMs, intervals, weights } = telemetry;
  return {
    ...telemetry,
    deployedAtMs: isCalendarTime(deployedAtMs) ? deployedAtMs : 0,
    completeUntilMs: Number.isNaN(completeUntilMs) ? 0 : Math.min(Math.max(completeUntilMs, -LATEST_MS), LATEST_MS),
    intervalMs: isCalendarTime(intervalMs) ? Math.max(1, intervalMs) : 1,
    intervals: intervals.filter(({ startMs, endMs }) => isCalendarTime(startMs) && isCalendarTime(endMs)),
    weights: weights.filter(({ atMs }) => isCalendarTime(atMs)),
  };
}

/** True for a finite time within the range of calendars. */
export function isCalendarTime(ms: number): boolean {
  return Math.abs(ms) <= LATEST_MS;
}

/**
 * One cohort over time, summed over its pods, up to the watermark. Rows of the whole service are used; where a cohort has
 * none, the rows of its segments are summed.
 */
export function cohortPoints(telemetry: DeploymentTelemetry, cohort: PlottedCohort): CohortPoint[] {
  const mine = telemetry.intervals.filter(
    (interval) => plottedAs(interval.cohort) === cohort && interval.endMs <= telemetry.completeUntilMs,
  );
  const whole = mine.filter((interval) => interval.segment === undefined);
  const sums = sumByInterval(whole.length > 0 ? whole : mine, telemetry.intervalMs);
  return sums.map(({ histograms, ...sum }) => {
    const latency = mergeAll(histograms);
    return {
      ...sum,
      errorRate: sum.requests > 0 ? finiteOrNull(sum.errors / sum.requests) : null,
      p50Ms: quantileMs(latency, 0.5),
      p99Ms: quantileMs(latency, 0.99),
    };
  });
}

/**
 * The time to show: all data, but no more time before the deployment than a third of the time after it (at least six
 * intervals). Single moments (marks, weight changes, the crossing) may widen it by a quarter, not more: a moment of last
 * week must not flatten the plots.
 */
export function plotWindow(
  telemetry: DeploymentTelemetry,
  history: readonly EvidencePoint[],
  moments: readonly number[],
): PlotWindow {
  const { deployedAtMs, completeUntilMs, intervalMs } = telemetry;
  const judged = telemetry.intervals.filter((interval) => interval.endMs <= completeUntilMs);
  const starts = [...judged.map((interval) => interval.startMs), ...history.map((point) => point.atMs - intervalMs)];
  const ends = [...judged.map((interval) => interval.endMs), ...history.map((point) => point.atMs)];
  const first = starts.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(last > first)) {
    const toMs = completeUntilMs > deployedAtMs ? completeUntilMs : deployedAtMs + intervalMs;
    return { fromMs: deployedAtMs, toMs, earlierDataLeftOut: false };
  }
  const lead = Math.max((last - deployedAtMs) / 3, 6 * intervalMs);
  const fromMs = deployedAtMs < last ? Math.max(first, deployedAtMs - lead) : first;
  const slack = (last - fromMs) / 4;
  const near = [deployedAtMs, ...moments].filter((atMs) => atMs >= fromMs - slack && atMs <= last + slack);
  return {
    fromMs: near.reduce((a, b) => Math.min(a, b), fromMs),
    toMs: near.reduce((a, b) => Math.max(a, b), last),
    earlierDataLeftOut: fromMs > first,
  };
}

/** Weight changes in order, those inside the window and the one in force when it opens. */
export function weightSteps(telemetry: DeploymentTelemetry, window: TimeSpan): WeightStep[] {
  const changes = telemetry.weights.filter((change) => change.atMs <= window.toMs).toSorted((a, b) => a.atMs - b.atMs);
  const inForce = changes.findLastIndex((change) => change.atMs <= window.fromMs);
  return changes
    .slice(Math.max(inForce, 0))
    .map(({ atMs, canaryShare }) => ({ atMs: Math.max(atMs, window.fromMs), canaryShare }));
}

/** Evidence in order of time, inside the window. */
export function evidencePoints(history: readonly EvidencePoint[], window: TimeSpan): EvidencePoint[] {
  return history
    .filter((point) => point.atMs >= window.fromMs && point.atMs <= window.toMs)
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** The usual time between two points: the median, so that one gap does not count as usual. */
export function usualSpacingMs(points: readonly { atMs: number }[], fallbackMs: number): number {
  const gaps = points.slice(1).map((point, i) => point.atMs - points[i]!.atMs);
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? fallbackMs;
}

/** The spans in which the deployment was held because stable itself was worse than before. A point speaks for the time since the point before it. */
export function externalSpans(points: readonly EvidencePoint[], intervalMs: number): TimeSpan[] {
  const spacing = usualSpacingMs(points, intervalMs);
  const spans: TimeSpan[] = [];
  points.forEach((point, i) => {
    if (!point.external) return;
    const before = points[i - 1];
    const open = spans[spans.length - 1];
    if (before?.external && open) open.toMs = point.atMs;
    else
      spans.push({
        fromMs: Math.max(before?.atMs ?? Number.NEGATIVE_INFINITY, point.atMs - spacing),
        toMs: point.atMs,
      });
  });
  return spans;
}

function plottedAs(cohort: Cohort): PlottedCohort {
  return cohort === 'before' ? 'stable' : cohort;
}

/** Pods report on one grid, but a late one may end a little off it: everything that ends within one interval is one point. */
function sumByInterval(intervals: readonly TelemetryInterval[], intervalMs: number): Sum[] {
  const anchor = intervals[0]?.endMs ?? 0;
  const sums = new Map<number, Sum>();
  for (const interval of intervals) {
    const slot = Math.ceil((interval.endMs - anchor) / intervalMs);
    const sum = sums.get(slot);
    if (sum === undefined) {
      const { startMs, endMs, requests, errors, latency } = interval;
      sums.set(slot, { startMs, endMs, requests, errors, histograms: latency ? [latency] : [] });
      continue;
    }
    sum.startMs = Math.min(sum.startMs, interval.startMs);
    sum.endMs = Math.max(sum.endMs, interval.endMs);
    sum.requests += interval.requests;
    sum.errors += interval.errors;
    if (interval.latency) sum.histograms.push(interval.latency);
  }
  return [...sums.values()].toSorted((a, b) => a.endMs - b.endMs);
}

function mergeAll(histograms: readonly LatencyHistogram[]): LatencyHistogram | null {
  let all: LatencyHistogram | null = histograms[0] ?? null;
  for (const histogram of histograms.slice(1)) {
    all = all === null ? null : mergeHistograms(all, histogram);
  }
  return all;
}

function quantileMs(histogram: LatencyHistogram | null, quantile: number): number | null {
  if (histogram === null) return null;
  const value = histogramQuantile(histogram, quantile);
  return value === null ? null : finiteOrNull(histogram.unit === 's' ? value * 1000 : value);
}
