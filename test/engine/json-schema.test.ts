import { describe, expect, it } from 'vitest';
import { checkJson, completeOptions, copyJson, type JsonSchema } from '../../src/engine/json-schema.ts';
import { OptionCheck } from '../../src/options.ts';

const check = new OptionCheck('INVALID_OPTION', 'test');
const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const verdict = (schema: JsonSchema, value: unknown, partial = false): string => {
  try {
    checkJson(schema, value, 'x', check, partial);
    return 'accepted';
  } catch (error) {
    const { path, mend } = error as { path: string; mend: string };
    return `${path}: ${mend}`;
  }
};

describe('checkJson', () => {
  const number = 'Use a finite number';
  it.each<[string, JsonSchema, unknown[], unknown[], string]>([
    [
      'number',
      { type: 'number' },
      [0, -1e300],
      ['1', Number.NaN, Number.POSITIVE_INFINITY, true, [], {}, 1n],
      `${number}.`,
    ],
    ['integer', { type: 'integer', minimum: 0 }, [0, 3], [0.5, -1, '3'], 'Use a whole number at least 0.'],
    ['minimum', { type: 'number', minimum: 2 }, [2], [1.99], `${number} at least 2.`],
    ['maximum', { type: 'number', maximum: 2 }, [2], [2.01], `${number} at most 2.`],
    ['exclusiveMinimum', { type: 'number', exclusiveMinimum: 2 }, [2.01], [2], `${number} above 2.`],
    ['exclusiveMaximum', { type: 'number', exclusiveMaximum: 2 }, [1.99], [2], `${number} below 2.`],
    ['string', { type: 'string', minLength: 1 }, ['a'], ['', 1, ['a']], 'Use a non-empty string.'],
    ['enum', { enum: ['a', 'b'] }, ['b'], ['c', 'A', 0], 'Use one of: a, b.'],
    ['const', { const: 1 }, [1], ['1', 2, true], 'Use 1.'],
    ['null beside a type', { type: ['number', 'null'], minimum: 0 }, [null, 1], [-1, 'null'], `${number} at least 0.`],
    [
      'array',
      { type: 'array', items: { type: 'number' }, minItems: 1 },
      [[1, 1]],
      [[], {}, '1'],
      'Use a list of 1 or more.',
    ],
    [
      'uniqueItems',
      { type: 'array', items: { type: 'string' }, uniqueItems: true },
      [[], ['a']],
      [['a', 'b', 'a']],
      'Name each once.',
    ],
    ['object', object({}), [{}, Object.create(null)], [[], 'x', 1], 'Use an object.'],
  ])('%s', (_, schema, good, bad, mend) => {
    for (const value of good) expect(verdict(schema, value)).toBe('accepted');
    for (const value of bad) expect(verdict(schema, value)).toBe(`x: ${mend}`);
    if (!Array.isArray(schema.type)) expect(verdict(schema, null)).toMatch(/^x: Use /);
    expect(verdict(schema, undefined)).toBe('x: Add it.');
  });

  it('names the place inside lists and objects', () => {
    const schema = object({ list: { type: 'array', items: object({ n: { type: 'number' } }) } });
    expect(verdict(schema, { list: [{ n: 1 }, { n: 'one' }] })).toBe('x.list[1].n: Use a finite number.');
    expect(verdict(schema, { list: new Array(1) })).toBe('x.list[0]: Add it.');
    expect(() => checkJson(schema, { list: 1 }, '', check)).toThrow(expect.objectContaining({ path: 'list' }));
  });

  it('refuses fields that it does not know, also those that every object inherits', () => {
    const schema = object({ n: { type: 'number' } });
    expect(verdict(schema, { n: 1, m: 1 })).toBe('x.m: Known fields: n.');
    expect(verdict(schema, { n: 1, constructor: 1 })).toBe('x.constructor: Known fields: n.');
    expect(verdict(schema, JSON.parse('{ "n": 1, "__proto__": { "n": 2 } }'))).toBe('x.__proto__: Known fields: n.');
  });

  it('allows fields to be left out only where they are not required, or of options', () => {
    const schema = object({ n: { type: 'number' } });
    expect(verdict(schema, {})).toBe('x.n: Add it.');
    expect(verdict(schema, {}, true)).toBe('accepted');
    expect(verdict(schema, { n: undefined }, true)).toBe('accepted');
    expect(verdict(schema, { n: 'one' }, true)).toBe('x.n: Use a finite number.');
    expect(verdict({ ...schema, required: [] }, {})).toBe('accepted');
  });

  it('tells the branches of oneOf apart by their kind', () => {
    const schema = {
      oneOf: [
        object({ kind: { const: 'a' }, n: { type: 'number' } }),
        object({ kind: { const: 'b' }, s: { type: 'string', minLength: 1 } }),
      ],
    } satisfies JsonSchema;
    expect(verdict(schema, { kind: 'b', s: 'text' })).toBe('accepted');
    expect(verdict(schema, { kind: 'b', n: 1 })).toBe('x.n: Known fields: kind, s.');
    expect(verdict(schema, { kind: 'c', n: 1 })).toBe('x.kind: Use one of: a, b.');
    expect(verdict(schema, { n: 1 })).toBe('x.kind: Add it.');
    expect(verdict(schema, { n: 1 }, true)).toBe('x.kind: Add it.');
    expect(verdict(schema, null)).toBe('x: Use an object.');
  });
});

describe('completeOptions', () => {
  const schema = object({
    kind: { const: 'thing' },
    n: { type: 'number', default: 1 },
    limit: { type: ['number', 'null'], default: null },
    free: { type: 'number' },
    inner: object({ a: { enum: ['x', 'y'], default: 'x' }, b: { enum: ['x', 'y'], default: 'y' } }),
  }) as JsonSchema & { properties: Record<string, JsonSchema> };

  it('adds defaults at every depth, and leaves out what has none', () => {
    const defaults = { kind: 'thing', n: 1, limit: null, inner: { a: 'x', b: 'y' } };
    expect(completeOptions(check, schema, {})).toEqual(defaults);
    expect(completeOptions(check, schema, { n: undefined, free: undefined })).toEqual(defaults);
    expect(completeOptions(check, schema, { n: 2, free: 3, limit: 4, inner: { b: 'x' } })).toEqual({
      ...defaults,
      n: 2,
      free: 3,
      limit: 4,
      inner: { a: 'x', b: 'x' },
    });
  });

  it('shares nothing with what it was given', () => {
    const given = { inner: { a: 'y' } };
    const completed = completeOptions(check, schema, given) as unknown as typeof given;
    given.inner.a = 'x';
    expect(completed.inner.a).toBe('y');
  });

  it.each([
    [{ m: 1 }, 'options.m'],
    [{ n: 'one' }, 'n'],
    [{ n: null }, 'n'],
    [{ kind: 'other' }, 'kind'],
    [{ inner: { c: 1 } }, 'inner.c'],
    [{ inner: 'x' }, 'inner'],
    [null, 'options'],
    [[], 'options'],
  ])('refuses %j', (options, path) => {
    expect(() => completeOptions(check, schema, options as object)).toThrow(expect.objectContaining({ path }));
  });
});

describe('copyJson', () => {
  it('copies at every depth, and writes zero as JSON does', () => {
    const value = { a: [{ b: -0 }], c: null, d: 'x', e: true };
    const copy = copyJson(value);
    expect(copy).toEqual(JSON.parse(JSON.stringify(value)));
    value.a[0]!.b = 1;
    expect(copy.a[0]!.b).toBe(0);
  });
});
