/** Reads plots back: from the path of a line to the values that it shows. */
import { type Page, type Tag, tagsNamed } from './markup-check.ts';

export interface DrawnPoint {
  /** Since the deployment. */
  atMs: number;
  value: number;
}

/** The values of one line of one plot, run by run: a new run begins after every gap. */
export function drawnRuns(page: Page, plotId: string, seriesId: string): DrawnPoint[][] {
  const plot = plotOf(page, plotId);
  const number = (name: string): number => Number(plot.attributes.get(name));
  const [from, to, low, high, top, height] = ['from-ms', 'to-ms', 'low', 'high', 'top', 'height'].map((name) =>
    number(`data-${name}`),
  ) as [number, number, number, number, number, number];
  const runs: DrawnPoint[][] = [];
  for (const [, command, x, y] of pathOf(page, plotId, seriesId).matchAll(/([ML])([\d.-]+) ([\d.-]+)/g)) {
    if (command === 'M') runs.push([]);
    const atMs = from + (Number(x) / 1000) * (to - from);
    const value = low + (1 - (Number(y) - top) / height) * (high - low);
    runs[runs.length - 1]!.push({ atMs, value });
  }
  return runs;
}

/** The `d` of a line. */
export function pathOf(page: Page, plotId: string, seriesId: string): string {
  const line = within(page, plotId).find((tag) => tag.attributes.get('data-series') === seriesId);
  if (line === undefined) throw new Error(`no line ${seriesId} in ${plotId}`);
  return line.attributes.get('d')!;
}

/** The elements of one plot with a class. */
export function marksOf(page: Page, plotId: string, className: string): Tag[] {
  return within(page, plotId).filter((tag) => tag.attributes.get('class')?.split(' ').includes(className));
}

export function plotOf(page: Page, plotId: string): Tag {
  const plot = tagsNamed(page, 'svg').find((tag) => tag.attributes.get('id') === plotId);
  if (plot === undefined) throw new Error(`no plot ${plotId}`);
  return plot;
}

/** The elements from this plot to the next one. */
function within(page: Page, plotId: string): Tag[] {
  const start = page.tags.indexOf(plotOf(page, plotId));
  const length = page.tags.slice(start + 1).findIndex((tag) => tag.attributes.get('class') === 'plot-frame');
  return page.tags.slice(start, length === -1 ? undefined : start + 1 + length);
}
