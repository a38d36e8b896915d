/**
 * Decodes the JSON form of `ExportMetricsServiceRequest`: names in lowerCamelCase, 64-bit integers as text or numbers,
 * enums as numbers, `null` or nothing for a default.
 */
import { messageOf } from '../../errors.ts';
import { malformed } from './decode-error.ts';
import { JsonFields } from './json-fields.ts';
import type {
  Attributes,
  AttributeValue,
  CountingPoint,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsPayload,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  Temporality,
} from './otlp-metrics.ts';
import { checkNesting, doubleAttribute, isEmptyPoint, temporalityOf } from './otlp-rules.ts';

/**
 * Decodes a JSON body of `POST /v1/metrics`.
 *
 * @throws RolloutGuardError `INVALID_REQUEST` when it is no JSON, or a field has the wrong type: a body is taken whole
 * or not at all.
 */
export function decodeJsonMetrics(body: Uint8Array): MetricsPayload {
  const fields = new JsonFields(parse(body), 'it');
  return { resources: fields.list('resourceMetrics', readResourceMetrics) };
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (error) {
    throw malformed(messageOf(error), error);
  }
}

function readResourceMetrics(fields: JsonFields): ResourceMetrics {
  return {
    attributes: readAttributes(fields.message('resource')),
    scopes: fields.list('scopeMetrics', readScopeMetrics),
  };
}

function readScopeMetrics(fields: JsonFields): ScopeMetrics {
  const scope = fields.message('scope');
  return {
    name: scope.text('name'),
    version: scope.text('version'),
    attributes: readAttributes(scope),
    metrics: fields.list('metrics', readMetric),
  };
}

function readMetric(fields: JsonFields): Metric {
  return { name: fields.text('name'), unit: fields.text('unit'), ...readData(fields) };
}

function readData(fields: JsonFields): MetricData {
  if (fields.has('sum')) {
    const sum = fields.message('sum');
    const points = sum.list('dataPoints', readNumberPoint);
    return { type: 'sum', temporality: readTemporality(sum), monotonic: sum.flag('isMonotonic'), points };
  }
  if (fields.has('histogram')) {
    const histogram = fields.message('histogram');
    const points = histogram.list('dataPoints', readHistogramPoint);
    return { type: 'histogram', temporality: readTemporality(histogram), points };
  }
  if (fields.has('exponentialHistogram')) {
    const histogram = fields.message('exponentialHistogram');
    const points = histogram.list('dataPoints', readExponentialPoint);
    return { type: 'exponential', temporality: readTemporality(histogram), points };
  }
  if (fields.has('gauge')) return { type: 'gauge', points: fields.message('gauge').list('dataPoints', readLevelPoint) };
  const other = fields.message('summary');
  return { type: 'other', points: other.list('dataPoints', (point) => ({ timeMs: point.unixMs('timeUnixNano') })) };
}

function readTemporality(fields: JsonFields): Temporality {
  return temporalityOf(fields.integer('aggregationTemporality'));
}

function readNumberPoint(fields: JsonFields): NumberPoint {
  const value = fields.has('asInt') ? fields.integer('asInt') : fields.double('asDouble');
  return { ...readCountingPoint(fields), value };
}

/** Gauges of others hold ids and sizes beyond 2^53; only our own are looked at. */
function readLevelPoint(fields: JsonFields): NumberPoint {
  const value = fields.has('asInt') ? Number(fields.int64('asInt')) : fields.double('asDouble');
  return { ...readCountingPoint(fields), value };
}

function readHistogramPoint(fields: JsonFields): HistogramPoint {
  return {
    ...readCountingPoint(fields),
    count: fields.count('count'),
    ...readValueSum(fields),
    upperBounds: fields.doubles('explicitBounds'),
    bucketCounts: fields.counts('bucketCounts'),
  };
}

function readExponentialPoint(fields: JsonFields): ExponentialPoint {
  const positive = fields.message('positive');
  const negative = fields.message('negative');
  return {
    ...readCountingPoint(fields),
    count: fields.count('count'),
    ...readValueSum(fields),
    scale: fields.integer('scale'),
    zeroCount: fields.count('zeroCount'),
    zeroThreshold: fields.double('zeroThreshold'),
    offset: positive.integer('offset'),
    bucketCounts: positive.counts('bucketCounts'),
    negativeCount: negative.counts('bucketCounts').reduce((sum, count) => sum + count, 0),
  };
}

function readValueSum(fields: JsonFields): { sum?: number } {
  return fields.has('sum') ? { sum: fields.double('sum') } : {};
}

function readCountingPoint(fields: JsonFields): CountingPoint {
  return {
    attributes: readAttributes(fields),
    startMs: fields.unixMs('startTimeUnixNano'),
    timeMs: fields.unixMs('timeUnixNano'),
    empty: isEmptyPoint(fields.count('flags')),
  };
}

function readAttributes(fields: JsonFields): Attributes {
  return new Map(fields.list('attributes', (attribute) => readKeyValue(attribute, 0)));
}

function readKeyValue(fields: JsonFields, depth: number): [string, AttributeValue] {
  return [fields.text('key'), readAnyValue(fields.message('value'), depth)];
}

function readAnyValue(value: JsonFields, depth: number): AttributeValue {
  checkNesting(depth);
  if (value.has('stringValue')) return value.text('stringValue');
  if (value.has('boolValue')) return value.flag('boolValue');
  if (value.has('intValue')) return value.int64('intValue');
  if (value.has('doubleValue')) return doubleAttribute(value.double('doubleValue'));
  if (value.has('bytesValue')) return { bytes: value.text('bytesValue') };
  if (value.has('arrayValue'))
    return value.message('arrayValue').list('values', (item) => readAnyValue(item, depth + 1));
  if (!value.has('kvlistValue')) return null;
  return { pairs: value.message('kvlistValue').list('values', (pair) => readKeyValue(pair, depth + 1)) };
}
