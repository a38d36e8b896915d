/** What `result` is for each provider of metrics (Argo: metricproviders/). */
import type { Field } from '../validation/field.ts';
import type { ArgoTarget } from '../validation/finding.ts';
import type { ValueType } from './value-type.ts';

const NUMBER: ValueType = { kind: 'number' };
/** Prometheus and Wavefront hand over NaN as it is. */
const NAN: ValueType = { kind: 'number', nan: true };
const ANY: ValueType = { kind: 'any' };
const TEXT: ValueType = { kind: 'string' };
const ROW: ValueType = { kind: 'map', of: ANY };

/** `types.MetricDataResult` of the AWS SDK, without what it keeps to itself. */
const CLOUDWATCH: ValueType = {
  kind: 'struct',
  fields: {
    ...{ Id: TEXT, Label: TEXT, StatusCode: TEXT, Messages: { kind: 'array', of: ANY } },
    ...{ Timestamps: { kind: 'array', of: { kind: 'time' } }, Values: { kind: 'array', of: NUMBER } },
  },
};

const BY_PROVIDER: Readonly<Record<string, (provider: Field, target: ArgoTarget) => ValueType>> = {
  prometheus: (provider) => ofPromql(provider),
  wavefront: ofWavefront,
  datadog: ofDatadog,
  newRelic: ofNewRelic,
  cloudWatch: () => ({ kind: 'array', of: CLOUDWATCH, filled: true }),
  graphite: () => ({ kind: 'array', of: NUMBER }),
  influxdb: () => ({ kind: 'array', of: ANY, filled: true }),
  skywalking: () => ANY,
  web: () => ANY,
};

/**
 * The type of `result` in the conditions of a metric.
 *
 * @param provider - the field `provider` of the metric.
 * @returns `null` when this provider evaluates no condition (kayenta, job, plugin), or when none of the known ones is there.
 */
export function resultTypeOf(provider: Field, target: ArgoTarget): ValueType | null {
  for (const [name, field] of provider.entries) {
    if (Object.hasOwn(BY_PROVIDER, name)) return BY_PROVIDER[name]!(field, target);
  }
  return null;
}

/** What else a query gives when it finds nothing; `or` binds least, so this is of the whole query. */
const OR_VECTOR = /\bor\s+(?:on\s*\(\s*\)\s*)?vector\s*\([^()]*\)\s*$/i;

/** Only what is made of scalars alone is one; all else is a vector, or over a range a matrix, which Argo flattens. */
function ofPromql(provider: Field): ValueType {
  const query = provider.at('query').text ?? '{{}}';
  const vector: ValueType = { kind: 'array', of: NAN, ...(OR_VECTOR.test(query) ? { filled: true } : {}) };
  if (provider.at('rangeQuery').present) return vector;
  const rest = withoutScalars(query);
  if (rest === '') return NAN;
  return /^(?:\{\{[^{}]*\}\})+$/.test(rest) ? { kind: 'either', of: [NAN, vector] } : vector;
}

/** A query less its scalars: calls that return one, numbers, and what joins them. */
function withoutScalars(query: string): string {
  let rest = '';
  let depth = 0;
  // Words, arguments of the template, strings, and single characters.
  for (const [word, call] of query.matchAll(
    /\{\{[^{}]*\}\}|#.*|"[^"]*"|'[^']*'|\b(scalar|time|pi|vector)\s*\(|[\w.:]+|\S/g,
  )) {
    if (depth > 0) depth += word.endsWith('(') ? 1 : word === ')' ? -1 : 0;
    else if (call !== undefined && call !== 'vector') depth = 1;
    else if (!/^(?:#.*|[-+*/%^()]|\d[\w.]*|\.\d+|inf|nan|bool|[<>=!])$/i.test(word)) rest += word;
  }
  return rest;
}

function ofDatadog(provider: Field, target: ArgoTarget): ValueType {
  const queries = [provider.at('query').text, ...provider.at('queries').entries.map(([, field]) => field.text)].join(
    ' ',
  );
  const grouped = target === '1.10' && provider.at('apiVersion').text === 'v2' && /\bby\s*\{/.test(queries);
  const of: ValueType = grouped
    ? { kind: 'either', of: [NUMBER, { kind: 'array', of: NUMBER, filled: true }] }
    : NUMBER;
  return { kind: 'optional', of };
}

/** What is summed over all, without a tag to group by, is one series; of others nobody knows how many there are. */
function ofWavefront(provider: Field): ValueType {
  const query = provider.at('query').text ?? '';
  const isOne = /^\s*(?:raw)?(?:sum|avg|min|max|median|count)\(/.test(query) && !/,\s*[\w."]+\s*\)/.test(query);
  return isOne ? NAN : { kind: 'either', of: [NAN, { kind: 'array', of: NAN, filled: true }] };
}

/** NRQL gives one row, unless it asks for one a group, a time or an event. */
function ofNewRelic(provider: Field): ValueType {
  // An argument inside of a string cannot make more rows.
  const query = provider.at('query').text?.replace(/'[^']*'|"[^"]*"/g, '') ?? '{{}}';
  const rows: ValueType = { kind: 'array', of: ROW, filled: true };
  if (/\{\{|\b(?:facet|timeseries|limit|compare|select\s+\*)/i.test(query)) return { kind: 'either', of: [ROW, rows] };
  return ROW;
}
