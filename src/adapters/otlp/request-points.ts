/** Picks the points that count requests out of an export. All other metrics are passed over. */
import { attributesKey, isFailure, METRIC, type Target, targetOfPoint, targetOfResource } from './attributes.ts';
import type { CountingPoint, Metric, MetricsPayload, ResourceMetrics } from './otlp-metrics.ts';
import { durationUnit, type Reading, readExplicit, readExponential, readSum } from './readings.ts';

/** What the metrics that we read count. */
const KINDS: ReadonlyMap<string, RequestPoint['kind']> = new Map([
  [METRIC.answered, 'answered'],
  [METRIC.unanswered, 'unanswered'],
]);

/** A point that counts requests. */
export interface RequestPoint {
  /** `answered`: counted by the server itself. `unanswered`: counted by a caller or proxy that waited in vain. */
  kind: 'answered' | 'unanswered';
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
  const kind = KINDS.get(metric.name);
  if (kind === undefined) {
    found.ignored += metric.points.length;
    return;
  }
  const temporality = metric.type === 'other' ? 'unspecified' : metric.temporality;
  const readings = readingsOf(kind, metric);
  if (readings === null || temporality === 'unspecified') {
    found.unsupported.push({ service: server.service, points: metric.points.length });
    return;
  }
  const family = JSON.stringify([scopeKey, metric.name, temporality]);
  const hasUnknownUnit = kind === 'answered' && durationUnit(metric) === null;
  for (const { point, reading } of readings) {
    if (point.empty) {
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
      kind,
      sender,
      family,
      series,
      temporality,
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
  kind: RequestPoint['kind'],
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
