/** Picks the points that count requests, and those of business metrics, out of an export. All other metrics are passed over. */
import {
  attributesKey,
  isFailure,
  isOfUnknownService,
  METRIC,
  type Target,
  targetOfPoint,
  targetOfResource,
} from './attributes.ts';
import { type MeasurePart, measureOf, readMeasurePoints } from './measure-points.ts';
import type { CountingPoint, Metric, MetricsPayload, ResourceMetrics } from './otlp-metrics.ts';
import { durationUnit, type Reading, readExplicit, readExponential, readSum } from './readings.ts';

/** What the metrics that we read count. */
const KINDS: ReadonlyMap<string, 'answered' | 'unanswered'> = new Map([
  [METRIC.answered, 'answered'],
  [METRIC.unanswered, 'unanswered'],
]);

/** A point that counts requests, or measures something. */
export interface RequestPoint {
  /** `answered`: counted by the server itself. `unanswered`: counted by a caller or proxy that waited in vain. */
  kind: 'answered' | 'unanswered' | 'measure';
  /** What it measures; `null` when it counts requests. */
  part: MeasurePart | null;
  /** Key of the sender: its service and its instance. */
  sender: string;
  /** Key of the metric of the sender. Like all keys of streams it does not hold the cohort. */
  family: string;
  /** Key of the series inside its family. */
  series: string;
  temporality: 'delta' | 'cumulative';
  /** Whom it counts requests of. */
  target: Target;
  /** 0 when not said. */
  startMs: number;
  timeMs: number;
  /** `null` when the point contradicts itself. */
  reading: Reading | null;
  /** True when the requests that it counts failed. */
  failed: boolean;
  /** True when latencies were left out, because we do not know their unit. */
  hasUnknownUnit: boolean;
}

/** What all points of a metric have in common. */
interface MetricHead {
  sender: string;
  family: string;
  /** The sender itself. */
  server: Target;
  temporality: 'delta' | 'cumulative';
}

/** What an export holds for us. */
export interface RequestPoints {
  points: RequestPoint[];
  /** The senders, and the time of their newest point of any metric: that far they have reported. */
  senders: { key: string; reportedUntilMs: number }[];
  /** Number of points of metrics that we do not read, and of points without a value. */
  ignored: number;
  /** Points of our metrics that come from an instrument of the wrong kind, by service. */
  unsupported: { service: string; points: number }[];
}

/** Reads an export. Pure. */
export function readRequestPoints(payload: MetricsPayload): RequestPoints {
  const found: RequestPoints = { points: [], senders: [], ignored: 0, unsupported: [] };
  for (const resource of payload.resources) addResource(found, resource);
  return found;
}

function addResource(found: RequestPoints, { attributes, scopes }: ResourceMetrics): void {
  const target = targetOfResource(attributes);
  const sender = JSON.stringify([target.service, target.pod ?? null]);
  let reportedUntilMs = 0;
  for (const scope of scopes) {
    const scopeKey = JSON.stringify([sender, scope.name, scope.version, attributesKey(scope.attributes)]);
    for (const metric of scope.metrics) {
      addMetric(found, metric, sender, target, scopeKey);
      for (const { timeMs } of metric.points) reportedUntilMs = Math.max(reportedUntilMs, timeMs);
    }
  }
  found.senders.push({ key: sender, reportedUntilMs });
}

function addMetric(found: RequestPoints, metric: Metric, sender: string, server: Target, scopeKey: string): void {
  const measure = measureOf(metric);
  const kind = KINDS.get(metric.name);
  if (kind === undefined && measure === null) {
    found.ignored += metric.points.length;
    return;
  }
  const temporality = temporalityOf(metric);
  if (temporality === 'unspecified') {
    found.unsupported.push({ service: server.service, points: metric.points.length });
    return;
  }
  const head = { sender, server, temporality, family: JSON.stringify([scopeKey, metric.name, temporality]) };
  if (measure !== null) addMeasurePoints(found, head, measure, metric);
  else addRequestPoints(found, head, kind!, metric);
}

/** A reading of a level is as new as a delta. */
function temporalityOf(metric: Metric): 'delta' | 'cumulative' | 'unspecified' {
  if (metric.type === 'gauge') return 'delta';
  return metric.type === 'other' ? 'unspecified' : metric.temporality;
}

function addMeasurePoints(found: RequestPoints, head: MetricHead, measure: string, metric: Metric): void {
  const { server, ...keys } = head;
  const points = readMeasurePoints(measure, metric);
  if (points === null) found.unsupported.push({ service: server.service, points: metric.points.length });
  for (const { point, part, reading } of points ?? []) {
    const { attributes, startMs, timeMs } = point;
    if (point.empty) found.ignored += 1;
    else if (part === null) found.unsupported.push({ service: server.service, points: 1 });
    else {
      found.points.push({
        ...keys,
        kind: 'measure',
        part,
        series: attributesKey(attributes),
        target: server,
        // A level is of that moment, whenever its sender began to look.
        startMs: part.kind === 'level' ? timeMs : startMs,
        timeMs,
        reading,
        failed: false,
        hasUnknownUnit: false,
      });
    }
  }
}

function addRequestPoints(
  found: RequestPoints,
  head: MetricHead,
  kind: 'answered' | 'unanswered',
  metric: Metric,
): void {
  const { server, ...keys } = head;
  const readings = readingsOf(kind, metric);
  if (readings === null) {
    found.unsupported.push({ service: server.service, points: metric.points.length });
    return;
  }
  const hasUnknownUnit = kind === 'answered' && durationUnit(metric) === null;
  for (const { point, reading } of readings) {
    // What a client saw fail at an address that nobody has named is for dashboards.
    if (point.empty || (kind === 'unanswered' && isOfUnknownService(point.attributes))) {
      found.ignored += 1;
      continue;
    }
    const { attributes, startMs, timeMs } = point;
    const series = attributesKey(attributes);
    const about =
      kind === 'answered'
        ? { target: server, failed: isFailure(attributes) }
        : { target: targetOfPoint(attributes), failed: true };
    found.points.push({
      ...keys,
      kind,
      part: null,
      series,
      startMs,
      timeMs,
      reading,
      hasUnknownUnit,
      ...about,
    });
  }
}

/** Each point with what it counted; `null` when the instrument is of the wrong kind. */
function readingsOf(
  kind: 'answered' | 'unanswered',
  metric: Metric,
): { point: CountingPoint; reading: Reading | null }[] | null {
  const unit = durationUnit(metric);
  if (kind === 'unanswered') {
    const counts = metric.type === 'sum' && metric.monotonic;
    return counts ? metric.points.map((point) => ({ point, reading: readSum(point) })) : null;
  }
  if (metric.type === 'histogram') return metric.points.map((point) => ({ point, reading: readExplicit(point, unit) }));
  if (metric.type === 'exponential')
    return metric.points.map((point) => ({ point, reading: readExponential(point, unit) }));
  return null;
}
