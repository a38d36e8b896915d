import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { goPattern } from '../../src/rollouts/validation/analysis/name-rules.ts';
import type { QueryCheck } from '../../src/rollouts/validation/context.ts';
import type { RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { CASES } from './cases/all.ts';
import {
  background,
  experimenting,
  metric,
  named,
  ofMetric,
  type Part,
  PROMETHEUS,
  run,
  stepping,
  template,
} from './cases/analysis-objects.ts';

function codes(findings: readonly RolloutFinding[]): string[] {
  return findings.map(({ code }) => code);
}

/** Replaces what is at one place of a value, counted from the front; places are its keys and elements, all levels. */
function graft(value: unknown, at: number, other: unknown): unknown {
  let left = at;
  const copy = (one: unknown): unknown => {
    if (left-- === 0) return other;
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, below]) => [key, copy(below)]));
  };
  return copy(value);
}

const ANALYSES = CASES.filter(({ of, path }) => of.length > 0 && /analys|metrics|args|experiment/.test(path));

describe('whatever stands in a template or a Rollout', () => {
  test('nothing throws, and each finding is whole', () => {
    const objects = fc.constantFrom(...ANALYSES.flatMap(({ bad, good }) => [bad, good]));
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('{{', '{{args.x}}', '*', '', -1, 1e30, null, [], {}, '1d'));
    fc.assert(
      fc.property(objects, fc.nat(60), fc.nat(60), odd, odd, fc.boolean(), (given, one, two, a, b, complete) => {
        const changed = given.map((object) => graft(graft(object, one, a), two, b));
        for (const { path, message, effect, mend } of validate(changed, { complete })) {
          expect(typeof path).toBe('string');
          for (const words of [message, effect, mend]) expect(words).toMatch(/^\S.{3,}$/s);
          expect(`${message}${effect}${mend}`).not.toMatch(/\[object |undefined/);
        }
      }),
      { numRuns: 600 },
    );
  });

  test('the same objects give the same findings, whatever was validated in between', () => {
    for (const { bad } of ANALYSES.slice(0, 40)) expect(validate(bad)).toEqual(validate(structuredClone(bad)));
  });

  test('a value that contains itself ends', () => {
    const loop: Record<string, unknown> = { note: '{{args.x}}' };
    Object.assign(loop, { self: loop, list: [loop] });
    expect(codes(validate([ofMetric({ provider: { plugin: { 'a/b': loop } } })]))).toContain('arg-undeclared');
  });

  test('names of the language itself are ordinary names', () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const text = names.map((name) => `{{args.${name}}}`).join(' ');
    const metrics = names.map((name) => metric({ name, provider: { prometheus: { ...PROMETHEUS, query: text } } }));
    const args = names.map((name) => ({ name }));
    const given = names.map((name) => ({ name, value: 'a' }));
    const rejected = (objects: readonly unknown[]): RolloutFinding[] =>
      validate(objects, { complete: true }).filter(({ severity }) => severity === 'rejected');
    expect(rejected([stepping({ ...named('errors'), args: given }), template({ metrics, args })])).toEqual([]);
    expect(codes(rejected([stepping(named('errors')), template({ metrics, args })]))).toEqual(
      names.map(() => 'arg-missing'),
    );
    expect(codes(rejected([run({ metrics, args: given.slice(1) })]))).toEqual(names.map(() => 'arg-undeclared'));
    expect(codes(validate([ofMetric({ provider: { constructor: {} } })]))).not.toContain('no-condition');
  });
});

describe('much of it', () => {
  const many = Array.from({ length: 10_000 }, (_, index) => index);

  test('10,000 metrics with args, and rules for them', () => {
    const metrics = many.map((index) =>
      metric({ name: `m${index}`, provider: { prometheus: { ...PROMETHEUS, query: `{{args.a${index}}}` } } }),
    );
    const args = many.map((index) => ({ name: `a${index}`, value: 'x' }));
    const dryRun = many.slice(0, 2_000).map((index) => ({ metricName: `^m${index}$` }));
    const found = validate([stepping(named('errors')), template({ metrics, args, dryRun })]);
    expect(found.filter(({ severity }) => severity !== 'advice')).toEqual([]);
    const misspelt = args.map(({ name }) => ({ name: `${name}x`, value: 'x' }));
    expect(codes(validate([template({ metrics, args: misspelt })]))).toContain('arg-undeclared');
  });

  test('10,000 steps that analyse, and 3,000 templates that name the next', () => {
    const steps = many.map(() => ({ analysis: { ...named('errors'), dryRun: [{ metricName: 'error-rate' }] } }));
    expect(validate([stepping({}, { steps }), ofMetric({})]).length).toBeGreaterThan(0);
    const chain = many.slice(0, 3_000).map((index) => template(named(`t${index + 1}`), `t${index}`));
    const found = validate([stepping(named('t0')), ...chain, template(named('t2999'), 't3000')]);
    expect(codes(found)).toContain('template-cycle');
  });

  test('long text full of braces, and expressions that could run for ever', () => {
    const braces = '{{'.repeat(200_000);
    expect(codes(validate([run({ metrics: [metric({ name: braces })] })]))).toContain('tag-unclosed');
    const dryRun = ['(a+)+$', '(a|aa)*b', 'a*a*a*a*b', '(.*)(.*)(.*)x'].map((metricName) => ({ metricName }));
    const found = validate([template({ metrics: [metric({ name: 'a'.repeat(5_000) })], dryRun })]);
    expect(codes(found)).not.toContain('name-rule-invalid');
  });
});

describe('goPattern', () => {
  test.each([
    ['*', 'invalid'],
    ['+a', 'invalid'],
    ['a|*', 'invalid'],
    ['a**', 'invalid'],
    ['a\\', 'invalid'],
    ['(?i)error', 'unknown'],
    ['[[:alpha:]]', 'unknown'],
    ['a{2}', 'unknown'],
    ['(a)\\1', 'unknown'],
    ['(a+)+', 'unknown'],
    ['\\Qa.b\\E', 'unknown'],
    ['[]a]', 'unknown'],
    ['[b-a]', 'invalid'],
    ['(a', 'invalid'],
    ['[a', 'invalid'],
    ['^*', 'unknown'],
    ['\\e', 'unknown'],
    ['é', 'unknown'],
    ['[a-\\d]', 'unknown'],
  ])('%s is %s', (source, what) => {
    expect(goPattern(source)).toBe(what);
  });

  test.each([
    ['error', 'my-error-rate', true],
    ['^error$', 'error-rate', false],
    ['.*', '', true],
    ['', 'anything', true],
    ['error-(4|5)xx', 'error-5xx', true],
    ['error\\.rate', 'error-rate', false],
    ['[a-c]+$', 'xyzabc', true],
    ['Error', 'error', false],
  ])('%s matches %s: %s', (source, name, matches) => {
    const pattern = goPattern(source);
    expect(typeof pattern === 'function' && pattern(name)).toBe(matches);
  });
});

describe('the address of Prometheus', () => {
  const refused = (address: string): boolean =>
    codes(validate([ofMetric({ provider: { prometheus: { ...PROMETHEUS, address } } })])).includes('address-not-url');

  // As Go's url.Parse has it, and Argo's demand of a scheme and a host.
  test.each([
    'prometheus:9090',
    '//p:9090',
    'http:/p',
    'http://',
    'p',
    '1http://a',
    'http:///x',
    'http://?x',
    'http://a:x',
  ])('%s is refused', (address) => expect(refused(address)).toBe(true));
  test.each(['http://p', 'http://p:9090/x', 'http://[::1]:9090', 'https://user:pw@h', 'http://a?x', '{{args.url}}'])(
    '%s is taken',
    (address) => expect(refused(address)).toBe(false),
  );
});

describe('PromQL', () => {
  const asked: [string, boolean][] = [];
  const promql: QueryCheck = (query, { rangeQuery }) => {
    asked.push([query, rangeQuery]);
    const problem = { code: 'promql-syntax', severity: 'rejected', message: 'No PromQL.', effect: 'a', mend: 'b' };
    return query.startsWith('bad') ? [problem as ReturnType<QueryCheck>[number]] : [];
  };

  function asking(query: string, change: Part = {}, args: readonly Part[] = []): Part {
    return ofMetric({ provider: { prometheus: { ...PROMETHEUS, query, ...change } } }, { args });
  }

  test('is read with its args in it, and once more with what a Rollout gives', () => {
    asked.length = 0;
    const range = { rangeQuery: { start: 'now()', end: 'now()', step: '1m' } };
    validate([asking('up', range)], { promql });
    const objects = [
      stepping({ ...named('errors'), args: [{ name: 'q', value: 'bad' }] }),
      asking('{{args.q}}', {}, [{ name: 'q' }]),
    ];
    const found = validate(objects, { promql }).filter(({ code }) => String(code) === 'promql-syntax');
    expect(asked).toEqual([
      ['up', true],
      ['{{args.q}}', false],
      ['bad', false],
      ['{{args.q}}', false],
    ]);
    expect(found.map(({ object, path }) => [object.index, path])).toEqual([
      [0, 'spec.strategy.canary.steps[1].analysis.templates'],
    ]);
  });

  test('a query that no parser reads is reported at its place', () => {
    const [found] = validate([asking('bad(')], { promql }).filter(({ severity }) => severity === 'rejected');
    expect(found).toMatchObject({ path: 'spec.metrics[0].provider.prometheus.query', message: 'No PromQL.' });
  });
});

describe('what is not known is not refused', () => {
  function rejected(...objects: readonly unknown[]): string[] {
    return codes(validate(objects).filter(({ severity }) => severity === 'rejected'));
  }

  test('args of a template that a Rollout may give', () => {
    const unknown = {
      count: '{{args.n}}',
      failureLimit: '{{args.f}}',
      interval: '{{args.i}}',
      initialDelay: '{{args.i}}',
    };
    const args = ['n', 'f', 'i'].map((name) => ({ name }));
    expect(rejected(ofMetric(unknown, { args }))).toEqual([]);
  });

  test('metrics, args and rules that a template which is not given may bring', () => {
    const use = { ...named('errors', 'elsewhere'), dryRun: [{ metricName: 'other' }] };
    const needing = ofMetric({ successCondition: 'len(result) > {{args.n}}' }, { args: [{ name: 'n' }] });
    expect(rejected(stepping(use), needing)).toEqual([]);
  });

  test('a sibling may declare what a template in the background uses', () => {
    const uses = ofMetric({ count: undefined, successCondition: 'len(result) > {{args.n}}' });
    const declares = template({ args: [{ name: 'n', value: '0' }] }, 'defaults');
    expect(rejected(background(named('errors', 'defaults')), uses, declares)).toEqual([]);
    const counted = ofMetric({ successCondition: 'len(result) > {{args.n}}' });
    expect(rejected(stepping(named('errors', 'defaults')), counted, declares)).toEqual(['arg-undeclared']);
  });

  test('hashes, fields and status of the Rollout', () => {
    const from = (valueFrom: Part): Part => ({ name: 'n', valueFrom });
    const sources = [
      { podTemplateHashValue: 'Latest' },
      { fieldRef: { fieldPath: 'metadata.name' } },
      { fieldRef: { fieldPath: 'status.currentStepIndex' } },
      { fieldRef: { fieldPath: 'spec.replicas' } },
    ];
    for (const source of sources) {
      const needing = ofMetric({ failureLimit: '{{args.n}}', count: 1 }, { args: [{ name: 'n', value: '0' }] });
      expect(rejected(stepping({ ...named('errors'), args: [from(source)] }), needing)).toEqual([]);
    }
  });
});

test('rules of one experiment are reported once, whichever of its analyses they do not fit', () => {
  const analyses = ['a', 'b', 'c'].map((name) => ({ name, templateName: 'errors' }));
  const found = validate([
    experimenting({ analyses, dryRun: [{ metricName: '*' }, { metricName: 'other' }] }),
    ofMetric({}),
  ]);
  expect(codes(found.filter(({ severity }) => severity === 'rejected'))).toEqual([
    'name-rule-invalid',
    'name-rule-matches-none',
  ]);
});

test('an arg that a query names twice is told once', () => {
  const query = 'sum(a{ns="{{args.ns}}"}) / sum(b{ns="{{args.ns}}", x="{{args.ns}}"})';
  const found = validate([template({ metrics: [metric({ provider: { prometheus: { ...PROMETHEUS, query } } })] })]);
  expect(found.filter(({ code }) => code === 'arg-undeclared')).toHaveLength(1);
});

test('what no data does to both conditions is told once a metric', () => {
  const both = (name: string) =>
    metric({
      name,
      successCondition: 'result[0] < 0.05',
      failureCondition: 'result[0] > 0.1',
      provider: { prometheus: PROMETHEUS },
    });
  const found = validate([template({ metrics: [both('a'), both('b')] })]);
  expect(found.filter(({ code }) => code === 'expression-no-data').map(({ path }) => path)).toEqual([
    'spec.metrics[0].successCondition',
    'spec.metrics[1].successCondition',
  ]);
});
