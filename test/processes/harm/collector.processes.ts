import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type SinkMode, startSink } from '../../telemetry/otlp-sink.ts';
import { expectUnharmed, IDENTITY } from './compare.ts';

/** Exports all the time, as a busy service does, and gives up soon. */
const BUSY = {
  ...IDENTITY,
  OTEL_METRIC_EXPORT_INTERVAL: '100',
  OTEL_BSP_SCHEDULE_DELAY: '50',
  OTEL_BLRP_SCHEDULE_DELAY: '50',
  ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: '300',
};

describe.concurrent('the app does not notice a collector that is bad', () => {
  test.for(
    (['ok', 'hang', '503', 'refused', 'reset', 'slow'] as SinkMode[]).flatMap((mode) =>
      (['shop.mjs', 'shop.cjs'] as const).map((app) => ({ mode, app })),
    ),
  )('$mode, $app', async ({ mode, app }, { signal }) => {
    await using sink = await startSink({ mode, slowMs: 1_000 });
    const { bare, ours } = await expectUnharmed(app, {
      signal,
      env: { ...BUSY, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url },
    });
    // Readiness waits for no collector: a timeout of an export would be seconds.
    expect(ours.readyMs - bare.readyMs).toBeLessThan(10_000);
    if (mode === 'ok') expect(sink.spans().length).toBeGreaterThan(0);
  });

  test('that goes down and comes back while the app runs', async ({ signal }) => {
    await using sink = await startSink();
    const changes = (async () => {
      for (const mode of ['hang', 'refused', '503', 'reset', 'ok'] as const) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        await sink.setMode(mode);
      }
    })();
    await expectUnharmed('shop.mjs', { signal, env: { ...BUSY, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url } });
    await changes;
  });

  test.for<[string, string]>([
    ['a name that resolves to nothing', 'http://collector.invalid:4318'],
    ['TLS to a port that speaks none', 'https://127.0.0.1:{port}'],
    ['an address that nobody answers for', 'http://192.0.2.1:4318'],
    ['a port of something else', 'http://127.0.0.1:{port}/somewhere/else'],
  ])('%s', async ([, url], { signal }) => {
    await using sink = await startSink();
    const endpoint = url.replace('{port}', String(sink.port));
    await expectUnharmed('shop.mjs', { signal, env: { ...BUSY, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } });
  });

  test.for<[string, string]>([
    ['is missing', 'missing.pem'],
    ['is no certificate', 'garbage.pem'],
    ['is a folder', '.'],
  ])('a certificate file that %s', async ([, name], { signal }) => {
    const folder = await mkdtemp(join(tmpdir(), 'rolloutguard-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'garbage.pem'), '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n');
    const certificate = join(folder, name);
    const env = {
      ...BUSY,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificate,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificate,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: certificate,
    };
    await expectUnharmed('shop.mjs', {
      signal,
      env,
      says: /OTEL_EXPORTER_OTLP_CLIENT_KEY|CERTIFICATE|could not be exported/,
    });
  });
});
