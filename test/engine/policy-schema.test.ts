import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../src/engine/json-schema.ts';
import { parsePolicy } from '../../src/engine/parse-policy.ts';
import { ASSUMED_POD_SPREAD, policySchema } from '../../src/engine/policy-schema.ts';

/** What the engine's check obeys, or may pass over. A keyword beyond these would be published and not obeyed. */
const OBEYED = [
  ...['type', 'const', 'enum', 'oneOf', 'properties', 'required', 'additionalProperties', 'items', 'minItems'],
  ...['uniqueItems', 'minLength', 'pattern', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'default'],
];
const PROSE = ['$schema', 'title', 'description'];

function everySchema(schema: JsonSchema): JsonSchema[] {
  const below = [
    ...Object.values(schema.properties ?? {}),
    ...(schema.oneOf ?? []),
    ...(schema.items ? [schema.items] : []),
  ];
  return [schema, ...below.flatMap(everySchema)];
}

const all = everySchema(policySchema);

describe('policySchema', () => {
  it('is plain JSON of draft 2020-12', () => {
    expect(JSON.parse(JSON.stringify(policySchema))).toEqual(policySchema);
    expect(policySchema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
  });

  it('uses no keyword that the engine does not obey', () => {
    const used = new Set(all.flatMap((schema) => Object.keys(schema)));
    expect([...used].filter((keyword) => !OBEYED.includes(keyword) && !PROSE.includes(keyword))).toEqual([]);
    // Stricter than their meaning in JSON Schema, so nothing else may be asked of them.
    for (const { minLength, type } of all) expect(type === 'string' ? minLength : 1).toBe(1);
    const texts = all.filter(({ type }) => type === 'string');
    expect(new Set(texts.map(({ pattern }) => pattern)).size).toBe(1);
  });

  it('asks of every object to have all fields and no others', () => {
    const objects = all.filter(({ type }) => [type].flat().includes('object'));
    expect(objects).toHaveLength(19);
    for (const { properties, required, additionalProperties } of objects) {
      expect(required).toEqual(Object.keys(properties ?? {}));
      expect(additionalProperties).toBe(false);
    }
  });

  it('tells every branch apart by its kind', () => {
    for (const { oneOf = [] } of all) {
      const kinds = oneOf.map(({ properties }) => properties?.['kind']?.const);
      expect(new Set(kinds).size).toBe(oneOf.length);
      expect(kinds).not.toContain(undefined);
    }
  });

  it('holds the one default of the spread between pods', () => {
    expect(policySchema.oneOf?.[0]?.properties?.['assumedPodSpread']?.default).toBe(ASSUMED_POD_SPREAD);
  });
});

describe('docs/policy.md', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'policy.md'), 'utf8');

  it('shows a whole document that is sound, with every kind in it', () => {
    const shown = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    expect(() => parsePolicy(JSON.parse(shown))).not.toThrow();
    const kinds = all.flatMap(({ const: word }) => (typeof word === 'string' ? [word] : []));
    for (const kind of kinds.filter((word) => word !== 'thresholds')) expect(shown).toContain(`"kind": "${kind}"`);
  });

  it('names every field', () => {
    const fields = new Set(all.flatMap(({ properties = {} }) => Object.keys(properties)));
    for (const field of fields) expect(text).toContain(`\`${field}\``);
  });

  it('states the default and the bounds of every number of a policy in its row', () => {
    for (const schema of policySchema.oneOf ?? []) {
      const section = text.slice(
        text.indexOf(schema.properties?.['kind']?.const === 'evidence' ? '## By e' : '## By f'),
      );
      for (const [field, property] of Object.entries(schema.properties ?? {})) {
        const row = new RegExp(`^\\| \`${field}\` \\|.*$`, 'm').exec(section)?.[0] ?? '';
        if (property.default === undefined) continue;
        expect(row).toContain(String(property.default));
        const bounds = [property.minimum, property.exclusiveMinimum, property.exclusiveMaximum];
        for (const bound of bounds.filter((b) => b !== undefined && b !== 0)) expect(row).toContain(String(bound));
      }
    }
  });
});
