import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseJsonPath } from '../../src/rollouts/json-path.ts';

// Each was given to client-go v0.34.1: the first list it parses, the second it refuses.
const TAKEN = String.raw`
{$.a[0].b}
{.a.b}
{$}
{@.a}
{$.a[*].b}
{$..b}
{..b}
{$.a[0:2:1]}
{$.a[-1:]}
{$.a[:2]}
{$.a['b']}
{$.a['b\.c']}
{$['a','b']}
{$[0, 1]}
{.a[?(@.x == 1)]}
{.a[?(@.x=="y")].z}
{.a[?(@.x=='y)')].z}
{.a[?(@.x)]}
{.a[?(@.a >= 1.5)]}
{.a[?(@.b=="\"")]}
{.a[?(@.b=='x')][0]}
{.b}a
{.a}{.b}
{range .items[*]}{.a}{end}
{'a'}
{+1}
{ .a }
{.a.}
{.*}
{.a\.b}
{true}
{.a$}
{.data.result[0].value[1]}
{[0]}
`
  .split('\n')
  .slice(1, -1);

const REFUSED = String.raw`
{....b}
{.. ..b}
{$.a[x]}
{$.a["b"]}
{$.a[ 1 ]}
{.a[-]}
{.a[1:2:3:4]}
{.a[?(@.x)
{.a[?(@.x) ]}
{.a
{
{.a} {.b
{"a}
{1.5.5}
{-}
{!}
{.a,b}
{.a[}
{.a]}
{$.a['b['}
{"\q"}
{.a[?(@.a=="b" && @.c=="d")]}
{(.a)}
{.a{.b}}
`
  .split('\n')
  .slice(1, -1);

test.each(TAKEN)('%s is read', (path) => {
  expect(parseJsonPath(path)).toBeNull();
});

test.each(REFUSED)('%s is refused, as Kubernetes refuses it', (path) => {
  expect(parseJsonPath(path)).toMatchObject({ refused: true });
});

test('a line break ends a path', () => {
  expect(parseJsonPath('{.a\n}')).toMatchObject({ refused: true, offset: 0 });
});

describe('what parses and then never works', () => {
  // client-go: util/jsonpath/jsonpath.go, evalIdentifier and evalFilter.
  test.each(['{a.b}', '{.a b}', '{data}'])('%s: a field without its dot', (path) => {
    expect(parseJsonPath(path)).toMatchObject({ refused: true, problem: expect.stringContaining('begins with a dot') });
  });
  test.each(['{.a[?(@.x = 1)]}', '{.a[?(@.x === 1)]}'])('%s: an operator that is none', (path) => {
    expect(parseJsonPath(path)).toMatchObject({ refused: true, problem: expect.stringContaining('compares nothing') });
  });
});

describe('what Kubernetes takes and nobody means', () => {
  test.each([
    ['$.value', 0],
    ['value: {.value}', 0],
    ["{$.labels['app.kubernetes.io/name']}", 9],
  ])('%s', (path, offset) => {
    expect(parseJsonPath(path)).toMatchObject({ refused: false, offset });
  });

  test('what is refused is said first', () => {
    expect(parseJsonPath("{$['a.b'].c[x]}")).toMatchObject({ refused: true });
  });
});

test('the offset is that of the part at fault', () => {
  expect(parseJsonPath('{$.data[0].value["x"]}')?.offset).toBe(16);
  expect(parseJsonPath('{$.data[?(@.name == x)]}')?.offset).toBe(10);
});

test('an empty path is the default, and one with arguments is not known yet', () => {
  expect(parseJsonPath('')).toBeNull();
  expect(parseJsonPath('{{args.path}}')).toBeNull();
});

test('any text has an answer with a place inside it', () => {
  const words = [
    '{',
    '}',
    '[',
    ']',
    '[?(',
    ')]',
    '..',
    '.',
    "'",
    '"',
    '\\',
    '@',
    '$',
    'a',
    '0',
    '*',
    ':',
    ',',
    '=',
    '\n',
  ];
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...words)).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (path) => {
      const offset = parseJsonPath(path)?.offset ?? 0;
      return offset >= 0 && offset <= path.length;
    }),
  );
});

test.each(['{.a', '{[?(', '{..', "{['a',", '{"\\', '{$..a[?(@.b=="', '{.a} '])('a long %s... ends', (part) => {
  expect(() => parseJsonPath(part.repeat(20_000))).not.toThrow();
});
