import { diag } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadPeers } from '../../../src/telemetry/packages/peers.ts';
import { startDiagnostics } from '../../../src/telemetry/pipelines/diagnostics.ts';
import { resolveSettings } from '../../../src/telemetry/pipelines/settings.ts';
import { runScript } from '../child-app.ts';

function started(env: Readonly<Record<string, string>>): { lines: string[]; pass: (ms: number) => void } {
  const lines: string[] = [];
  let nowMs = 0;
  const settings = resolveSettings(env, { export: { headers: { 'x-api-key': 'very-secret' } } });
  startDiagnostics(loadPeers(), settings, { write: (line) => lines.push(line), now: () => nowMs });
  onTestFinished(() => diag.disable());
  // The API's own word that there is a logger now.
  lines.length = 0;
  return {
    lines,
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

test('without OTEL_LOG_LEVEL nothing is shown, however bad it is', () => {
  const { lines } = started({});
  diag.error('export failed');
  expect(lines).toEqual([]);
});

test.each([
  ['none', 0],
  ['error', 1],
  ['WARN', 2],
  ['info', 3],
  ['debug', 4],
  ['verbose', 5],
  ['all', 5],
])('OTEL_LOG_LEVEL=%s shows %i of the five levels', (level, expected) => {
  const { lines } = started({ OTEL_LOG_LEVEL: level });
  for (const name of ['error', 'warn', 'info', 'debug', 'verbose'] as const) diag[name]('message of', name);
  expect(lines).toHaveLength(expected);
});

test('a level that does not exist is reported, and shows nothing', () => {
  const settings = resolveSettings({ OTEL_LOG_LEVEL: 'loud' });
  expect(settings.logLevel).toBeUndefined();
  expect(settings.problems.map(({ message }) => message)).toEqual([expect.stringContaining('OTEL_LOG_LEVEL')]);
});

test('no level reaches stdout, where the data of the app may be', async ({ signal }) => {
  const off = { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
  const { stdout, stderr } = await runScript('plain.mjs', { env: { ...off, OTEL_LOG_LEVEL: 'all' }, signal });
  expect(stderr).toContain('OpenTelemetry debug: ');
  expect(stdout).toBe('the app ran\n');
});

test('credentials are redacted wherever they stand, deep in objects and errors too', () => {
  const { lines } = started({
    OTEL_LOG_LEVEL: 'all',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://user:pass-word@collector/',
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20to%2Bken',
  });
  diag.info('sent', { headers: { authorization: 'Bearer to+ken', 'x-api-key': 'very-secret' } });
  diag.error('could not parse https://user:pass-word@collector/v1/traces');
  diag.warn(JSON.stringify(new Error('the collector says: very-secret is no key').message));
  expect(lines).toHaveLength(3);
  for (const secret of ['to+ken', 'very-secret', 'pass-word']) expect(lines.join('')).not.toContain(secret);
});

test('a credential that is cut in two by the end of the line does not show its half', () => {
  const { lines } = started({ OTEL_LOG_LEVEL: 'all' });
  for (let length = 1_985; length < 2_000; length++) diag.info(`${'x'.repeat(length)}very-secret`);
  expect(lines.join('')).not.toContain('ve');
});

test('an object that throws when it is looked at does not throw into the app', () => {
  const { lines } = started({ OTEL_LOG_LEVEL: 'all' });
  const hostile = {
    [Symbol.for('nodejs.util.inspect.custom')]: (): never => {
      throw new Error('look away');
    },
  };
  for (const level of ['error', 'warn', 'info', 'debug', 'verbose'] as const) diag[level]('span', hostile);
  expect(lines).toHaveLength(5);
});

test('each message is one line of bounded length, without control characters', () => {
  const { lines } = started({ OTEL_LOG_LEVEL: 'all' });
  diag.info(`one\ntwo\u001b[31m${'x'.repeat(1_000_000)}`);
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(2_200);
  expect(lines[0]).toMatch(/^OpenTelemetry info: one two\\u\{1b\}\[31mx+\n$/);
});

describe('errors and warnings', () => {
  test('are shown once a minute, with the number of those between', () => {
    const { lines, pass } = started({ OTEL_LOG_LEVEL: 'error' });
    for (let i = 0; i < 12; i++) {
      diag.error('collector is down');
      pass(5_000);
    }
    diag.error('something else');
    diag.error('collector is down');
    expect(lines).toEqual([
      'OpenTelemetry error: collector is down\n',
      'OpenTelemetry error: something else\n',
      'OpenTelemetry error: collector is down (11 more of these before)\n',
    ]);
  });

  test('however many there are, what is remembered of them is bounded', () => {
    const { lines } = started({ OTEL_LOG_LEVEL: 'error' });
    for (let i = 0; i < 1_000; i++) diag.error(`error ${i}`);
    diag.error('error 999');
    expect(lines).toHaveLength(1_000);
    diag.error('error 0');
    expect(lines).toHaveLength(1_001);
  });
});
