/** The plot of the evidence: all criteria together and each alone, against the bound, with the moment of decision. */
import type { EvidencePoint } from '../ports/decision.ts';
import type { Markup } from './escape.ts';
import { formatClock, formatLog } from './format.ts';
import type { PlotPoint, PlotSeries } from './line-plot.ts';
import { finiteOrNull, least, most } from './numbers.ts';
import { describe, figure, orNothing, type PlotContext, timeCell } from './plot-figure.ts';
import { valueAxis } from './scale.ts';
import { evidencePoints, usualSpacingMs } from './series.ts';
import { boundText, INFORMATIONAL } from './words.ts';

/** As many looks for single criteria as the style sheet has; then they begin again. */
const MORE_LOOKS = 4;

/** How far the evidence axis follows the lines, in bounds: a wild value must not flatten the threshold. */
const MOST_BOUNDS_UP = 4;
const MOST_BOUNDS_DOWN = 1.5;

/** Evidence over time. */
export function evidenceFigure(context: PlotContext): Markup {
  const { decision, telemetry, window } = context;
  const points = evidencePoints(context.history, window);
  const spacing = usualSpacingMs(points, telemetry.intervalMs);
  const names = [...new Set(points.flatMap((point) => point.criteria.map((criterion) => criterion.name)))];
  const logOf = (point: EvidencePoint, name: string): number | null =>
    finiteOrNull(point.criteria.find((criterion) => criterion.name === name)?.logE);
  const line = (read: (point: EvidencePoint) => number | null): PlotPoint[] =>
    points.map((point) => ({ fromMs: point.atMs - spacing, atMs: point.atMs, value: read(point) }));
  const total: PlotSeries = {
    id: 'total',
    name: 'all criteria together',
    label: 'together',
    look: 'total',
    shape: 'line',
    points: line((point) => finiteOrNull(point.logE)),
  };
  const single = names.map((name, i): PlotSeries => {
    const judged = decision.evidence.find((criterion) => criterion.name === name);
    return {
      id: `criterion-${i}`,
      name: judged === undefined ? name : `${name} (${judged.informational ? INFORMATIONAL : boundText(judged)})`,
      label: name,
      look: `criterion-${(i % MORE_LOOKS) + 1}`,
      shape: 'line',
      points: line((point) => logOf(point, name)),
    };
  });
  // With one criterion, its line is the line of all together.
  const series = names.length > 1 ? [...single, total] : [total];
  const bound = finiteOrNull(points[points.length - 1]?.bound);
  const values = series.flatMap((each) => each.points.flatMap((point) => point.value ?? []));
  const scale = evidenceAxis(values, bound);
  const { crossedAtMs } = decision;
  const crossedAt = points.find((point) => point.atMs === crossedAtMs)?.logE ?? bound;
  const offScale = values.some((value) => value > scale.high || value < scale.low);
  return figure(context, {
    subtitle: `log of the e-value against “no worse than tolerated”${offScale ? `; runs from ${formatLog(least(values))} to ${formatLog(most(values))}, beyond the axis` : ''}`,
    legend: true,
    plot: {
      id: 'plot-evidence',
      title: 'Evidence',
      description: `${bound === null ? '' : `Rolls back at ${formatLog(bound)}. `}${describe(series, formatLog)}`,
      heightPx: 210,
      valueLow: scale.low,
      valueHigh: scale.high,
      valueTicks: scale.ticks.map((value) => ({ value, label: tickNumber(value) })),
      series,
      threshold: bound === null ? null : { value: bound, label: `rolls back at ${formatLog(bound)}` },
      callout:
        crossedAtMs !== null && crossedAt !== null && crossedAtMs >= window.fromMs && crossedAtMs <= window.toMs
          ? {
              atMs: crossedAtMs,
              value: crossedAt,
              text: `crossed ${formatClock(crossedAtMs - telemetry.deployedAtMs)}`,
            }
          : null,
    },
    table: {
      columns: ['time', 'together', 'rolls back at', 'external incident', ...names],
      rows: points.map((point) => [
        timeCell(context, point.atMs),
        formatLog(point.logE),
        formatLog(point.bound),
        point.external ? 'yes' : 'no',
        ...names.map((name) => orNothing(logOf(point, name), formatLog)),
      ]),
    },
  });
}

function evidenceAxis(values: readonly number[], bound: number | null): { low: number; high: number; ticks: number[] } {
  const unit = bound !== null && bound > 0 ? bound : Math.max(1, most(values));
  const high = Math.min(Math.max(most(values), unit * 1.25), unit * MOST_BOUNDS_UP);
  const low = Math.max(Math.min(least(values), 0), -unit * MOST_BOUNDS_DOWN);
  return valueAxis(low, high, 6);
}

function tickNumber(value: number): string {
  return Math.abs(value) < 1e4 ? String(value) : formatLog(value);
}
