/** One plot as a figure: heading, legend, drawing, and the table of its numbers. */
import type { Decision, EvidencePoint } from '../ports/decision.ts';
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import { html, type Markup, type Piece } from './escape.ts';
import { formatClock } from './format.ts';
import { type LinePlot, legendSample, linePlot, type PlotMoment, type PlotSeries } from './line-plot.ts';
import { least, most } from './numbers.ts';
import { evidencePoints, externalSpans, type PlotWindow } from './series.ts';

/** Stands in a table where there is no value: nothing is not zero. */
export const NOTHING = '–';

/** What all plots of one page share. */
export interface PlotContext {
  decision: Decision;
  telemetry: DeploymentTelemetry;
  history: readonly EvidencePoint[];
  window: PlotWindow;
  moments: PlotMoment[];
}

/** A table of what a plot shows. */
export interface NumberTable {
  columns: readonly string[];
  /** First cell: the time. */
  rows: readonly string[][];
}

/** What one figure adds to its plot; the time axis is that of the context. */
export interface Figure {
  subtitle: string;
  legend: boolean;
  plot: Omit<LinePlot, 'fromMs' | 'toMs' | 'originMs' | 'moments' | 'spans'>;
  table: NumberTable;
}

/** Draws the figure. */
export function figure(context: PlotContext, { plot, subtitle, legend, table }: Figure): Markup {
  const { window, telemetry, history, moments } = context;
  const spans = externalSpans(evidencePoints(history, window), telemetry.intervalMs);
  return html`<figure class="plot-figure" aria-labelledby="${plot.id}-heading">
<figcaption><h3 id="${plot.id}-heading">${plot.title}</h3><p class="subtitle">${subtitle}</p>${
    (legend || spans.length > 0) &&
    html`<ul class="legend" aria-label="Legend">${plot.series.map(
      (series) => legend && html`<li>${legendSample(series.look)}${series.name}</li>`,
    )}${spans.length > 0 && html`<li><span class="sample-span" aria-hidden="true"></span>external incident: held</li>`}</ul>`
  }</figcaption>
${linePlot({ ...plot, fromMs: window.fromMs, toMs: window.toMs, originMs: telemetry.deployedAtMs, moments, spans })}
${numberTable(plot.title, table)}
</figure>`;
}

/** All numbers of a plot, folded; the first cell of a row names it. */
export function numberTable(title: string, { columns, rows }: NumberTable): Piece {
  if (rows.length === 0) return null;
  return html`<details class="numbers"><summary>Numbers: ${title.toLowerCase()} <span class="count">${rows.length} ${rows.length === 1 ? 'row' : 'rows'}</span></summary><div class="scroll" role="region" tabindex="0" aria-label="Numbers: ${title.toLowerCase()}"><table><thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead><tbody>${rows.map(
    ([time, ...cells]) => html`<tr><th scope="row">${time}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`,
  )}</tbody></table></div></details>`;
}

/** The plot in words and numbers. */
export function describe(series: readonly PlotSeries[], format: (value: number) => string): string {
  return series
    .map(({ name, points }) => {
      const values = points.flatMap((point) => point.value ?? []);
      if (values.length === 0) return `${name}: no data.`;
      return `${name}: between ${format(least(values))} and ${format(most(values))}, last ${format(values[values.length - 1]!)}.`;
    })
    .join(' ');
}

/** A time in the tables, since the deployment. */
export function timeCell({ telemetry }: PlotContext, atMs: number): string {
  return formatClock(atMs - telemetry.deployedAtMs);
}

/** A cell for a value that may be missing. */
export function orNothing(value: number | null, format: (value: number) => string): string {
  return value === null ? NOTHING : format(value);
}
