import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createIntervalStore,
  decodeJsonMetrics,
  decodeProtobufMetrics,
  type Metric,
  type MetricsPayload,
  type OtlpReceiver,
  startOtlpReceiver,
} from '../../../src/adapters/otlp/index.ts';
import { validateTelemetry } from '../../../src/engine/validate-telemetry.ts';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { encodeJson, encodeProtobuf } from './support/encode.ts';
import { answered, at, exportOf, unanswered } from './support/exports.ts';
import { JSON_TYPE, PROTOBUF_TYPE, post } from './support/http.ts';

const CANARY = {
  pod: 'c1',
  cohort: 'canary',
  deploymentId: 'd1',
  extra: { list: ['a', 1, true, null], bytes: { bytes: 'AAEC' } },
};

function business(name: string, points: [key: string, value: string, amount: number][]): Metric {
  return {
    ...{ name: `rolloutguard.business.${name}`, unit: '', type: 'sum', temporality: 'delta', monotonic: true },
    points: points.map(([key, value, amount]) => ({
      ...{ attributes: new Map([[key, value]]), startMs: at(0), timeMs: at(8), empty: false, value: amount },
    })),
  };
}

const PAYLOAD = exportOf(
  CANARY,
  answered([{ from: 0, to: 8, count: 6, bounds: [0.1, 1], buckets: [1, 2, 3], route: '/a' }]),
  answered([{ from: 0, to: 8, count: 6, status: 503 }], 'cumulative'),
  unanswered(CANARY, [{ from: 0, to: 8, count: 2 }]),
  business('checkout', [
    ['rolloutguard.outcome', 'good', 5],
    ['rolloutguard.outcome', 'bad', 2],
  ]),
  business('order', [
    ['rolloutguard.statistic', 'sum', 12.5],
    ['rolloutguard.statistic', 'count', 3],
    ['rolloutguard.statistic', 'sum_of_squares', 60.25],
  ]),
  {
    ...{ name: 'rolloutguard.business.queue', unit: '', type: 'gauge' },
    points: [{ attributes: new Map(), startMs: at(0), timeMs: at(8), empty: false, value: -2.5 }],
  },
  {
    ...{ name: 'rolloutguard.business.weight', unit: '', type: 'histogram', temporality: 'delta' },
    points: [
      {
        ...{ attributes: new Map(), startMs: at(0), timeMs: at(8), empty: false },
        ...{ count: 2, sum: 7.25, upperBounds: [], bucketCounts: [2] },
      },
    ],
  },
  {
    name: 'http.server.request.duration',
    unit: 's',
    type: 'exponential',
    temporality: 'delta',
    points: [
      {
        ...{ attributes: new Map(), startMs: at(0), timeMs: at(8), empty: false, count: 6 },
        ...{ scale: 3, zeroCount: 1, zeroThreshold: 0, offset: -4, bucketCounts: [2, 3], negativeCount: 0 },
      },
    ],
  },
);
const QUERY = { service: 'api', deploymentId: 'd1', fromMs: at(-1e6), toMs: at(1e6), intervalMs: 10_000 };

const FORMATS = [
  { name: 'protobuf', body: encodeProtobuf(PAYLOAD), decode: decodeProtobufMetrics },
  { name: 'JSON', body: encodeJson(PAYLOAD), decode: decodeJsonMetrics },
];

/** Bytes that are cut, overwritten, inserted, doubled, or made up. */
function damaged(body: Buffer): fc.Arbitrary<Buffer> {
  const position = fc.nat({ max: body.length - 1 });
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 });
  return fc.oneof(
    position.map((end) => body.subarray(0, end)),
    fc.array(fc.tuple(position, fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 }).map((edits) => {
      const copy = Buffer.from(body);
      for (const [at, byte] of edits) copy[at] = byte;
      return copy;
    }),
    fc.tuple(position, bytes).map(([at, more]) => Buffer.concat([body.subarray(0, at), more, body.subarray(at)])),
    fc.tuple(position, position).map(([a, b]) => Buffer.concat([body.subarray(0, a), body.subarray(b)])),
    fc.uint8Array({ maxLength: 200 }).map((made) => Buffer.from(made)),
  );
}

describe.each(FORMATS)('a damaged $name body', ({ body, decode }) => {
  test('is refused whole, or holds nothing that could break a decision', () => {
    const untouched = createIntervalStore({}, at(0));
    untouched.ingest(PAYLOAD, at(9));
    const expected = untouched.telemetry(QUERY, at(60));
    expect(expected.intervals).toMatchObject([{ requests: 20, errors: 8, unanswered: 2 }]);
    expect(Object.keys(expected.intervals[0]?.measures ?? {})).toEqual(['checkout', 'order', 'queue', 'weight']);
    let refused = 0;
    fc.assert(
      fc.property(damaged(body), (bytes) => {
        const store = createIntervalStore({}, at(0));
        store.ingest(PAYLOAD, at(9));
        const payload = decodeOrNull(decode, bytes);
        if (payload === null) refused += 1;
        else store.ingest(payload, at(9));
        const telemetry = store.telemetry(QUERY, at(60));
        validateTelemetry(telemetry);
        if (payload === null) expect(telemetry).toEqual(expected);
      }),
      { seed: 7, numRuns: 3000 },
    );
    // The test would prove nothing if all, or none, of the bodies were refused.
    expect(refused).toBeGreaterThan(300);
    expect(refused).toBeLessThan(2900);
  });
});

function decodeOrNull(decode: (body: Uint8Array) => MetricsPayload, bytes: Buffer): MetricsPayload | null {
  try {
    return decode(bytes);
  } catch (error) {
    expect(isRolloutGuardError(error, 'INVALID_REQUEST'), String(error)).toBe(true);
    return null;
  }
}

describe('over HTTP', () => {
  let receiver: OtlpReceiver;
  beforeAll(async () => {
    receiver = await startOtlpReceiver({ port: 0, now: () => at(9) });
  });
  afterAll(() => receiver.close());

  test.each(FORMATS)(
    'damaged $name bodies are answered by 200 or 400, plain and in gzip, and the receiver lives on',
    async ({ name, body }) => {
      const url = `${receiver.url}/v1/metrics`;
      const type = { 'content-type': name === 'JSON' ? JSON_TYPE : PROTOBUF_TYPE };
      const gzip = { ...type, 'content-encoding': 'gzip' };
      await fc.assert(
        fc.asyncProperty(damaged(body), damaged(gzipSync(body)), async (plain, zipped) => {
          const answers = await Promise.all([
            post(url, plain, type),
            post(url, gzipSync(plain), gzip),
            post(url, zipped, gzip),
          ]);
          for (const { status } of answers) expect([200, 400]).toContain(status);
        }),
        { seed: 8, numRuns: 100 },
      );
      expect((await post(url, body, type)).status).toBe(200);
    },
  );
});
