import { JOB, metric, ofMetric, type Part, run, template } from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

type Head = Omit<RuleCase, 'bad' | 'good'>;

/** A case whose metric alone is wrong. */
function ofOne(head: Omit<Head, 'path'> & { path: string }, bad: Part, good: Part): RuleCase {
  return { ...head, path: `spec.metrics[0].${head.path}`, bad: [ofMetric(bad)], good: [ofMetric(good)] };
}

const rejected = 'rejected';
const unsafe = 'unsafe';
const advice = 'advice';

const LIMITS: readonly RuleCase[] = [
  ofOne(
    { of: ['70'], code: 'limit-negative', severity: rejected, shows: 'successes', path: 'consecutiveSuccessLimit' },
    { consecutiveSuccessLimit: -1 },
    { consecutiveSuccessLimit: 0 },
  ),
  ofOne(
    { of: ['71'], code: 'limit-negative', severity: rejected, shows: 'failures', path: 'failureLimit' },
    { failureLimit: -2 },
    { failureLimit: -1, consecutiveSuccessLimit: 3 },
  ),
  ofOne(
    { of: ['72'], code: 'limits-off', severity: rejected, shows: 'nothing ends the metric', path: 'failureLimit' },
    { failureLimit: -1 },
    { failureLimit: '-1', consecutiveSuccessLimit: '2' },
  ),
  ofOne(
    { of: ['73'], code: 'limit-negative', severity: rejected, shows: 'inconclusive', path: 'inconclusiveLimit' },
    { inconclusiveLimit: '-1' },
    { inconclusiveLimit: 0 },
  ),
  ofOne(
    { of: ['74'], code: 'limit-negative', severity: rejected, shows: 'errors', path: 'consecutiveErrorLimit' },
    { consecutiveErrorLimit: -1 },
    { consecutiveErrorLimit: 0 },
  ),
  ofOne(
    { of: ['75'], code: 'count-too-small', severity: rejected, shows: 'below both limits', path: 'count' },
    { count: 5, failureLimit: 3, consecutiveSuccessLimit: 3 },
    { count: 6, failureLimit: 3, consecutiveSuccessLimit: 3 },
  ),
  ofOne(
    { of: ['76'], code: 'count-too-small', severity: rejected, shows: 'failureLimit is off', path: 'count' },
    { count: 2, failureLimit: -1, consecutiveSuccessLimit: 3 },
    { count: 3, failureLimit: -1, consecutiveSuccessLimit: 3 },
  ),
  ofOne(
    { of: ['77'], code: 'count-too-small', severity: rejected, shows: 'inconclusiveLimit', path: 'count' },
    { count: 2, inconclusiveLimit: 3 },
    { count: 3, inconclusiveLimit: 3 },
  ),
  ofOne(
    { of: ['78'], code: 'interval-missing', severity: rejected, shows: 'two without', path: 'count' },
    { count: '2', interval: undefined },
    { count: '1', interval: undefined },
  ),
  ofOne(
    { of: ['79'], code: 'duration-invalid', severity: rejected, shows: 'interval in days', path: 'interval' },
    { interval: '1d' },
    { interval: '24h' },
  ),
  ofOne(
    { of: ['80'], code: 'duration-invalid', severity: rejected, shows: 'initialDelay', path: 'initialDelay' },
    { initialDelay: '90' },
    { initialDelay: '{{args.delay}}s' },
  ),
  ofOne(
    { of: ['own'], code: 'duration-not-positive', severity: unsafe, shows: 'interval of 0', path: 'interval' },
    { interval: '0s' },
    { interval: '1s' },
  ),
  ofOne(
    { of: ['own'], code: 'limit-not-a-number', severity: unsafe, shows: 'a word', path: 'count' },
    { count: 'five' },
    { count: '5' },
  ),
  ofOne(
    { of: ['trap 5'], code: 'metric-never-fails', severity: unsafe, shows: 'limit equals count', path: 'failureLimit' },
    { count: 3, failureLimit: 3 },
    { count: 3, failureLimit: 2 },
  ),
  ofOne(
    { of: ['trap 5'], code: 'metric-never-fails', severity: unsafe, shows: 'one measurement', path: 'failureLimit' },
    { count: undefined, interval: undefined, failureLimit: 1 },
    { count: undefined, failureLimit: 1 },
  ),
  ofOne(
    {
      ...{ of: ['trap 5'], code: 'metric-never-inconclusive', severity: unsafe, shows: 'limit equals count' },
      path: 'inconclusiveLimit',
    },
    { count: 3, inconclusiveLimit: 3, failureCondition: 'result[0] > 0.1' },
    { count: 3, inconclusiveLimit: 3 },
  ),
  ofOne(
    { of: ['trap 5'], code: 'outage-unnoticed', severity: advice, shows: 'hours', path: 'consecutiveErrorLimit' },
    { consecutiveErrorLimit: 10_000 },
    { consecutiveErrorLimit: 360 },
  ),
  {
    ...{ of: ['own'], code: 'outage-aborts', severity: advice, shows: 'nobody decided it', path: 'spec.metrics[0]' },
    bad: [ofMetric({ consecutiveErrorLimit: undefined, count: undefined })],
    good: [ofMetric({ consecutiveErrorLimit: undefined })],
  },
  {
    ...{ of: ['own'], code: 'outage-aborts', severity: advice, shows: 'once a minute', path: 'spec.metrics[0]' },
    bad: [ofMetric({ consecutiveErrorLimit: undefined, count: undefined, interval: '1m' })],
    good: [ofMetric({ consecutiveErrorLimit: undefined, count: undefined, interval: '5m' })],
  },
  {
    ...{ of: ['own'], code: 'outage-aborts', severity: advice, shows: 'one metric decides', path: 'spec.metrics[0]' },
    bad: [endless(undefined)],
    good: [endless(4)],
  },
];

/** Two metrics without an end; the second has that limit. */
function endless(consecutiveErrorLimit: number | undefined): Part {
  const first = metric({ count: undefined, consecutiveErrorLimit: undefined });
  return template({ metrics: [first, metric({ name: 'latency', count: undefined, consecutiveErrorLimit })] });
}

const WHOLE: readonly RuleCase[] = [
  {
    ...{ of: ['68'], code: 'no-metrics', severity: rejected, shows: 'a run', path: 'spec.metrics' },
    bad: [run({ metrics: [] })],
    good: [run({ metrics: [metric()] })],
  },
  {
    ...{ of: ['68'], code: 'no-metrics', severity: unsafe, shows: 'a template', path: 'spec.metrics' },
    bad: [template({ args: [{ name: 'service' }] })],
    good: [template({ templates: [{ templateName: 'latency' }] })],
  },
  {
    ...{ of: ['69'], code: 'metric-names-equal', severity: rejected, shows: 'twice', path: 'spec.metrics[1].name' },
    bad: [template({ metrics: [metric(), metric()] })],
    good: [template({ metrics: [metric(), metric({ name: 'latency' })] })],
  },
  {
    ...{ of: ['69'], code: 'metric-names-equal', severity: rejected, shows: 'by args', path: 'spec.metrics[1].name' },
    bad: [run({ args: [{ name: 'a', value: 'error-rate' }], metrics: [metric(), metric({ name: '{{args.a}}' })] })],
    good: [run({ args: [{ name: 'a', value: 'latency' }], metrics: [metric(), metric({ name: '{{args.a}}' })] })],
  },
];

const CONDITIONS: readonly RuleCase[] = [
  {
    ...{ of: ['trap 6'], code: 'no-condition', severity: unsafe, shows: 'neither', path: 'spec.metrics[0]' },
    bad: [ofMetric({ successCondition: undefined })],
    good: [ofMetric({ successCondition: undefined, failureCondition: 'result[0] > 0.1' })],
  },
  ofOne(
    { of: ['own'], code: 'condition-ignored', severity: unsafe, shows: 'of a Job', path: 'successCondition' },
    { provider: { job: JOB } },
    { provider: { job: JOB }, successCondition: undefined },
  ),
  ofOne(
    { of: ['93', 'own'], code: 'expression-nan', severity: unsafe, shows: 'a quotient', path: 'failureCondition' },
    { successCondition: undefined, failureCondition: 'len(result) > 0 && result[0] > 0.1', provider: ratio() },
    {
      successCondition: undefined,
      failureCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] > 0.1',
      provider: ratio(),
    },
  ),
  ofOne(
    { of: ['93'], code: 'expression-syntax', severity: rejected, shows: 'an open bracket', path: 'successCondition' },
    { successCondition: 'len(result) > 0 && result[0 < 0.01' },
    { successCondition: 'len(result) > 0 && result[0] < 0.01' },
  ),
  ofOne(
    { of: ['93'], code: 'expression-type', severity: rejected, shows: 'vector and number', path: 'failureCondition' },
    { failureCondition: 'result > 0.1' },
    { failureCondition: 'any(result, # > 0.1)' },
  ),
  ofOne(
    { of: ['93'], code: 'expression-unknown-name', severity: rejected, shows: 'misspelt', path: 'successCondition' },
    { successCondition: 'len(results) > 0' },
    { successCondition: 'len(result) > 0' },
  ),
  ofOne(
    { of: ['93'], code: 'expression-not-bool', severity: rejected, shows: 'a number', path: 'successCondition' },
    { successCondition: 'len(result)' },
    { successCondition: 'len(result) == 1' },
  ),
  ofOne(
    { of: ['93'], code: 'expression-no-data', severity: advice, shows: 'empty vector', path: 'successCondition' },
    { successCondition: 'result[0] < 0.01' },
    { successCondition: 'len(result) > 0 && result[0] < 0.01' },
  ),
  ofOne(
    { of: ['trap 23'], code: 'expression-ignored-guard', severity: unsafe, shows: 'default', path: 'successCondition' },
    { successCondition: 'default(result[0], 0) < 0.01' },
    { successCondition: 'len(result) == 0 || result[0] < 0.01' },
  ),
  ofOne(
    { of: ['own'], code: 'expression-constant', severity: advice, shows: 'no result', path: 'successCondition' },
    { successCondition: '1 < 2' },
    { successCondition: 'len(result) < 2' },
  ),
  {
    ...{ of: ['87'], code: 'expression-not-time', severity: rejected, shows: 'start of a range' },
    path: 'spec.metrics[0].provider.prometheus.rangeQuery.start',
    bad: [ofMetric({ provider: ranged('"5m"') })],
    good: [ofMetric({ provider: ranged('now() - duration("5m")') })],
  },
  {
    ...{ of: ['93'], code: 'expression-type', severity: rejected, shows: 'by the args of a run' },
    path: 'spec.metrics[0].successCondition',
    bad: [runJudging('len(result) > {{args.least}}', '"1"')],
    good: [runJudging('len(result) > {{args.least}}', '1')],
  },
];

function runJudging(successCondition: string, value: string): Part {
  return run({ metrics: [metric({ successCondition })], args: [{ name: 'least', value }] });
}

function ranged(start: string): Part {
  return { prometheus: { query: 'up', rangeQuery: { start, end: 'now()', step: '1m' } } };
}

function ratio(): Part {
  return { prometheus: { query: 'sum(rate(errors_total[1m])) / sum(rate(requests_total[1m]))' } };
}

/** Rules of a metric's numbers and of the whole template. */
export const ANALYSIS_CASES: readonly RuleCase[] = [...WHOLE, ...LIMITS, ...CONDITIONS];
