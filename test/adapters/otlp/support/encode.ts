/** Encoders for tests, written from the proto files and independent of the decoders under test. */
import type {
  Attributes,
  AttributeValue,
  CountingPoint,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricsPayload,
  NumberPoint,
  Temporality,
} from '../../../../src/adapters/otlp/index.ts';

const TEMPORALITY: Record<Temporality, number> = { unspecified: 0, delta: 1, cumulative: 2 };

/** Nanoseconds as OTLP/JSON writes them. */
export function nanos(ms: number): string {
  return (BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1e6))).toString();
}

/** Writes the protobuf wire format into one growing buffer. */
export class WireWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  get result(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  varint(field: number, value: number | bigint): this {
    this.#tag(field, 0);
    return this.#varint(BigInt.asUintN(64, BigInt(value)));
  }

  sint32(field: number, value: number): this {
    return this.varint(field, value >= 0 ? value * 2 : -value * 2 - 1);
  }

  fixed64(field: number, value: number | bigint): this {
    this.#tag(field, 1);
    return this.#fixed64(BigInt(value));
  }

  double(field: number, value: number): this {
    this.#tag(field, 1);
    return this.#double(value);
  }

  bytes(field: number, value: Buffer | string): this {
    const content = typeof value === 'string' ? Buffer.from(value) : value;
    this.#tag(field, 2);
    this.#varint(BigInt(content.length));
    this.#reserve(content.length);
    content.copy(this.#bytes, this.#length);
    this.#length += content.length;
    return this;
  }

  message(field: number, write: (writer: WireWriter) => void): this {
    const inner = new WireWriter();
    write(inner);
    return this.bytes(field, inner.#bytes.subarray(0, inner.#length));
  }

  packedFixed64(field: number, values: readonly number[]): this {
    return this.message(field, (writer) => {
      for (const value of values) writer.#fixed64(BigInt(value));
    });
  }

  packedDouble(field: number, values: readonly number[]): this {
    return this.message(field, (writer) => {
      for (const value of values) writer.#double(value);
    });
  }

  packedVarint(field: number, values: readonly number[]): this {
    return this.message(field, (writer) => {
      for (const value of values) writer.#varint(BigInt(value));
    });
  }

  #tag(field: number, wireType: number): void {
    this.#varint(BigInt(field * 8 + wireType));
  }

  #varint(value: bigint): this {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
    return this;
  }

  #fixed64(value: bigint): this {
    this.#reserve(8);
    this.#length = this.#bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.#length);
    return this;
  }

  #double(value: number): this {
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return;
    const bigger = Buffer.allocUnsafe(2 * (this.#bytes.length + length));
    this.#bytes.copy(bigger, 0, 0, this.#length);
    this.#bytes = bigger;
  }
}

export function encodeProtobuf({ resources }: MetricsPayload): Buffer {
  const body = new WireWriter();
  for (const { attributes, scopes } of resources) {
    body.message(1, (resource) => {
      resource.message(1, (writer) => protobufAttributes(writer, 1, attributes));
      for (const scope of scopes) {
        resource.message(2, (writer) => {
          writer.message(1, (inner) => {
            inner.bytes(1, scope.name).bytes(2, scope.version);
            protobufAttributes(inner, 3, scope.attributes);
          });
          for (const metric of scope.metrics) writer.message(2, (inner) => protobufMetric(inner, metric));
        });
      }
    });
  }
  return body.result;
}

function protobufMetric(writer: WireWriter, metric: Metric): void {
  writer.bytes(1, metric.name).bytes(2, 'a description').bytes(3, metric.unit);
  if (metric.type === 'sum') {
    writer.message(7, (sum) => {
      for (const point of metric.points) sum.message(1, (inner) => protobufNumber(inner, point));
      sum.varint(2, TEMPORALITY[metric.temporality]).varint(3, Number(metric.monotonic));
    });
  } else if (metric.type === 'histogram') {
    writer.message(9, (histogram) => {
      for (const point of metric.points) histogram.message(1, (inner) => protobufHistogram(inner, point));
      histogram.varint(2, TEMPORALITY[metric.temporality]);
    });
  } else if (metric.type === 'exponential') {
    writer.message(10, (histogram) => {
      for (const point of metric.points) histogram.message(1, (inner) => protobufExponential(inner, point));
      histogram.varint(2, TEMPORALITY[metric.temporality]);
    });
  } else if (metric.type === 'gauge') {
    writer.message(5, (gauge) => {
      for (const point of metric.points) gauge.message(1, (inner) => protobufNumber(inner, point));
    });
  } else {
    writer.message(11, (summary) => {
      for (const { timeMs } of metric.points)
        summary.message(1, (inner) =>
          inner
            .fixed64(3, BigInt(nanos(timeMs)))
            .fixed64(4, 7)
            .double(5, 1),
        );
    });
  }
}

function protobufTimes(writer: WireWriter, { startMs, timeMs }: CountingPoint): void {
  writer.fixed64(2, BigInt(nanos(startMs))).fixed64(3, BigInt(nanos(timeMs)));
}

function protobufNumber(writer: WireWriter, point: NumberPoint): void {
  protobufTimes(writer, point);
  if (Number.isSafeInteger(point.value)) writer.fixed64(6, BigInt(point.value));
  else writer.double(4, point.value);
  protobufAttributes(writer, 7, point.attributes);
  writer.varint(8, Number(point.empty));
}

function protobufHistogram(writer: WireWriter, point: HistogramPoint): void {
  protobufTimes(writer, point);
  writer.fixed64(4, point.count);
  if (point.sum !== undefined) writer.double(5, point.sum);
  writer.packedFixed64(6, point.bucketCounts).packedDouble(7, point.upperBounds);
  protobufAttributes(writer, 9, point.attributes);
  writer.varint(10, Number(point.empty)).double(11, 0.1).double(12, 9);
}

function protobufExponential(writer: WireWriter, point: ExponentialPoint): void {
  protobufAttributes(writer, 1, point.attributes);
  protobufTimes(writer, point);
  writer.fixed64(4, point.count).sint32(6, point.scale).fixed64(7, point.zeroCount);
  if (point.sum !== undefined) writer.double(5, point.sum);
  writer.message(8, (buckets) => buckets.sint32(1, point.offset).packedVarint(2, point.bucketCounts));
  writer.message(9, (buckets) => buckets.sint32(1, 3).packedVarint(2, [point.negativeCount]));
  writer.varint(10, Number(point.empty)).double(14, point.zeroThreshold);
}

function protobufAttributes(writer: WireWriter, field: number, attributes: Attributes): void {
  for (const [key, value] of attributes) writer.message(field, (inner) => protobufKeyValue(inner, key, value));
}

function protobufKeyValue(writer: WireWriter, key: string, value: AttributeValue): void {
  writer.bytes(1, key).message(2, (inner) => protobufValue(inner, value));
}

function protobufValue(writer: WireWriter, value: AttributeValue): void {
  if (typeof value === 'string') writer.bytes(1, value);
  else if (typeof value === 'boolean') writer.varint(2, Number(value));
  else if (Number.isSafeInteger(value)) writer.varint(3, value as number);
  else if (typeof value === 'number') writer.double(4, value);
  else if (Array.isArray(value)) {
    writer.message(5, (list) => {
      for (const item of value) list.message(1, (inner) => protobufValue(inner, item));
    });
  } else if (value !== null && 'pairs' in value) {
    writer.message(6, (list) => {
      for (const [key, item] of value.pairs) list.message(1, (inner) => protobufKeyValue(inner, key, item));
    });
  } else if (value !== null) writer.bytes(7, Buffer.from(value.bytes, 'base64'));
}

export function encodeJson({ resources }: MetricsPayload): Buffer {
  const resourceMetrics = resources.map(({ attributes, scopes }) => ({
    resource: { attributes: jsonAttributes(attributes) },
    scopeMetrics: scopes.map((scope) => ({
      scope: { name: scope.name, version: scope.version, attributes: jsonAttributes(scope.attributes) },
      metrics: scope.metrics.map(jsonMetric),
    })),
  }));
  return Buffer.from(JSON.stringify({ resourceMetrics }));
}

function jsonMetric(metric: Metric): unknown {
  const head = { name: metric.name, description: 'a description', unit: metric.unit };
  if (metric.type === 'other') {
    return {
      ...head,
      summary: { dataPoints: metric.points.map(({ timeMs }) => ({ timeUnixNano: nanos(timeMs), count: '7', sum: 1 })) },
    };
  }
  if (metric.type === 'gauge') {
    return {
      ...head,
      gauge: { dataPoints: metric.points.map((point) => ({ ...jsonPoint(point), ...jsonNumber(point.value) })) },
    };
  }
  const aggregationTemporality = TEMPORALITY[metric.temporality];
  if (metric.type === 'sum') {
    const dataPoints = metric.points.map((point) => ({ ...jsonPoint(point), ...jsonNumber(point.value) }));
    return { ...head, sum: { aggregationTemporality, isMonotonic: metric.monotonic, dataPoints } };
  }
  if (metric.type === 'histogram') {
    const dataPoints = metric.points.map((point) => ({
      ...jsonPoint(point),
      count: String(point.count),
      ...jsonSum(point),
      explicitBounds: point.upperBounds,
      bucketCounts: point.bucketCounts.map(String),
    }));
    return { ...head, histogram: { aggregationTemporality, dataPoints } };
  }
  const dataPoints = metric.points.map((point) => ({
    ...jsonPoint(point),
    count: point.count,
    ...jsonSum(point),
    scale: point.scale,
    zeroCount: String(point.zeroCount),
    zeroThreshold: point.zeroThreshold,
    positive: { offset: point.offset, bucketCounts: point.bucketCounts.map(String) },
    negative: { bucketCounts: [point.negativeCount] },
  }));
  return { ...head, exponentialHistogram: { aggregationTemporality, dataPoints } };
}

function jsonSum({ sum }: { sum?: number }): object {
  return sum === undefined ? {} : { sum };
}

function jsonNumber(value: number): object {
  return Number.isSafeInteger(value) ? { asInt: String(value) } : { asDouble: value };
}

function jsonPoint({ attributes, startMs, timeMs, empty }: CountingPoint): object {
  return {
    attributes: jsonAttributes(attributes),
    startTimeUnixNano: nanos(startMs),
    timeUnixNano: nanos(timeMs),
    flags: Number(empty),
  };
}

function jsonAttributes(attributes: Attributes): unknown[] {
  return [...attributes].map(([key, value]) => ({ key, value: jsonValue(value) }));
}

function jsonValue(value: AttributeValue): unknown {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  if (typeof value === 'number') return { doubleValue: value };
  if (value === null) return {};
  if (Array.isArray(value)) return { arrayValue: { values: value.map(jsonValue) } };
  if ('bytes' in value) return { bytesValue: value.bytes };
  return { kvlistValue: { values: value.pairs.map(([key, item]) => ({ key, value: jsonValue(item) })) } };
}
