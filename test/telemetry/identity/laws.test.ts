/** What holds for identity whatever the sources say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KEYS } from '../../../src/telemetry/identity/attribute-keys.ts';
import { IDENTITY_VARIABLES, POD_VARIABLES } from '../../../src/telemetry/identity/candidates.ts';
import { SYSTEMS, variablesIn } from '../../../src/telemetry/identity/catalogue.ts';
import {
  attributeOf,
  FIELD_ATTRIBUTES,
  IDENTITY_FIELDS,
  type IdentityField,
} from '../../../src/telemetry/identity/deployment-identity.ts';
import { resolveIdentity } from '../../../src/telemetry/identity/identity.ts';
import type { IdentityInput } from '../../../src/telemetry/identity/input.ts';
import { type IdentityOptions, OPTION_FIELDS } from '../../../src/telemetry/identity/options.ts';
import { readValue } from '../../../src/telemetry/identity/values.ts';
import { renderDownwardFile } from './downward-file.ts';

const OPTIONS = Object.entries(OPTION_FIELDS) as [keyof IdentityOptions, IdentityField][];

/** A text that this field takes as it is, of a small world, so that sources often agree. */
function goodFor(field: IdentityField): fc.Arbitrary<string> {
  if (field === 'cohort') return fc.constantFrom('canary', 'stable', 'baseline');
  if (field === 'timestamp') return fc.constantFrom('2026-11-23T10:00:00.000Z', '2026-11-24T10:00:00.000Z');
  if (field === 'commit') return fc.constantFrom('1111111', '2222222', '3333333');
  if (field.endsWith('Url')) return fc.constantFrom('https://a.example/x', 'https://b.example/x');
  return fc.constantFrom('one', 'two', 'three');
}

/** The sources of a field, the strongest first, each a way to say a value. */
function sourcesOf(field: IdentityField): { source: string; say: (value: string, input: Draft) => void }[] {
  const attribute = attributeOf(field, DEFAULT_KEYS);
  const option = OPTIONS.find(([, of]) => of === field)?.[0];
  const variables = Object.entries(IDENTITY_VARIABLES).filter(([, of]) => of === field);
  return [
    ...(attribute === null
      ? []
      : [
          {
            source: 'OTEL_RESOURCE_ATTRIBUTES',
            say: (value: string, { pairs }: Draft) => void pairs.push(`${attribute}=${encodeURIComponent(value)}`),
          },
        ]),
    ...(option === undefined
      ? []
      : [
          {
            source: 'options',
            say: (value: string, { options }: Draft) => void Object.assign(options, { [option]: value }),
          },
        ]),
    ...variables.map(([name]) => ({
      source: name,
      say: (value: string, { env }: Draft) => void env.push([name, value]),
    })),
    ...(attribute === null
      ? []
      : [
          {
            source: 'file:/annotations',
            say: (value: string, { annotations }: Draft) =>
              void Object.assign(annotations, { [`resource.opentelemetry.io/${attribute}`]: value }),
          },
        ]),
  ];
}

interface Draft {
  readonly pairs: string[];
  readonly options: Record<string, string>;
  readonly env: [string, string][];
  readonly annotations: Record<string, string>;
}

function inputOf({ pairs, options, env, annotations }: Draft): IdentityInput {
  const all = pairs.length > 0 ? [...env, ['OTEL_RESOURCE_ATTRIBUTES', pairs.join(',')] as const] : env;
  return {
    options,
    env: Object.fromEntries(all),
    files: [{ path: '/annotations', text: renderDownwardFile(annotations) }],
    pid: 7,
    randomId: () => 'random',
  };
}

describe('precedence', () => {
  test.each(IDENTITY_FIELDS)(
    '%s: whatever the order in which sources come, the strongest wins and the others are named',
    (field) => {
      const sources = sourcesOf(field);
      const said = fc.array(fc.record({ at: fc.nat(sources.length - 1), value: goodFor(field) }), { minLength: 1 });
      fc.assert(
        fc.property(said, (sayings) => {
          const draft: Draft = { pairs: [], options: {}, env: [], annotations: {} };
          const bySource = new Map(sayings.map(({ at, value }) => [at, value]));
          for (const [at, value] of bySource) sources[at]?.say(value, draft);
          const { known, conflicts, problems } = resolveIdentity(inputOf(draft));

          const ranked = [...bySource].sort(([a], [b]) => a - b);
          const [first] = ranked;
          if (first === undefined) return;
          expect(known[field]).toEqual({ value: first[1], source: sources[first[0]]?.source });
          const overruled = ranked.filter(([, value]) => value !== first[1]).map(([at]) => sources[at]?.source);
          const attribute = attributeOf(field, DEFAULT_KEYS) ?? `deployment.${field}`;
          const named = conflicts.find((conflict) => conflict.attribute === attribute)?.ignored ?? [];
          expect(named.map(({ source }) => source)).toEqual(overruled);
          expect(problems.filter(({ code }) => code !== 'INCOMPLETE_IDENTITY')).toEqual([]);
        }),
      );
    },
  );
});

const names = [
  ...Object.keys(IDENTITY_VARIABLES),
  ...Object.values(POD_VARIABLES).flat(),
  ...SYSTEMS.flatMap(({ says }) => Object.values(says).flatMap((variables) => variables.flatMap(variablesIn))),
  ...[
    'OTEL_SERVICE_NAME',
    'OTEL_RESOURCE_ATTRIBUTES',
    'HOSTNAME',
    'KUBERNETES_SERVICE_HOST',
    '__proto__',
    'constructor',
  ],
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    'unknown',
    '$(X)',
    '1111111',
    'canary',
    'deployment.id=x,a=%zz,__proto__=y',
    'https://u:p@h.example/x.git',
  ),
  fc.string({ unit: fc.constantFrom('a', '=', ',', '%', '"', '\\', '\n', '-', '/', '\u001b') }),
);
const world = fc.record({
  env: fc.dictionary(fc.constantFrom(...names), text, { noNullPrototype: true }),
  files: fc.array(fc.record({ path: text, text }), { maxLength: 3 }),
  options: fc.record(
    {
      ...Object.fromEntries(OPTIONS.map(([name]) => [name, fc.oneof(text, fc.integer(), fc.constant(null))])),
      attributes: fc.dictionary(
        fc.oneof(text, fc.constantFrom(...Object.values(FIELD_ATTRIBUTES).filter((name) => name !== null))),
        text,
      ),
    },
    { requiredKeys: [] },
  ),
  json: fc.option(fc.record({ name: text, version: text })),
  legacyAttributes: fc.boolean(),
});

function resolveWorld({ json, options, ...rest }: { json: unknown; options: unknown } & Pick<IdentityInput, 'env'>) {
  return resolveIdentity({
    ...rest,
    options: options as IdentityOptions,
    readPackageJson: () => json as { name: string } | null,
    pid: 7,
    randomId: () => 'random',
  });
}

describe('whatever the environment, the files and the options hold', () => {
  test('there is an identity, made of good values only, and it can be told', () => {
    fc.assert(
      fc.property(world, (given) => {
        const { known, attributes, problems, conflicts } = resolveWorld(given);
        for (const [field, found] of Object.entries(known) as [IdentityField, { value: string; source: string }][]) {
          expect(readValue(field, found.value)).toEqual({ kind: 'value', value: found.value });
          const attribute = FIELD_ATTRIBUTES[field];
          if (attribute !== null && field !== 'cohort') expect(attributes[attribute]).toBe(found.value);
        }
        expect(known.instance).toBeDefined();
        expect(attributes).not.toHaveProperty(['rolloutguard.cohort']);
        for (const { message } of problems) expect(message).toMatch(/^[^\p{Cc}]+\.$/u);
        expect(() => JSON.stringify({ known, attributes, problems, conflicts })).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test('a secret in a wrong place is in no problem', () => {
    const secret = 's3cr3t-t0ken';
    const spoiled = fc.constantFrom(
      secret,
      `${secret}\n1`,
      `${secret} x`,
      `a=${secret}=,b`,
      `https://${secret}@[`,
      `x=${secret}%zz`,
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), spoiled, { noNullPrototype: true }), (env) => {
        expect(JSON.stringify(resolveWorld({ env, json: null, options: {} }).problems)).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });
});
