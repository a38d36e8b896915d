import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { print, readYaml } from '../../../src/rollouts/yaml/index.ts';
import { RUNS } from '../../helpers/runs.ts';

/** Texts that some reader takes for something else. */
const ODD =
  'yes|no|on|y|N|~||null|true|0777|1:30|1e3|.5|0x10|0b1|1_000|-|- a|a: b|a #b|# c|&a|*a|!t|%d|@x|`q| a|a |---|--- x|...|{a}|[a]|' +
  '{{args.x}}|<<|=|__proto__|constructor|2001-01-01|a:|"q"|\'q\'|é|日本|😀|012|0o14|1.|+1|-0|.inf|.nan|?|? a|:|>|a,b';
const texts = fc.oneof(
  fc.constantFrom(...ODD.split('|')),
  fc.constantFrom(
    '\n',
    'a\n',
    'a\nb',
    'a\n\nb\n\n',
    ' a\nb',
    'a \nb',
    '\ta',
    'a\n\tb',
    'a\n---\nb',
    '#a\nb',
    'a\r\nb',
    '|',
  ),
  fc.constantFrom('\u0000', '\u0007', '\u0085', '\u2028x', '\ufeff', '\u007f', '\ud800', 'k'.repeat(1200)),
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom(...' \na:#-"\'\t{0e._|%,') }),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    texts,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(texts, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const object = fc.dictionary(texts, json, { noNullPrototype: true });

describe('what is printed is read as what it was', () => {
  test('by us, without a problem, and prints the same again (property)', () => {
    fc.assert(
      fc.property(object, object, (a, b) => {
        const text = print([a, b]);
        const file = readYaml(text);
        expect(file.problems).toEqual([]);
        const objects = file.documents.map((document) => document.object);
        expect(objects).toEqual([a, b]);
        expect(print(objects)).toBe(text);
      }),
      { numRuns: 5 * RUNS },
    );
  });

  test.each(['1.1', '1.2'] as const)('by a reader of YAML %s (property)', (version) => {
    fc.assert(
      fc.property(object, (given) => {
        expect(parseYaml(print(given), { version, logLevel: 'silent' })).toEqual(given);
      }),
      { numRuns: 5 * RUNS },
    );
  });
});

describe('how it looks', () => {
  test('the same for every object: known keys first, texts of many lines as blocks, quotes where they matter', () => {
    const rollout = {
      status: {},
      spec: { steps: [{ setWeight: 5 }, { pause: {} }], list: [[1, 'a'], []], on: 'yes', at: '0777' },
      metadata: { annotations: { 'a/b': 'one\ntwo\n', c: 'x\ny' }, name: 'api' },
      kind: 'Rollout',
      apiVersion: 'argoproj.io/v1alpha1',
      query: 'sum(rate(x{a="b"}[5m])) > 0',
    };
    expect(print([rollout, { kind: 'B' }])).toBe(`apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata:
  annotations:
    a/b: |
      one
      two
    c: |-
      x
      y
  name: api
spec:
  steps:
    - setWeight: 5
    - pause: {}
  list:
    - - 1
      - a
    - []
  "on": "yes"
  at: "0777"
status: {}
query: "sum(rate(x{a=\\"b\\"}[5m])) > 0"
---
kind: B
`);
  });

  test('what JSON leaves out is left out, and dates are as in JSON', () => {
    const given = { a: undefined, b: () => 1, c: [undefined], d: new Date(0), e: { f: undefined } };
    expect(print(given)).toBe('c:\n  - null\nd: "1970-01-01T00:00:00.000Z"\ne: {}\n');
  });

  test('no objects are an empty text', () => {
    expect(print([])).toBe('');
  });
});

test.each([
  ['a number that is none', { spec: { a: Number.NaN } }, 'objects.spec.a'],
  ['a whole number without an end', [{ a: 10n }], 'objects[0].a'],
  ['a text', ['a'], 'objects[0]'],
  ['nothing', null, 'objects'],
])('%s is refused with its place', (_name, value, path) => {
  expect(() => print(value)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
});

test('a cycle is refused and not followed', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  expect(() => print(cycle)).toThrow(/without a cycle/);
});
