import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRolloutGuardError, type RolloutGuardError } from '../../../src/errors.ts';
import { type DeploymentTelemetryOptions, validateOptions } from '../../../src/telemetry/options/options.ts';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { createTraceExporter } from '../../../src/telemetry/pipelines/exporters.ts';
import { resolveSettings } from '../../../src/telemetry/pipelines/settings.ts';
import { oneByOne } from './environments.ts';

function refused(options: unknown): RolloutGuardError {
  try {
    validateOptions(options as DeploymentTelemetryOptions);
  } catch (error) {
    if (isRolloutGuardError(error, 'INVALID_OPTION')) return error;
    throw error;
  }
  throw new Error('the options were taken');
}

const secret = 'very-secret';

describe('options that are refused, by path and without showing a credential', () => {
  test.each<[unknown, string]>([
    [{ export: { endpoint: `ftp://user:${secret}@h` } }, 'export.endpoint'],
    [{ export: { endpoint: `http://us%er:${secret}@h` } }, 'export.endpoint'],
    [{ export: { endpoint: 7 } }, 'export.endpoint'],
    [{ export: `https://user:${secret}@h` }, 'export'],
    [{ export: { headers: { 'x-api-key': `${secret}\r\nHost: evil` } } }, 'export.headers["x-api-key"]'],
    [{ export: { headers: { 'x-api-key': `${secret}\u0000` } } }, 'export.headers["x-api-key"]'],
    [{ export: { headers: { 'x-api-key': `${secret}\u20ac` } } }, 'export.headers["x-api-key"]'],
    [{ export: { headers: { 'x-api-key': [secret] } } }, 'export.headers["x-api-key"]'],
    [{ export: { headers: { [`Bearer ${secret}`]: '' } } }, 'export.headers'],
    [{ export: { headers: { 'Content-Length': '5' } } }, 'export.headers["Content-Length"]'],
    [{ export: { headers: [secret] } }, 'export.headers'],
    [{ export: { protocol: 'http' } }, 'export.protocol'],
    [{ export: { compression: 'zstd' } }, 'export.compression'],
    [{ export: { timeoutMs: Number.POSITIVE_INFINITY } }, 'export.timeoutMs'],
    [{ traceExporter: { export: () => {} } }, 'traceExporter'],
    [{ metricExporter: { export: () => {}, shutdown: () => {} } }, 'metricExporter'],
    [{ logRecordExporter: null }, 'logRecordExporter'],
    [{ metricReaders: [{}] }, 'metricReaders[0]'],
    [{ sampler: 'always_on' }, 'sampler'],
    [{ views: [7] }, 'views[0]'],
    [{ views: {} }, 'views'],
    [{ spanLimits: { attributeCountLimit: -1 } }, 'spanLimits.attributeCountLimit'],
    [{ spanLimits: { attributeCountLimits: 1 } }, 'spanLimits.attributeCountLimits'],
    [{ idGenerator: { generateTraceId: () => '' } }, 'idGenerator'],
    [{ textMapPropagator: 'b3' }, 'textMapPropagator'],
    [{ resourceDetectors: [{ detect: 1 }] }, 'resourceDetectors[0]'],
  ])('%j', (options, path) => {
    const error = refused(options);
    expect(error.path).toBe(path);
    expect(`${error.message}${JSON.stringify(error)}`).not.toContain(secret);
  });
});

test('options that are taken', () => {
  validateOptions({
    export: {
      endpoint: 'https://user:p%40ss@collector:4318/base?token=1',
      headers: { 'X-Api-Key': 'abc==', note: 'blanks, commas; and\ttabs' },
    },
    textMapPropagator: null,
    spanLimits: { attributeCountLimit: 0, attributeValueLengthLimit: Number.POSITIVE_INFINITY },
  });
});

describe('an environment of any kind', () => {
  const names = [...new Set(oneByOne().flatMap((env) => Object.keys(env)))];
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(
      'grpc',
      'http/json',
      'https://h',
      'http://[::1]:4',
      '%',
      '%00=%0a',
      ',,,',
      '__proto__',
      'constructor=1',
    ),
  );
  const peers = loadPeers();

  test('never throws, and what it is told in messages neither shows its values nor reaches a terminal raw', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 12 }), (env) => {
        const settings = resolveSettings(env);
        // An http URL that was taken can be made an exporter of.
        if (settings.traces !== null && settings.traces.protocol !== 'grpc')
          expect(createTraceExporter(peers, env, settings.traces).export).toBeTypeOf('function');
        for (const { message } of settings.problems) {
          expect(message).not.toMatch(/\p{Cc}/u);
          for (const text of Object.values(env)) if (text.length > 9) expect(message).not.toContain(text);
        }
      }),
    );
  });

  test('a variable of a million bad pairs is one problem', () => {
    const settings = resolveSettings({ OTEL_EXPORTER_OTLP_HEADERS: 'x,'.repeat(1_000_000) });
    expect(settings.problems).toHaveLength(1);
  });
});
