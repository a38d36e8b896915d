import { describe, expect, test } from 'vitest';
import {
  analyze,
  buildAll,
  canaryRollout,
  type Metric,
  type RolloutguardVerdictOptions,
  rolloutguardVerdict,
  setWeight,
  verdictArgs,
  verdictCautions,
} from '../../../src/rollouts/index.ts';

const url = 'http://rolloutguard.ops:8080/';
const metricOf = (options: Omit<RolloutguardVerdictOptions, 'url'>): Metric =>
  rolloutguardVerdict({ url, ...options }).object.spec.metrics![0]!;

describe('the question', () => {
  test('goes as JSON, in which the values of arguments are quoted', () => {
    expect(metricOf({ mode: 'guard' }).provider).toEqual({
      web: {
        method: 'POST',
        url: 'http://rolloutguard.ops:8080/v1/decision',
        headers: [{ key: 'Accept', value: 'application/json' }],
        jsonPath: '{$.verdict}',
        jsonBody: {
          service: '{{args.service}}',
          namespace: '{{args.namespace}}',
          deployment: '{{args.deployment}}',
          canaryHash: '{{args.canary-hash}}',
          stableHash: '{{args.stable-hash}}',
        },
      },
    });
  });

  test('or in the address', () => {
    const { web } = metricOf({ mode: 'guard', method: 'GET', timeoutSeconds: 3 }).provider;
    expect(web).toMatchObject({ timeoutSeconds: 3, jsonPath: '{$.verdict}' });
    expect(web).not.toHaveProperty('method');
    expect(web!.url).toBe(
      'http://rolloutguard.ops:8080/v1/decision?service={{args.service}}&namespace={{args.namespace}}' +
        '&deployment={{args.deployment}}&canaryHash={{args.canary-hash}}&stableHash={{args.stable-hash}}',
    );
  });

  test('with a token from a Secret, which nobody reads in the template', () => {
    const { spec } = rolloutguardVerdict({ url, mode: 'guard', token: { name: 'judge', key: 'token' } }).object;
    expect(spec.args).toEqual([
      ...['service', 'namespace', 'canary-hash', 'stable-hash'].map((name) => ({ name })),
      { name: 'deployment', value: '' },
      { name: 'token', valueFrom: { secretKeyRef: { name: 'judge', key: 'token' } } },
    ]);
    expect(spec.metrics![0]!.provider.web!.headers).toContainEqual({
      key: 'Authorization',
      value: 'Bearer {{args.token}}',
    });
  });
});

const PASSES = '!isNil(result) && (default(result, "") == "promote" || default(result, "") == "continue")';
const FAILS = '!isNil(result) && default(result, "") == "rollback"';

describe('the answer', () => {
  test('a guard aborts on rollback and pauses when it is held too long', () => {
    expect(metricOf({ mode: 'guard' })).toMatchObject({
      ...{ successCondition: PASSES, failureCondition: FAILS },
      ...{ interval: '10s', failureLimit: 0, inconclusiveLimit: 30, consecutiveErrorLimit: 60 },
    });
    expect(metricOf({ mode: 'guard' })).not.toHaveProperty('consecutiveSuccessLimit');
    expect(metricOf({ mode: 'guard' })).not.toHaveProperty('count');
  });

  test('a gate also ends with the first pass', () => {
    const gate = metricOf({ mode: 'gate', patience: '30m', tolerateOutage: '1m', interval: '1m' });
    expect(gate).toMatchObject({
      ...{ successCondition: PASSES, failureCondition: FAILS, consecutiveSuccessLimit: 1 },
      ...{ interval: '1m', failureLimit: 0, inconclusiveLimit: 30, consecutiveErrorLimit: 6 },
    });
  });

  test('a gate for promotion lets nothing else pass', () => {
    const { successCondition, failureCondition } = metricOf({ mode: 'gate', until: 'promote' });
    expect({ successCondition, failureCondition }).toEqual({
      successCondition: '!isNil(result) && default(result, "") == "promote"',
      failureCondition: FAILS,
    });
  });

  test('one that waits never ends it by itself', () => {
    expect(metricOf({ mode: 'wait' })).toMatchObject({
      ...{ successCondition: PASSES, failureCondition: `!(${PASSES})` },
      ...{ failureLimit: -1, inconclusiveLimit: 0, consecutiveSuccessLimit: 1 },
    });
  });
});

test.each(['guard', 'gate', 'wait'] as const)('%s has nothing that Argo would refuse', (mode) => {
  for (const target of ['1.8', '1.9', '1.10'] as const) rolloutguardVerdict({ url, mode }).build({ target });
});

test('says that an answer which is no JSON passes', () => {
  expect(verdictCautions('1.9').join('\n')).toMatch(/Argo 1\.9 passes an answer .* that is no JSON/);
});

test.each(['gate', 'wait'] as const)('a step may run a %s: it has an end on paper', (mode) => {
  const template = rolloutguardVerdict({ url, mode });
  const step = analyze(template, { args: verdictArgs('api', 'deploy-42') });
  const rollout = canaryRollout('api').container({ name: 'api', image: 'api:1' }).steps(setWeight(10), step);
  expect(() => buildAll([rollout, template], { complete: true })).not.toThrow();
});

describe('bad options', () => {
  const wrong = (options: object) => () =>
    rolloutguardVerdict({ url, mode: 'gate', ...options } as RolloutguardVerdictOptions);
  test.each<[string, () => unknown, RegExp]>([
    ['no address', wrong({ url: undefined }), /^rolloutguardVerdict: .*at url/],
    ['an address without a scheme', wrong({ url: 'rolloutguard:8080' }), /at url .*http:/],
    ['an address with a query', wrong({ url: 'http://a/?b=c' }), /at url .*without a query/],
    ['no mode', wrong({ mode: undefined }), /at mode .*guard, gate, wait/],
    ['a guard that waits for something', wrong({ mode: 'guard', until: 'promote' }), /at until/],
    ['another wish', wrong({ until: 'rollback' }), /at until .*advance, promote/],
    ['a misspelt option', wrong({ adress: 'x' }), /adress/],
    ['another method', wrong({ method: 'PUT' }), /at method .*POST, GET/],
    ['a token without a key', wrong({ token: { name: 'judge' } }), /secretKeyRef\.key/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});
