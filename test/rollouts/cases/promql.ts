import { metric, PROMETHEUS, template } from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

const PATH = 'spec.metrics[0].provider.prometheus.query';

function of(
  code: RuleCase['code'],
  severity: RuleCase['severity'],
  shows: string,
  bad: string,
  good: string,
): RuleCase {
  const asked = (query: string, more: object = {}): readonly unknown[] => [
    template({ metrics: [metric({ provider: { prometheus: { ...PROMETHEUS, query, ...more } } })] }),
  ];
  return { of: ['own'], code, severity, shows, path: PATH, bad: asked(bad), good: asked(good) };
}

/** Queries of Prometheus metrics. */
export const PROMQL_CASES: readonly RuleCase[] = [
  of(
    'promql-syntax',
    'rejected',
    'a bracket that is not closed',
    'sum(rate(a{role="canary"}[1m])',
    'sum(rate(a{role="canary"}[1m]))',
  ),
  of(
    'promql-syntax',
    'unsafe',
    'a function that Prometheus does not know',
    'summ(a{role="canary"})',
    'sum(a{role="canary"})',
  ),
  of('promql-range', 'rejected', 'a rate of single values', 'rate(a{role="canary"})', 'rate(a{role="canary"}[1m])'),
  of(
    'promql-range',
    'advice',
    'a range too short for two samples',
    'rate(a{role="canary"}[30s])',
    'rate(a{role="canary"}[1m])',
  ),
  of(
    'promql-no-rate',
    'unsafe',
    'a counter without a rate',
    'sum(a_total{role="canary"})',
    'sum(rate(a_total{role="canary"}[1m]))',
  ),
  of(
    'promql-no-cohort',
    'advice',
    'all pods alike',
    'sum(rate(a{app="api"}[1m]))',
    'sum(rate(a{app="api",role="canary"}[1m]))',
  ),
];
