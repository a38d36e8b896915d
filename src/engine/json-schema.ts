/**
 * Checks a value against a JSON Schema (draft 2020-12): the few keywords that a policy needs, and no others. So the
 * published schema and the check of the engine are one text and cannot drift apart.
 */
import type { NumberBounds, OptionCheck } from '../options.ts';

type TypeName = 'object' | 'array' | 'string' | 'number' | 'integer' | 'null';

/** The keywords that {@link checkJson} understands. Every branch of `oneOf` is an object told apart by its `kind`. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: string | number | null;
  readonly type?: TypeName | readonly TypeName[];
  readonly const?: string | number;
  readonly enum?: readonly string[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly uniqueItems?: true;
  readonly minLength?: 1;
  /** That of a text in one line; the mend of a refusal says so. */
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** The type of the values that a schema written `as const` accepts. */
export type FromSchema<S> = S extends { readonly const: infer C }
  ? C
  : S extends { readonly enum: readonly (infer E)[] }
    ? E
    : S extends { readonly oneOf: readonly (infer B)[] }
      ? B extends unknown
        ? FromSchema<B>
        : never
      : S extends { readonly type: infer T }
        ? OfType<T extends readonly (infer N)[] ? N : T, S>
        : never;

type OfType<T, S> = T extends 'number' | 'integer'
  ? number
  : T extends 'string'
    ? string
    : T extends 'null'
      ? null
      : T extends 'array'
        ? S extends { readonly items: infer I }
          ? FromSchema<I>[]
          : never
        : S extends { readonly properties: infer P }
          ? { -readonly [K in keyof P]: FromSchema<P[K]> }
          : never;

/** The fields that need not be given: those with a default or a fixed value, and objects made of such fields. */
type Filled<P> = {
  -readonly [K in keyof P as P[K] extends
    | { readonly default: unknown }
    | { readonly const: unknown }
    | { readonly properties: object }
    ? K
    : never]: FromSchema<P[K]>;
};

/**
 * Checks a value. With `partial` the fields of objects may be left out, as in options of a function.
 *
 * @param path - where the value stands, such as `criteria[0]`; empty for the whole.
 * @throws RolloutGuardError with the code of `check`, the path, the value and the mend.
 */
export function checkJson(schema: JsonSchema, value: unknown, path: string, check: OptionCheck, partial = false): void {
  if (value === undefined) check.fail(path || 'policy', value, 'Add it.');
  const types = [schema.type].flat();
  if (value === null && types.includes('null')) return;
  if (schema.const !== undefined) {
    if (value !== schema.const) check.fail(path, value, `Use ${JSON.stringify(schema.const)}.`);
  } else if (schema.enum !== undefined) {
    check.oneOf(path, value, '', schema.enum);
  } else if (types[0] === 'string') {
    const text = check.text(path, value);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(text))
      check.fail(path, value, 'Use one line without control characters.');
  } else if (types[0] === 'array') {
    checkItems(schema, value, path, check, partial);
  } else if (types[0] === 'number' || types[0] === 'integer') {
    const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
    check.number(path, value, 0, { min, max, above, below, integer: types[0] === 'integer' } as NumberBounds);
  } else {
    checkObject(schema, value, path, check, partial);
  }
}

function checkItems(schema: JsonSchema, value: unknown, path: string, check: OptionCheck, partial: boolean): void {
  const { items = {}, minItems = 0, uniqueItems } = schema;
  if (!Array.isArray(value) || value.length < minItems) {
    check.fail(path, value, `Use a list${minItems > 0 ? ` of ${minItems} or more` : ''}.`);
  }
  if (uniqueItems && new Set(value).size < value.length) check.fail(path, value, 'Name each once.');
  // Not forEach: a hole in the list is a missing value.
  for (let i = 0; i < value.length; i++) checkJson(items, value[i], `${path}[${i}]`, check, partial);
}

function checkObject(schema: JsonSchema, value: unknown, path: string, check: OptionCheck, partial: boolean): void {
  if (!isObject(value)) check.fail(path || 'policy', value, 'Use an object.');
  const below = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const kinds = schema.oneOf?.map(({ properties }) => properties!['kind']!.const as string);
  if (kinds) checkJson({ enum: kinds }, value['kind'], below('kind'), check);
  const { properties = {}, required = [] } = schema.oneOf?.[kinds!.indexOf(value['kind'] as string)] ?? schema;
  for (const key of Object.keys(value)) {
    const known = Object.hasOwn(properties, key);
    if (!known) check.fail(below(key), key, `Known fields: ${Object.keys(properties).join(', ')}.`);
  }
  for (const [key, property] of Object.entries(properties)) {
    if (value[key] === undefined && (partial || !required.includes(key))) continue;
    checkJson(property, value[key], below(key), check, partial);
  }
}

/**
 * Checks the options of a function against the schema of what it makes, and adds the defaults that the schema names.
 *
 * @returns a deep copy.
 * @throws RolloutGuardError with the code of `check` - unknown options, and values that the schema refuses.
 */
export function completeOptions<O extends object, P extends Readonly<Record<string, JsonSchema>>>(
  check: OptionCheck,
  schema: JsonSchema & { readonly properties: P },
  options: O,
): O & Filled<P> {
  check.knownKeys('options', options, Object.keys(schema.properties));
  checkJson(schema, options, '', check, true);
  return withDefaults(schema, options as Readonly<Record<string, unknown>>) as O & Filled<P>;
}

function withDefaults(schema: JsonSchema, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const own = given[key] ?? property.const ?? property.default;
    // An object that may be left out altogether (its default is null) is not made up of its fields' defaults.
    const value =
      property.properties && own !== null ? withDefaults(property, (own ?? {}) as Record<string, unknown>) : own;
    if (value !== undefined) filled[key] = copyJson(value);
  }
  return filled;
}

/** A copy of plain JSON that shares nothing with it. Zero loses its sign, as it does in a JSON text. */
export function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, copyJson(v)])) as T;
  return value === 0 ? (0 as T) : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
