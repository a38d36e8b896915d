import { describe, expect, it } from 'vitest';
import { type BusinessMetricOptions, businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { parsePolicy } from '../../src/engine/parse-policy.ts';
import { definePolicy } from '../../src/engine/policy.ts';

describe('businessMetric', () => {
  it('is a whole criterion of plain JSON, whatever is left out', () => {
    expect(businessMetric('orders', { better: 'higher' })).toEqual({
      kind: 'business-metric',
      name: 'orders',
      measure: 'orders',
      importance: 'normal',
      weight: 1,
      better: 'higher',
      maxRelativeChange: 0.05,
      promoteWithin: 1.10803,
    });
  });

  it('takes the tolerance by the name of its direction', () => {
    const drop = businessMetric('orders', { better: 'higher', maxRelativeDrop: 0.2 });
    const rise = businessMetric('refunds', { better: 'lower', maxRelativeIncrease: 0.2, measure: 'refund_amount' });
    expect(drop).toMatchObject({ maxRelativeChange: 0.2, promoteWithin: 1.5625 });
    expect(rise).toMatchObject({ maxRelativeChange: 0.2, promoteWithin: 1.44, measure: 'refund_amount' });
  });

  it('promotes within 10 % at least', () => {
    expect(businessMetric('refunds', { better: 'lower', maxRelativeIncrease: 0.01 }).promoteWithin).toBe(1.1);
  });

  it.each<[string, BusinessMetricOptions, string]>([
    ['no direction', {} as never, 'better'],
    ['an unknown direction', { better: 'up' } as never, 'better'],
    ['a rise where higher is better', { better: 'higher', maxRelativeIncrease: 0.1 }, 'use maxRelativeDrop'],
    ['a drop where lower is better', { better: 'lower', maxRelativeDrop: 0.1 }, 'use maxRelativeIncrease'],
    ['a drop of everything', { better: 'higher', maxRelativeDrop: 1 }, 'maxRelativeDrop'],
    ['a rise below zero', { better: 'lower', maxRelativeIncrease: -0.1 }, 'maxRelativeIncrease'],
    ['an unknown option', { better: 'lower', max: 3 } as never, 'options.max'],
    ['promotion of what is rolled back', { better: 'higher', maxRelativeDrop: 0.2, promoteWithin: 1.25 }, '1 / (1'],
    ['a weight without a say', { better: 'lower', importance: 'informational', weight: 1 }, 'weight'],
  ])('refuses %s', (_, options, told) => {
    expect(() => businessMetric('orders', options)).toThrow(told);
  });

  it('refuses no name', () => {
    expect(() => businessMetric('', { better: 'lower' })).toThrow('name');
  });
});

describe('a policy with business figures', () => {
  const policy = definePolicy({ criteria: [errorRate(), businessMetric('orders', { better: 'higher' })] });

  it('goes through JSON unchanged', () => {
    expect(parsePolicy(JSON.parse(JSON.stringify(policy)))).toEqual(policy);
  });

  it('gives all of the weight to the evidence: there is no fixed limit', () => {
    const orders = businessMetric('orders', { better: 'higher' });
    expect(definePolicy({ criteria: [orders], hardStops: [] }).criteria[0]?.weight).toBe(1);
  });

  it('refuses a document with a drop of everything', () => {
    const document = { ...policy, criteria: [policy.criteria[0], { ...policy.criteria[1], maxRelativeChange: 1 }] };
    expect(() => parsePolicy(document)).toThrow('criteria[1].maxRelativeChange');
  });
});
