/** A sender for the soak test: real exports of 50 points, prebuilt so that the test measures the receiver and not itself. */
import type { Metric } from '../../../../src/adapters/otlp/index.ts';
import { encodeJson, encodeProtobuf, nanos } from './encode.ts';
import { answered, at, exportOf } from './exports.ts';

export const POINTS = 50;
export const BOUNDS: number[] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const BUCKETS = BOUNDS.length + 1;
/** Every tenth point is one of failed requests. */
const FAILED_EVERY = 10;

export interface SenderPlan {
  pod: string;
  format: 'protobuf' | 'json';
  temporality: 'delta' | 'cumulative';
  cohort: 'canary' | 'stable';
}

/** Requests of one pod in one cohort and interval, as they were sent. */
export interface SentCounts {
  requests: number;
  errors: number;
  buckets: number[];
}

/** Counts requests as an SDK does, writes them down as sent, and makes export bodies. */
export class SoakSender {
  /** What was sent, by cohort and end of the interval in seconds. */
  readonly sent: Map<string, SentCounts> = new Map();
  readonly plan: SenderPlan;
  #cohort: 'canary' | 'stable';
  #templates: Record<'canary' | 'stable', Template>;
  #startedAt = 0;
  #exportedAt = 0;
  #exports = 0;
  #counts = new Uint32Array(POINTS * BUCKETS);

  constructor(plan: SenderPlan) {
    this.plan = plan;
    this.#cohort = plan.cohort;
    this.#templates = { canary: new Template(plan, 'canary'), stable: new Template(plan, 'stable') };
  }

  /** The next export, at `seconds`, which lies in the interval that ends at `intervalEnd`. */
  next(seconds: number, intervalEnd: number): Buffer {
    const key = `${this.#cohort} ${intervalEnd}`;
    const sent = this.sent.get(key) ?? { requests: 0, errors: 0, buckets: new Array<number>(BUCKETS).fill(0) };
    this.sent.set(key, sent);
    const round = this.#exports++;
    for (let point = 0; point < POINTS; point++) {
      const bucket = (point + round) % BUCKETS;
      const requests = 1 + ((point + round) % 3);
      this.#counts[point * BUCKETS + bucket]! += requests;
      sent.requests += requests;
      sent.buckets[bucket]! += requests;
      if (point % FAILED_EVERY === 0) sent.errors += requests;
    }
    const isDelta = this.plan.temporality === 'delta';
    const body = this.#templates[this.#cohort].fill(
      isDelta ? this.#exportedAt : this.#startedAt,
      seconds,
      this.#counts,
    );
    this.#exportedAt = seconds;
    if (isDelta) this.#counts.fill(0);
    return body;
  }

  /** From now on it runs under the other cohort. Its totals go on. */
  flip(): void {
    this.#cohort = this.#cohort === 'canary' ? 'stable' : 'canary';
  }

  /** It starts anew at `seconds`, with all counts at zero. */
  restart(seconds: number): void {
    this.#startedAt = seconds;
    this.#exportedAt = seconds;
    this.#counts.fill(0);
  }
}

/** An encoded export whose numbers are replaced in place. */
class Template {
  readonly #format: SenderPlan['format'];
  readonly #bytes: Buffer;
  readonly #json: JsonExport;
  readonly #startOffsets: number[];
  readonly #timeOffsets: number[];
  readonly #countOffsets: number[];
  readonly #bucketOffsets: number[];

  constructor(plan: SenderPlan, cohort: 'canary' | 'stable') {
    const mark = (point: number, slot: number): number => 0x5a000000 + point * 100 + slot;
    const [start, time] = [111, 222];
    const points = Array.from({ length: POINTS }, (_, point) => ({
      from: start,
      to: time,
      count: mark(point, 99),
      bounds: BOUNDS,
      buckets: Array.from({ length: BUCKETS }, (_, bucket) => mark(point, bucket)),
      status: point % FAILED_EVERY === 0 ? 500 : 200,
      route: `/route/${point}`,
      attributes: { 'http.request.method': 'GET', 'url.scheme': 'http', 'network.protocol.version': '1.1' },
    }));
    const metric: Metric = answered(points, plan.temporality);
    const payload = exportOf({ pod: plan.pod, cohort, deploymentId: 'd1' }, metric);
    this.#format = plan.format;
    this.#json = JSON.parse(encodeJson(payload).toString()) as JsonExport;
    this.#bytes = encodeProtobuf(payload);
    const find = (value: bigint): number[] => offsetsOf(this.#bytes, value);
    this.#startOffsets = find(BigInt(nanos(at(start))));
    this.#timeOffsets = find(BigInt(nanos(at(time))));
    this.#countOffsets = points.flatMap(({ count }) => find(BigInt(count)));
    this.#bucketOffsets = points.flatMap(({ buckets }) => buckets.flatMap((bucket) => find(BigInt(bucket))));
    const found = [this.#startOffsets, this.#timeOffsets, this.#countOffsets].map((offsets) => offsets.length);
    if (found.some((n) => n !== POINTS) || this.#bucketOffsets.length !== POINTS * BUCKETS) {
      throw new Error('the template has lost a number');
    }
  }

  fill(from: number, to: number, counts: Uint32Array): Buffer {
    return this.#format === 'json' ? this.#fillJson(from, to, counts) : this.#fillProtobuf(from, to, counts);
  }

  #fillProtobuf(from: number, to: number, counts: Uint32Array): Buffer {
    const bytes = Buffer.from(this.#bytes);
    const [start, time] = [BigInt(nanos(at(from))), BigInt(nanos(at(to)))];
    for (const offset of this.#startOffsets) bytes.writeBigUInt64LE(start, offset);
    for (const offset of this.#timeOffsets) bytes.writeBigUInt64LE(time, offset);
    this.#bucketOffsets.forEach((offset, i) => void bytes.writeUInt32LE(counts[i]!, offset));
    this.#countOffsets.forEach((offset, point) => void bytes.writeUInt32LE(countOf(counts, point), offset));
    return bytes;
  }

  #fillJson(from: number, to: number, counts: Uint32Array): Buffer {
    const { dataPoints } = this.#json.resourceMetrics[0]!.scopeMetrics[0]!.metrics[0]!.histogram;
    dataPoints.forEach((dataPoint, point) => {
      dataPoint.startTimeUnixNano = nanos(at(from));
      dataPoint.timeUnixNano = nanos(at(to));
      dataPoint.count = countOf(counts, point);
      dataPoint.bucketCounts = [...counts.subarray(point * BUCKETS, (point + 1) * BUCKETS)];
    });
    return Buffer.from(JSON.stringify(this.#json));
  }
}

interface JsonPoint {
  startTimeUnixNano: string;
  timeUnixNano: string;
  count: number;
  bucketCounts: number[];
}

interface JsonExport {
  resourceMetrics: { scopeMetrics: { metrics: { histogram: { dataPoints: JsonPoint[] } }[] }[] }[];
}

function countOf(counts: Uint32Array, point: number): number {
  return counts.subarray(point * BUCKETS, (point + 1) * BUCKETS).reduce((sum, n) => sum + n, 0);
}

function offsetsOf(bytes: Buffer, value: bigint): number[] {
  const pattern = Buffer.alloc(8);
  pattern.writeBigUInt64LE(value);
  const offsets: number[] = [];
  for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 8)) offsets.push(at);
  return offsets;
}
