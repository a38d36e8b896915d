import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { crashLoop, panicErrorRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { criterionBound, criterionWeight, definePolicy } from '../../src/engine/policy.ts';
import { expectClose } from '../helpers/close.ts';
import { anyErrorRate, anyEvidencePolicy, anyLatency } from '../helpers/policies.ts';

const refused = (path: string) => expect.objectContaining({ code: 'INVALID_POLICY', path });
const weightsOf = ({ criteria, hardStops }: ReturnType<typeof definePolicy>): number[] =>
  [...criteria, ...hardStops].map(({ weight }) => weight);

describe('definePolicy', () => {
  it('has defaults', () => {
    expect(definePolicy({ criteria: [errorRate(), latency()] })).toEqual({
      schemaVersion: 1,
      kind: 'evidence',
      falseRollbackRate: 0.01,
      intervalSeconds: 10,
      warmUpSeconds: 60,
      soakSeconds: 180,
      historySeconds: 600,
      deadlineSeconds: null,
      onInconclusive: 'promote-if-bounded',
      assumedPodSpread: 0.16,
      minimumSampleSize: 0,
      authority: null,
      automation: 'rollback',
      onMissing: { noData: 'hold', noTraffic: 'hold', tooFewSamples: 'continue', sourceFailed: 'hold' },
      criteria: [
        {
          kind: 'error-rate',
          name: 'error rate',
          importance: 'normal',
          weight: expect.closeTo(1 / 2.1, 12),
          maxRelativeIncrease: 0.25,
          minAbsoluteIncrease: 0.0005,
          promoteWithin: 1.5,
          max: null,
          segments: null,
        },
        {
          kind: 'latency',
          name: 'latency p99',
          importance: 'normal',
          weight: expect.closeTo(1 / 2.1, 12),
          quantile: 0.99,
          maxRelativeIncrease: 0.1,
          promoteWithin: 1.25,
          maxMs: null,
        },
      ],
      hardStops: [
        { kind: 'unanswered-share', name: 'unanswered share', max: 0.1, weight: expect.closeTo(0.05 / 2.1, 12) },
        { kind: 'crash-loop', name: 'crash loop', maxRestartsPerPodHour: 2, weight: expect.closeTo(0.05 / 2.1, 12) },
      ],
    });
  });

  it.each([
    ['falseRollbackRate', 0],
    ['falseRollbackRate', 1],
    ['falseRollbackRate', -0.1],
    ['falseRollbackRate', Number.NaN],
    ['falseRollbackRate', '1%'],
    ['intervalSeconds', 0],
    ['warmUpSeconds', -1],
    ['soakSeconds', Number.POSITIVE_INFINITY],
    ['historySeconds', -1],
    ['deadlineSeconds', 0],
    ['assumedPodSpread', -0.1],
    ['minimumSampleSize', 0.5],
    ['automation', 'ask'],
    ['onMissing', 'hold'],
    ['onMissing', null],
    ['hardStops', null],
    ['hardStops', {}],
    ['schemaVersion', 2],
  ])('refuses %s = %s', (path, value) => {
    expect(() => definePolicy({ criteria: [errorRate()], [path]: value } as never)).toThrow(refused(path));
  });

  it('refuses criteria that are missing, unknown or doubled, and options that are misspelt', () => {
    expect(() => definePolicy({ criteria: [] })).toThrow(refused('criteria'));
    expect(() => definePolicy({} as never)).toThrow(refused('criteria'));
    expect(() => definePolicy(undefined as never)).toThrow(refused('options'));
    expect(() => definePolicy({ criteria: errorRate() } as never)).toThrow(refused('criteria'));
    expect(() => definePolicy({ criteria: [{ kind: 'vibes' }] } as never)).toThrow(refused('criteria[0].kind'));
    expect(() => definePolicy({ criteria: [{}] } as never)).toThrow(refused('criteria[0].kind'));
    expect(() => definePolicy({ criteria: [null] } as never)).toThrow(refused('criteria[0]'));
    expect(() => definePolicy({ criteria: [{ kind: 'latency' }] } as never)).toThrow(refused('criteria[0].name'));
    expect(() => definePolicy({ criteria: [errorRate(), latency(), errorRate()] })).toThrow(
      refused('criteria[2].name'),
    );
    expect(() => definePolicy({ criteria: [errorRate()], falseRollbackrate: 0.1 } as never)).toThrow(
      refused('options.falseRollbackrate'),
    );
    expect(() => definePolicy({ criteria: [errorRate()], onMissing: { nodata: 'hold' } } as never)).toThrow(
      refused('onMissing.nodata'),
    );
  });

  it('refuses what contradicts itself', () => {
    const criteria = [errorRate()];
    expect(() => definePolicy({ criteria, deadlineSeconds: 120 })).toThrow(refused('soakSeconds'));
    expect(() => definePolicy({ criteria, deadlineSeconds: 30, soakSeconds: 0 })).toThrow(refused('warmUpSeconds'));
    expect(() => definePolicy({ criteria, deadlineSeconds: 5, soakSeconds: 0, warmUpSeconds: 0 })).toThrow(
      refused('deadlineSeconds'),
    );
    expect(() => definePolicy({ criteria: [latency({ importance: 'informational' })] })).toThrow(refused('criteria'));
    expect(() => definePolicy({ criteria: [latency({ importance: 'informational' })], hardStops: [] })).toThrow(
      refused('criteria'),
    );
    expect(() => definePolicy({ criteria, hardStops: [crashLoop({ name: 'error rate' })] })).toThrow(
      refused('hardStops[0].name'),
    );
  });

  it('has no hard stop when told so, and fills in what onMissing leaves out', () => {
    const policy = definePolicy({ criteria: [errorRate()], hardStops: [], onMissing: { noTraffic: 'continue' } });
    expect(policy.hardStops).toEqual([]);
    expect(policy.criteria[0]?.weight).toBe(1);
    expect(policy.onMissing).toEqual({
      noData: 'hold',
      noTraffic: 'continue',
      tooFewSamples: 'continue',
      sourceFailed: 'hold',
    });
  });

  it('shares the budget by importance: critical counts twice, informational not at all', () => {
    const policy = definePolicy({
      criteria: [
        errorRate({ importance: 'critical' }),
        latency(),
        latency({ quantile: 0.5, importance: 'informational' }),
      ],
      hardStops: [panicErrorRate({ max: 0.2 })],
    });
    const total = 2 + 1 + 0.05;
    expect(weightsOf(policy)).toEqual([2, 1, 0, 0.05].map((weight) => expect.closeTo(weight / total, 12)));
  });

  it('makes the weights sum to 1, whatever they were', () => {
    fc.assert(
      fc.property(anyEvidencePolicy, (policy) => {
        const sum = weightsOf(policy).reduce((a, b) => a + b, 0);
        expectClose(sum, 1, 1e-9);
      }),
    );
    const huge = definePolicy({ criteria: [errorRate({ weight: 1e308 }), latency({ weight: 1e308 })], hardStops: [] });
    expect(weightsOf(huge)).toEqual([0.5, 0.5]);
  });

  it('refuses a weight so small that nothing is left of it', () => {
    const criteria = [errorRate({ weight: 1e308 }), latency({ weight: 1e-308 })];
    expect(() => definePolicy({ criteria })).toThrow(refused('criteria[1].weight'));
  });

  it('takes a policy that exists as the start of another', () => {
    const policy = definePolicy({ criteria: [errorRate(), latency()], onMissing: { noData: 'continue' } });
    expect(definePolicy({ ...policy, soakSeconds: 300 })).toEqual({
      ...policy,
      soakSeconds: 300,
      criteria: policy.criteria.map((criterion) => ({ ...criterion, weight: expect.closeTo(criterion.weight, 12) })),
      hardStops: policy.hardStops.map((stop) => ({ ...stop, weight: expect.closeTo(stop.weight, 12) })),
    });
  });

  it('shares nothing with its options', () => {
    const criterion = errorRate({ segments: ['/pay'] });
    const policy = definePolicy({ criteria: [criterion] });
    criterion.segments?.push('/cart');
    expect(policy.criteria[0]).toMatchObject({ segments: ['/pay'] });
  });
});

describe('bounds', () => {
  const policy = definePolicy({
    falseRollbackRate: 0.02,
    criteria: [errorRate(), latency({ importance: 'informational' })],
    hardStops: [unansweredShare({ weight: 0.25 })],
  });

  it('are the log of one over the share of the budget', () => {
    expect(criterionWeight(policy, 0)).toBe(0.8);
    expectClose(criterionBound(policy, 0), Math.log(1 / (0.02 * 0.8)), 1e-12);
  });

  it('leave a fifth of the weight to the fixed limit of a criterion', () => {
    const limited = definePolicy({ criteria: [errorRate({ max: 0.02 })], hardStops: [] });
    expectClose(criterionWeight(limited, 0), 0.8, 1e-12);
    expectClose(criterionBound(limited, 0), Math.log(1 / (0.01 * 0.8)), 1e-12);
  });

  it('of an informational criterion is finite: that of a policy with nothing else in it', () => {
    expect(criterionWeight(policy, 1)).toBe(0);
    expectClose(criterionBound(policy, 1), Math.log(1 / 0.02), 1e-12);
  });
});

describe('criteria', () => {
  it.each([
    ['maxRelativeIncrease', -0.1],
    ['maxRelativeIncrease', Number.NaN],
    ['minAbsoluteIncrease', -0.001],
    ['minAbsoluteIncrease', 1],
    ['weight', 0],
    ['weight', Number.NaN],
    ['promoteWithin', 1.25],
    ['max', 0],
    ['max', 1],
    ['max', 0.0004],
    ['importance', 'vital'],
    ['name', ''],
    ['segments', []],
    ['segments', ['/pay', '/pay']],
  ])('errorRate refuses %s = %s', (path, value) => {
    expect(() => errorRate({ [path]: value })).toThrow(refused(path));
  });

  it.each([
    ['quantile', 0],
    ['quantile', 1],
    ['quantile', Number.NaN],
    ['quantile', 1n],
    ['maxRelativeIncrease', -0.1],
    ['promoteWithin', 1.1],
    ['weight', -1],
    ['maxMs', 0],
    ['importance', null],
  ])('latency refuses %s = %s', (path, value) => {
    expect(() => latency({ [path]: value })).toThrow(refused(path));
  });

  it('names what is wrong inside a list', () => {
    expect(() => errorRate({ segments: ['/pay', ''] })).toThrow(refused('segments[1]'));
    expect(() => errorRate({ maxRelativIncrease: 0.1 } as never)).toThrow(refused('options.maxRelativIncrease'));
    expect(() => latency(null as never)).toThrow(refused('options'));
  });

  it('weigh by their importance, and an informational one has no weight', () => {
    expect(errorRate({ importance: 'critical' }).weight).toBe(2);
    expect(latency({ importance: 'informational' }).weight).toBe(0);
    expect(latency({ importance: 'informational', weight: 0 }).weight).toBe(0);
    expect(latency({ importance: 'critical', weight: 0.5 }).weight).toBe(0.5);
    expect(() => errorRate({ importance: 'informational', weight: 0.1 })).toThrow(refused('weight'));
  });

  it('promote within more than they tolerate', () => {
    expect(errorRate({ maxRelativeIncrease: 0.5 }).promoteWithin).toBeCloseTo(1.8, 12);
    expect(errorRate({ maxRelativeIncrease: 0 }).promoteWithin).toBe(1.5);
    expect(latency({ maxRelativeIncrease: 0.3 }).promoteWithin).toBeCloseTo(1.45, 12);
    expect(latency({ maxRelativeIncrease: 0 }).promoteWithin).toBe(1.25);
    const tolerated = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(tolerated, (maxRelativeIncrease) => {
        for (const { promoteWithin } of [errorRate({ maxRelativeIncrease }), latency({ maxRelativeIncrease })]) {
          expect(promoteWithin).toBeGreaterThan(1 + maxRelativeIncrease);
        }
      }),
    );
  });

  it('tells latency criteria apart by their quantile, and others by the name that they are given', () => {
    expect(latency({ quantile: 0.999 }).name).toBe('latency p99.9');
    expect(() => definePolicy({ criteria: [latency(), latency({ quantile: 0.5 })] })).not.toThrow();
    const routes = errorRate({ name: 'routes', segments: ['/pay', '/cart'] });
    expect(definePolicy({ criteria: [errorRate(), routes] }).criteria.map(({ name }) => name)).toEqual([
      'error rate',
      'routes',
    ]);
  });

  it('can be made again from what they hold', () => {
    fc.assert(
      fc.property(anyErrorRate, anyLatency, (errors, slow) => {
        expect(errorRate(errors)).toEqual(errors);
        expect(latency(slow)).toEqual(slow);
      }),
    );
  });
});

describe('policyDigest', () => {
  it('is the same for the same rules in another order of keys, and another for other rules', () => {
    const policy = definePolicy({ criteria: [errorRate(), latency()] });
    const shuffled = Object.fromEntries(Object.entries(policy).reverse());
    expect(policyDigest(shuffled)).toBe(policyDigest(policy));
    expect(policyDigest(policy)).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(policyDigest(definePolicy({ falseRollbackRate: 0.02, criteria: [errorRate(), latency()] }))).not.toBe(
      policyDigest(policy),
    );
  });
});
