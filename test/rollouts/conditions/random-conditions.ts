/** Random statements about results, with what they mean for a value told independently of how they are printed. */
import fc from 'fast-check';
import {
  allOf,
  anyOf,
  type JsonValue,
  type MetricProvider,
  type NumberList,
  type NumberValue,
  not,
  type Predicate,
  resultOf,
} from '../../../src/rollouts/index.ts';

/** True, false, or null where a value is missing. */
export type Truth = boolean | null;

/** A statement as it is built, and what it says of a result. */
export interface Statement {
  readonly built: Predicate;
  readonly holds: (result: unknown) => Truth;
}

/** Statements about the results of a provider, and such results. */
export interface Shape {
  /** A provider that gives such results. */
  readonly provider: MetricProvider;
  readonly statements: fc.Arbitrary<Statement>;
  readonly results: fc.Arbitrary<unknown>;
}

/** A number somewhere in a result: how it is reached, and what it is there. */
interface Reading {
  readonly value: NumberValue;
  readonly read: (result: unknown) => number | null;
}

const limits = fc.constantFrom(0, 0.5, 1, 1.5, -1);

interface Comparison {
  readonly build: (value: NumberValue, low: number, high: number) => Predicate;
  readonly holds: (value: number, low: number, high: number) => boolean;
}

const COMPARISONS: readonly Comparison[] = [
  { build: (value, low) => value.below(low), holds: (value, low) => value < low },
  { build: (value, low) => value.atMost(low), holds: (value, low) => value <= low },
  { build: (value, low) => value.above(low), holds: (value, low) => value > low },
  { build: (value, low) => value.atLeast(low), holds: (value, low) => value >= low },
  { build: (value, low) => value.equals(low), holds: (value, low) => value === low },
  {
    build: (value, low, high) => value.between(low, high),
    holds: (value, low, high) => value >= low && value <= high,
  },
  { build: (value, low, high) => value.outside(low, high), holds: (value, low, high) => value < low || value > high },
];

function compared({ value, read }: Reading): fc.Arbitrary<Statement> {
  const comparison = fc
    .tuple(fc.constantFrom(...COMPARISONS), limits, limits)
    .map(([{ build, holds }, low, high]): Statement => {
      const meaning = (result: unknown): Truth => {
        const number = read(result);
        return number === null ? null : holds(number, low, high);
      };
      return { built: build(value, low, high), holds: meaning };
    });
  const presence: Statement = { built: value.isPresent, holds: (result) => read(result) !== null };
  return fc.oneof({ weight: 7, arbitrary: comparison }, { weight: 1, arbitrary: fc.constant(presence) });
}

/** And, or, not of statements, two levels deep. */
function joined(atoms: fc.Arbitrary<Statement>): fc.Arbitrary<Statement> {
  const { statement } = fc.letrec<{ statement: Statement }>((tie) => {
    const several = fc.array(tie('statement'), { maxLength: 3 });
    return {
      statement: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        { weight: 3, arbitrary: atoms },
        { weight: 1, arbitrary: several.map(all) },
        { weight: 1, arbitrary: several.map(some) },
        { weight: 1, arbitrary: tie('statement').map(opposite) },
      ),
    };
  });
  return statement;
}

const all = (parts: Statement[]): Statement => ({
  built: allOf(...parts.map((part) => part.built)),
  holds: (result) => every(parts.map((part) => part.holds(result))),
});
const some = (parts: Statement[]): Statement => ({
  built: anyOf(...parts.map((part) => part.built)),
  holds: (result) => negated(every(parts.map((part) => negated(part.holds(result))))),
});
const opposite = (part: Statement): Statement => ({
  built: not(part.built),
  holds: (result) => negated(part.holds(result)),
});

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}
const negated = (truth: Truth): Truth => (truth === null ? null : !truth);

const usable = (value: unknown): number | null => (typeof value === 'number' && !Number.isNaN(value) ? value : null);

/** Statements about a list that `listed` takes from the result (`null`: there is none). */
function aboutList(list: NumberList, listed: (result: unknown) => readonly unknown[] | null): fc.Arbitrary<Statement> {
  const at = (pick: (values: readonly unknown[]) => unknown) => (result: unknown) => {
    const values = listed(result);
    return values === null || values.length === 0 ? null : usable(pick(values));
  };
  const total = (values: readonly unknown[]): number | null =>
    values.some((value) => usable(value) === null) ? null : (values as number[]).reduce((sum, value) => sum + value, 0);
  const kept = (values: readonly unknown[]): number[] => values.filter((value) => usable(value) !== null) as number[];
  const middle = (values: readonly unknown[]): number | null => {
    if (total(values) === null && kept(values).length < values.length) return null;
    const sorted = [...(values as number[])].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  };
  const mean = (values: readonly unknown[]): number | null => {
    const sum = total(values);
    return sum === null ? null : sum / values.length;
  };
  const readings: Reading[] = [
    { value: list.first, read: at((values) => values[0]) },
    { value: list.last, read: at((values) => values.at(-1)) },
    { value: list.at(1), read: at((values) => values[1]) },
    { value: list.count, read: (result) => listed(result)?.length ?? null },
    { value: list.mean, read: at(mean) },
    { value: list.median, read: at(middle) },
    { value: list.sum, read: at(total) },
    {
      value: list.withoutNaN().count,
      read: (result) => (listed(result) === null ? null : kept(listed(result)!).length),
    },
    { value: list.withoutNaN().first, read: at((values) => kept(values)[0]) },
    { value: list.withoutNaN().mean, read: at((values) => mean(kept(values))) },
    {
      value: list.first.dividedBy(list.last),
      read: at((values) => {
        const [over, under] = [usable(values[0]), usable(values.at(-1))];
        return over === null || under === null || under === 0 ? null : over / under;
      }),
    },
  ];
  const quantified = fc
    .tuple(fc.boolean(), fc.constantFrom(...COMPARISONS), limits, limits)
    .map(([each, { build, holds }, low, high]): Statement => {
      const test = (value: NumberValue): Predicate => build(value, low, high);
      const meaning = (result: unknown): Truth => {
        const values = listed(result);
        if (values === null || values.length === 0) return null;
        const truths = values.map((value) => (usable(value) === null ? null : holds(value as number, low, high)));
        return each ? every(truths) : negated(every(truths.map(negated)));
      };
      return { built: each ? list.every(test) : list.some(test), holds: meaning };
    });
  return joined(fc.oneof(...readings.map(compared), quantified, quantified));
}

/** Statements about a JSON value: its number, or a field of it. */
function aboutJson(json: JsonValue, whole: boolean): fc.Arbitrary<Statement> {
  const at =
    (...path: readonly (string | number)[]) =>
    (result: unknown): unknown => {
      let value = result;
      for (const part of path) value = (value as Record<string | number, unknown> | null | undefined)?.[part];
      return value ?? null;
    };
  const field = json.field('a.b').text;
  const text = at('a.b');
  const known = (result: unknown, test: (value: unknown) => boolean): Truth =>
    text(result) === null ? null : test(text(result));
  const words: Statement[] = [
    { built: field.equals('x"\\y'), holds: (result) => known(result, (value) => value === 'x"\\y') },
    { built: field.oneOf(['x', 'z']), holds: (result) => known(result, (value) => value === 'x' || value === 'z') },
    {
      built: json.field('a.b').boolean.equals(true),
      holds: (result) => known(result, (value) => value === true),
    },
  ];
  const n = { value: json.field('n').number, read: (result: unknown) => usable(at('n')(result)) };
  const deep = { value: json.field('m', 1, 'k').number, read: (result: unknown) => usable(at('m', 1, 'k')(result)) };
  if (whole) return joined(compared({ value: json.number, read: usable }));
  return joined(fc.oneof(compared(n), compared(deep), fc.constantFrom(...words)));
}

const float = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 0.5, 1, 2, -1) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
);
const floats = fc.array(float, { maxLength: 4 });
const finite = fc.constantFrom(0, 0.5, 1, 2, -1);
const object = fc.record(
  {
    'a.b': fc.constantFrom('x', 'z', 'x"\\y', 'q', true, false, 3, null),
    n: fc.oneof(finite, fc.constant(null)),
    m: fc.array(fc.oneof(fc.constant(null), fc.record({ k: finite }, { requiredKeys: [] })), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const identity = (result: unknown): readonly unknown[] => result as unknown[];
const { newRelic } = resultOf;
const eachRow = fc
  .tuple(fc.boolean(), fc.constantFrom(...COMPARISONS), limits, limits)
  .map(([each, { build, holds }, low, high]): Statement => {
    const test = (row: JsonValue): Predicate => build(row.field('n').number, low, high);
    const meaning = (result: unknown): Truth => {
      const truths = (result as Record<string, unknown>[]).map((row) =>
        usable(row['n']) === null ? null : holds(row['n'] as number, low, high),
      );
      return each ? every(truths) : negated(every(truths.map(negated)));
    };
    return { built: each ? newRelic.everyRow(test) : newRelic.someRow(test), holds: meaning };
  });

const WEB: MetricProvider = { web: { url: 'http://a.example' } };

/** Every provider's results. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  'prometheus vector': {
    provider: { prometheus: { query: 'up' } },
    statements: aboutList(resultOf.prometheus, identity),
    results: floats,
  },
  'prometheus scalar': {
    provider: { prometheus: { query: 'scalar(up)' } },
    statements: joined(compared({ value: resultOf.prometheus.scalar, read: usable })),
    results: float,
  },
  datadog: {
    provider: { datadog: { query: 'avg:errors{*}' } },
    statements: joined(compared({ value: resultOf.datadog.value, read: usable })),
    results: fc.oneof(finite, fc.constant(null)),
  },
  'web number': {
    provider: WEB,
    statements: aboutJson(resultOf.web, true),
    results: fc.oneof(finite, fc.constant(null)),
  },
  'web object': {
    provider: WEB,
    statements: aboutJson(resultOf.web, false),
    results: fc.oneof({ weight: 6, arbitrary: object }, { weight: 1, arbitrary: fc.constant(null) }),
  },
  skyWalking: {
    provider: { skywalking: { query: 'x', interval: '5m' } },
    statements: aboutJson(resultOf.skyWalking, false),
    results: object,
  },
  'newRelic row': {
    provider: { newRelic: { query: 'SELECT count(*) FROM Transaction' } },
    statements: aboutJson({ ...resultOf.web, field: newRelic.field }, false),
    results: object,
  },
  'newRelic rows': {
    provider: { newRelic: { query: 'SELECT count(*) FROM Transaction FACET host' } },
    statements: joined(eachRow),
    results: fc.array(object, { minLength: 2, maxLength: 4 }),
  },
  influxdb: {
    provider: { influxdb: { query: 'x' } },
    statements: aboutList(resultOf.influxdb, identity),
    results: fc.array(fc.oneof({ weight: 4, arbitrary: float }, { weight: 1, arbitrary: fc.constant(null) }), {
      minLength: 1,
      maxLength: 4,
    }),
  },
  cloudWatch: {
    provider: { cloudWatch: { metricDataQueries: [{ id: 'a', expression: 'm1' }] } },
    statements: aboutList(resultOf.cloudWatch.query(1), (result) => (result as number[][])[1] ?? null),
    results: fc.array(floats, { maxLength: 3 }),
  },
};
