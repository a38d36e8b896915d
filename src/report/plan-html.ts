/** A plan as one HTML page that needs nothing else: no script, no font, no network. */
import type { PlanCurve } from '../planning/plan-curve.ts';
import { html, type Markup } from './escape.ts';
import { FIGURE_STYLE } from './figure-style.ts';
import { figureTable } from './figure-table.ts';
import { formatDuration } from './format.ts';
import { legendSample, linePlot, type PlotSeries } from './line-plot.ts';
import { page } from './page.ts';
import type { PlanReport } from './plan-report.ts';
import { effectsAxis, type LogAxis, minutesAxis } from './plan-scales.ts';
import {
  curveGaps,
  curveTable,
  curveTitle,
  describeCurve,
  detectionTable,
  PLAN_NOTES,
  planSentence,
  planTitle,
  smallestTable,
  stepsTable,
  targetText,
  trafficText,
  type WordTable,
  weightText,
} from './plan-words.ts';
import { numberTable } from './plot-figure.ts';
import { section } from './sections.ts';

/** Looks of the page's style, in the order in which the weights take them. */
const LOOKS = ['stable', 'canary', 'criterion-1', 'criterion-2', 'criterion-3', 'baseline', 'criterion-4'];
/** Units across the plot: any number that keeps the places of points apart. */
const ACROSS = 1000;

/**
 * The answers of the planner as one self-contained HTML page: the steps or what would make them possible, when faults are
 * seen, and the curve of minutes against the size of the fault with all its numbers. It opens from disk, works without
 * scripts and network, in light and dark, on a phone and on paper. The same input gives the same bytes.
 *
 * @returns the whole document, to be stored as UTF-8.
 */
export function planHtml(report: PlanReport): string {
  const { traffic, detections = [], smallest = [], steps, curve, engineVersion } = report;
  return page({
    title: planTitle(report),
    subject: 'plan',
    style: FIGURE_STYLE,
    engineVersion: engineVersion ?? '',
    top: html`<header class="top wrap"><p class="overline">Canary plan</p><h1>${planTitle(report)}</h1>${
      steps &&
      html`<p class="sentence">${planSentence(steps.plan)}</p><p class="meaning">Asked for: ${targetText(steps.target)}.</p>`
    }${traffic && html`<p class="meaning">${trafficText(traffic)}</p>`}</header>`,
    main: html`${steps && stepsSection(steps)}${
      detections.length > 0 &&
      section('detections', 'When a fault is seen', wordTable('Times', detectionTable(detections)))
    }${smallest.length > 0 && section('smallest', 'What is seen in a time', wordTable('Smallest faults', smallestTable(smallest)))}${
      curve && section('curve', 'Times for several weights', curveFigure(curve, steps?.target.withinSeconds))
    }${section('notes', 'What the figures are', html`<ul class="list">${PLAN_NOTES.map((note) => html`<li>${note}</li>`)}</ul>`)}`,
  });
}

function stepsSection({ target, plan }: NonNullable<PlanReport['steps']>): Markup {
  if (plan.feasible) return section('steps', 'Steps', wordTable('Steps of the plan', stepsTable(target, plan.steps)));
  return section(
    'steps',
    'Steps',
    html`${plan.closest.length > 0 && html`<p>What comes closest:</p>${wordTable('Closest steps', stepsTable(target, plan.closest))}`}${
      plan.mends.length === 0
        ? html`<p>No single change would make it feasible.</p>`
        : html`<h3 class="group">Any one of these would make it feasible</h3><ul class="list">${plan.mends.map(({ words }) => html`<li>${words}</li>`)}</ul>`
    }`,
  );
}

function curveFigure(curve: PlanCurve, withinSeconds: number | undefined): Markup {
  const [across, upwards] = [effectsAxis(curve), minutesAxis(curve)];
  const placeOf = (axis: LogAxis, value: number): number => Math.log(value / axis.low) / Math.log(axis.high / axis.low);
  const series = curve.weights.map((weight, i): PlotSeries => {
    let from = 0;
    const points = curve.effects.map((effect, j) => {
      const minutes = curve.minutes[i]?.[j] ?? null;
      const at = placeOf(across, effect) * ACROSS;
      const point = { fromMs: from, atMs: at, value: minutes === null ? null : placeOf(upwards, minutes) };
      from = at;
      return point;
    });
    const name = weightText(weight);
    return { id: `weight-${i}`, name, label: name, look: LOOKS[i % LOOKS.length]!, shape: 'line', points };
  });
  const gaps = curveGaps(curve);
  const limit = withinSeconds === undefined ? null : placeOf(upwards, withinSeconds / 60);
  return html`<figure class="plot-figure" aria-labelledby="plot-curve-heading"><figcaption><h3 id="plot-curve-heading">${curveTitle(curve)}</h3><p class="subtitle">across: ${curve.kind === 'errors' ? 'errors' : 'latency'} of the canary, as a multiple of stable; a line for each weight of the canary</p><ul class="legend" aria-label="Legend">${series.map(
    ({ look, name }) => html`<li>${legendSample(look)}${name}</li>`,
  )}</ul></figcaption>
${linePlot({
  id: 'plot-curve',
  title: curveTitle(curve),
  description: describeCurve(curve),
  heightPx: 320,
  fromMs: 0,
  toMs: ACROSS,
  originMs: 0,
  ticks: across.ticks.map(({ value, label }) => ({ value: placeOf(across, value) * ACROSS, label })),
  valueLow: 0,
  valueHigh: 1,
  valueTicks: upwards.ticks.map(({ value, label }) => ({ value: placeOf(upwards, value), label })),
  series,
  threshold:
    limit !== null && withinSeconds !== undefined && limit > 0 && limit < 1
      ? { value: limit, label: `asked for: ${formatDuration(withinSeconds * 1000)}` }
      : null,
})}
${gaps.length > 0 && html`<ul class="list">${gaps.map((gap) => html`<li>${gap}</li>`)}</ul>`}${numberTable('times', curveTable(curve))}
</figure>`;
}

function wordTable(label: string, { columns, rows }: WordTable): Markup {
  const [corner = '', ...others] = columns;
  return figureTable(
    label,
    corner,
    others,
    rows.map(([name = '', ...values]) => ({ name, values })),
  );
}
