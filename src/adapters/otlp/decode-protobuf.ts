/** Decodes `ExportMetricsServiceRequest` of opentelemetry-proto 1.x. Field numbers stand beside their names. */
import type {
  AttributeValue,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricData,
  MetricsPayload,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
} from './otlp-metrics.ts';
import { checkNesting, doubleAttribute, isEmptyPoint, temporalityOf } from './otlp-rules.ts';
import { WireReader } from './wire-reader.ts';

/** Attributes that can still be added to. */
type AttributeMap = Map<string, AttributeValue>;

/**
 * Decodes a protobuf body of `POST /v1/metrics`.
 *
 * @throws RolloutGuardError `INVALID_REQUEST` when any byte of it does not fit: a body is taken whole or not at all.
 */
export function decodeProtobufMetrics(body: Uint8Array): MetricsPayload {
  const reader = new WireReader(body);
  const resources: ResourceMetrics[] = [];
  reader.body((field) => {
    if (field === 1 /* resource_metrics */) resources.push(readResourceMetrics(reader));
  });
  return { resources };
}

function readResourceMetrics(reader: WireReader): ResourceMetrics {
  const attributes: AttributeMap = new Map();
  const scopes: ScopeMetrics[] = [];
  reader.message((field) => {
    if (field === 1 /* resource */) readResource(reader, attributes);
    else if (field === 2 /* scope_metrics */) scopes.push(readScopeMetrics(reader));
  });
  return { attributes, scopes };
}

function readResource(reader: WireReader, attributes: AttributeMap): void {
  reader.message((field) => {
    if (field === 1 /* attributes */) readAttribute(reader, attributes);
  });
}

function readScopeMetrics(reader: WireReader): ScopeMetrics {
  const attributes: AttributeMap = new Map();
  const scope: ScopeMetrics = { name: '', version: '', attributes, metrics: [] };
  reader.message((field) => {
    if (field === 1 /* scope */) readScope(reader, scope, attributes);
    else if (field === 2 /* metrics */) scope.metrics.push(readMetric(reader));
  });
  return scope;
}

function readScope(reader: WireReader, scope: ScopeMetrics, attributes: AttributeMap): void {
  reader.message((field) => {
    if (field === 1 /* name */) scope.name = reader.string();
    else if (field === 2 /* version */) scope.version = reader.string();
    else if (field === 3 /* attributes */) readAttribute(reader, attributes);
  });
}

function readMetric(reader: WireReader): Metric {
  let name = '';
  let unit = '';
  let data: MetricData = { type: 'other', points: [] };
  reader.message((field) => {
    if (field === 1 /* name */) name = reader.string();
    else if (field === 3 /* unit */) unit = reader.string();
    else if (field === 5 /* gauge */) data = readGauge(reader);
    else if (field === 7 /* sum */) data = readSum(reader);
    else if (field === 9 /* histogram */) data = readHistogram(reader);
    else if (field === 10 /* exponential_histogram */) data = readExponential(reader);
    else if (field === 11 /* summary */) data = readOther(reader);
  });
  return { name, unit, ...data };
}

function readOther(reader: WireReader): MetricData {
  const points: { timeMs: number }[] = [];
  reader.message((field) => {
    if (field === 1 /* data_points */) points.push(readTime(reader));
  });
  return { type: 'other', points };
}

function readTime(reader: WireReader): { timeMs: number } {
  const point = { timeMs: 0 };
  reader.message((field) => {
    if (field === 3 /* time_unix_nano */) point.timeMs = reader.unixMs();
  });
  return point;
}

function readGauge(reader: WireReader): MetricData {
  const points: NumberPoint[] = [];
  reader.message((field) => {
    // Gauges of others hold ids and sizes beyond 2^53; only our own are looked at.
    if (field === 1 /* data_points */) points.push(readNumberPoint(reader, () => reader.roundedSfixed64()));
  });
  return { type: 'gauge', points };
}

function readSum(reader: WireReader): MetricData {
  const sum: MetricData = { type: 'sum', temporality: 'unspecified', monotonic: false, points: [] };
  reader.message((field) => {
    if (field === 1 /* data_points */) sum.points.push(readNumberPoint(reader));
    else if (field === 2 /* aggregation_temporality */) sum.temporality = temporalityOf(reader.unsigned());
    else if (field === 3 /* is_monotonic */) sum.monotonic = reader.unsigned() !== 0;
  });
  return sum;
}

function readHistogram(reader: WireReader): MetricData {
  const histogram: MetricData = { type: 'histogram', temporality: 'unspecified', points: [] };
  reader.message((field) => {
    if (field === 1 /* data_points */) histogram.points.push(readHistogramPoint(reader));
    else if (field === 2 /* aggregation_temporality */) histogram.temporality = temporalityOf(reader.unsigned());
  });
  return histogram;
}

function readExponential(reader: WireReader): MetricData {
  const histogram: MetricData = { type: 'exponential', temporality: 'unspecified', points: [] };
  reader.message((field) => {
    if (field === 1 /* data_points */) histogram.points.push(readExponentialPoint(reader));
    else if (field === 2 /* aggregation_temporality */) histogram.temporality = temporalityOf(reader.unsigned());
  });
  return histogram;
}

function readNumberPoint(reader: WireReader, readInt = (): number => reader.sfixed64()): NumberPoint {
  const attributes: AttributeMap = new Map();
  const point: NumberPoint = { attributes, startMs: 0, timeMs: 0, empty: false, value: 0 };
  reader.message((field) => {
    if (field === 2 /* start_time_unix_nano */) point.startMs = reader.unixMs();
    else if (field === 3 /* time_unix_nano */) point.timeMs = reader.unixMs();
    else if (field === 4 /* as_double */) point.value = reader.double();
    else if (field === 6 /* as_int */) point.value = readInt();
    else if (field === 7 /* attributes */) readAttribute(reader, attributes);
    else if (field === 8 /* flags */) point.empty = isEmptyPoint(reader.unsigned());
  });
  return point;
}

function readHistogramPoint(reader: WireReader): HistogramPoint {
  const attributes: AttributeMap = new Map();
  const [upperBounds, bucketCounts]: [number[], number[]] = [[], []];
  const point: HistogramPoint = {
    attributes,
    startMs: 0,
    timeMs: 0,
    empty: false,
    count: 0,
    upperBounds,
    bucketCounts,
  };
  reader.message((field) => {
    if (field === 2 /* start_time_unix_nano */) point.startMs = reader.unixMs();
    else if (field === 3 /* time_unix_nano */) point.timeMs = reader.unixMs();
    else if (field === 4 /* count */) point.count = reader.fixed64();
    else if (field === 5 /* sum */) point.sum = reader.double();
    else if (field === 6 /* bucket_counts */) reader.pushFixed64(bucketCounts);
    else if (field === 7 /* explicit_bounds */) reader.pushDouble(upperBounds);
    else if (field === 9 /* attributes */) readAttribute(reader, attributes);
    else if (field === 10 /* flags */) point.empty = isEmptyPoint(reader.unsigned());
  });
  return point;
}

function readExponentialPoint(reader: WireReader): ExponentialPoint {
  const attributes: AttributeMap = new Map();
  const point: ExponentialPoint = {
    ...{ attributes, startMs: 0, timeMs: 0, empty: false, count: 0 },
    ...{ scale: 0, zeroCount: 0, zeroThreshold: 0, offset: 0, bucketCounts: [], negativeCount: 0 },
  };
  reader.message((field) => {
    if (field === 1 /* attributes */) readAttribute(reader, attributes);
    else if (field === 2 /* start_time_unix_nano */) point.startMs = reader.unixMs();
    else if (field === 3 /* time_unix_nano */) point.timeMs = reader.unixMs();
    else if (field === 4 /* count */) point.count = reader.fixed64();
    else if (field === 5 /* sum */) point.sum = reader.double();
    else if (field === 6 /* scale */) point.scale = reader.sint32();
    else if (field === 7 /* zero_count */) point.zeroCount = reader.fixed64();
    else if (field === 8 /* positive */) point.offset = readBuckets(reader, point.bucketCounts);
    else if (field === 9 /* negative */) point.negativeCount = readTotal(reader);
    else if (field === 10 /* flags */) point.empty = isEmptyPoint(reader.unsigned());
    else if (field === 14 /* zero_threshold */) point.zeroThreshold = reader.double();
  });
  return point;
}

/** Appends the counts of a `Buckets` message to `into`; returns the index of its first bucket. */
function readBuckets(reader: WireReader, into: number[]): number {
  let offset = 0;
  reader.message((field) => {
    if (field === 1 /* offset */) offset = reader.sint32();
    else if (field === 2 /* bucket_counts */) reader.pushUnsigned(into);
  });
  return offset;
}

function readTotal(reader: WireReader): number {
  const counts: number[] = [];
  readBuckets(reader, counts);
  return counts.reduce((sum, count) => sum + count, 0);
}

function readAttribute(reader: WireReader, into: AttributeMap): void {
  const [key, value] = readKeyValue(reader, 0);
  into.set(key, value);
}

function readKeyValue(reader: WireReader, depth: number): [string, AttributeValue] {
  let key = '';
  let value: AttributeValue = null;
  reader.message((field) => {
    if (field === 1 /* key */) key = reader.string();
    else if (field === 2 /* value */) value = readAnyValue(reader, depth);
  });
  return [key, value];
}

function readAnyValue(reader: WireReader, depth: number): AttributeValue {
  checkNesting(depth);
  let value: AttributeValue = null;
  reader.message((field) => {
    if (field === 1 /* string_value */) value = reader.string();
    else if (field === 2 /* bool_value */) value = reader.unsigned() !== 0;
    else if (field === 3 /* int_value */) value = reader.int64();
    else if (field === 4 /* double_value */) value = doubleAttribute(reader.double());
    else if (field === 5 /* array_value */) value = readList(reader, () => readAnyValue(reader, depth + 1));
    else if (field === 6 /* kvlist_value */) value = { pairs: readList(reader, () => readKeyValue(reader, depth + 1)) };
    else if (field === 7 /* bytes_value */) value = { bytes: reader.base64() };
  });
  return value;
}

/** `ArrayValue` and `KeyValueList`: both hold their items in field 1. */
function readList<Item>(reader: WireReader, readItem: () => Item): Item[] {
  const items: Item[] = [];
  reader.message((field) => {
    if (field === 1 /* values */) items.push(readItem());
  });
  return items;
}
