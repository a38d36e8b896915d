import { describe, expect, it } from 'vitest';
import { HARD_DOWN, isCatastrophic, MOSTLY_SLOW } from '../../src/statistics/burst-clip.ts';

describe('a catastrophe', () => {
  const block = (canaryRequests: number, canaryBad: number) => ({
    canaryRequests,
    canaryBad,
    stableRequests: 400,
    stableBad: 0,
  });

  it('of few requests needs more than half of them, not half', () => {
    expect(isCatastrophic(block(6, 3), 0, HARD_DOWN)).toBe(false);
    expect(isCatastrophic(block(5, 3), 0, HARD_DOWN)).toBe(true);
  });
  it('of latency needs more than half of the requests, however many there are', () => {
    expect(isCatastrophic(block(2000, 1000), 0, MOSTLY_SLOW)).toBe(false);
    expect(isCatastrophic(block(2000, 1001), 0, MOSTLY_SLOW)).toBe(true);
  });
  it('is measured against stable: a service that fails by itself needs 20 times its own rate, at most half', () => {
    expect(isCatastrophic(block(100, 15), 0.01)).toBe(false);
    expect(isCatastrophic(block(100, 25), 0.01)).toBe(true);
    expect(isCatastrophic(block(100, 55), 0.1)).toBe(true);
  });
});
