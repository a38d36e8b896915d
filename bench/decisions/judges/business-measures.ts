/** Business metrics as the engine is told them. */
import type { Measure } from '../../../src/ports/telemetry.ts';
import type { BusinessSeries } from '../business.ts';

/** The measures of some entries of the arms' series together; `undefined` = no point is there. */
export function measuresOf(
  series: readonly BusinessSeries[],
  cohort: 'canary' | 'stable',
  from: number,
  to: number,
): Record<string, Measure> | undefined {
  const points = series.flatMap((one) => {
    const measure = measureOf(one, cohort, from, to);
    return measure ? [[one.name, measure] as const] : [];
  });
  return points.length > 0 ? Object.fromEntries(points) : undefined;
}

/** Sums over the entries that have a point; the mean of gauges. */
function measureOf(series: BusinessSeries, cohort: 'canary' | 'stable', from: number, to: number): Measure | null {
  const { present, count, sum, sumOfSquares } = series[cohort];
  let [points, counted, summed, squares] = [0, 0, 0, 0];
  for (let at = from; at < to; at++) {
    if (present[at] !== 1) continue;
    points += 1;
    counted += count[at]!;
    summed += sum[at]!;
    squares += sumOfSquares[at]!;
  }
  if (points === 0) return null;
  switch (series.model.type) {
    case 'mean':
      return { type: 'mean', sum: summed, count: counted, sumOfSquares: squares };
    case 'ratio':
      return { type: 'ratio', bad: summed, total: counted };
    case 'gauge':
      return { type: 'gauge', value: summed / points };
  }
}
