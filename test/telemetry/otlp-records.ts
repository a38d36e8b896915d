/** Spans, metric points and log records as tests look at them, from export requests in OTLP's JSON shape. */

interface Origin {
  /** Attributes of the resource that the record came with. */
  readonly resource: Record<string, unknown>;
  /** Name of the instrumentation scope. */
  readonly scope: string;
}

export interface SinkSpan extends Origin {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER' | 'OTHER';
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root span. */
  readonly parentSpanId: string;
  readonly attributes: Record<string, unknown>;
  readonly events: readonly { readonly name: string; readonly attributes: Record<string, unknown> }[];
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message: string };
  readonly startMs: number;
  readonly endMs: number;
}

export interface SinkPoint extends Origin {
  readonly metric: string;
  readonly unit: string;
  readonly type: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram';
  readonly temporality: 'delta' | 'cumulative' | undefined;
  /** Measurements of a histogram; the value of a sum or gauge. */
  readonly count: number;
  /** Sum of a histogram's measurements; 0 for other types. */
  readonly sum: number;
  readonly bounds: readonly number[];
  readonly buckets: readonly number[];
  readonly attributes: Record<string, unknown>;
  readonly startMs: number;
  readonly endMs: number;
}

export interface SinkLog extends Origin {
  readonly body: unknown;
  /** Empty when the record is no event. */
  readonly eventName: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: Record<string, unknown>;
  readonly timeMs: number;
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP JSON, read leniently.
type Json = any;

const KINDS = ['OTHER', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const STATUS = ['UNSET', 'OK', 'ERROR'] as const;
const TEMPORALITY = [undefined, 'delta', 'cumulative'] as const;
const DATA = ['histogram', 'exponentialHistogram', 'sum', 'gauge'] as const;

/** The spans of an export of traces. */
export function spansOf(request: Json): SinkSpan[] {
  return recordsOf(request.resourceSpans, 'scopeSpans', 'spans').map(([span, origin]) => ({
    ...origin,
    name: span.name ?? '',
    kind: KINDS[span.kind] ?? 'OTHER',
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    attributes: attributesOf(span.attributes),
    events: (span.events ?? []).map((event: Json) => ({
      name: event.name,
      attributes: attributesOf(event.attributes),
    })),
    status: { code: STATUS[span.status?.code ?? 0] ?? 'UNSET', message: span.status?.message ?? '' },
    startMs: Number(span.startTimeUnixNano) / 1e6,
    endMs: Number(span.endTimeUnixNano) / 1e6,
  }));
}

/** The points of an export of metrics. */
export function pointsOf(request: Json): SinkPoint[] {
  return recordsOf(request.resourceMetrics, 'scopeMetrics', 'metrics').flatMap(([metric, origin]) => {
    const type = DATA.find((name) => metric[name] !== undefined);
    if (type === undefined) return [];
    const data = metric[type];
    return (data.dataPoints ?? []).map((point: Json) => ({
      ...origin,
      metric: metric.name,
      unit: metric.unit ?? '',
      type,
      temporality: TEMPORALITY[data.aggregationTemporality ?? 0],
      count: Number(point.count ?? point.asInt ?? point.asDouble ?? 0),
      sum: Number(point.sum ?? 0),
      bounds: (point.explicitBounds ?? []).map(Number),
      buckets: (point.bucketCounts ?? point.positive?.bucketCounts ?? []).map(Number),
      attributes: attributesOf(point.attributes),
      startMs: Number(point.startTimeUnixNano) / 1e6,
      endMs: Number(point.timeUnixNano) / 1e6,
    }));
  });
}

/** The records of an export of logs. */
export function logsOf(request: Json): SinkLog[] {
  return recordsOf(request.resourceLogs, 'scopeLogs', 'logRecords').map(([record, origin]) => ({
    ...origin,
    body: plainValue(record.body ?? {}),
    eventName: record.eventName ?? '',
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? '',
    traceId: record.traceId ?? '',
    spanId: record.spanId ?? '',
    attributes: attributesOf(record.attributes),
    timeMs: Number(record.timeUnixNano ?? record.observedTimeUnixNano) / 1e6,
  }));
}

function recordsOf(resources: Json[] = [], scopes: string, records: string): [Json, Origin][] {
  return resources.flatMap((group) =>
    (group[scopes] ?? []).flatMap((inner: Json) =>
      (inner[records] ?? []).map((record: Json) => [
        record,
        { resource: attributesOf(group.resource?.attributes), scope: inner.scope?.name ?? '' },
      ]),
    ),
  );
}

function attributesOf(list: readonly Json[] = []): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value ?? {})]));
}

function plainValue(value: Json): unknown {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return attributesOf(value.kvlistValue.values);
  return Object.values(value)[0];
}
