/** Uses times metrics are far more than either: each pair is neither read nor told by itself. */
import { expect, test } from 'vitest';
import { checkPromql } from '../../src/rollouts/promql/index.ts';
import type { RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { experiment, metric, type Part, stepping, template } from './cases/analysis-objects.ts';

const templates = [{ templateName: 'errors' }];

function using(...values: string[]): Part {
  const steps = values.map((value) => ({ analysis: { templates, args: [{ name: 'x', value }] } }));
  return stepping({}, { steps: [...steps, { pause: { duration: '5m' } }] });
}

function ofMetrics(count: number, changes: Part, args: readonly Part[] = [{ name: 'x' }]): Part {
  const metrics = Array.from({ length: count }, (_, index) => metric({ name: `errors-${index}`, ...changes }));
  return template({ args, metrics });
}

function withCode(found: readonly RolloutFinding[], code: string): RolloutFinding[] {
  return found.filter((finding) => finding.code === code);
}

const LIMIT = { successCondition: 'result[0] < {{args.x}}' };

test('what many metrics have alike is told once a use, with the first metric and their number', () => {
  const found = validate([using('y', '5', 'y'), ofMetrics(30, LIMIT)]);
  expect(withCode(found, 'expression-unknown-name').map(({ path, message }) => [path, message])).toEqual(
    [0, 2].map((step) => [
      `spec.strategy.canary.steps[${step}].analysis.templates`,
      'With these args, metric "errors-0" of "errors" and 29 more: At character 13: y is unknown.',
    ]),
  );
});

test('metrics without an end and equal names are told once a use as well', () => {
  const other = { ...ofMetrics(3, { count: undefined }), metadata: { name: 'more' } };
  const both = [...templates, { templateName: 'more' }];
  const found = validate([stepping({ templates: both, args: [{ name: 'x', value: '1' }] }), ofMetrics(3, {}), other]);
  expect(withCode(found, 'metric-names-equal').map(({ message }) => message)).toEqual([
    '"errors" and "more" both have a metric "errors-0" and 2 more.',
  ]);
  expect(withCode(found, 'metric-never-ends').map(({ message }) => message)).toEqual([
    'The metric "errors-0" and 2 more of "more" never ends.',
  ]);
});

// Some seconds at most; minutes and a million findings where each pair of a use and a metric is read.
test('1,000 steps with their own args and 1,000 metrics: what is not read is told', () => {
  const values = Array.from({ length: 1000 }, (_, index) => `y${index}`);
  const found = validate([using(...values), ofMetrics(1000, LIMIT)]);
  expect(withCode(found, 'too-many-analyses').map(({ severity, message }) => [severity, message])).toEqual([
    ['advice', 'Templates are not read with the args of this use, nor with those of later ones.'],
  ]);
  expect(withCode(found, 'expression-unknown-name').length).toBeGreaterThan(1);
  expect(found.length).toBeLessThan(5000);
});

test('1,000 rollouts that give the same args are all told, since their templates are read once', () => {
  const rollouts = Array.from({ length: 1000 }, (_, index) => ({ ...using('5'), metadata: { name: `api-${index}` } }));
  const query = 'sum(rate(errors_total{job="{{args.x}}"}[1m]))';
  const provider = { prometheus: { address: 'http://prometheus:9090', query } };
  const found = validate([...rollouts, ofMetrics(1000, { provider })], { promql: checkPromql });
  expect(withCode(found, 'promql-no-cohort')).toHaveLength(1000);
  expect(withCode(found, 'too-many-analyses')).toEqual([]);
});

test('each rollout that is not read for all others is told, also where another has the same args', () => {
  const others = Array.from({ length: 12 }, (_, index) => `z${index}`);
  const last = { ...using('y'), metadata: { name: 'last' } };
  const found = validate([
    using('5', ...others),
    last,
    { ...last, metadata: { name: 'same' } },
    ofMetrics(1000, LIMIT),
  ]);
  expect(withCode(found, 'too-many-analyses').map(({ object }) => object.index)).toEqual([0, 1, 2]);
});

test('args of one template are not taken for those of another', () => {
  const web = { ...ofMetrics(1, LIMIT, [{ name: 'x', value: '1' }]), metadata: { name: 'web' } };
  const steps = [
    { analysis: { templates: [{ templateName: 'web' }] } },
    { analysis: { templates, args: [{ name: 'x' }] } },
  ];
  const found = validate([stepping({}, { steps }), web, ofMetrics(1, { interval: '{{args.x}}s' })]);
  expect(withCode(found, 'duration-invalid').map(({ path }) => path)).toEqual([
    'spec.strategy.canary.steps[1].analysis.templates',
  ]);
});

test('10,000 long args that are nearly those of a template: the first are guessed, all are told', () => {
  const long = (index: number | string) => `a-long-name-that-all-of-the-args-of-this-begin-with-${index}`;
  const declared = Array.from({ length: 60 }, (_, index) => ({ name: long(`${index}x`), value: '1' }));
  const args = Array.from({ length: 10_000 }, (_, index) => ({ name: long(index), value: '1' }));
  const found = withCode(validate([stepping({ templates, args }), ofMetrics(1, {}, declared)]), 'arg-not-declared');
  expect(found).toHaveLength(10_000);
  expect(found[0]!.mend).toBe(`Did you mean "${long('0x')}"?`);
  expect(found.at(-1)!.mend).toBe('Remove it, or declare it in a template.');
});

test('what is refused is told before what is only unsafe, where not all is told', () => {
  const numbered = (count: number, changes: (index: number) => Part): Part[] =>
    Array.from({ length: count }, (_, index) => metric({ name: `m${count}-${index}`, ...changes(index) }));
  const metrics = [
    ...numbered(101, (index) => ({ failureLimit: `{{args.x}}${index}` })),
    ...numbered(1, () => ({ interval: '{{args.x}}' })),
  ];
  const found = validate([using('y'), template({ args: [{ name: 'x' }], metrics })]);
  expect(withCode(found, 'duration-invalid').map(({ severity }) => severity)).toEqual(['rejected']);
  expect(withCode(found, 'too-many-analyses').map(({ message }) => message)).toEqual([
    '2 more findings are not shown.',
  ]);
});

function rulesOf(count: number): Part[] {
  return Array.from({ length: count }, (_, index) => ({ metricName: `errors-${index}` }));
}

// Each of these takes about a second, and more than the runner's time limit where each use reads all rules again.
test('10,000 steps whose rule is one of the 10,000 of their template', () => {
  const metrics = Array.from({ length: 10 }, (_, index) => metric({ name: `errors-${index}` }));
  const analysis = { templates, dryRun: [{ metricName: 'errors-1' }] };
  const steps = Array.from({ length: 10_000 }, () => ({ analysis }));
  const found = validate([stepping({}, { steps }), template({ metrics, dryRun: rulesOf(10_000) })]);
  expect(withCode(found, 'name-rules-equal')).toHaveLength(10_000);
});

test('an experiment of 10,000 analyses and 1,000 rules: each wrong rule is told once', () => {
  const analyses = Array.from({ length: 10_000 }, (_, index) => ({ name: `a-${index}`, templateName: 'errors' }));
  const found = validate([experiment({ analyses, dryRun: rulesOf(1000) }), ofMetrics(10, {}, [])]);
  expect(withCode(found, 'name-rule-matches-none')).toHaveLength(990);
});

test('rules of an experiment are held against the metrics of each of its analyses', () => {
  const other = { ...ofMetrics(1, {}, []), metadata: { name: 'other' } };
  const both = [ofMetrics(2, {}, []), other];
  const analyses = ['errors', 'other'].map((templateName) => ({ name: templateName, templateName }));
  for (const inOrder of [analyses, [...analyses].reverse()]) {
    const found = validate([experiment({ analyses: inOrder, dryRun: [{ metricName: 'errors-1' }] }), ...both]);
    expect(withCode(found, 'name-rule-matches-none').map(({ path }) => path)).toEqual(['spec.dryRun[0].metricName']);
  }
});
