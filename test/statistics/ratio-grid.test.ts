import { describe, expect, it } from 'vitest';
import { logSumExp } from '../../src/statistics/log-space.ts';
import {
  intervalPrior,
  LOG_RATIOS,
  mixedSpreadPrior,
  nearestPosition,
  nonInferiorPrior,
  spreadPrior,
  worsePrior,
} from '../../src/statistics/ratio-grid.ts';
import { expectClose } from '../helpers/close.ts';

const MARGIN = Math.log(1.25);

describe('the grid of rate ratios', () => {
  it('ascends from e^-3 to e^7 and holds "no change" exactly', () => {
    for (let k = 1; k < LOG_RATIOS.length; k++) expect(LOG_RATIOS[k]).toBeGreaterThan(LOG_RATIOS[k - 1]!);
    expectClose(LOG_RATIOS[0]!, -3, 1e-12);
    expectClose(LOG_RATIOS.at(-1)!, 7, 1e-12);
    expect(LOG_RATIOS).toContain(0);
  });
  it('finds the nearest point, the first of two equally near ones', () => {
    LOG_RATIOS.forEach((x, k) => void expect(nearestPosition(x)).toBe(k));
    expect(nearestPosition(-50)).toBe(0);
    expect(nearestPosition(50)).toBe(LOG_RATIOS.length - 1);
    expect(LOG_RATIOS[nearestPosition(0.01)]).toBe(0);
  });
});

describe('priors', () => {
  it.each([
    ['worse', worsePrior(MARGIN)],
    ['spread', spreadPrior(0, 0.15)],
    ['narrow spread', spreadPrior(MARGIN, 0)],
    ['mixed spread', mixedSpreadPrior(0, [0.02, 0.15, 0.5], [0.2, 0.5, 0.3].map(Math.log))],
    ['non-inferior', nonInferiorPrior(Math.log(1.5))],
    ['interval', intervalPrior()],
  ])('%s: the weights sum to one, and what is left out of sums is negligible', (_, { logWeights, positions }) => {
    expectClose(Math.exp(logSumExp(logWeights)), 1, 1e-12);
    expectClose(Math.exp(logSumExp(positions.map((k) => logWeights[k]!))), 1, 1e-6);
  });
  it('keep to their side of the margin', () => {
    for (const k of worsePrior(MARGIN).positions) expect(LOG_RATIOS[k]).toBeGreaterThan(MARGIN);
    for (const k of nonInferiorPrior(MARGIN).positions) expect(LOG_RATIOS[k]).toBeLessThan(MARGIN);
  });
  it('give a narrower promotion margin fewer of the same weights, and a wider one no others', () => {
    const usual = nonInferiorPrior(Math.log(1.5));
    const narrow = nonInferiorPrior(MARGIN);
    expect(narrow.positions.length).toBeLessThan(usual.positions.length);
    for (const k of narrow.positions) expect(narrow.logWeights[k]).toBe(usual.logWeights[k]);
    expect(nonInferiorPrior(Math.log(4))).toEqual(usual);
  });
  it('leave out far tails of a spread, so that natural differences never excuse a hard-down canary', () => {
    for (const k of spreadPrior(0, 0.15).positions) expect(Math.abs(LOG_RATIOS[k]!)).toBeLessThan(0.75);
    for (const k of spreadPrior(0, 0).positions) expect(Math.abs(LOG_RATIOS[k]!)).toBeLessThan(0.3);
  });
  it('mix spreads by their weights, and leave out what weighs next to nothing', () => {
    const [narrow, wide] = [spreadPrior(MARGIN, 0.1), spreadPrior(MARGIN, 0.5)];
    const mixed = mixedSpreadPrior(MARGIN, [0.1, 0.5, 2], [0.25, 0.75, 1e-30].map(Math.log));
    for (const k of LOG_RATIOS.keys()) {
      const weight = 0.25 * Math.exp(narrow.logWeights[k]!) + 0.75 * Math.exp(wide.logWeights[k]!);
      expectClose(Math.exp(mixed.logWeights[k]!), weight, 1e-9, `weight ${k}`);
    }
    // e^7 times the rate is 14 standard deviations away.
    expect(mixed.positions).not.toContain(LOG_RATIOS.length - 1);
  });
});
