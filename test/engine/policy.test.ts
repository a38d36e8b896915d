import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';

const refused = (path: string) => expect.objectContaining({ code: 'INVALID_POLICY', path });

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
      criteria: [
        {
          kind: 'error-rate',
          name: 'error rate',
          maxRelativeIncrease: 0.25,
          minAbsoluteIncrease: 0.0005,
          promoteWithin: 1.5,
          weight: 1,
        },
        {
          kind: 'latency',
          name: 'latency p99',
          quantile: 0.99,
          maxRelativeIncrease: 0.1,
          promoteWithin: 1.25,
          weight: 1,
        },
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
  ])('refuses %s = %s', (path, value) => {
    expect(() => definePolicy({ criteria: [errorRate()], [path]: value } as never)).toThrow(refused(path));
  });

  it('refuses criteria that are missing, unknown or doubled, and options that are misspelt', () => {
    expect(() => definePolicy({ criteria: [] })).toThrow(refused('criteria'));
    expect(() => definePolicy({} as never)).toThrow(refused('criteria'));
    expect(() => definePolicy({ criteria: [{ kind: 'vibes' }] } as never)).toThrow(refused('criteria[0]'));
    expect(() => definePolicy({ criteria: [null] } as never)).toThrow(refused('criteria[0]'));
    expect(() => definePolicy({ criteria: [errorRate(), latency(), errorRate()] })).toThrow(
      refused('criteria[2].name'),
    );
    expect(() => definePolicy({ criteria: [errorRate()], falseRollbackrate: 0.1 } as never)).toThrow(
      refused('options.falseRollbackrate'),
    );
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
  ])('errorRate refuses %s = %s', (path, value) => {
    expect(() => errorRate({ [path]: value })).toThrow(refused(path));
  });
  it.each([
    ['quantile', 0],
    ['quantile', 1],
    ['quantile', Number.NaN],
    ['maxRelativeIncrease', -0.1],
    ['promoteWithin', 1.1],
    ['weight', -1],
  ])('latency refuses %s = %s', (path, value) => {
    expect(() => latency({ [path]: value })).toThrow(refused(path));
  });
  it('tells latency criteria apart by their quantile', () => {
    expect(latency({ quantile: 0.999 }).name).toBe('latency p99.9');
    expect(() => definePolicy({ criteria: [latency(), latency({ quantile: 0.5 })] })).not.toThrow();
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

describe('thresholdPolicy', () => {
  it.each([
    ['maxErrorRate', -1],
    ['windowSeconds', 0],
    ['minimumSampleSize', Number.NaN],
  ])('refuses %s = %s', (path, value) => {
    expect(() => thresholdPolicy({ [path]: value })).toThrow(refused(path));
  });
});
