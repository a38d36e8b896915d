/** The plots of the page: what goes on them, in which words, and the table of numbers below each. */
import type { Markup } from './escape.ts';
import { evidenceFigure } from './evidence-plot.ts';
import { formatCount, formatLatency, formatLatencyTick, formatPercent } from './format.ts';
import type { PlotPoint, PlotSeries } from './line-plot.ts';
import { finiteOrNull, most } from './numbers.ts';
import { describe, figure, NOTHING, orNothing, type PlotContext, timeCell } from './plot-figure.ts';
import { type Tick, valueAxis } from './scale.ts';
import { type CohortPoint, cohortPoints, type PlottedCohort, type PlotWindow, weightSteps } from './series.ts';

const COHORTS: readonly PlottedCohort[] = ['canary', 'stable', 'baseline'];

/** All plots as figures, on one time axis. */
export function plotFigures(context: PlotContext): Markup[] {
  return [weightFigure(context), errorFigure(context), latencyFigure(context), evidenceFigure(context)];
}

function weightFigure(context: PlotContext): Markup {
  const { telemetry, window } = context;
  const steps = weightSteps(telemetry, window);
  const last = steps[steps.length - 1];
  const points = steps.map((step, i) => asPoint(step.atMs, step.canaryShare, steps[i - 1]?.atMs));
  if (last !== undefined && last.atMs < window.toMs) points.push(asPoint(window.toMs, last.canaryShare, last.atMs));
  const series: PlotSeries[] = [
    {
      id: 'weight',
      name: 'canary',
      label: last === undefined ? '' : formatPercent(last.canaryShare),
      look: 'canary',
      shape: 'step',
      points,
    },
  ];
  return figure(context, {
    subtitle: 'share of the traffic that the router sent to the new version',
    legend: false,
    plot: {
      id: 'plot-weight',
      title: 'Canary weight',
      description: describe(series, formatPercent),
      heightPx: 90,
      valueLow: 0,
      valueHigh: 1,
      valueTicks: [0, 0.5, 1].map((value) => ({ value, label: formatPercent(value) })),
      series,
      filled: true,
      notes: roomyNotes(steps.slice(0, -1), window),
    },
    table: {
      columns: ['from', 'weight'],
      rows: steps.map((step) => [timeCell(context, step.atMs), formatPercent(step.canaryShare)]),
    },
  });
}

function errorFigure(context: PlotContext): Markup {
  const cohorts = cohortsOf(context);
  const series = cohorts.map(({ cohort, points }) =>
    cohortSeries(cohort, points, 'error rate', (point) => point.errorRate),
  );
  return figure(context, {
    subtitle: 'failed requests, as a share of all requests of the cohort',
    legend: true,
    plot: {
      id: 'plot-errors',
      title: 'Error rate',
      description: describe(series, formatPercent),
      heightPx: 190,
      ...axisFromZero(series, formatPercent, 0.01),
      series,
    },
    table: {
      columns: [
        'time',
        ...cohorts.flatMap(({ cohort }) => ['requests', 'errors', 'error rate'].map((name) => `${cohort} ${name}`)),
      ],
      rows: rowsByTime(context, cohorts, (point) =>
        point === undefined
          ? [NOTHING, NOTHING, NOTHING]
          : [formatCount(point.requests), formatCount(point.errors), orNothing(point.errorRate, formatPercent)],
      ),
    },
  });
}

function latencyFigure(context: PlotContext): Markup {
  const cohorts = cohortsOf(context);
  const series = cohorts.flatMap(({ cohort, points }) => [
    cohortSeries(cohort, points, 'p99', (point) => point.p99Ms),
    cohortSeries(cohort, points, 'p50', (point) => point.p50Ms, ' median'),
  ]);
  return figure(context, {
    subtitle: 'p50 and p99 of the answered requests, estimated from histograms',
    legend: true,
    plot: {
      id: 'plot-latency',
      title: 'Latency',
      description: describe(series, formatLatency),
      heightPx: 190,
      ...axisFromZero(series, formatLatencyTick, 100),
      series,
    },
    table: {
      columns: ['time', ...cohorts.flatMap(({ cohort }) => [`${cohort} p50`, `${cohort} p99`])],
      rows: rowsByTime(context, cohorts, (point) => [
        orNothing(point?.p50Ms ?? null, formatLatency),
        orNothing(point?.p99Ms ?? null, formatLatency),
      ]),
    },
  });
}

interface CohortLine {
  cohort: PlottedCohort;
  points: CohortPoint[];
}

/** Canary and stable always, so that a missing one is seen to be missing; baseline only if there is one. */
function cohortsOf({ telemetry, window }: PlotContext): CohortLine[] {
  return COHORTS.map((cohort) => ({
    cohort,
    points: cohortPoints(telemetry, cohort).filter(
      (point) => point.endMs > window.fromMs && point.endMs <= window.toMs,
    ),
  })).filter(({ cohort, points }) => cohort !== 'baseline' || points.length > 0);
}

function cohortSeries(
  cohort: PlottedCohort,
  points: readonly CohortPoint[],
  what: string,
  read: (point: CohortPoint) => number | null,
  lookSuffix = '',
): PlotSeries {
  const short = what === 'error rate' ? cohort : `${cohort} ${what}`;
  return {
    id: `${cohort}-${what.replaceAll(' ', '-')}`,
    name: short,
    label: short,
    look: cohort + lookSuffix,
    shape: 'line',
    points: points.map((point) => ({ fromMs: point.startMs, atMs: point.endMs, value: read(point) })),
  };
}

function rowsByTime(
  context: PlotContext,
  cohorts: readonly CohortLine[],
  cellsOf: (point: CohortPoint | undefined) => string[],
): string[][] {
  const byTime = cohorts.map(({ points }) => new Map(points.map((point) => [point.endMs, point])));
  const times = [...new Set(cohorts.flatMap(({ points }) => points.map((point) => point.endMs)))].toSorted(
    (a, b) => a - b,
  );
  return times.map((atMs) => [timeCell(context, atMs), ...byTime.flatMap((points) => cellsOf(points.get(atMs)))]);
}

/** @param whenEmpty - the top of the axis when there is nothing above zero. */
function axisFromZero(
  series: readonly PlotSeries[],
  format: (value: number, top: number) => string,
  whenEmpty: number,
): { valueLow: number; valueHigh: number; valueTicks: Tick[] } {
  const top = most(series.flatMap((each) => each.points.flatMap((point) => point.value ?? [])));
  const { low, high, ticks } = valueAxis(0, top > 0 ? top : whenEmpty, 5);
  return { valueLow: low, valueHigh: high, valueTicks: ticks.map((value) => ({ value, label: format(value, high) })) };
}

/** Weights get a note where there is room for one on a phone too. */
function roomyNotes(
  steps: readonly { atMs: number; canaryShare: number }[],
  window: PlotWindow,
): { atMs: number; value: number; text: string }[] {
  const room = (window.toMs - window.fromMs) * 0.14;
  return steps.flatMap((step, i) => {
    const untilMs = steps[i + 1]?.atMs ?? window.toMs;
    return untilMs - step.atMs >= room
      ? [{ atMs: step.atMs, value: step.canaryShare, text: formatPercent(step.canaryShare) }]
      : [];
  });
}

function asPoint(atMs: number, value: number, previousMs?: number): PlotPoint {
  return { fromMs: previousMs ?? atMs, atMs, value: finiteOrNull(value) };
}
