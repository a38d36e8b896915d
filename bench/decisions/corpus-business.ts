/** Cells of business metrics: means of values that vary, drift, have heavy tails or are few, ratios and gauges. */
import type { Cell, CellOptions } from './cell.ts';

/** Traffic as the names spell it: requests per second and canary's share. */
type Traffic = readonly [rps: number, w: number];

const USUAL: Traffic = [500, 0.05];
/** Each pod drifts by 5 %, and all together by 10 %. */
const DRIFT: CellOptions = { noise: 0.05, autocorrelation: 0.9, common: 0.1 };

function cellOf(kind: Cell['kind'], what: string, [rps, w]: Traffic, kw: CellOptions): Cell {
  return { name: `business ${what} rps${rps} w${w}`, kind, metric: 'business', kw: { rps, w, ...kw } };
}

/** Healthy and faulty business metrics. */
export function businessCells(): Cell[] {
  return [...nulls(), ...effects()];
}

function nulls(): Cell[] {
  const healthy = (what: string, kw: CellOptions, traffic: Traffic = USUAL): Cell =>
    cellOf('null', `AA-${what}`, traffic, kw);
  const traffics: Traffic[] = [[50, 0.05], USUAL, [500, 0.5]];
  return [
    ...traffics.flatMap((traffic) => [
      healthy('iid', {}, traffic),
      healthy('ar0.9', DRIFT, traffic),
      healthy('cv3', { cv: 3 }, traffic),
      healthy('cv6', { cv: 6 }, traffic),
    ]),
    healthy('cv6-many', { cv: 6, perRequest: 1 }),
    healthy('cv3-ar0.9-bursts', { cv: 3, ...DRIFT, od: 'burst' }),
    healthy('missing20%', { missing: 0.2 }),
    healthy('missing20%-ar0.9', { missing: 0.2, ...DRIFT }),
    healthy('few', {}, [2, 0.2]),
    healthy('few-cv3', { cv: 3, perRequest: 0.2 }, [5, 0.2]),
    healthy('lower-is-better-ar0.9', { better: 'lower', ...DRIFT }),
    healthy('ratio0.6', { type: 'ratio' }),
    healthy('ratio0.03-ar0.9', { type: 'ratio', base: 0.03, ...DRIFT }),
    healthy('gauge', { type: 'gauge', ...DRIFT }),
    cellOf('null', 'tolerated -3%', [5000, 0.05], { drop: 0.03 }),
  ];
}

function effects(): Cell[] {
  const effect = (what: string, kw: CellOptions, traffic: Traffic = USUAL): Cell => cellOf('effect', what, traffic, kw);
  return [
    ...[0.1, 0.2, 0.5].map((drop) => effect(`drop${drop * 100}%`, { drop })),
    ...[0.2, 0.5].map((drop) => effect(`drop${drop * 100}%`, { drop }, [50, 0.2])),
    effect('drop20% late 10min', { drop: 0.2, onset: 60 }),
    effect('drop20% ar0.9', { drop: 0.2, ...DRIFT }),
    effect('drop20% cv3', { drop: 0.2, cv: 3 }),
    effect('drop50% cv6', { drop: 0.5, cv: 6 }),
    effect('drop20% missing20%', { drop: 0.2, missing: 0.2 }),
    effect('increase20% lower-is-better', { increase: 0.2, better: 'lower' }),
    effect('drop20% ratio0.6', { drop: 0.2, type: 'ratio' }),
    effect('drop20% gauge', { drop: 0.2, type: 'gauge', ...DRIFT }),
  ];
}
