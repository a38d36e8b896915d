/** Reads the points of business metrics: what part of which measure a point holds. */
import { ATTRIBUTE, METRIC } from './attributes.ts';
import type {
  Attributes,
  CountingPoint,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  NumberPoint,
} from './otlp-metrics.ts';
import type { Reading } from './readings.ts';

/**
 * A part of a measure: outcomes of a share, sums over values, how often something happened, values with their sum, or a
 * reading of a level.
 */
export type PartKind = 'good' | 'bad' | 'sum' | 'count' | 'squares' | 'amount' | 'values' | 'level';

/** What a point tells. */
export interface MeasurePart {
  /** Key in `measures` of the telemetry. */
  measure: string;
  kind: PartKind;
}

/** A point of a measure; without `part` nobody knows what it holds, without `reading` it contradicts itself. */
export interface MeasurePoint {
  point: CountingPoint;
  part: MeasurePart | null;
  reading: Reading | null;
}

/** Larger figures cannot be added up and stay finite; the engine refuses them too. */
const LARGEST_VALUE = 1e100;

const OUTCOMES: ReadonlyMap<unknown, PartKind> = new Map([
  ['good', 'good'],
  ['bad', 'bad'],
]);
const STATISTICS: ReadonlyMap<unknown, PartKind> = new Map([
  ['sum', 'sum'],
  ['count', 'count'],
  ['sum_of_squares', 'squares'],
]);
/** Parts that count something. */
const COUNTED: ReadonlySet<PartKind> = new Set(['good', 'bad', 'count']);

/** The measure that a metric is of; `null` for any other metric. */
export function measureOf({ name }: Metric): string | null {
  const { businessPrefix } = METRIC;
  return name.startsWith(businessPrefix) && name.length > businessPrefix.length
    ? name.slice(businessPrefix.length)
    : null;
}

/** Reads the points of a measure; `null` when its instrument is of a kind that measures nothing. */
export function readMeasurePoints(measure: string, metric: Metric): MeasurePoint[] | null {
  if (metric.type === 'gauge') {
    const part: MeasurePart = { measure, kind: 'level' };
    return metric.points.map((point) => ({ point, part, reading: readLevel(point) }));
  }
  if (metric.type === 'histogram' || metric.type === 'exponential') {
    const part: MeasurePart = { measure, kind: 'values' };
    // Some senders leave the sum out where values may be below zero: then there is no mean.
    return metric.points.map((point) => ({
      point,
      part: point.sum === undefined ? null : part,
      reading: readValues(point),
    }));
  }
  if (metric.type !== 'sum' || !metric.monotonic) return null;
  return metric.points.map((point) => {
    const kind = partOf(point.attributes);
    return { point, part: kind && { measure, kind }, reading: kind && readAmount(point, kind) };
  });
}

function partOf(attributes: Attributes): PartKind | null {
  const [outcome, statistic] = [attributes.get(ATTRIBUTE.outcome), attributes.get(ATTRIBUTE.statistic)];
  if (outcome !== undefined) return statistic === undefined ? (OUTCOMES.get(outcome) ?? null) : null;
  return statistic === undefined ? 'amount' : (STATISTICS.get(statistic) ?? null);
}

function readAmount({ value }: NumberPoint, kind: PartKind): Reading | null {
  const largest = COUNTED.has(kind) ? Number.MAX_SAFE_INTEGER : kind === 'squares' ? LARGEST_VALUE ** 2 : LARGEST_VALUE;
  return value >= 0 && value <= largest ? { count: value, latency: null } : null;
}

function readLevel({ value }: NumberPoint): Reading | null {
  return Math.abs(value) <= LARGEST_VALUE ? { count: 1, latency: null, sum: value } : null;
}

function readValues({ count, sum }: HistogramPoint | ExponentialPoint): Reading | null {
  return sum !== undefined && Math.abs(sum) <= LARGEST_VALUE ? { count, latency: null, sum } : null;
}
