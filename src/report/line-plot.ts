/**
 * A line plot as static SVG.
 *
 * It fills any width without scaling its text: places along the time axis are percentages, the lines live in a nested
 * `viewBox` that is stretched (with strokes that are not), and heights, text and markers are plain CSS pixels. So one
 * drawing serves a phone and a wide screen, with labels of the same size.
 */
import { html, type Markup, type Piece } from './escape.ts';
import { position, type Tick, timeTicks } from './scale.ts';

/** Units of the nested `viewBox` across the plot; its height is in pixels. */
const LINE_UNITS = 1000;
/** Flags nearer than this share of the width are stacked, so that they stay apart on a phone. */
const FLAG_DISTANCE = 0.075;
const FLAG_ROW = 19;
const MOST_FLAG_ROWS = 4;
const LABEL_HEIGHT = 15;
const LONGEST_LABEL = 12;

/** One value of a line. `fromMs` is where the data behind it begins: a line breaks where that lies after the previous value. */
export interface PlotPoint {
  fromMs: number;
  atMs: number;
  value: number | null;
}

/** One line. `look` names its colour, dash and marker in the page's style. */
export interface PlotSeries {
  id: string;
  /** Full name, for the legend. */
  name: string;
  /** Short name, written at the end of the line. */
  label: string;
  look: string;
  /** `step`: each value holds until the next one. */
  shape: 'line' | 'step';
  points: PlotPoint[];
}

/** A horizontal line with a meaning: values above it are in the shaded zone. */
export interface Threshold {
  value: number;
  label: string;
}

/** A vertical line with a lettered flag, explained in a list beside the plots. */
export interface PlotMoment {
  atMs: number;
  letter: string;
  look: 'crossing' | 'mark';
}

/** What to draw. Times are Unix milliseconds. */
export interface LinePlot {
  id: string;
  title: string;
  /** What the plot shows, in words and numbers, for those who do not see it. */
  description: string;
  heightPx: number;
  fromMs: number;
  toMs: number;
  /** The zero of the time axis. */
  originMs: number;
  /** Labels of the axis across, relative to `originMs`. @defaultValue round times */
  ticks?: Tick[];
  valueLow: number;
  valueHigh: number;
  valueTicks: Tick[];
  series: PlotSeries[];
  /** Fill below the first series. */
  filled?: boolean;
  threshold?: Threshold | null;
  /** Shaded spans of time. */
  spans?: { fromMs: number; toMs: number }[];
  moments?: PlotMoment[];
  /** Short words at places on a line. */
  notes?: { atMs: number; value: number; text: string }[];
  /** A point with words, such as the moment of decision. */
  callout?: { atMs: number; value: number; text: string } | null;
}

/** Draws the plot: one focusable image with a title and a description. */
export function linePlot(plot: LinePlot): Markup {
  const { top, flags, lines } = stackFlags(plot);
  const height = top + plot.heightPx + 30;
  const y = (value: number): number => top + plot.heightPx * (1 - position(value, plot.valueLow, plot.valueHigh));
  const x = (atMs: number): string => percent(position(atMs, plot.fromMs, plot.toMs));
  const bottom = top + plot.heightPx;
  const empty = plot.series.every((series) => series.points.every((point) => point.value === null));

  return html`<div class="plot-frame"><svg class="plot" id="${plot.id}" role="img" tabindex="0" height="${height}" aria-labelledby="${plot.id}-title" aria-describedby="${plot.id}-description" data-from-ms="${plot.fromMs - plot.originMs}" data-to-ms="${plot.toMs - plot.originMs}" data-low="${plot.valueLow}" data-high="${plot.valueHigh}" data-top="${top}" data-height="${plot.heightPx}"><title id="${plot.id}-title">${plot.title}</title><desc id="${plot.id}-description">${plot.description}</desc>${drawSpans(plot, top, x)}${drawZone(plot, top, y)}${plot.valueTicks.map(
    (tick) =>
      html`<line class="${tick.value === 0 ? 'base' : 'grid'}" x1="0" x2="100%" y1="${px(y(tick.value))}" y2="${px(y(tick.value))}"/><text class="value-tick" x="-8" y="${px(y(tick.value))}" dy=".34em">${tick.label}</text>`,
  )}${drawTimeAxis(plot, bottom, x)}${lines}<svg class="lines" x="0" y="${px(top - 2)}" width="100%" height="${plot.heightPx + 4}" viewBox="0 ${top - 2} ${LINE_UNITS} ${plot.heightPx + 4}" preserveAspectRatio="none">${plot.series.map(
    (series, i) => drawLine(plot, series, y, i === 0 && plot.filled === true ? bottom : null),
  )}</svg>${drawThreshold(plot, y)}${plot.series.map((series) => drawMarkers(plot, series, x, y))}${drawLabels(plot, top, x, y)}${drawNotes(plot, x, y)}${drawCallout(plot, x, y)}${flags}${
    empty && html`<text class="empty" x="50%" y="${px(top + plot.heightPx / 2)}" dy=".34em">No data</text>`
  }</svg></div>`;
}

/** A short piece of the line with its marker, for the legend. */
export function legendSample(look: string): Markup {
  return html`<svg class="sample" width="30" height="12" aria-hidden="true"><path class="line ${look}" d="M1 6H29"/><svg x="15" y="6" overflow="visible">${marker(look)}</svg></svg>`;
}

function drawSpans(plot: LinePlot, top: number, x: (atMs: number) => string): Piece {
  if (!plot.spans?.length) return null;
  const pattern = `${plot.id}-hatch`;
  return html`<defs><pattern id="${pattern}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="hatch" d="M0 0V7"/></pattern></defs>${plot.spans.map(
    (span) => {
      const from = position(span.fromMs, plot.fromMs, plot.toMs);
      const width = position(span.toMs, plot.fromMs, plot.toMs) - from;
      const place = html`x="${x(span.fromMs)}" y="${px(top)}" width="${percent(width)}" height="${plot.heightPx}"`;
      return html`<rect class="span" ${place}/><rect fill="url(#${pattern})" ${place}/>`;
    },
  )}`;
}

function drawZone(plot: LinePlot, top: number, y: (value: number) => number): Piece {
  if (!plot.threshold || plot.threshold.value >= plot.valueHigh) return null;
  return html`<rect class="zone" x="0" y="${px(top)}" width="100%" height="${px(y(plot.threshold.value) - top)}"/>`;
}

function drawThreshold(plot: LinePlot, y: (value: number) => number): Piece {
  if (!plot.threshold) return null;
  const at = px(y(plot.threshold.value));
  return html`<line class="threshold" x1="0" x2="100%" y1="${at}" y2="${at}"/><text class="threshold-label" x="6" y="${at}" dy="15">${plot.threshold.label}</text>`;
}

/** Every other label gives way on a narrow screen; the zero stays. */
function drawTimeAxis(plot: LinePlot, bottom: number, x: (atMs: number) => string): Piece {
  const ticks = plot.ticks ?? timeTicks(plot.fromMs - plot.originMs, plot.toMs - plot.originMs);
  const step = ticks.length > 1 ? ticks[1]!.value - ticks[0]!.value : 1;
  return ticks.map((tick, i) => {
    const at = x(plot.originMs + tick.value);
    const place = plot.ticks === undefined ? Math.round(tick.value / step) : i;
    const givesWay = ticks.length > 5 && place % 2 !== 0;
    return html`<line class="time-mark" x1="${at}" x2="${at}" y1="${px(bottom)}" y2="${px(bottom + 5)}"/><text class="time-tick${givesWay && ' wide-only'}" x="${at}" y="${px(bottom + 20)}">${tick.label}</text>`;
  });
}

function drawLine(plot: LinePlot, series: PlotSeries, y: (value: number) => number, fillTo: number | null): Piece {
  const unit = (atMs: number): string => compact(position(atMs, plot.fromMs, plot.toMs) * LINE_UNITS);
  const runs = unbroken(series.points);
  const paths = runs.map((run) =>
    run
      .map((point, i) => {
        const at = `${unit(point.atMs)} ${px(y(point.value))}`;
        if (i === 0) return `M${at}`;
        return series.shape === 'step' ? `H${unit(point.atMs)}V${px(y(point.value))}` : `L${at}`;
      })
      .join(''),
  );
  const fills = runs.map((run, i) => `${paths[i]}V${px(fillTo ?? 0)}H${unit(run[0]!.atMs)}Z`);
  const fill = fillTo !== null && fills.length > 0 && html`<path class="fill ${series.look}" d="${fills.join('')}"/>`;
  return html`${fill}<path class="line ${series.look}" data-series="${series.id}" d="${paths.join('')}"/>`;
}

/** A marker at the end of every line, and one for each value that has no neighbour to draw a line to. */
function drawMarkers(
  plot: LinePlot,
  series: PlotSeries,
  x: (atMs: number) => string,
  y: (value: number) => number,
): Piece {
  return unbroken(series.points).map((run, i, runs) => {
    const end = run[run.length - 1]!;
    if (run.length > 1 && i < runs.length - 1) return null;
    if (end.value < plot.valueLow || end.value > plot.valueHigh) return null;
    return html`<svg class="point" x="${x(end.atMs)}" y="${px(y(end.value))}" overflow="visible">${marker(series.look)}</svg>`;
  });
}

function marker(look: string): Markup {
  const shape = look.startsWith('stable')
    ? 'M-3.5-3.5H3.5V3.5H-3.5Z'
    : look.startsWith('baseline')
      ? 'M0-4.5L4 3H-4Z'
      : 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0';
  return html`<path class="marker ${look}" d="${shape}"/>`;
}

/** Names at the ends of the lines, moved apart where they would overlap; an arrow where the line leaves the axis. */
function drawLabels(plot: LinePlot, top: number, x: (atMs: number) => string, y: (value: number) => number): Piece {
  const ends = plot.series.flatMap((series) => {
    const end = series.points.findLast((point) => point.value !== null);
    if (end?.value === null || end === undefined) return [];
    const height = Math.min(Math.max(y(end.value), top), top + plot.heightPx);
    const beyond = end.value > plot.valueHigh ? '↑' : end.value < plot.valueLow ? '↓' : '';
    return [{ series, atMs: end.atMs, y: height, beyond, side: position(end.atMs, plot.fromMs, plot.toMs) > 0.8 }];
  });
  const placed = [ends.filter((end) => end.side), ends.filter((end) => !end.side)].flatMap((column) =>
    spread(column, top, top + plot.heightPx),
  );
  return placed.map(
    (end) =>
      html`<text class="series-label ${end.series.look}" x="${x(end.atMs)}" dx="9" y="${px(end.y)}" dy=".34em">${shorten(end.beyond + end.series.label)}</text>`,
  );
}

function spread<T extends { y: number }>(labels: T[], low: number, high: number): T[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y).map((label) => ({ ...label }));
  sorted.forEach((label, i) => {
    label.y = Math.max(label.y, i === 0 ? low : sorted[i - 1]!.y + LABEL_HEIGHT);
  });
  for (let i = sorted.length - 1; i >= 0; i--) {
    const limit = i === sorted.length - 1 ? high : sorted[i + 1]!.y - LABEL_HEIGHT;
    sorted[i]!.y = Math.min(sorted[i]!.y, limit);
  }
  return sorted;
}

/** Above the line, or below it where there is no room above. */
function drawNotes(plot: LinePlot, x: (atMs: number) => string, y: (value: number) => number): Piece {
  return (plot.notes ?? []).map((note) => {
    const below = position(note.value, plot.valueLow, plot.valueHigh) > 0.8;
    return html`<text class="value-note" x="${x(note.atMs)}" dx="5" y="${px(y(note.value))}" dy="${below ? 15 : -6}">${note.text}</text>`;
  });
}

function drawCallout(plot: LinePlot, x: (atMs: number) => string, y: (value: number) => number): Piece {
  if (!plot.callout) return null;
  const { atMs, value, text } = plot.callout;
  const left = position(atMs, plot.fromMs, plot.toMs) > 0.6;
  const at = px(y(Math.min(Math.max(value, plot.valueLow), plot.valueHigh)));
  return html`<svg class="callout" x="${x(atMs)}" y="${at}" overflow="visible"><path d="M0-7L7 0L0 7L-7 0Z"/></svg><text class="callout-label${left && ' left'}" x="${x(atMs)}" dx="${left ? -13 : 13}" y="${at}" dy="-10">${text}</text>`;
}

/** The flags and their lines down to the axis. Flags that would touch are stacked, the first one lowest. */
function stackFlags(plot: LinePlot): { top: number; flags: Piece; lines: Piece } {
  const ends: number[] = [];
  const placed = (plot.moments ?? []).map((moment) => {
    const at = position(moment.atMs, plot.fromMs, plot.toMs);
    const free = ends.findIndex((end) => at - end >= FLAG_DISTANCE);
    const row = Math.min(free === -1 ? ends.length : free, MOST_FLAG_ROWS - 1);
    ends[row] = at;
    return { moment, at, row };
  });
  const rows = ends.length;
  const top = rows * FLAG_ROW + 8;
  const middle = (row: number): number => (rows - row - 0.5) * FLAG_ROW;
  return {
    top,
    flags: placed.map(
      ({ moment, at, row }) =>
        html`<svg class="flag ${moment.look}" x="${percent(at)}" y="${px(middle(row))}" overflow="visible"><rect x="-8" y="-8" width="16" height="16" rx="4"/><text dy=".35em">${moment.letter}</text></svg>`,
    ),
    lines: placed.map(
      ({ moment, at, row }) =>
        html`<line class="moment ${moment.look}" x1="${percent(at)}" x2="${percent(at)}" y1="${px(middle(row))}" y2="${px(top + plot.heightPx)}"/>`,
    ),
  };
}

/** The runs of values without a gap between them. */
function unbroken(points: readonly PlotPoint[]): { atMs: number; value: number }[][] {
  const runs: { atMs: number; value: number }[][] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  let broken = true;
  for (const { fromMs, atMs, value } of points) {
    if (value === null) {
      broken = true;
      continue;
    }
    const tolerance = (atMs - fromMs) / 2;
    if (broken || fromMs > endMs + tolerance) runs.push([]);
    runs[runs.length - 1]!.push({ atMs, value });
    broken = false;
    endMs = atMs;
  }
  return runs;
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length <= LONGEST_LABEL ? label : `${characters.slice(0, LONGEST_LABEL - 1).join('')}…`;
}

function px(value: number): string {
  return compact(value);
}

function percent(share: number): string {
  return `${compact(share * 100)}%`;
}

function compact(value: number): string {
  return String(Number(value.toFixed(2)));
}
