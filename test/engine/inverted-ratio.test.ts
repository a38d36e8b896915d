import { describe, expect, it } from 'vitest';
import { inverted } from '../../src/engine/criteria/measure-judge.ts';

describe('a ratio the other way round', () => {
  it('swaps the ends of its interval', () => {
    expect(inverted({ estimate: 2, low: 1.25, high: 4 })).toEqual({ estimate: 0.5, low: 0.25, high: 0.8 });
  });

  it('is open where the ratio was, on the other side', () => {
    expect(inverted({ estimate: 2, low: null, high: 4 })).toEqual({ estimate: 0.5, low: 0.25, high: null });
    expect(inverted({ estimate: 2, low: 1, high: null })).toEqual({ estimate: 0.5, low: null, high: 1 });
  });

  it('of zero is no number, and never infinite', () => {
    expect(inverted({ estimate: 0, low: 0, high: 4 })).toEqual({ estimate: 0, low: 0.25, high: null });
  });
});
