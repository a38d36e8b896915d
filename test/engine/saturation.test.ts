import { describe, expect, it } from 'vitest';
import { type SaturationOptions, saturation } from '../../src/engine/criteria/saturation.ts';
import { parsePolicy } from '../../src/engine/parse-policy.ts';
import { definePolicy } from '../../src/engine/policy.ts';

describe('saturation', () => {
  it('is a whole criterion of plain JSON, whatever is left out', () => {
    expect(saturation('memory', { compare: 'growth' })).toEqual({
      kind: 'saturation',
      name: 'memory',
      measure: 'memory',
      importance: 'normal',
      weight: 1,
      compare: 'growth',
      maxRelativeIncrease: 0.25,
      promoteWithin: 1.5625,
    });
  });

  it('keeps what is given', () => {
    const options = {
      compare: 'level',
      measure: 'cpu_seconds',
      maxRelativeIncrease: 0.5,
      promoteWithin: 2,
      weight: 3,
    } as const;
    expect(saturation('CPU', options)).toMatchObject({ name: 'CPU', ...options });
  });

  it('goes through JSON unchanged', () => {
    const policy = definePolicy({ criteria: [saturation('CPU', { compare: 'level' })] });
    expect(parsePolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it.each<[string, SaturationOptions, string]>([
    ['nothing to compare', {} as never, 'compare'],
    ['an unknown comparison', { compare: 'slope' } as never, 'compare'],
    ['an unknown option', { compare: 'level', better: 'lower' } as never, 'options.better'],
    ['an increase below zero', { compare: 'level', maxRelativeIncrease: -1 }, 'maxRelativeIncrease'],
    ['promotion of what is rolled back', { compare: 'level', promoteWithin: 1.25 }, '1 + maxRelativeIncrease'],
    ['a weight of nothing', { compare: 'level', weight: 0 }, 'weight'],
  ])('refuses %s', (_, options, told) => {
    expect(() => saturation('memory', options)).toThrow(told);
  });

  it('refuses no name', () => {
    expect(() => saturation('', { compare: 'level' })).toThrow('name');
  });
});
