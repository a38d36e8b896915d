import { describe, expect, test } from 'vitest';
import { resultTypeOf } from '../../../src/rollouts/expression/provider-results.ts';
import { Field } from '../../../src/rollouts/validation/field.ts';
import type { ArgoTarget } from '../../../src/rollouts/validation/finding.ts';

/** The type in short: `number`, `[number]`, `number | [number]`, `number?`. */
function type(provider: unknown, target: ArgoTarget = '1.9'): string | null {
  const found = resultTypeOf(new Field(provider), target);
  return found === null ? null : short(found);
}
function short(found: NonNullable<ReturnType<typeof resultTypeOf>>): string {
  if (found.kind === 'array') return `[${short(found.of)}]`;
  if (found.kind === 'either') return found.of.map(short).join(' | ');
  if (found.kind === 'optional') return `(${short(found.of)})?`;
  if (found.kind === 'map') return `{${short(found.of)}}`;
  return found.kind === 'struct' ? `{${Object.keys(found.fields).join(' ')}}` : found.kind;
}

describe('prometheus', () => {
  test.each([
    'up',
    'sum(rate(http_requests_total{service="{{args.service}}"}[5m]))',
    'sum(a) / scalar(sum(b))',
    'scalar(a) / sum(b)',
    'vector(1)',
    'time() - process_start_time_seconds',
    '1 - (sum(a) / sum(b))',
    'scalar_total',
    '# scalar(up)\nup',
    '{{args.metric}} > bool 5 and up',
  ])('%s gives a vector', (query) => {
    expect(type({ prometheus: { query } })).toBe('[number]');
  });

  test.each([
    'scalar(up)',
    'scalar(sum(a)) / scalar(sum(b))',
    '1',
    '(1.5 + 2) * 3e3',
    'time()',
    'scalar(up{a=")"}) > bool 0',
    '-inf',
  ])('%s gives a number', (query) => {
    expect(type({ prometheus: { query } })).toBe('number');
  });

  test.each([
    ['sum(increase(a[5m])) or vector(0)', true],
    ['(sum(a) / sum(b))\n  or on() vector(1)\n', true],
    ['sum(a) / (sum(b) or vector(1))', undefined],
    ['sum(a) or vector(0) > 5', undefined],
    ['sum(a)', undefined],
  ])('%s is never empty: %s', (query, filled) => {
    expect(resultTypeOf(new Field({ prometheus: { query } }), '1.9')).toEqual({
      kind: 'array',
      of: { kind: 'number', nan: true },
      ...(filled ? { filled } : {}),
    });
  });

  test('a query that is an argument may give either', () => {
    expect(type({ prometheus: { query: '{{args.query}}' } })).toBe('number | [number]');
    expect(type({ prometheus: {} })).toBe('number | [number]');
  });

  test('a range gives all its samples', () => {
    expect(
      type({ prometheus: { query: 'scalar(up)', rangeQuery: { start: 'now()', end: 'now()', step: '1m' } } }),
    ).toBe('[number]');
  });
});

test.each<[unknown, string | null, ArgoTarget?]>([
  [{ datadog: { query: 'avg:a{*}' } }, '(number)?'],
  [{ datadog: { apiVersion: 'v2', query: 'avg:a{*} by {host}' } }, '(number)?'],
  [{ datadog: { apiVersion: 'v2', query: 'avg:a{*} by {host}' } }, '(number | [number])?', '1.10'],
  [{ datadog: { apiVersion: 'v2', queries: { a: 'avg:a{*} by {host}' } } }, '(number | [number])?', '1.10'],
  [{ newRelic: { query: 'SELECT count(*) FROM Transaction' } }, '{any}'],
  [{ newRelic: { query: 'SELECT count(*) FROM Transaction FACET name' } }, '{any} | [{any}]'],
  [{ newRelic: { query: "SELECT count(*) FROM T WHERE app = '{{ args.app }}' AND x = 'facet'" } }, '{any}'],
  [{ newRelic: { query: '{{args.query}}' } }, '{any} | [{any}]'],
  [{ wavefront: { query: 'ts(a)' } }, 'number | [number]'],
  [{ wavefront: { query: 'sum(rate(5m, ts("a", x="{{args.x}}"))) /\nsum(rate(5m, ts("b")))' } }, 'number'],
  [{ wavefront: { query: 'sum(ts("a"), sources)' } }, 'number | [number]'],
  [{ cloudWatch: { metricDataQueries: [] } }, '[{Id Label StatusCode Messages Timestamps Values}]'],
  [{ graphite: { query: 'a' } }, '[number]'],
  [{ influxdb: { query: 'a' } }, '[any]'],
  [{ skywalking: { query: 'a' } }, 'any'],
  [{ web: { url: 'https://example.com' } }, 'any'],
  [{ kayenta: {} }, null],
  [{ job: {} }, null],
  [{ plugin: { 'org/name': {} } }, null],
  [{ constructor: {} }, null],
  [{}, null],
  [null, null],
  ['prometheus', null],
])('%j', (provider, expected, target = '1.9') => {
  expect(type(provider, target)).toBe(expected);
});
