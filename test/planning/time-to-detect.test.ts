import { describe, expect, test } from 'vitest';
import { definePolicy, detectionSettings, errorRate, latency, saturation } from '../../src/index.ts';
import { timeToDetect } from '../../src/planning/index.ts';

const traffic = { requestsPerSecond: 500, errorRate: 0.01 };
const doubled = { kind: 'errors', ratio: 2 } as const;

describe('timeToDetect', () => {
  test('counts what the canary has done by then', () => {
    const found = timeToDetect({ ...traffic, requestsPerUser: 5 }, doubled, { canaryShare: 0.05 });
    const requests = found.seconds! * 25;
    expect(found).toMatchObject({ canaryRequests: requests, usersExposed: requests / 5, because: null });
    expect(found.canaryBad).toBeCloseTo(requests * 0.02, 9);
    expect(found.badAnswers).toBeCloseTo(requests * 0.01, 9);
  });

  test.each([
    ['no canary traffic', { canaryShare: 0 }, doubled, 'The canary gets no traffic'],
    ['no stable traffic', { canaryShare: 1 }, doubled, 'Stable gets no traffic'],
    ['a tolerated fault', { canaryShare: 0.1 }, { kind: 'errors', ratio: 1.2 } as const, 'within the margin'],
    ['latency that nobody knows', { canaryShare: 0.1 }, { kind: 'latency', slower: 2 } as const, 'not known'],
  ])('says why it sees nothing: %s', (_name, options, fault, because) => {
    const found = timeToDetect(traffic, fault, options);
    expect(found).toMatchObject({ seconds: null, canaryRequests: 0, usersExposed: 0 });
    expect(found.because).toContain(because);
  });

  test.each([
    [
      'no traffic',
      { requestsPerSecond: 0, errorRate: 0.01 },
      doubled,
      { canaryShare: 0.1 },
      'traffic.requestsPerSecond',
    ],
    ['a rate above 1', { requestsPerSecond: 1, errorRate: 1 }, doubled, { canaryShare: 0.1 }, 'traffic.errorRate'],
    ['a certain power', traffic, doubled, { canaryShare: 0.1, power: 1 }, 'power'],
    ['a share above 1', traffic, doubled, { canaryShare: 5 }, 'canaryShare'],
    ['no fault', traffic, { kind: 'errors', ratio: 1 } as const, { canaryShare: 0.1 }, 'fault.ratio'],
    ['a misspelt option', traffic, doubled, { canaryShare: 0.1, pwoer: 0.9 }, 'options.pwoer'],
    ['an empty histogram', { ...traffic, latency: noLatency() }, doubled, { canaryShare: 0.1 }, 'traffic.latency'],
  ])('refuses %s', (_name, service, fault, options, path) => {
    expect(() => timeToDetect(service, fault, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path }) as Error,
    );
  });
});

describe('detectionSettings', () => {
  const policy = definePolicy({
    falseRollbackRate: 0.01,
    hardStops: [],
    criteria: [
      errorRate({ maxRelativeIncrease: 0.5 }),
      latency({ quantile: 0.9 }),
      saturation('cpu', { compare: 'level' }),
    ],
  });

  test('reads a criterion as its judge does', () => {
    expect(detectionSettings(policy, 'error rate')).toEqual({
      bound: Math.log(300),
      maxRelativeIncrease: 0.5,
      minAbsoluteIncrease: 0.0005,
      warmUpSeconds: 60,
      intervalSeconds: 10,
      promoteWithin: 1.2 * 1.5,
    });
    expect(detectionSettings(policy, 'latency p90')).toMatchObject({ maxRelativeIncrease: 0.1, quantile: 0.9 });
  });

  test.each(['errors', 'cpu'])('refuses %s and names those that there are', (name) => {
    expect(() => detectionSettings(policy, name)).toThrow(/error rate, latency p90/);
  });
});

function noLatency() {
  return { type: 'explicit' as const, unit: 'ms' as const, upperBounds: [10], counts: [0, 0] };
}
