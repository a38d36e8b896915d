import { describe, expect, test } from 'vitest';
import {
  type AnalysisTemplate,
  type AnalysisTemplateBuilder,
  arg,
  businessMetricTemplate,
  type ErrorRateOptions,
  errorRateTemplate,
  latencyTemplate,
  promqlLabel,
  type SaturationOptions,
  saturationTemplate,
  successRatioTemplate,
} from '../../../src/rollouts/index.ts';

type Built = AnalysisTemplateBuilder<AnalysisTemplate>;

const queries = (template: Built) => template.object.spec.metrics!.map(({ provider }) => provider.prometheus?.query);
const conditions = (template: Built) => template.object.spec.metrics!.map((metric) => metric.successCondition);
const CANARY = 'service_name="{{args.service}}",rolloutguard_cohort="canary"';
const STABLE = CANARY.replace('canary', 'stable');
const REQUESTS = 'http_server_request_duration_seconds_count';
const busy = (side: string) => `sum(increase(${REQUESTS}{${side}}[2m])) >= 100`;
const errors = (side: string) =>
  `(sum(rate(${REQUESTS}{${side},http_response_status_code=~"5.."}[2m])) or vector(0)) / sum(rate(${REQUESTS}{${side}}[2m]))`;

describe('error rate', () => {
  test('against a limit: no error is 0, too few requests are no data', () => {
    const template = errorRateTemplate({ max: 0.01 });
    expect(queries(template)).toEqual([`${errors(CANARY)}\nand ${busy(CANARY)}`]);
    expect(conditions(template)).toEqual(['len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01']);
  });

  test('against stable: both need traffic, and nothing is divided by 0', () => {
    const template = errorRateTemplate({ maxTimesStable: 2, max: arg('max') });
    expect(template.object.spec.metrics!.map(({ name }) => name)).toEqual(['error-rate', 'error-rate-against-stable']);
    expect(queries(template)[1]).toBe(
      `(${errors(CANARY)})\n/ clamp_min(${errors(STABLE)}, 0.001)\nand ${busy(CANARY)}\nand ${busy(STABLE)}`,
    );
    expect(conditions(template)).toEqual([
      'len(result) > 0 && !isNaN(result[0]) && result[0] <= {{args.max}}',
      'len(result) > 0 && !isNaN(result[0]) && result[0] <= 2',
    ]);
    expect(template.object.spec.args).toEqual([{ name: 'max' }, { name: 'service' }]);
  });

  test('in a step it ends, with limits that can be reached', () => {
    expect(errorRateTemplate({ max: 0.01 }).object.spec.metrics![0]).toMatchObject({
      ...{ interval: '30s', count: 5, failureLimit: 1, inconclusiveLimit: 4, consecutiveErrorLimit: 30 },
    });
  });

  test('a single measurement may not fail', () => {
    const [metric] = errorRateTemplate({ max: 0.01, count: 1 }).object.spec.metrics!;
    expect(metric).toMatchObject({ count: 1, failureLimit: 0, inconclusiveLimit: 0 });
  });

  test('in the background it does not', () => {
    const [metric] = errorRateTemplate({ max: 0.01, count: 'unlimited', patience: '10m' }).object.spec.metrics!;
    expect(metric).not.toHaveProperty('count');
    expect(metric).toMatchObject({ interval: '30s', inconclusiveLimit: 20 });
  });

  test('of pods by their hash, which the rollout gives', () => {
    const template = errorRateTemplate({ maxTimesStable: 2, by: 'podTemplateHash' });
    expect(template.object.spec.args).toEqual([{ name: 'service' }, { name: 'canary-hash' }, { name: 'stable-hash' }]);
    expect(queries(template)[0]).toContain('rollouts_pod_template_hash="{{args.stable-hash}}"');
  });

  test('of other names', () => {
    const [query] = queries(
      errorRateTemplate({
        ...{ max: 0.01, name: 'errors', histogram: 'http_request_seconds', errors: 'code="500"', service: 'a"b' },
        ...{ serviceLabel: 'job', cohortLabel: 'role', matchers: [promqlLabel('route', '/pay')], minRequests: 5 },
        ...{ window: '5m', address: 'http://prometheus:9090' },
      } as ErrorRateOptions),
    );
    expect(query).toBe(
      '(sum(rate(http_request_seconds_count{job="a\\"b",role="canary",route="/pay",code="500"}[5m])) or vector(0)) / ' +
        'sum(rate(http_request_seconds_count{job="a\\"b",role="canary",route="/pay"}[5m]))\n' +
        'and sum(increase(http_request_seconds_count{job="a\\"b",role="canary",route="/pay"}[5m])) >= 5',
    );
  });
});

test('success ratio: the rest of the errors, and lower is worse', () => {
  const template = successRatioTemplate({ min: 0.99, minTimesStable: 0.995 });
  expect(queries(template)).toEqual([
    `1 - ${errors(CANARY)}\nand ${busy(CANARY)}`,
    `(1 - ${errors(CANARY)})\n/ clamp_min(1 - ${errors(STABLE)}, 0.001)\nand ${busy(CANARY)}\nand ${busy(STABLE)}`,
  ]);
  expect(conditions(template)[1]).toContain('result[0] >= 0.995');
});

test('latency: a quantile of all pods together, in seconds', () => {
  const template = latencyTemplate({ quantile: 0.95, maxSeconds: 0.5 });
  expect(queries(template)).toEqual([
    `histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{${CANARY}}[2m])))\nand ${busy(CANARY)}`,
  ]);
  expect(conditions(template)[0]).toContain('result[0] <= 0.5');
});

test('business metric: what ended well of what began', () => {
  const template = businessMetricTemplate({ name: 'checkout', good: 'done_total', total: 'begun_total', min: 0.9 });
  expect(queries(template)).toEqual([
    `(sum(rate(done_total{${CANARY}}[2m])) or vector(0)) / sum(rate(begun_total{${CANARY}}[2m]))\n` +
      `and sum(increase(begun_total{${CANARY}}[2m])) >= 100`,
  ]);
  expect(template.object.metadata?.name).toBe('checkout');
  expect(conditions(template)[0]).toContain('result[0] >= 0.9');
});

test('saturation: the fullest pod, which needs no traffic', () => {
  expect(queries(saturationTemplate({ max: 0.8, maxTimesStable: 1.5 }))).toEqual([
    `max(avg_over_time(nodejs_eventloop_utilization_ratio{${CANARY}}[2m]))`,
    `(max(avg_over_time(nodejs_eventloop_utilization_ratio{${CANARY}}[2m])))\n` +
      `/ clamp_min(max(avg_over_time(nodejs_eventloop_utilization_ratio{${STABLE}}[2m])), 0.01)`,
  ]);
});

test.each([
  ['error rate', errorRateTemplate({ max: 0.01, maxTimesStable: 2 })],
  ['success ratio', successRatioTemplate({ min: 0.99, minTimesStable: 0.99, by: 'podTemplateHash' })],
  ['latency', latencyTemplate({ maxSeconds: 1, maxTimesStable: 2 })],
  ['business metric', businessMetricTemplate({ good: 'a', total: 'b', min: 0.9, minTimesStable: 0.9 })],
  ['saturation', saturationTemplate({ max: 0.8, maxTimesStable: 2 })],
])('%s is built without a warning', (_, template) => {
  expect(template.namespace('production').build().warnings).toEqual([]);
});

describe('bad options', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['no limit', () => errorRateTemplate({}), /^errorRateTemplate: .*Give max, maxTimesStable, or both/],
    ['a share above 1', () => errorRateTemplate({ max: 1.5 }), /at max .*at most 1/],
    ['a share in percent', () => successRatioTemplate({ min: 99 }), /^successRatioTemplate: .*at min .*at most 1/],
    ['a multiple of 0', () => latencyTemplate({ maxTimesStable: 0 }), /^latencyTemplate: .*above 0/],
    ['a quantile of 99', () => latencyTemplate({ quantile: 99, maxSeconds: 1 }), /at quantile .*below 1/],
    [
      'no counter',
      () => businessMetricTemplate({ good: '', total: 'a', min: 1 }),
      /^businessMetricTemplate: .*at good/,
    ],
    [
      'a guard that saturation has not',
      () => saturationTemplate({ max: 0.8, minRequests: 5 } as SaturationOptions),
      /^saturationTemplate: .*minRequests/,
    ],
    ['a misspelt option', () => errorRateTemplate({ max: 0.1, intervall: '1m' } as ErrorRateOptions), /intervall/],
    ['a misspelt way', () => errorRateTemplate({ max: 0.1, by: 'hash' as 'cohort' }), /at by .*podTemplateHash/],
    ['no requests', () => errorRateTemplate({ max: 0.1, minRequests: 0 }), /at minRequests .*at least 1/],
    ['an empty name', () => errorRateTemplate({ max: 0.1, name: '' }), /at name/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});
