/** Business metrics of an app, in the form in which the judge's criterion of the same name finds them. */
import { OptionCheck } from '../../options.ts';
import { reportToCurrent } from '../handle.ts';
import { Level } from './level.ts';
import { POINT } from './names.ts';
import { Tally } from './tally.ts';

/**
 * What is measured: a share of outcomes (`ratio`), the mean of values (`mean`), how often something happens per request
 * (`counter`), or a level (`gauge`).
 */
export type BusinessMetricType = 'ratio' | 'mean' | 'counter' | 'gauge';

/** Options of {@link defineBusinessMetric}. */
export interface BusinessMetricDefinition<T extends BusinessMetricType = BusinessMetricType> {
  readonly type: T;
  /** One sentence for people who read the metric. */
  readonly description?: string;
  /**
   * Parts that are told apart in the metric, such as payment methods, at most 50; any other becomes `_OTHER`. The judge
   * adds them up. Not for a `gauge`. @defaultValue none
   */
  readonly segments?: readonly string[];
}

/** A share of outcomes, such as completed checkouts. Judged by its rarer side. */
export interface RatioMetric {
  readonly name: string;
  readonly type: 'ratio';
  good(segment?: string): void;
  bad(segment?: string): void;
  /** `good()` or `bad()`. */
  record(isGood: boolean, segment?: string): void;
}

/** The mean of values, such as the value of an order. */
export interface MeanMetric {
  readonly name: string;
  readonly type: 'mean';
  /** One value, finite and not below zero; others are left out and reported once. */
  record(value: number, segment?: string): void;
}

/** How often something happens, such as orders. Judged per request that the instance serves. */
export interface CounterMetric {
  readonly name: string;
  readonly type: 'counter';
  /** Finite and not below zero; others are left out and reported once. @defaultValue 1 */
  add(amount?: number, segment?: string): void;
}

/** A level, such as the length of a queue. Averaged over time and instances. */
export interface GaugeMetric {
  readonly name: string;
  readonly type: 'gauge';
  /** The level from now on, until another one is recorded. Finite; others are left out and reported once. */
  record(value: number): void;
  /** Reads the level at each export instead. What it throws is caught; null tells nothing. */
  observe(read: () => number | null): void;
}

/** The instrument of each type. */
export interface BusinessMetrics {
  ratio: RatioMetric;
  mean: MeanMetric;
  counter: CounterMetric;
  gauge: GaugeMetric;
}

interface Defined {
  readonly name: string;
  readonly definition: string;
  readonly metric: BusinessMetrics[BusinessMetricType];
}

/** Global, not a module variable: two copies of this package in one process report one metric. */
const DEFINED = Symbol.for('rolloutguard.telemetry.business-metrics.1');
const globals = globalThis as { [DEFINED]?: Map<string, Defined> };

const TYPES = ['ratio', 'mean', 'counter', 'gauge'] as const;
const OPTIONS = ['type', 'description', 'segments'];
/** OpenTelemetry allows 255 characters for an instrument's name; the prefix takes 22. */
const LONGEST_NAME = 233;
const NAME = /^[a-z][a-z0-9_.\-/]*$/i;
const MOST_SEGMENTS = 50;
const LONGEST_SEGMENT = 64;

/**
 * Defines a business metric that `businessMetric(name)` of a policy finds. Call it once where a module is loaded, and
 * record from anywhere. It works before telemetry is started, and does nothing in a process without telemetry.
 *
 * Exported as `rolloutguard.business.<name>` through the OpenTelemetry metrics of the process, ours or another SDK's. The
 * same name and options give the same instrument again.
 *
 * @param name - letters, digits and `_ . - /`, beginning with a letter; at most 233 characters.
 * @throws RolloutGuardError `INVALID_OPTION` - a bad name or option; a name that is defined already with other options, or
 * that differs from a defined one only in case or in `_ . - /` (metric stores take these for equal). Recording never throws.
 */
export function defineBusinessMetric<T extends BusinessMetricType>(
  name: string,
  options: BusinessMetricDefinition<T>,
): BusinessMetrics[T] {
  const check = new OptionCheck('INVALID_OPTION', 'defineBusinessMetric');
  const { description, segments } = checked(check, name, options);
  const definition = JSON.stringify([options.type, description, segments]);
  globals[DEFINED] ??= new Map();
  const key = name.toLowerCase().replaceAll(/[.\-/]/g, '_');
  const known = globals[DEFINED].get(key);
  if (known !== undefined) {
    if (known.name !== name) check.fail('name', name, `It is too much like ${known.name}, which is defined already.`);
    if (known.definition !== definition)
      check.fail('options', options, `${name} is defined already with other options: define it in one place.`);
    return known.metric as BusinessMetrics[T];
  }
  const metric = MAKERS[options.type]({ name, description, segments });
  globals[DEFINED].set(key, { name, definition, metric });
  return metric;
}

interface Definition {
  readonly name: string;
  readonly description: string;
  readonly segments: readonly string[];
}

function checked(check: OptionCheck, name: string, options: BusinessMetricDefinition): Omit<Definition, 'name'> {
  check.text('name', name);
  if (!NAME.test(name) || name.length > LONGEST_NAME) {
    const mend = `Use letters, digits and _ . - /, beginning with a letter, at most ${LONGEST_NAME} of them.`;
    check.fail('name', name, mend);
  }
  check.knownKeys('options', options, OPTIONS);
  const { type, description = '', segments = [] } = options;
  if (type === undefined) check.fail('options.type', type, `Use one of: ${TYPES.join(', ')}.`);
  check.oneOf('options.type', type, 'ratio', TYPES);
  if (typeof description !== 'string') check.fail('options.description', description, 'Use text.');
  if (!Array.isArray(segments)) check.fail('options.segments', segments, 'Use an array of names.');
  if (type === 'gauge' && segments.length > 0) {
    check.fail('options.segments', segments, 'A level has no segments: define one metric for each.');
  }
  if (segments.length > MOST_SEGMENTS) {
    check.fail('options.segments', segments, `Use at most ${MOST_SEGMENTS}: each one is a series of its own.`);
  }
  for (const [index, segment] of segments.entries()) {
    const path = `options.segments[${index}]`;
    check.text(path, segment);
    if (segment.length > LONGEST_SEGMENT) check.fail(path, segment, `Use at most ${LONGEST_SEGMENT} characters.`);
  }
  return { description, segments: [...new Set(segments)] };
}

const MAKERS: { readonly [T in BusinessMetricType]: (definition: Definition) => BusinessMetrics[T] } = {
  ratio: (definition) => {
    const parts = [{ [POINT.outcome]: 'good' }, { [POINT.outcome]: 'bad' }];
    const tally = new Tally({ ...definition, parts });
    const good = (segment?: string): void => tally.add(segment, [1, 0]);
    const bad = (segment?: string): void => tally.add(segment, [0, 1]);
    return {
      name: definition.name,
      type: 'ratio',
      good,
      bad,
      record: (isGood, segment) => (isGood ? good(segment) : bad(segment)),
    };
  },
  mean: (definition) => {
    const parts = ['sum', 'count', 'sum_of_squares'].map((statistic) => ({ [POINT.statistic]: statistic }));
    const tally = new Tally({ ...definition, parts });
    const onBadValue = complainOnce(definition.name);
    return {
      name: definition.name,
      type: 'mean',
      record: (value, segment) => {
        if (isAmount(value)) tally.add(segment, [value, 1, value * value]);
        else onBadValue();
      },
    };
  },
  counter: (definition) => {
    const tally = new Tally({ ...definition, parts: [{}] });
    const onBadValue = complainOnce(definition.name);
    return {
      name: definition.name,
      type: 'counter',
      add: (amount = 1, segment) => {
        if (isAmount(amount)) tally.add(segment, [amount]);
        else onBadValue();
      },
    };
  },
  gauge: ({ name, description }) => {
    const onBadValue = complainOnce(name);
    const level = new Level(name, description, onBadValue);
    return {
      name,
      type: 'gauge',
      record: (value) => {
        if (typeof value === 'number' && Number.isFinite(value)) level.readFrom(() => value);
        else onBadValue();
      },
      observe: (read) => level.readFrom(read),
    };
  },
};

/** Finite, and so is its square: one infinite total would end the metric for good. */
function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1e100;
}

/** A broken caller would fill the list of problems. */
function complainOnce(name: string): () => void {
  let told = false;
  return () => {
    if (told) return;
    told = true;
    const message = `a value of the business metric ${name} is left out: it is no finite number, or below zero where that says nothing.`;
    reportToCurrent({ code: 'BAD_MEASUREMENT', message });
  };
}
