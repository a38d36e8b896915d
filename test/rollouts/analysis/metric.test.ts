import { describe, expect, test } from 'vitest';
import {
  cloudWatch,
  datadog,
  graphite,
  influxdb,
  job,
  kayenta,
  type Metric,
  type MetricLimits,
  metric,
  metricPlugin,
  newRelic,
  type PrometheusResult,
  prometheus,
  skyWalking,
  validate,
  wavefront,
  web,
} from '../../../src/rollouts/index.ts';

const errors = prometheus({ query: 'sum(rate(errors[1m]))' });
const passes = (result: PrometheusResult) => result.first.atMost(0.01);
const limited = (limits: MetricLimits): Metric => metric('errors', errors, { passes, ...limits });

test('conditions and limits are all written out, as plain data', () => {
  const made = limited({ interval: '30s', count: 10 });
  expect(JSON.parse(JSON.stringify(made))).toEqual(made);
  expect(made).toEqual({
    name: 'errors',
    interval: '30s',
    count: 10,
    successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01',
    failureCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01',
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: 30,
    provider: { prometheus: { query: 'sum(rate(errors[1m]))' } },
  });
});

test('later changes of what was given change nothing', () => {
  const settings = { query: 'up', headers: [{ key: 'a', value: 'b' }] };
  const made = metric('errors', prometheus(settings), { passes });
  settings.headers[0]!.value = 'c';
  expect(made.provider.prometheus?.headers).toEqual([{ key: 'a', value: 'b' }]);
});

describe('limits in words', () => {
  // Argo retries an error after 10 s and gives up at one more than the limit: n errors after the first span n * 10 s.
  test.each([
    ['5m', 30],
    ['40s', 4],
    ['41s', 5],
    ['0s', 0],
  ] as const)('an outage of %s is %d errors in a row', (tolerateOutage, limit) => {
    expect(limited({ tolerateOutage }).consecutiveErrorLimit).toBe(limit);
  });

  test.each([
    ['2m', '30s', undefined, 4],
    ['2m', '45s', undefined, 3],
    ['10m', '30s', 5, 4],
    ['10m', '30s', '5', 4],
    ['10m', '30s', '{{args.count}}', 20],
  ] as const)('patience of %s at %s, count %s: %d inconclusive', (patience, interval, count, limit) => {
    expect(limited({ patience, interval, count }).inconclusiveLimit).toBe(limit);
  });

  test('numbers stay as they are, and so do arguments', () => {
    const limits = { inconclusiveLimit: 3, consecutiveErrorLimit: '{{args.errors}}', failureLimit: 2 } as const;
    expect(limited({ interval: '1m', count: 9, ...limits })).toMatchObject(limits);
  });
});

describe('each provider, with what its results are', () => {
  test.each<[string, Metric, object]>([
    ['prometheus', limited({}), { query: 'sum(rate(errors[1m]))' }],
    [
      'datadog',
      metric('m', datadog({ query: 'avg:errors{*}', apiVersion: 'v2' }), { passes: (result) => result.value.below(1) }),
      { query: 'avg:errors{*}', apiVersion: 'v2' },
    ],
    [
      'newRelic',
      metric('m', newRelic({ query: 'SELECT 1' }), { passes: (result) => result.field('n').number.below(1) }),
      { query: 'SELECT 1' },
    ],
    [
      'wavefront',
      metric('m', wavefront({ query: 'ts(x)' }), { passes: (result) => result.scalar.below(1) }),
      { query: 'ts(x)' },
    ],
    [
      'cloudWatch',
      metric('m', cloudWatch({ metricDataQueries: [{ id: 'a', expression: 'm1' }] }), {
        passes: (result) => result.query(0).first.below(1),
      }),
      { metricDataQueries: [{ id: 'a', expression: 'm1' }] },
    ],
    ['graphite', metric('m', graphite({ query: 'x' }), { passes: (result) => result.last.below(1) }), { query: 'x' }],
    ['influxdb', metric('m', influxdb({ query: 'x' }), { passes: (result) => result.mean.below(1) }), { query: 'x' }],
    [
      'skywalking',
      metric('m', skyWalking({ query: 'x', interval: '5m' }), {
        passes: (result) => result.field('n').number.below(1),
      }),
      { query: 'x', interval: '5m' },
    ],
    [
      'web',
      metric('m', web({ url: 'http://a.example' }), { passes: (result) => result.text.equals('ok') }),
      { url: 'http://a.example' },
    ],
  ])('%s', (provider, made, settings) => {
    expect(made.provider).toEqual({ [provider]: settings });
    expect(made.successCondition).not.toBe('');
  });

  test('those that decide by themselves have no conditions', () => {
    const scopes = { scope: 'api', region: 'eu', step: 60 };
    const judge = {
      ...{ address: 'http://kayenta', application: 'api', canaryConfigName: 'c', metricsAccountName: 'm' },
      ...{ configurationAccountName: 'c', storageAccountName: 's', threshold: { pass: 95, marginal: 75 } },
      scopes: [{ name: 'default', controlScope: scopes, experimentScope: scopes }],
    };
    const container = { name: 'smoke', image: 'smoke:1' };
    const template = { spec: { containers: [container], restartPolicy: 'Never' as const } };
    const made = [
      metric('m', kayenta(judge), { interval: '5m', count: 2 }),
      metric('m', job({ spec: { backoffLimit: 0, template } }), {}),
      metric('m', metricPlugin('acme/judge', { depth: 2 }), {}),
    ];
    expect(made.map(({ provider }) => provider)).toEqual([
      { kayenta: judge },
      { job: { spec: { backoffLimit: 0, template } } },
      { plugin: { 'acme/judge': { depth: 2 } } },
    ]);
    for (const one of made) expect(one).not.toHaveProperty('successCondition');
  });
});

test('what does not fit the provider does not compile', () => {
  const wrong = [
    // @ts-expect-error TS2353: a plugin has no conditions.
    () => metric('m', metricPlugin('acme/judge'), { passes }),
    // @ts-expect-error TS2339: Datadog gives one value, not a list.
    () => metric('m', datadog({ query: 'avg:a{*}' }), { passes: (result) => result.first.below(1) }),
    // @ts-expect-error TS2345: what passes must be said.
    () => metric('m', errors, { interval: '1m' }),
    // @ts-expect-error TS2322: a day is no duration of Go.
    () => metric('m', errors, { passes, interval: '1d' }),
    // @ts-expect-error TS2345: without a query nothing is asked.
    () => metric('m', prometheus({ address: 'http://a' }), { passes }),
  ];
  for (const make of wrong) expect(make).toThrow();
});

describe('bad options are refused where they are written', () => {
  const wrong = (limits: object) => () => limited(limits as MetricLimits);
  test.each<[string, () => unknown, RegExp]>([
    ['no name', () => metric('', errors, { passes }), /^metric: .* at name/],
    ['a misspelt limit', wrong({ failurelimit: 1 }), /at options\.failurelimit .*Known options: .*failureLimit/],
    [
      'conditions for a provider that has none',
      () => metric('m', metricPlugin('a/b'), { passes } as MetricLimits),
      /passes/,
    ],
    ['no condition', () => metric('m', errors, {} as { passes: typeof passes }), /at passes .*Use a function/],
    ['a condition that is a text', wrong({ fails: 'result > 1' }), /at fails .*Use a function/],
    ['patience without an interval', wrong({ patience: '5m' }), /at interval .*With patience give a time/],
    ['patience of a day', wrong({ interval: '1m', patience: '1d' }), /at patience \(got "1d"\)/],
    ['patience twice', wrong({ interval: '1m', patience: '1h', inconclusiveLimit: 3 }), /either patience or/],
    ['an outage twice', wrong({ tolerateOutage: '1h', consecutiveErrorLimit: 3 }), /either tolerateOutage or/],
    ['a negative outage', wrong({ tolerateOutage: '-1s' }), /at tolerateOutage/],
    [
      'a misspelt setting',
      () => metric('m', prometheus({ query: 'up', adress: 'x' } as { query: string }), { passes }),
      /metric "m": .*adress.*address/,
    ],
    [
      'a setting of the wrong type',
      () => metric('m', prometheus({ query: 'up', timeout: '5s' as unknown as number }), { passes }),
      /timeout/,
    ],
    ['NaN', () => metric('m', prometheus({ query: 'up', timeout: Number.NaN }), { passes }), /timeout/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});

test('what is made has nothing that Argo would refuse', () => {
  const metadata = { name: 'errors' };
  const spec = { metrics: [limited({ interval: '30s', count: 10, patience: '1m', failureLimit: 2 })] };
  const template = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata, spec };
  expect(validate([template]).filter(({ severity }) => severity !== 'advice')).toEqual([]);
});
