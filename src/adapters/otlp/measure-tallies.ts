/** The measures of one pod in one interval, added up part by part. */
import type { Measure } from '../../ports/telemetry.ts';
import type { MeasurePart, PartKind } from './measure-points.ts';
import type { Reading } from './readings.ts';

/** Parts of one measure. */
export interface MeasureTally {
  readonly amounts: Map<PartKind, number>;
  /** Number of values behind `values` and `level`. */
  valueCount: number;
}

/** Tallies by the name of the measure. */
export type MeasureTallies = Map<string, MeasureTally>;

/** Relative error that sums of squares may have. */
const ROUNDING = 1e-6;
const LARGEST_VALUE = 1e100;

/** Adds a reading to its part. */
export function addReading(tallies: MeasureTallies, { measure, kind }: MeasurePart, { count, sum }: Reading): void {
  const tally = tallyOf(tallies, measure);
  tally.amounts.set(kind, (tally.amounts.get(kind) ?? 0) + (sum ?? count));
  if (sum !== undefined) tally.valueCount += count;
}

/** Adds the tallies of another interval of the same pod. */
export function addTallies(tallies: MeasureTallies, more: MeasureTallies): void {
  for (const [measure, { amounts, valueCount }] of more) {
    const tally = tallyOf(tallies, measure);
    for (const [kind, amount] of amounts) tally.amounts.set(kind, (tally.amounts.get(kind) ?? 0) + amount);
    tally.valueCount += valueCount;
  }
}

/** What became of the tallies of an interval. */
export interface FoundMeasures {
  /** By name; those of which parts differ in type, or contradict each other, are left out. */
  measures: [name: string, measure: Measure][];
  /** True when a measure says something by itself, without any request. */
  isActive: boolean;
  /** True when one had to be left out. */
  isBroken: boolean;
}

/** The measures of an interval with this many requests. */
export function measuresOf(tallies: MeasureTallies, requests: number): FoundMeasures {
  const found: FoundMeasures = { measures: [], isActive: false, isBroken: false };
  for (const [name, tally] of tallies) {
    const measure = measureOf(tally, requests);
    if (measure === null) found.isBroken = true;
    else if (measure !== undefined) {
      found.measures.push([name, measure]);
      found.isActive ||= isSaying(measure);
    }
  }
  return found;
}

/** `null`: it cannot be told; `undefined`: there is nothing to tell. */
function measureOf({ amounts, valueCount }: MeasureTally, requests: number): Measure | null | undefined {
  const part = (kind: PartKind): number => amounts.get(kind) ?? 0;
  const types = new Set([...amounts.keys()].map((kind) => TYPES[kind]));
  if (types.size !== 1) return null;
  const [type] = types;
  if (type === 'ratio') {
    const [bad, total] = [part('bad'), part('good') + part('bad')];
    return isCount(total) ? { type, bad, total } : null;
  }
  if (type === 'gauge') return levelOf(part('level') / valueCount);
  if (type === 'counter') {
    // How often per request: without a request it happened for some other reason.
    return requests > 0 ? meanOf(part('amount'), requests, null) : undefined;
  }
  // Histograms tell no squares.
  const squares = amounts.has('squares') && !amounts.has('values') ? part('squares') : null;
  return meanOf(part('sum') + part('values'), part('count') + valueCount, squares);
}

const TYPES: Readonly<Record<PartKind, 'ratio' | 'mean' | 'counter' | 'gauge'>> = {
  good: 'ratio',
  bad: 'ratio',
  sum: 'mean',
  count: 'mean',
  squares: 'mean',
  values: 'mean',
  amount: 'counter',
  level: 'gauge',
};

function levelOf(value: number): Measure | null {
  return Math.abs(value) <= LARGEST_VALUE ? { type: 'gauge', value } : null;
}

function meanOf(sum: number, count: number, squares: number | null): Measure | null {
  if (!(Math.abs(sum) <= LARGEST_VALUE) || !isCount(count) || (count === 0 && sum !== 0)) return null;
  const least = count > 0 ? sum * (sum / count) : 0;
  // Too small a sum of squares would say that all values are alike; then nothing is said.
  const areFit = squares !== null && squares >= least * (1 - ROUNDING) && squares <= LARGEST_VALUE ** 2;
  return { type: 'mean', sum, count, ...(areFit ? { sumOfSquares: squares } : {}) };
}

/** Points that are in bounds may add up to what is not. */
function isCount(count: number): boolean {
  return count <= Number.MAX_SAFE_INTEGER;
}

function isSaying(measure: Measure): boolean {
  return measure.type === 'gauge' || (measure.type === 'ratio' ? measure.total > 0 : measure.count > 0);
}

function tallyOf(tallies: MeasureTallies, measure: string): MeasureTally {
  const known = tallies.get(measure);
  if (known !== undefined) return known;
  const tally: MeasureTally = { amounts: new Map(), valueCount: 0 };
  tallies.set(measure, tally);
  return tally;
}
