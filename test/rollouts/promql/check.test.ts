import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  businessMetricTemplate,
  errorRateTemplate,
  latencyTemplate,
  saturationTemplate,
  successRatioTemplate,
} from '../../../src/rollouts/index.ts';
import { checkPromql } from '../../../src/rollouts/promql/index.ts';
import { RUNS } from '../../helpers/runs.ts';

/** What is said of a query that selects canaries, as `severity code`. */
function said(query: string, rangeQuery = false): string[] {
  return checkPromql(query, { rangeQuery }).map(({ severity, code }) => `${severity} ${code}`);
}

const only = (query: string): string => checkPromql(query, { rangeQuery: false })[0]!.message;

describe('what Prometheus takes is left alone', () => {
  test.each([
    'sum(rate(errors_total{role="canary"}[5m])) by (code) / on (code) sum(rate(requests_total{role="canary"}[5m])) > bool 0.5',
    'histogram_quantile(0.99, sum by (le) (rate(latency_bucket{version="2"}[5m] offset -1m)))',
    'max_over_time(sum(rate(x{role=~"canary|stable"}[1m]))[5m:30s] @ end())',
    'quantile_over_time(0.9, memory{pod_template_hash="a"}[10m])',
    'absent(requests_total{role="canary"}) or vector(0)',
    'label_replace(up{track="canary"}, "a", "$1", "b", "(.*)") # why',
    "{'http.requests', role='canary'} - -1e3",
    'x{role="canary"} unless on () y{role="stable"}',
    'changes(restarts_total{role="canary"}[10m])',
    'vector(1)',
    'time() - 1h',
  ])('%s', (query) => {
    expect(said(query)).toEqual([]);
  });

  test('the queries of the ready templates', () => {
    const templates = [
      errorRateTemplate({ max: 0.01, maxTimesStable: 2 }),
      latencyTemplate({ maxSeconds: 0.5, maxTimesStable: 1.3 }),
      successRatioTemplate({ min: 0.99, by: 'podTemplateHash' }),
      businessMetricTemplate({ good: 'done_total', total: 'begun_total', minTimesStable: 0.9 }),
      saturationTemplate({ max: 0.8 }),
    ];
    for (const template of templates) {
      for (const { provider } of template.object.spec.metrics ?? []) {
        const { query } = (provider as { prometheus: { query: string } }).prometheus;
        expect(said(query), query).toEqual([]);
      }
    }
  });
});

describe('syntax', () => {
  test.each([
    ['sum(rate(x[5m])', /at its end/, 'A ) is missing.'],
    ['sum(x}', /near "}"|at character/, 'A ) is missing.'],
    ['x{a="b}', /at its end|at character/, 'Close the quotes.'],
    ['x{a=b}', /character 5, near "b}"/, 'Try it in the page of your Prometheus.'],
    ['x y', /character 3, near "y"/, 'Try it in the page of your Prometheus.'],
    ['  ', /is empty/, 'Write one.'],
    ['"text"', /gives a text/, 'Write an expression that gives numbers.'],
    ['x{role="canary"} + "text"', /takes no text/, 'Compare labels in the braces of a selector.'],
  ])('%j is refused, with its place', (query, message, mend) => {
    const [problem] = checkPromql(query, { rangeQuery: false });
    expect(problem).toMatchObject({ code: 'promql-syntax', severity: 'rejected', mend });
    expect(problem!.message).toMatch(message);
  });

  test('a function that is unknown may be one of a relative of Prometheus; the nearest known one is named', () => {
    const [problem] = checkPromql('rat(x{role="canary"}[5m])', { rangeQuery: false });
    expect(problem).toMatchObject({
      severity: 'unsafe',
      message: 'Prometheus knows no function rat.',
      mend: 'Did you mean rate?',
    });
  });

  test.each(['x{role="canary"} default 0', 'rate(x[$__rate_interval])', 'WITH (a = 1) a'])(
    '%s may be right elsewhere',
    (query) => {
      expect(said(query)).toEqual(['unsafe promql-syntax']);
    },
  );
});

describe('ranges', () => {
  test.each([
    ['rate(x{role="canary"})', 'rejected'],
    ['increase((x{role="canary"} offset 5m))', 'rejected'],
    ['quantile_over_time(0.9, x{role="canary"})', 'rejected'],
    ['sum(x{role="canary"}[5m])', 'rejected'],
    ['x{role="canary"}[5m] / 2', 'rejected'],
    ['abs(x{role="canary"}[5m])', 'rejected'],
    ['x{role="canary"}[5m]', 'advice'],
    ['rate(x{role="canary"}[45s])', 'advice'],
    ['irate(x{role="canary"}[500ms])', 'advice'],
  ])('%s is %s', (query, severity) => {
    expect(said(query)).toEqual([`${severity} promql-range`]);
  });

  test('a range query makes its ranges itself', () => {
    expect(said('(x{role="canary"}[5m])', true)).toEqual(['rejected promql-range']);
    expect(said('rate(x{role="canary"}[5m])', true)).toEqual([]);
  });

  test('one sample is enough for what is no growth', () => {
    expect(said('max_over_time(x{role="canary"}[30s])')).toEqual([]);
    expect(said('rate(x{role="canary"}[1m])')).toEqual([]);
  });

  test('the same slip in both halves of a fraction is told once', () => {
    expect(said('sum(rate(x{role="canary"}[30s])) / sum(rate(y{role="canary"}[30s]))')).toEqual([
      'advice promql-range',
    ]);
  });
});

test.each([
  ['sum(errors_total{role="canary"})', ['unsafe promql-no-rate']],
  ['histogram_quantile(0.9, sum by (le) (latency_bucket{role="canary"}))', ['unsafe promql-no-rate']],
  ['count(errors_total{role="canary"})', []],
  ['sum(increase(errors_total{role="canary"}[5m]))', []],
  ['rate(sum(errors_total{role="canary"})[5m:])', []],
])('%s: a counter is read by its rate', (query, expected) => {
  expect(said(query)).toEqual(expected);
});

test.each([
  ['sum(rate(x{app="api"}[5m]))', false],
  ['sum(rate(x[5m]))', false],
  ['sum(rate(x{service="api-canary"}[5m]))', true],
  ['sum(rate(x{rollouts_pod_template_hash="abc"}[5m]))', true],
  ['sum(rate(x{app="{{args.app}}"}[5m]))', true],
  ['sum(rate(x{app="api"}[5m])) / sum(rate(y{version="2"}[5m]))', true],
  ['vector(1)', true],
])('%s: names a cohort: %s', (query, names) => {
  expect(said(query)).toEqual(names ? [] : ['advice promql-no-cohort']);
});

describe('args may stand anywhere', () => {
  test.each([
    '{{args.query}}',
    '{{args.a}} / {{ args.b }}',
    'rate({{args.metric}}[{{args.range}}])',
    'rate({{args.metric}})',
    'rate({{args.selector}}[5m])',
    'rate(x{role="{{args.role}}"}[{{args.minutes}}m])',
    'rate(x{role="canary"}[1{{args.zero}}m])',
    'rate(http_{{args.name}}_total{role="canary"}[5m])',
    'x{role={{args.quoted}}, a="b"} > {{args.limit}}',
    'x{ {{args.matchers}} } offset {{args.ago}}',
    'x{{{args.matchers}}}',
    'x{a="b",{{args.matchers}}} @ {{args.at}}',
    'x{{{args.label}}="canary"}',
    'histogram_quantile({{args.q}}, sum(rate(b_bucket{role="canary"}[5m])) by (le))',
    'max_over_time(x{role="canary"}[{{args.range}}:{{args.step}}])',
    '{{args.fn}}(x{role="canary"}[5m])',
    'x{role="canary"} > 1{{args.zeros}}',
  ])('%s', (query) => {
    expect(said(query)).toEqual([]);
  });

  test('what is broken without them is still told, if less surely', () => {
    expect(said('sum(rate({{args.metric}}[5m])')).toEqual(['unsafe promql-syntax']);
    expect(said('sum(rate(x{role="{{args.role}}"}[5m])')).toEqual(['rejected promql-syntax']);
  });

  test('places are those of the query as it was written', () => {
    expect(only('x{role="{{args.role}}"} y')).toContain('at character 25, near "y"');
  });
});

test('whatever a query is, it is read in the time that it deserves (property)', () => {
  const piece = fc.constantFrom(
    'x',
    '(',
    ')',
    '[5m]',
    '{a="b"}',
    '{{args.a}}',
    '{{',
    '}}',
    '"',
    '\\',
    "'",
    '+',
    ' by ',
    'sum',
    'rate',
    '#',
    '\n',
    '1',
    ':',
    '@',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 60 }).map((list) => list.join('')),
      ),
      fc.boolean(),
      (query, rangeQuery) => {
        for (const { message, effect, mend } of checkPromql(query, { rangeQuery })) {
          for (const words of [message, effect, mend]) expect(words).toMatch(/^[^\n]+[.?]$/);
        }
      },
    ),
    { numRuns: 20 * RUNS },
  );
  for (const text of ['(', '{{', '"\\', 'sum(', '-', 'x or ', '{{a}} '])
    expect(said(text.repeat(5000))).toHaveLength(1);
});
