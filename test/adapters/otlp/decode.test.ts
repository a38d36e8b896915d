import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AttributeValue,
  decodeJsonMetrics,
  decodeProtobufMetrics,
  type Metric,
  type MetricsPayload,
} from '../../../src/adapters/otlp/index.ts';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { encodeJson, encodeProtobuf, WireWriter } from './support/encode.ts';
import { answered, at, attributes, exportOf } from './support/exports.ts';

const count = fc.nat({ max: 2 ** 40 });
const timeMs = fc.integer({ min: 0, max: 4e12 });
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

const { value: anyValue } = fc.letrec<{ value: AttributeValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.maxSafeInteger(),
    double,
    fc.constant(null),
    fc.uint8Array({ maxLength: 5 }).map((bytes) => ({ bytes: Buffer.from(bytes).toString('base64') })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 }).map((pairs) => ({ pairs })),
  ),
}));
const name = fc.oneof(
  fc.string(),
  fc.constantFrom('__proto__', 'constructor', 'service.name', 'http.server.request.duration'),
);
const anyAttributes = fc.array(fc.tuple(name, anyValue), { maxLength: 4 }).map((pairs) => new Map(pairs));
const temporality = fc.constantFrom('delta' as const, 'cumulative' as const, 'unspecified' as const);
const countingPoint = { attributes: anyAttributes, startMs: timeMs, timeMs, empty: fc.boolean() };
const head = { name, unit: fc.string() };
const anyMetric: fc.Arbitrary<Metric> = fc.oneof(
  fc.record({
    ...head,
    type: fc.constant('sum' as const),
    temporality,
    monotonic: fc.boolean(),
    points: fc.array(fc.record({ ...countingPoint, value: fc.oneof(fc.maxSafeInteger(), double) }), { maxLength: 3 }),
  }),
  fc.record({
    ...head,
    type: fc.constant('histogram' as const),
    temporality,
    points: fc.array(
      fc.record(
        { ...countingPoint, count, sum: double, upperBounds: fc.array(double), bucketCounts: fc.array(count) },
        { requiredKeys: ['attributes', 'startMs', 'timeMs', 'empty', 'count', 'upperBounds', 'bucketCounts'] },
      ),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    ...head,
    type: fc.constant('exponential' as const),
    temporality,
    points: fc.array(
      fc.record({
        ...countingPoint,
        count,
        sum: double,
        scale: fc.integer({ min: -10, max: 20 }),
        zeroCount: count,
        zeroThreshold: double,
        offset: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
        bucketCounts: fc.array(count),
        negativeCount: count,
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    ...head,
    type: fc.constant('gauge' as const),
    points: fc.array(fc.record({ ...countingPoint, value: fc.oneof(fc.maxSafeInteger(), double) }), { maxLength: 3 }),
  }),
  fc.record({
    ...head,
    type: fc.constant('other' as const),
    points: fc.array(fc.record({ timeMs }), { maxLength: 3 }),
  }),
);
const anyPayload: fc.Arbitrary<MetricsPayload> = fc.record({
  resources: fc.array(
    fc.record({
      attributes: anyAttributes,
      scopes: fc.array(
        fc.record({
          name: fc.string(),
          version: fc.string(),
          attributes: anyAttributes,
          metrics: fc.array(anyMetric, { maxLength: 3 }),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});

test('whatever is written in protobuf or JSON is read as it was', () => {
  fc.assert(
    fc.property(anyPayload, (payload) => {
      expect(decodeProtobufMetrics(encodeProtobuf(payload))).toEqual(payload);
      expect(decodeJsonMetrics(encodeJson(payload))).toEqual(payload);
    }),
    { seed: 1, numRuns: 200 },
  );
});

describe('decodeProtobufMetrics', () => {
  const body = encodeProtobuf(exportOf({}, answered([{ to: 10, count: 3, route: '/a' }])));

  test('refuses a body that ends anywhere but at the end of a field', () => {
    for (let length = 1; length < body.length; length++) {
      expect(() => decodeProtobufMetrics(body.subarray(0, length)), `${length} bytes`).toThrow('malformed');
    }
  });

  test('an empty body is an export of nothing', () => {
    expect(decodeProtobufMetrics(Buffer.alloc(0))).toEqual({ resources: [] });
  });

  test('refuses attributes that are nested without end', () => {
    const nested = (depth: number): Buffer =>
      depth === 0
        ? new WireWriter().bytes(1, 'deep').result
        : new WireWriter().message(5, (list) => void list.bytes(1, nested(depth - 1))).result;
    const withValue = (value: Buffer): Buffer =>
      new WireWriter().message(1, (resourceMetrics) => {
        resourceMetrics.message(1, (resource) => {
          resource.message(1, (attribute) => void attribute.bytes(1, 'key').bytes(2, value));
        });
      }).result;
    expect(decodeProtobufMetrics(withValue(nested(3))).resources[0]?.attributes.get('key')).toEqual([[['deep']]]);
    expect(() => decodeProtobufMetrics(withValue(nested(500)))).toThrow('nested too deeply');
  });
});

describe('decodeJsonMetrics', () => {
  const decode = (value: unknown): MetricsPayload => decodeJsonMetrics(Buffer.from(JSON.stringify(value)));
  const withPoint = (point: object): unknown => ({
    resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', histogram: { dataPoints: [point] } }] }] }],
  });
  const pointOf = (point: object): unknown => decode(withPoint(point)).resources[0]!.scopes[0]!.metrics[0]!.points[0];

  test('reads 64-bit integers as text and as numbers, and what is absent or null as its default', () => {
    const expected = {
      attributes: new Map(),
      startMs: 0,
      timeMs: at(0) + 0.5,
      empty: false,
      count: 7,
      upperBounds: [0.5],
      bucketCounts: [3, 4],
    };
    const timeUnixNano = `${at(0)}500000`;
    expect(pointOf({ timeUnixNano, count: '7', explicitBounds: [0.5], bucketCounts: ['3', 4], flags: null })).toEqual(
      expected,
    );
    expect(pointOf({ timeUnixNano, count: 7, explicitBounds: ['0.5'], bucketCounts: [3, '4'] })).toEqual(expected);
  });

  test('an attribute beyond 2^53 is the same in JSON and protobuf', () => {
    const big = '9007199254740993';
    const json = decode({ resourceMetrics: [{ resource: { attributes: [{ key: 'n', value: { intValue: big } }] } }] });
    const protobuf = new WireWriter().message(1, (metrics) => {
      metrics.message(1, (resource) => {
        resource.message(1, (attribute) => {
          attribute.bytes(1, 'n').message(2, (value) => void value.varint(3, BigInt(big)));
        });
      });
    });
    expect(json.resources[0]?.attributes).toEqual(attributes({ n: big }));
    expect(decodeProtobufMetrics(protobuf.result).resources[0]?.attributes).toEqual(attributes({ n: big }));
  });

  test('reads the numbers that JSON has no sign for', () => {
    const doubles = ['NaN', 'Infinity', '-Infinity'].map((doubleValue) => ({
      key: doubleValue,
      value: { doubleValue },
    }));
    const payload = decode({ resourceMetrics: [{ resource: { attributes: doubles } }] });
    expect([...payload.resources[0]!.attributes.values()]).toEqual(['NaN', 'Infinity', '-Infinity']);
  });

  test.each([
    ['no JSON', '{"resourceMetrics":', /malformed/],
    ['nothing at all', '', /malformed/],
    ['a list', '[]', /it is no object/],
    ['null', 'null', /it is no object/],
    ['a list where an object belongs', '{"resourceMetrics":[[]]}', /item of resourceMetrics is no object/],
    ['an object where a list belongs', '{"resourceMetrics":{}}', /resourceMetrics is not a list/],
    [
      'a number as a name',
      JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 1 }] }] }] }),
      /name is not text/,
    ],
    ['a negative count', JSON.stringify(withPoint({ count: '-1' })), /count is not at least 0/],
    ['half a request', JSON.stringify(withPoint({ count: 1.5 })), /count is not a whole number/],
    ['a count in words', JSON.stringify(withPoint({ count: 'many' })), /count is not a whole number/],
    ['a count beyond 2^53', JSON.stringify(withPoint({ count: '9007199254740993' })), /count is not a whole number/],
    ['a time in words', JSON.stringify(withPoint({ timeUnixNano: 'now' })), /timeUnixNano is not a time/],
    ['a negative time', JSON.stringify(withPoint({ timeUnixNano: '-5' })), /timeUnixNano is not a time/],
    ['a bound in words', JSON.stringify(withPoint({ explicitBounds: ['low'] })), /explicitBounds is not a number/],
    ['a deep attribute', deepAttribute(100), /nested too deeply/],
  ])('refuses %s', (_name, body, message) => {
    expect(() => decodeJsonMetrics(Buffer.from(body))).toThrow(message);
  });

  test('says what kind of error it is', () => {
    try {
      decodeJsonMetrics(Buffer.from('nonsense'));
      expect.unreachable();
    } catch (error) {
      expect(isRolloutGuardError(error, 'INVALID_REQUEST')).toBe(true);
    }
  });
});

function deepAttribute(depth: number): string {
  const value = `${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}`;
  return `{"resourceMetrics":[{"resource":{"attributes":[{"key":"k","value":${value}}]}}]}`;
}
