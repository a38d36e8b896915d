/**
 * Decodes what the exporters send as protobuf into the shape of OTLP's JSON, so that a test reads both alike. Written from
 * the .proto files of opentelemetry-proto 1.x and apart from the decoder in `src`, which must not check itself.
 */

type Kind =
  | 'string'
  | 'bytes'
  | 'hex'
  | 'bool'
  | 'int'
  | 'sint'
  | 'enum'
  | 'fixed64'
  | 'sfixed64'
  | 'double'
  | 'fixed32';

/** Field number to name and type; `[]` behind the type: repeated; a capital letter: another message. */
type Message = Readonly<Record<number, readonly [name: string, type: string]>>;

const NUMBER_DATA: Message = {
  1: ['dataPoints', 'NumberPoint[]'],
  2: ['aggregationTemporality', 'enum'],
  3: ['isMonotonic', 'bool'],
};

const MESSAGES: Readonly<Record<string, Message>> = {
  KeyValue: { 1: ['key', 'string'], 2: ['value', 'AnyValue'] },
  AnyValue: {
    1: ['stringValue', 'string'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'ArrayValue'],
    6: ['kvlistValue', 'KeyValueList'],
    7: ['bytesValue', 'bytes'],
  },
  ArrayValue: { 1: ['values', 'AnyValue[]'] },
  KeyValueList: { 1: ['values', 'KeyValue[]'] },
  Resource: { 1: ['attributes', 'KeyValue[]'] },
  Scope: { 1: ['name', 'string'], 2: ['version', 'string'], 3: ['attributes', 'KeyValue[]'] },

  Traces: { 1: ['resourceSpans', 'ResourceSpans[]'] },
  ResourceSpans: { 1: ['resource', 'Resource'], 2: ['scopeSpans', 'ScopeSpans[]'] },
  ScopeSpans: { 1: ['scope', 'Scope'], 2: ['spans', 'Span[]'] },
  Span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'string'],
    6: ['kind', 'enum'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', 'KeyValue[]'],
    11: ['events', 'Event[]'],
    13: ['links', 'Link[]'],
    15: ['status', 'Status'],
  },
  Event: { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'string'], 3: ['attributes', 'KeyValue[]'] },
  Link: { 1: ['traceId', 'hex'], 2: ['spanId', 'hex'], 4: ['attributes', 'KeyValue[]'] },
  Status: { 2: ['message', 'string'], 3: ['code', 'enum'] },

  Metrics: { 1: ['resourceMetrics', 'ResourceMetrics[]'] },
  ResourceMetrics: { 1: ['resource', 'Resource'], 2: ['scopeMetrics', 'ScopeMetrics[]'] },
  ScopeMetrics: { 1: ['scope', 'Scope'], 2: ['metrics', 'Metric[]'] },
  Metric: {
    1: ['name', 'string'],
    2: ['description', 'string'],
    3: ['unit', 'string'],
    5: ['gauge', 'NumberData'],
    7: ['sum', 'NumberData'],
    9: ['histogram', 'HistogramData'],
    10: ['exponentialHistogram', 'ExponentialData'],
  },
  NumberData: NUMBER_DATA,
  HistogramData: { 1: ['dataPoints', 'HistogramPoint[]'], 2: ['aggregationTemporality', 'enum'] },
  ExponentialData: { 1: ['dataPoints', 'ExponentialPoint[]'], 2: ['aggregationTemporality', 'enum'] },
  NumberPoint: {
    2: ['startTimeUnixNano', 'fixed64'],
    3: ['timeUnixNano', 'fixed64'],
    4: ['asDouble', 'double'],
    6: ['asInt', 'sfixed64'],
    7: ['attributes', 'KeyValue[]'],
  },
  HistogramPoint: {
    2: ['startTimeUnixNano', 'fixed64'],
    3: ['timeUnixNano', 'fixed64'],
    4: ['count', 'fixed64'],
    5: ['sum', 'double'],
    6: ['bucketCounts', 'fixed64[]'],
    7: ['explicitBounds', 'double[]'],
    9: ['attributes', 'KeyValue[]'],
    11: ['min', 'double'],
    12: ['max', 'double'],
  },
  ExponentialPoint: {
    1: ['attributes', 'KeyValue[]'],
    2: ['startTimeUnixNano', 'fixed64'],
    3: ['timeUnixNano', 'fixed64'],
    4: ['count', 'fixed64'],
    5: ['sum', 'double'],
    6: ['scale', 'sint'],
    7: ['zeroCount', 'fixed64'],
    8: ['positive', 'Buckets'],
    12: ['min', 'double'],
    13: ['max', 'double'],
  },
  Buckets: { 1: ['offset', 'sint'], 2: ['bucketCounts', 'int[]'] },

  Logs: { 1: ['resourceLogs', 'ResourceLogs[]'] },
  ResourceLogs: { 1: ['resource', 'Resource'], 2: ['scopeLogs', 'ScopeLogs[]'] },
  ScopeLogs: { 1: ['scope', 'Scope'], 2: ['logRecords', 'LogRecord[]'] },
  LogRecord: {
    1: ['timeUnixNano', 'fixed64'],
    2: ['severityNumber', 'enum'],
    3: ['severityText', 'string'],
    5: ['body', 'AnyValue'],
    6: ['attributes', 'KeyValue[]'],
    8: ['flags', 'fixed32'],
    9: ['traceId', 'hex'],
    10: ['spanId', 'hex'],
    11: ['observedTimeUnixNano', 'fixed64'],
    12: ['eventName', 'string'],
  },
};

/** Decodes the body of an export request. Throws when it is no protobuf. */
export function decodeExport(signal: 'Traces' | 'Metrics' | 'Logs', body: Buffer): unknown {
  return readMessage(signal, body);
}

function readMessage(type: string, bytes: Buffer): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  let position = 0;

  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[position++];
      if (byte === undefined) throw new Error(`${type} ends inside a number`);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (position + length > bytes.length) throw new Error(`${type} ends inside a field`);
    position += length;
    return bytes.subarray(position - length, position);
  };

  while (position < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    const raw = wire === 0 ? varint() : take(wire === 1 ? 8 : wire === 5 ? 4 : Number(varint()));
    const [name, declared] = MESSAGES[type]?.[tag >>> 3] ?? [];
    if (name === undefined || declared === undefined) continue;
    const repeated = declared.endsWith('[]');
    const kind = repeated ? declared.slice(0, -2) : declared;
    if (!repeated) message[name] = readValue(kind, raw);
    else message[name] = [...((message[name] as unknown[] | undefined) ?? []), ...eachOf(kind, raw)];
  }
  return message;
}

/** A repeated number may come packed: many in one field. */
function eachOf(kind: string, raw: bigint | Buffer): unknown[] {
  if (typeof raw === 'bigint') return [readValue(kind, raw)];
  if (kind === 'fixed64' || kind === 'double') {
    return Array.from({ length: raw.length / 8 }, (_, index) =>
      readValue(kind, raw.subarray(8 * index, 8 * index + 8)),
    );
  }
  if (kind !== 'int') return [readValue(kind, raw)];
  const values: unknown[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of raw) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    values.push(readValue(kind, value));
    value = shift = 0n;
  }
  return values;
}

function readValue(kind: string, raw: bigint | Buffer): unknown {
  if (typeof raw === 'bigint') {
    if (kind === 'bool') return raw !== 0n;
    if (kind === 'enum') return Number(raw);
    if (kind === 'sint') return Number((raw >> 1n) ^ -(raw & 1n));
    return BigInt.asIntN(64, raw).toString();
  }
  const read: Record<Exclude<Kind, 'bool' | 'enum' | 'sint' | 'int'>, () => unknown> = {
    string: () => raw.toString('utf8'),
    bytes: () => raw.toString('base64'),
    hex: () => raw.toString('hex'),
    double: () => raw.readDoubleLE(),
    fixed32: () => raw.readUInt32LE(),
    fixed64: () => raw.readBigUInt64LE().toString(),
    sfixed64: () => raw.readBigInt64LE().toString(),
  };
  return kind in MESSAGES ? readMessage(kind, raw) : read[kind as keyof typeof read]();
}
