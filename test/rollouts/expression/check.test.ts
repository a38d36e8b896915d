import { describe, expect, test } from 'vitest';
import { checkExpression, type ExpressionUse } from '../../../src/rollouts/expression/check.ts';
import { resultTypeOf } from '../../../src/rollouts/expression/provider-results.ts';
import type { ValueType } from '../../../src/rollouts/expression/value-type.ts';
import { Field } from '../../../src/rollouts/validation/field.ts';
import type { ArgoTarget } from '../../../src/rollouts/validation/finding.ts';

function resultOf(provider: object, target: ArgoTarget = '1.9'): ValueType {
  return resultTypeOf(new Field(provider), target)!;
}
const PROMETHEUS = resultOf({ prometheus: { query: 'sum(rate(errors[5m]))' } });
const SCALAR = resultOf({ prometheus: { query: 'scalar(sum(rate(errors[5m])))' } });
const DATADOG = resultOf({ datadog: { query: 'avg:errors{*}' } });
const WEB = resultOf({ web: { url: 'https://example.com' } });
const CLOUDWATCH = resultOf({ cloudWatch: { metricDataQueries: [] } });
const WAVEFRONT = resultOf({ wavefront: { query: 'ts(errors)' } });

type Role = 'success-only' | 'failure-only' | 'both';

/** What is said, in short. */
function said(source: string, result: ValueType, role: Role = 'both', target: ArgoTarget = '1.10'): string[] {
  return checkExpression(source, { kind: 'condition', result, role }, target).map(
    ({ severity, code, offset }) => `${severity} ${code} at ${offset}`,
  );
}

describe('what can never be evaluated is rejected, at its place', () => {
  test.each([
    ['result[0] < 1 &&', PROMETHEUS, 'expression-syntax at 16'],
    ['result[0] < 1 %', PROMETHEUS, 'expression-syntax at 15'],
    ['(result[0] < 1', PROMETHEUS, 'expression-syntax at 14'],
    ['result < 0.05', PROMETHEUS, 'expression-type at 0'],
    ['0.05 > result', PROMETHEUS, 'expression-type at 0'],
    ['isNaN(result)', PROMETHEUS, 'expression-type at 6'],
    ['result.value > 1', PROMETHEUS, 'expression-type at 0'],
    ['result[0].value > 1', PROMETHEUS, 'expression-type at 0'],
    ['result["0"] > 1', PROMETHEUS, 'expression-type at 0'],
    ['default(result, 0) < 1', PROMETHEUS, 'expression-type at 0'],
    ['asFloat(result) < 1', PROMETHEUS, 'expression-type at 0'],
    ['result[0] < "1"', PROMETHEUS, 'expression-type at 0'],
    ['result[0] % 2 == 0', PROMETHEUS, 'expression-type at 0'],
    ['len(result[0]) > 0', PROMETHEUS, 'expression-type at 4'],
    ['all(result, #)', PROMETHEUS, 'expression-type at 12'],
    ['any(result)', PROMETHEUS, 'expression-syntax at 10'],
    ['result[0] < nil', PROMETHEUS, 'expression-type at 0'],
    ['result[0] < 1 ? 1 : 2', PROMETHEUS, 'expression-not-bool at 0'],
    ['result[0]', PROMETHEUS, 'expression-not-bool at 0'],
    ['reslt[0] < 1', PROMETHEUS, 'expression-unknown-name at 0'],
    ['isNan(result[0])', PROMETHEUS, 'expression-unknown-name at 0'],
    ['result[0] < 1 and results[0] > 2', PROMETHEUS, 'expression-unknown-name at 18'],
    ['isNaN()', PROMETHEUS, 'expression-type at 0'],
    ['result[0] < 0.05', SCALAR, 'expression-type at 0'],
    ['result[0] < 0.05', CLOUDWATCH, 'expression-type at 0'],
    ['result[0].Value[0] < 0.05', CLOUDWATCH, 'expression-type at 0'],
    ['result[0] < 0.05', DATADOG, 'expression-type at 0'],
  ])('%s', (source, type, expected) => {
    expect(said(source, type)).toContain(`rejected ${expected}`);
  });

  test('with words that help', () => {
    const use: ExpressionUse = { kind: 'condition', result: PROMETHEUS };
    expect(checkExpression('result < 0.05', use, '1.9')).toEqual([
      {
        code: 'expression-type',
        severity: 'rejected',
        message: '< does not take a list of numbers and a number.',
        offset: 0,
        effect: 'Each measurement is an Error; after five in a row the rollout aborts.',
        mend: 'Take one value, such as result[0], or look at all: all(result, # < 0.05).',
      },
    ]);
    expect(checkExpression('reslt[0] < 1', use, '1.9')[0]).toMatchObject({
      message: 'reslt is unknown.',
      mend: 'Write result.',
    });
    expect(checkExpression('result[0] < 1 &&', use, '1.9')[0]).toMatchObject({
      message: 'The expression ends too early.',
    });
  });

  test.each([
    'result',
    'result > 1',
    'result[0].value < 2',
    'result.error.rate < 0.1 and result.ok',
    'asFloat(result) < 1',
    'result in ["a"]',
    'len(result.list) > 3 && all(result.list, .ok)',
    'result?.verdict == "promote"',
    'result | filter(# > 1) | len() == 0',
  ])('a JSON document may be anything: %s', (source) => {
    expect(said(source, WEB)).toEqual([]);
  });
});

describe('releases of Argo Rollouts differ', () => {
  test.each([
    'if result[0] < 1 { true } else { false }',
    '0 < result[0] < 1',
    'max(result) < 1',
    'result[0] < 1; true',
  ])('%s is for 1.10 and later', (source) => {
    for (const target of ['1.8', '1.9'] as const) {
      expect(said(source, PROMETHEUS, 'both', target)[0]).toMatch(/^rejected/);
    }
    expect(said(source, PROMETHEUS).filter((one) => one.startsWith('rejected'))).toEqual([]);
  });
});

describe('an answer without data', () => {
  test.each(['result[0] < 1', 'isNaN(result[0]) || result[0] < 1', 'max(result) < 1', 'first(result) < 1'])(
    '%s is an Error then',
    (source) => {
      expect(said(source, PROMETHEUS)).toEqual([expect.stringMatching(/^advice expression-no-data/)]);
    },
  );

  test.each([
    'len(result) == 0 || result[0] < 1',
    'len(result) > 0 && result[0] < 1',
    'len(result) > 0 ? result[0] < 1 : true',
    'not (len(result) > 0 && result[0] >= 1)',
    'if len(result) == 0 { true } else { result[0] < 1 }',
    '(first(result) ?? 0) < 1',
    'let n = len(result); n == 0 or result[0] < 1',
    'all(result, # < 1)',
    'result == [] || sum(result) < 1',
    'mean(result) < 1',
    'max(result, 0) < 1',
  ])('%s stands it', (source) => {
    expect(said(source, PROMETHEUS)).toEqual([]);
  });

  test.each(['len(result) > 1 || result[0] < 1', 'len(result) >= 0 && result[0] < 1'])(
    '%s only looks as if',
    (source) => {
      expect(said(source, PROMETHEUS)).toEqual([expect.stringMatching(/^advice expression-no-data/)]);
    },
  );

  test.each([
    'result < 1',
    'result == nil || result < 1',
    'isNil(result) || result < 1',
    'isNil(result) ? true : result < 1',
  ])('nil does not compile: %s', (source) => {
    expect(said(source, DATADOG)).toEqual([expect.stringMatching(/^advice expression-no-data/)]);
  });

  test.each(['default(result, 0) < 1', 'isNil(result) || default(result, 0) < 1', 'isNil(result)'])(
    '%s stands nil',
    (source) => {
      expect(said(source, DATADOG)).toEqual([]);
    },
  );
});

describe('a series of CloudWatch without values', () => {
  test.each(['result[0].Values[0] < 5', 'len(result) > 0 && result[0].Values[0] < 5', 'max(result[0].Values) < 5'])(
    '%s is an Error then',
    (source) => {
      expect(checkExpression(source, { kind: 'condition', result: CLOUDWATCH }, '1.10')).toMatchObject([
        {
          code: 'expression-no-data',
          message: expect.stringContaining('a series without values'),
          mend: expect.stringContaining('len(result[0].Values) == 0'),
        },
      ]);
    },
  );

  test.each([
    'len(result[0].Values) == 0 || result[0].Values[0] < 5',
    'all(result[0].Values, # <= 0.01)',
    'result[0].StatusCode == "Complete"',
  ])('%s stands it', (source) => {
    expect(said(source, CLOUDWATCH)).toEqual([]);
  });
});

describe('guards that guard nothing (Argo: utils/evaluate/evaluate.go)', () => {
  test.each([
    ['default(result[0], 0) == 1', PROMETHEUS, 0],
    ['isNil(result[0]) || len(result) > 0', PROMETHEUS, 0],
    ['isNil(result) || len(result) > 0', PROMETHEUS, 0],
    ['result.ok && !isNil(result.value)', WEB, 14],
    ['default(result.rate, 0) < 1', WEB, 0],
  ])('%s', (source, type, offset) => {
    expect(said(source, type)).toContain(`unsafe expression-ignored-guard at ${offset}`);
  });

  test('nil of a JSON document is asked for as it should be', () => {
    expect(said('!isNil(result) && result.value > 1', WEB)).toEqual([]);
  });
});

describe('NaN, which compares to nothing', () => {
  test.each([
    ['len(result) > 0 && result[0] > 0.05', PROMETHEUS],
    ['any(result, # > 0.05)', PROMETHEUS],
    ['result > 0.05', SCALAR],
    ['1 - result < 0.99', SCALAR],
    ['asFloat(result) * 2 > 1', SCALAR],
  ])('a failureCondition alone lets it pass: %s', (source, type) => {
    expect(said(source, type, 'failure-only')).toEqual(['unsafe expression-nan at 0']);
  });

  test('a successCondition alone fails on it', () => {
    expect(said('result < 0.05', SCALAR, 'success-only')).toEqual(['advice expression-nan at 0']);
  });

  test.each(['isNaN(result) || result > 0.05', 'not (result <= 0.05)', 'result != result || result > 1'])(
    '%s says what it means',
    (source) => {
      expect(said(source, SCALAR, 'failure-only')).toEqual([]);
    },
  );

  test('both conditions leave it inconclusive, which is meant', () => {
    expect(said('result > 0.05', SCALAR, 'both')).toEqual([]);
  });

  test('Datadog knows none', () => {
    expect(said('default(result, 0) > 0.05', DATADOG, 'failure-only')).toEqual([]);
  });
});

describe('an answer of this or that shape', () => {
  test('what fits one of them is worth a look', () => {
    expect(said('result < 1', WAVEFRONT)).toEqual(['advice expression-type at 0']);
    expect(said('result[0] < 1', WAVEFRONT)).toEqual(['advice expression-type at 0']);
  });

  test('what fits none is rejected', () => {
    expect(said('result.value < 1', WAVEFRONT)).toEqual(['rejected expression-type at 0']);
  });

  test('what fits both is fine', () => {
    expect(
      said('default(result, 0) == 1 || true', {
        kind: 'either',
        of: [{ kind: 'number' }, { kind: 'optional', of: { kind: 'number' } }],
      }),
    ).toEqual([]);
  });
});

describe('arguments of the template', () => {
  test.each([
    'result[0] < {{args.max}} || len(result) == 0',
    'result[0] < {{ args.max }}.5 || true',
    '{{args.condition}}',
    '"{{args.a}}" == "b" || len(result) == 0',
    'len(result) == 0 or result[0] < {{args.max}} * 2',
  ])('%s is not known yet', (source) => {
    expect(said(source, PROMETHEUS).filter((one) => !one.startsWith('advice'))).toEqual([]);
  });

  test('what is wrong besides them is wrong', () => {
    expect(said('result < {{args.max}}', PROMETHEUS)).toEqual(['rejected expression-type at 0']);
    expect(said('reslt[0] < {{args.max}}', PROMETHEUS)).toEqual(['rejected expression-unknown-name at 0']);
    expect(said('len(result) == 0 || result[0] {{args.operator}} 5', PROMETHEUS)).toEqual([
      expect.stringMatching(/^advice expression-syntax/),
    ]);
  });
});

test('a condition that is decided already is worth a look', () => {
  expect(said('len(result) > 1 || true', PROMETHEUS)).toEqual(['advice expression-constant at 0']);
  // expr never comes to what `|| true` makes needless, so nothing fails there.
  expect(said('result[0] < 1 || true', PROMETHEUS)).toEqual(['advice expression-constant at 0']);
  expect(said('result < 1 || true', PROMETHEUS)).toEqual(['rejected expression-type at 0']);
});

test('a condition that looks at nothing is worth a look', () => {
  expect(said('true', PROMETHEUS)).toEqual(['advice expression-constant at 0']);
  expect(said('1 < 2', WEB)).toEqual(['advice expression-constant at 0']);
});

describe('times of a range query', () => {
  const time = (source: string): string[] =>
    checkExpression(source, { kind: 'time' }, '1.9').map(({ severity, code }) => `${severity} ${code}`);

  test.each([
    'now()',
    'now() - duration("1h")',
    'date("2024-01-02")',
    'now() - duration("{{args.window}}")',
    '{{args.start}}',
  ])('%s', (source) => {
    expect(time(source)).toEqual([]);
  });

  test.each([
    ['now() - 3600', 'expression-type'],
    ['duration("1h")', 'expression-not-time'],
    ['"2024-01-02"', 'expression-not-time'],
    ['result', 'expression-unknown-name'],
    ['asInt("1")', 'expression-unknown-name'],
    ['-1h', 'expression-syntax'],
    ['', 'expression-syntax'],
  ])('%s is refused', (source, code) => {
    expect(time(source)).toEqual([`rejected ${code}`]);
  });
});
