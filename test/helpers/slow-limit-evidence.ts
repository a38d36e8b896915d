/**
 * The evidence against a limit, computed the slow way: from the whole history at every call, with rates instead of log
 * ratios, and every start time summed up from its own beginning.
 */
import type { LimitEvidenceOptions, LimitObservation } from '../../src/statistics/limit-evidence.ts';

interface Block {
  index: number;
  exposure: number;
  bad: number;
  squaredCv: number;
  units: number;
}

/** Log of the e-value after the last interval. */
export function slowLogE(options: LimitEvidenceOptions, history: readonly LimitObservation[]): number {
  const { model, limit, intervalSeconds, warmUpSeconds } = options;
  const blockSeconds = Math.ceil(10 / intervalSeconds) * intervalSeconds;
  const blocks = blocksOf(history, blockSeconds);
  const rates = ratesAbove(model, limit);
  const gains = blocks.map((block) => gainsOf(options, blockSeconds, block, rates));
  const weights = weightsOf(model, limit, rates);

  /** E-value from the block with the index `from` on, up to the one before `until`. */
  const evidence = (from: number, until: number): number => {
    let sum = 0;
    weights.forEach((weight, k) => {
      let log = 0;
      blocks.forEach(({ index }, i) => {
        if (index >= from && index < until) log += gains[i]![k]!;
      });
      sum += weight * Math.exp(log);
    });
    return sum;
  };

  // Which start times there are, when each began, and when it was retired.
  const isOver = (second: number): boolean => history.at(-1)!.endSeconds >= second;
  let starts: { weight: number; from: number }[] = [];
  let retired = 0;
  let spent = 0;
  const begin = (weight: number, from: number): void => {
    spent += weight;
    starts.push({ weight, from });
    if (starts.length <= 17) return;
    const leaves = (i: number): boolean => [1, 3, 5, 7].includes(i);
    for (const start of starts.filter((_, i) => leaves(i))) retired += start.weight * evidence(start.from, from);
    starts = starts.filter((_, i) => !leaves(i));
  };
  const warmBlocks = Math.ceil(warmUpSeconds / blockSeconds);
  begin(warmBlocks === 0 ? 0.5 : 0.05, 0);
  for (let index = 1; isOver(index * blockSeconds); index++) {
    if (index === warmBlocks) begin(0.45, index);
    const checkpoint = Math.floor((index * blockSeconds) / 120);
    if (checkpoint > Math.floor(((index - 1) * blockSeconds) / 120))
      begin(0.5 / (checkpoint * (checkpoint + 1)), index);
  }
  const running = starts.reduce((sum, { weight, from }) => sum + weight * evidence(from, Infinity), 0);
  return Math.log(running + retired + 1 - spent);
}

function blocksOf(history: readonly LimitObservation[], blockSeconds: number): Block[] {
  const blocks = new Map<number, Block>();
  for (const { startSeconds, endSeconds, exposure, bad, squaredCv } of history) {
    const index = Math.floor(startSeconds / blockSeconds);
    const block = blocks.get(index) ?? { index, exposure: 0, bad: 0, squaredCv, units: 0 };
    block.exposure += exposure;
    block.bad += bad;
    block.units = (endSeconds - index * blockSeconds) / 10;
    blocks.set(index, block);
  }
  return [...blocks.values()];
}

/** Rates between the limit and 1 (1,000 times the limit for events in time), geometric in their distance on the log scale. */
function ratesAbove(model: LimitEvidenceOptions['model'], limit: number): number[] {
  const odds = limit / (1 - limit);
  const furthest = model === 'poisson' ? Math.log(1000) : Math.log(1000) - Math.min(Math.log(odds), 0);
  return Array.from({ length: 32 }, (_, k) => {
    const ratio = Math.exp(0.05 ** (1 - k / 31) * furthest ** (k / 31));
    return model === 'poisson' ? limit * ratio : (odds * ratio) / (1 + odds * ratio);
  });
}

function weightsOf(model: LimitEvidenceOptions['model'], limit: number, rates: readonly number[]): number[] {
  const logRatio = (rate: number): number =>
    model === 'poisson' ? Math.log(rate / limit) : Math.log(rate / (1 - rate) / (limit / (1 - limit)));
  const distances = rates.map(logRatio);
  const raw = distances.map((distance, k) => {
    const before = distances[k - 1];
    const after = distances[k + 1];
    const width =
      before === undefined ? after! - distance : after === undefined ? distance - before : (after - before) / 2;
    return width / (distance + 0.3);
  });
  const total = raw.reduce((a, b) => a + b);
  return raw.map((weight) => weight / total);
}

/** Nats that a block adds for each rate. */
function gainsOf(
  { model, limit, clipNats, warmUpSeconds }: LimitEvidenceOptions,
  blockSeconds: number,
  { index, exposure, bad, squaredCv, units }: Block,
  rates: readonly number[],
): number[] {
  if (exposure === 0) return rates.map(() => 0);
  const noise = 1 + (exposure * limit * Math.max(squaredCv, 0.0025)) / units;
  const gain = (counted: number, rate: number): number => {
    const fromBad = counted * Math.log(rate / limit);
    if (model === 'poisson') return (fromBad - exposure * (rate - limit)) / noise;
    return (fromBad + (exposure - counted) * Math.log((1 - rate) / (1 - limit))) / noise;
  };
  const share = bad / exposure;
  const most = limit + 0.75 * (1 - limit);
  const overwhelming =
    model === 'binomial' &&
    ((bad >= 8 && share > Math.min(most, Math.max(limit + 0.05, 20 * limit))) || (bad >= 3 && share > most));
  if (overwhelming) return rates.map((rate) => gain(bad, rate));
  const clip = clipNats * Math.min(blockSeconds / 10, 2.75);
  const counted = largest(bad, (count) => rates.every((rate) => gain(count, rate) <= clip));
  const isWarm = index * blockSeconds >= warmUpSeconds;
  return rates.map((rate) => (isWarm ? gain(counted, rate) : Math.min(gain(counted, rate), 0)));
}

/** The largest count up to `bad` that fits, by halving; one at least. */
function largest(bad: number, fits: (count: number) => boolean): number {
  if (bad <= 1 || fits(bad)) return bad;
  let [low, high] = [1, bad];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return low;
}
