/** What `result` is in the conditions of each provider (Argo: metricproviders), as something that can be compared. */
import type { Clause } from './clause.ts';
import type { Predicate } from './predicate.ts';
import {
  indexOf,
  type JsonValue,
  jsonValue,
  type NumberList,
  type NumberValue,
  numberList,
  numberValue,
  quantified,
  type ReadElement,
  textValue,
} from './values.ts';

/** Prometheus: a list with one number per series, or per sample of all series in a range query; a number for `scalar(...)`. */
export interface PrometheusResult extends NumberList {
  /** For a query that gives a scalar, such as `scalar(sum(...))`. It does not fit a list: such a measurement is an Error. */
  readonly scalar: NumberValue;
}

/** Wavefront: a number for one series, a list for several. A series without points gives 0, and no series an Error. */
export type WavefrontResult = PrometheusResult;

/** Datadog: the last value, or nothing. In API v1 a null point reads as 0. */
export interface DatadogResult {
  readonly value: NumberValue;
}

/** New Relic: the row, by the names of its columns; a list of rows when there are several. No row at all is an Error. */
export interface NewRelicResult {
  /** A column of the only row, such as `field('percentile.duration', '99').number`. */
  field(...path: readonly (string | number)[]): JsonValue;
  /** True of each row, where there are several. */
  everyRow(test: (row: JsonValue) => Predicate): Predicate;
  /** True of at least one row, where there are several. */
  someRow(test: (row: JsonValue) => Predicate): Predicate;
}

/** CloudWatch: one list of values per query that returns data, the newest value first. */
export interface CloudWatchResult {
  /** The values of one query, by its place among those that return data. @defaultValue index 0 */
  query(index?: number): NumberList;
}

const FLOAT: ReadElement = (expression) => ({ expression, guards: [`!isNaN(${expression})`] });

/** Whole numbers come as integers, for which `isNaN` is an error, and what is missing as nil. */
const ANY: ReadElement = (expression) => {
  const number = `asFloat(${expression})`;
  return { expression: number, guards: [`${expression} != nil`, `!isNaN(${number})`] };
};

/** Results by provider. The conditions of a metric get the one of its provider; `kayenta`, `job` and plugins evaluate none. */
export interface Results {
  readonly prometheus: PrometheusResult;
  readonly wavefront: WavefrontResult;
  readonly datadog: DatadogResult;
  readonly newRelic: NewRelicResult;
  readonly cloudWatch: CloudWatchResult;
  /** Graphite: the numbers of the first target, oldest first, without nulls. No target at all is an Error. */
  readonly graphite: NumberList;
  /** InfluxDB: the values of all records. No record at all is an Error. */
  readonly influxdb: NumberList;
  /** SkyWalking: the `data` of the GraphQL answer. */
  readonly skyWalking: JsonValue;
  /** Web: the first match of `jsonPath`. No match is an Error. */
  readonly web: JsonValue;
}

/** The one {@link Results}. Without the mark, bundlers would keep all of it in programs that never ask for it. */
export const resultOf: Results = /* @__PURE__ */ results();

function results(): Results {
  const floats = numberList('result', [], FLOAT);
  const ofPromql = { ...floats, scalar: numberValue('result', ['!isNaN(result)']) };
  const row = jsonValue('result', []);
  const there: readonly Clause[] = ['!isNil(result)'];
  // Compared as it is, a nil would not compile; `default` hides from the compiler that it may be one.
  const json: JsonValue = {
    ...jsonValue('default(result, 0)', there, 'default(result, {})'),
    text: textValue('default(result, "")', there),
  };
  return {
    prometheus: ofPromql,
    wavefront: ofPromql,
    datadog: { value: json.number },
    newRelic: {
      field: row.field,
      everyRow: (test) => rows('all', test),
      someRow: (test) => rows('any', test),
    },
    cloudWatch: {
      query(index) {
        const at = indexOf(index);
        return numberList(`result[${at}].Values`, [`len(result) > ${at}`], FLOAT);
      },
    },
    graphite: floats,
    influxdb: numberList('result', [], ANY),
    skyWalking: row,
    web: json,
  };
}

const MANY: readonly Clause[] = ['len(result) > 0'];

function rows(kind: 'all' | 'any', test: (row: JsonValue) => Predicate): Predicate {
  return quantified(kind, 'result', MANY, test, jsonValue('#', []));
}
