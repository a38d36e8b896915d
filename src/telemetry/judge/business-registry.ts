/** The business metrics of a process: each is defined once, and made of what the exports need. */
import { OptionCheck } from '../../options.ts';
import { reportToCurrent } from '../handle.ts';
import type { BusinessMetricDefinition, BusinessMetrics, BusinessMetricType } from './business-types.ts';
import { Level } from './level.ts';
import { MeterHub } from './meter.ts';
import { POINT } from './names.ts';
import { Tally } from './tally.ts';

interface Defined {
  readonly name: string;
  readonly definition: string;
  readonly metric: BusinessMetrics[BusinessMetricType];
}

const TYPES = ['ratio', 'mean', 'counter', 'gauge'] as const;
const OPTIONS = ['type', 'description', 'segments'];
/** OpenTelemetry allows 255 characters for an instrument's name; the prefix takes 22. */
const LONGEST_NAME = 233;
const NAME = /^[a-z][a-z0-9_.\-/]*$/i;
const MOST_SEGMENTS = 50;
/** Names are written in code. Who makes them of data, one for each customer say, would fill the memory and every export. */
const MOST_METRICS = 500;
const LONGEST_SEGMENT = 64;

/** All business metrics that record on the meter of one hub. */
export class BusinessRegistry {
  readonly #hub: MeterHub;
  readonly #defined = new Map<string, Defined>();

  constructor(hub: MeterHub) {
    this.#hub = hub;
  }

  /** Gives the metric of this name, made if need be. Throws `INVALID_OPTION`. */
  define<T extends BusinessMetricType>(name: string, options: BusinessMetricDefinition<T>): BusinessMetrics[T] {
    const check = new OptionCheck('INVALID_OPTION', 'defineBusinessMetric');
    const { description, segments } = checked(check, name, options);
    const definition = JSON.stringify([options.type, description, segments]);
    const key = name.toLowerCase().replaceAll(/[.\-/]/g, '_');
    const known = this.#defined.get(key);
    if (known !== undefined) {
      if (known.name !== name) check.fail('name', name, `It is too much like ${known.name}, which is defined already.`);
      if (known.definition !== definition)
        check.fail('options', options, `${name} is defined already with other options: define it in one place.`);
      return known.metric as BusinessMetrics[T];
    }
    if (this.#defined.size >= MOST_METRICS) {
      const message = `${MOST_METRICS} business metrics are defined; more are not recorded. Use segments for what is told apart.`;
      reportToCurrent({ code: 'BAD_MEASUREMENT', message });
      // Of a meter that never comes.
      return MAKERS[options.type](new MeterHub(() => null), { name, description, segments });
    }
    const metric = MAKERS[options.type](this.#hub, { name, description, segments });
    this.#defined.set(key, { name, definition, metric });
    return metric;
  }
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

const MAKERS: { readonly [T in BusinessMetricType]: (hub: MeterHub, definition: Definition) => BusinessMetrics[T] } = {
  ratio: (hub, definition) => {
    const parts = [{ [POINT.outcome]: 'good' }, { [POINT.outcome]: 'bad' }];
    const tally = new Tally(hub, { ...definition, parts });
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
  mean: (hub, definition) => {
    const parts = ['sum', 'count', 'sum_of_squares'].map((statistic) => ({ [POINT.statistic]: statistic }));
    const tally = new Tally(hub, { ...definition, parts });
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
  counter: (hub, definition) => {
    const tally = new Tally(hub, { ...definition, parts: [{}] });
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
  gauge: (hub, { name, description }) => {
    const onBadValue = complainOnce(name);
    const level = new Level(hub, name, description, onBadValue);
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
