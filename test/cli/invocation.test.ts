import { describe, expect, test } from 'vitest';
import { Invocation, type Vocabulary } from '../../src/cli/invocation.ts';

const vocabulary: Vocabulary = {
  name: 'try',
  usage: '[options]',
  options: {
    policy: { argument: 'FILE', repeatable: true, help: '' },
    format: { argument: 'FORMAT', help: '' },
    rps: { argument: 'N', help: '' },
    quiet: { help: '' },
  },
  operands: null,
};
const parse = (...words: string[]): Invocation => Invocation.parse(vocabulary, words);

describe('words', () => {
  test('options come with a blank or an equals sign, repeatable ones add up', () => {
    const given = parse('--policy', 'a', '--policy=b', '--quiet', '--format=json');
    expect(given.texts('policy')).toEqual(['a', 'b']);
    expect(given.text('format')).toBe('json');
    expect(given.has('quiet')).toBe(true);
    expect(given.has('rps')).toBe(false);
  });

  test('a dash alone is a value: it stands for stdin', () => {
    expect(parse('--policy', '-').texts('policy')).toEqual(['-']);
  });

  test.each([
    [['--polcy', 'a'], 'there is no option --polcy. Did you mean --policy?'],
    [['--QUIET'], 'there is no option --QUIET. Did you mean --quiet?'],
    [['--fo', 'json'], 'there is no option --fo. Known options: --policy, --format, --rps, --quiet, --help.'],
    [['--form', 'json'], 'there is no option --form. Did you mean --format?'],
    [['-p', 'a'], 'there is no option -p. Known options'],
    [['--__proto__', 'a'], 'there is no option --__proto__. Known'],
    [['--constructor=a'], 'there is no option --constructor. Known'],
    [['--policy'], '--policy needs a value. Write --policy FILE.'],
    [['--policy', '--quiet'], '--policy needs a value, and --quiet looks like an option'],
    [['--quiet=yes'], '--quiet takes no value'],
    [['--format', 'a', '--format', 'b'], '--format is given twice'],
    [['policy.json'], '"policy.json" is no option. Usage: rolloutguard try [options]'],
  ])('%j is refused', (words, message) => {
    expect(() => parse(...words)).toThrow(message);
  });

  test('an empty value is no value', () => {
    expect(() => parse('--format=').text('format')).toThrow('at --format (got ""). Give a value.');
  });

  test('operands are taken where the command has some, also behind --', () => {
    const { operands } = Invocation.parse({ ...vocabulary, operands: 'FILE...' }, ['a', '--quiet', 'b', '--', '--rps']);
    expect(operands).toEqual(['a', 'b', '--rps']);
  });

  test('help is found beside whatever else is missing', () => {
    expect(parse('-h').has('help')).toBe(true);
    expect(parse('--help', 'stray').has('help')).toBe(true);
  });
});

describe('values', () => {
  const rps = (text: string): Invocation => parse(`--rps=${text}`);

  test.each([
    ['40', 40],
    ['0.5', 0.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['-2', -2],
  ])('%s is a number', (text, value) => {
    expect(rps(text).number('rps')).toBe(value);
  });

  test.each(['40/s', '0x10', 'Infinity', 'NaN', '1e999', '1_000', '1,000', ' ', '--5'])('%j is none', (text) => {
    expect(() => rps(text).number('rps')).toThrow(/at --rps \(got .*\)\. Use a finite number/);
  });

  test('a refusal names the bounds', () => {
    expect(() => rps('0').number('rps', { above: 0 })).toThrow(
      'rolloutguard try: invalid value at --rps (got 0). Use a finite number above 0.',
    );
  });

  test('a share is written as such or in percent', () => {
    expect(rps('0.01').share('rps')).toBe(0.01);
    expect(rps('1%').share('rps')).toBe(0.01);
    // 5 for "5 %" is the usual mistake, and 500 % is not what is meant.
    expect(() => rps('5').share('rps')).toThrow('Use a finite number at least 0 and at most 1.');
  });

  test('percents may carry their sign', () => {
    expect(rps('1,5%, 20').percents('rps', { above: 0 })).toEqual([1, 5, 20]);
    expect(() => rps('1,,5').percents('rps', { above: 0 })).toThrow('(got "1,,5")');
  });

  test('durations need their unit', () => {
    expect(rps('1h30m').seconds('rps')).toBe(5400);
    expect(() => rps('30').seconds('rps')).toThrow('(got "30"). Use a duration such as 90s, 30m or 1h30m.');
    expect(() => rps('0s').seconds('rps')).toThrow('Use a duration');
  });

  test.each([
    ['2026-11-23T09:00:00Z', Date.UTC(2026, 10, 23, 9)],
    ['2026-11-23T10:00+01:00', Date.UTC(2026, 10, 23, 9)],
    ['2028-02-29T00:00:00+02:00', Date.UTC(2028, 1, 28, 22)],
    ['1795424400000', 1_795_424_400_000],
    ['now', 7],
  ])('%s is a time', (text, atMs) => {
    expect(rps(text).time('rps', () => 7)).toBe(atMs);
  });

  // Without a zone a time would depend on the machine that reads it.
  test.each([
    '2026-11-23T09:00:00',
    '2026-11-23',
    '2026-13-01T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00+02:00',
    '2026-11-23T25:00Z',
    'yesterday',
    '1e12',
    '99999999999999999',
  ])('%s is none', (text) => {
    expect(() => rps(text).time('rps', () => 7)).toThrow('at --rps');
  });
});
