import { afterEach, expect, test } from 'vitest';
import { madeUnder } from '../../../src/telemetry/pipelines/exporter-environment.ts';

const settings = {
  url: 'http://localhost:4318/v1/traces',
  protocol: 'http/protobuf',
  headers: {},
  timeoutMs: 1_000,
  compression: 'none',
} as const;
const env = { OTEL_EXPORTER_OTLP_HEADERS: 'bad header=1', OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem', LANG: 'C' };

const property = Object.getOwnPropertyDescriptor(process, 'env') as PropertyDescriptor;
afterEach(() => {
  Object.defineProperty(process, 'env', property);
});

test('an exporter sees what it may know, and afterwards the app has its own environment back, the same object', () => {
  const before = process.env;
  const seen = madeUnder(env, 'TRACES', settings, () => process.env);
  expect(seen).toEqual({ OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem', LANG: 'C' });
  expect(process.env).toBe(before);
  const broken = (): never => {
    throw new Error('no exporter');
  };
  expect(() => madeUnder(env, 'TRACES', settings, broken)).toThrow('no exporter');
  expect(process.env).toBe(before);
});

test.each<[string, PropertyDescriptor]>([
  ['read-only', { value: process.env, writable: false, configurable: true }],
  ['a getter', { get: () => property.value, configurable: true }],
])('in an app whose process.env is %s, exporters are made all the same', (_, descriptor) => {
  Object.defineProperty(process, 'env', descriptor);
  expect(madeUnder(env, 'TRACES', settings, () => 'made')).toBe('made');
});
