/** What conditions are printed as. That they mean what the options say is in meaning.test.ts. */
import { describe, expect, test } from 'vitest';
import { allOf, anyOf, type ConditionOptions, conditions, not, resultOf } from '../../../src/rollouts/index.ts';

const { prometheus } = resultOf;
const low = prometheus.first.atMost(0.01);

describe('what is missing is said', () => {
  test.each([
    [
      'inconclusive',
      'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01',
      'len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01',
    ],
    [
      'fail',
      'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01',
      '!(len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01)',
    ],
    [
      'pass',
      '!(len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01)',
      'len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01',
    ],
    [
      'error',
      'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01',
      'len(result) > 0 && !isNaN(result[0]) && result[0] > 0.01 || !(len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01) && asFloat("no data") > 0',
    ],
  ] as const)('as %s', (noData, successCondition, failureCondition) => {
    expect(conditions({ passes: low, noData })).toEqual({ successCondition, failureCondition });
  });

  test('as inconclusive by default', () => {
    expect(conditions({ passes: low })).toEqual(conditions({ passes: low, noData: 'inconclusive' }));
  });
});

test('between passing and failing there may be room', () => {
  expect(conditions({ passes: low, fails: prometheus.first.above(0.05) })).toEqual({
    successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01',
    failureCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] > 0.05',
  });
});

test.each([
  [
    'a range asks once whether there is a value',
    prometheus.first.between(0.1, 0.2),
    'len(result) > 0 && !isNaN(result[0]) && result[0] >= 0.1 && result[0] <= 0.2',
    'len(result) > 0 && !isNaN(result[0]) && (result[0] < 0.1 || result[0] > 0.2)',
  ],
  [
    'each series',
    prometheus.every((value) => value.atMost(0.01)),
    'len(result) > 0 && all(result, {!isNaN(#) && # <= 0.01})',
    'len(result) > 0 && any(result, {!isNaN(#) && # > 0.01})',
  ],
  ['a scalar', prometheus.scalar.below(2), '!isNaN(result) && result < 2', '!isNaN(result) && result >= 2'],
  [
    'a Datadog value, which may be nil',
    resultOf.datadog.value.below(2),
    '!isNil(result) && default(result, 0) < 2',
    '!isNil(result) && default(result, 0) >= 2',
  ],
  [
    'a column of New Relic',
    resultOf.newRelic.field('percentile.duration', '99').number.atMost(0.3),
    'result["percentile.duration"] != nil && result["percentile.duration"]["99"] != nil && result["percentile.duration"]["99"] <= 0.3',
    'result["percentile.duration"] != nil && result["percentile.duration"]["99"] != nil && result["percentile.duration"]["99"] > 0.3',
  ],
  [
    'a value of CloudWatch',
    resultOf.cloudWatch.query().first.below(5),
    'len(result) > 0 && len(result[0].Values) > 0 && !isNaN(result[0].Values[0]) && result[0].Values[0] < 5',
    'len(result) > 0 && len(result[0].Values) > 0 && !isNaN(result[0].Values[0]) && result[0].Values[0] >= 5',
  ],
  [
    'words of a web answer',
    resultOf.web.text.oneOf(['promote', 'continue']),
    '!isNil(result) && (default(result, "") == "promote" || default(result, "") == "continue")',
    '!isNil(result) && default(result, "") != "promote" && default(result, "") != "continue"',
  ],
  [
    'a limit that the rollout gives',
    prometheus.scalar.atMost('{{args.max-error-rate}}'),
    '!isNaN(result) && result <= {{args.max-error-rate}}',
    '!isNaN(result) && result > {{args.max-error-rate}}',
  ],
])('%s', (_, passes, successCondition, failureCondition) => {
  expect(conditions({ passes })).toEqual({ successCondition, failureCondition });
});

test('the same question is asked once, however statements are joined', () => {
  const { successCondition } = conditions({
    passes: not(anyOf(not(low), not(allOf(low, prometheus.first.atLeast(0))))),
  });
  expect(successCondition).toBe('len(result) > 0 && !isNaN(result[0]) && result[0] <= 0.01 && result[0] >= 0');
});

describe('bad options', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'a limit that is no number',
      () => prometheus.first.below(Number.NaN),
      /^condition: .* at limit \(got NaN\)\. Use a finite/,
    ],
    ['no limit', () => prometheus.first.below(undefined as unknown as number), /at limit .* Use a finite number\./],
    ['an argument without a name', () => prometheus.first.below('{{args.}}'), /at limit .* Use a finite number/],
    ['an index below 0', () => prometheus.at(-1), /at index \(got -1\).* at least 0/],
    ['an index of a field', () => resultOf.web.field('a', 1.5), /at path\[1\] \(got 1.5\)/],
    ['no words', () => resultOf.web.text.oneOf([]), /at texts .* at least one text/],
    [
      'no statement',
      () => conditions({ passes: 'result < 1' } as unknown as ConditionOptions),
      /at passes .* Use a comparison/,
    ],
    ['no second statement', () => conditions({ passes: low, fails: true } as unknown as ConditionOptions), /at fails/],
    [
      'a misspelt policy',
      () => conditions({ passes: low, noData: 'ignore' } as unknown as ConditionOptions),
      /at noData \(got "ignore"\)\. Use one of: inconclusive, fail, pass, error\./,
    ],
    ['a misspelt option', () => conditions({ passes: low, nodata: 'fail' } as unknown as ConditionOptions), /nodata/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});
