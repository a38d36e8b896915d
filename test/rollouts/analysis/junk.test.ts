/** What types keep out of TypeScript comes from JavaScript and JSON: it is refused by an error that says where. */
import { expect, test } from 'vitest';
import * as rollouts from '../../../src/rollouts/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: nothing here fits its type.
const any = rollouts as any;
const { prometheus, web, cloudWatch } = any.resultOf;
const passes = () => prometheus.first.below(1);
const target = { name: 'api', kind: 'Deployment' };
const canary = (analysis: object) => () =>
  any.flaggerCanary('api', {
    targetRef: target,
    service: { port: 80 },
    analysis: { interval: '1m', threshold: 1, ...analysis },
  });

test.each<[string, () => unknown, string]>([
  ['a metric of nothing', () => any.metric('m', undefined, { passes }), 'source'],
  ['a metric without options', () => any.metric('m', any.prometheus({ query: 'up' })), 'options'],
  ['a metric whose name is a number', () => any.metric(5, any.prometheus({ query: 'up' }), { passes }), 'name'],
  ['a count below 0', () => any.metric('m', any.prometheus({ query: 'up' }), { passes, count: -3 }), 'count'],
  ['a source without settings', () => any.metric('m', any.prometheus(), { passes }), 'provider'],
  ['settings that are a text', () => any.metric('m', any.prometheus('up'), { passes }), 'provider.prometheus'],
  ['a statement of other things', () => any.conditions({ passes: { whenTrue: 1, known: 2 } }), 'passes'],
  ['numbers joined', () => any.allOf(1), 'predicate'],
  ['nothing denied', () => any.not(), 'predicate'],
  ['every value tested by a number', () => prometheus.every(5), 'test'],
  ['every value tested without an answer', () => prometheus.every(() => 5), 'test'],
  ['a division by a number', () => prometheus.first.dividedBy(5), 'other'],
  ['a query that is a text', () => cloudWatch.query('x'), 'index'],
  ['a field that is null', () => web.field(null), 'path[0]'],
  ['a template without a name', () => any.analysisTemplate(), 'name'],
  ['labels that are null', () => any.analysisTemplate('a').labels(null), 'labels'],
  ['a template that includes nothing', () => any.analysisTemplate('a').include(null), 'templates[0]'],
  ['a Secret that is a text', () => any.analysisTemplate('a').secretArg('b', 'c'), 'secretKeyRef'],
  ['a ready template without options', () => any.errorRateTemplate(), 'options'],
  ['matchers that are a text', () => any.errorRateTemplate({ max: 0.1, matchers: 'x' }), 'matchers'],
  ['a matcher that is a number', () => any.errorRateTemplate({ max: 0.1, matchers: [5] }), 'matchers[0]'],
  ['a window without a unit', () => any.errorRateTemplate({ max: 0.1, window: '5' }), 'window'],
  ['a histogram with a space', () => any.latencyTemplate({ maxSeconds: 1, histogram: 'a b' }), 'histogram'],
  ['a counter that is PromQL', () => any.businessMetricTemplate({ good: 'rate(x[1m])', total: 'b', min: 1 }), 'good'],
  ['a gauge that is PromQL', () => any.saturationTemplate({ gauge: 'a{b="c"}', max: 1 }), 'gauge'],
  ['a limit in quotes', () => any.errorRateTemplate({ max: '0.1' }), 'limit'],
  [
    'patience that is a number',
    () => any.rolloutguardVerdict({ url: 'http://a', mode: 'gate', patience: 5 }),
    'patience',
  ],
  [
    'a token that is the token',
    () => any.rolloutguardVerdict({ url: 'http://a', mode: 'gate', token: 'x' }),
    'secretKeyRef',
  ],
  ['a Canary of nothing', () => any.flaggerCanary('api'), 'options'],
  ['weights that are a number', canary({ stepWeights: 5 }), 'analysis.stepWeights'],
  ['metrics that are a number', canary({ stepWeights: [5], metrics: 5 }), 'analysis.metrics'],
  ['a metric that is null', canary({ stepWeights: [5], metrics: [null] }), 'analysis.metrics[0].name'],
  ['an AlertProvider of null', () => any.alertProvider('a', null), 'options'],
])('%s', (_, act, path) => {
  expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
});
