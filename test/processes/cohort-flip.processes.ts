import { describe, expect, test } from 'vitest';
import { startOtlpReceiver } from '../../src/adapters/otlp/index.ts';
import type { TelemetryInterval } from '../../src/ports/telemetry.ts';
import { startApp } from '../telemetry/child-app.ts';
import { createLoad, expectRight, runFlip } from '../telemetry/cohort/flip-run.ts';
import { podVolume } from '../telemetry/cohort/pod-volume.ts';
import { startSink } from '../telemetry/otlp-sink.ts';

describe.concurrent('a pod that is relabelled under load', () => {
  test.for([
    ['delta', 'http/protobuf'],
    ['cumulative', 'http/json'],
  ] as const)(
    '%s, %s, and a Prometheus endpoint beside it: nothing lost, doubled or credited wrongly',
    async (wire, { signal }) => {
      const [temporality, protocol] = wire;
      const env = {
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
        OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      };
      const run = await runFlip({ signal, cohorts: ['canary', 'stable'], requests: 1_200, env });
      expect(run.books.total).toBeGreaterThanOrEqual(2_400);
      expect(new Set(run.points('work.done').map((point) => point.temporality))).toEqual(new Set([temporality]));
      expectRight(run);
    },
  );

  test('there and back again', async ({ signal }) => {
    const cohorts = ['canary', 'stable', 'canary', 'baseline', 'stable'] as const;
    const run = await runFlip({ signal, cohorts, requests: 300 });
    expectRight(run);
    expect(new Set(Object.keys(run.books.done))).toEqual(new Set(cohorts));
  });

  test('while the collector hangs: the switch does not wait for it', async ({ signal }) => {
    await using sink = await startSink({ mode: 'hang' });
    using volume = podVolume({ role: 'canary' });
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      // A switch that waited for the collector would wait for a minute.
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
      OTEL_METRIC_EXPORT_INTERVAL: '60000',
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'cumulative',
      ROLLOUTGUARD_SERVICE_NAME: 'shop',
      ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
      ROLLOUTGUARD_IDENTITY_FILES: volume.labels,
      ROLLOUTGUARD_COHORT_POLL_MS: '3600000',
    };
    await using app = await startApp('promoted.mjs', { signal, env });
    const load = createLoad(app.port);
    await load.until('canary');
    // An export is under way and hangs; the next switch meets it.
    await sink.until(() => sink.requests.length > 0);
    for (const cohort of ['stable', 'canary', 'stable']) {
      const startMs = performance.now();
      volume.relabel({ role: cohort });
      await load.until(cohort);
      expect(performance.now() - startMs).toBeLessThan(10_000);
    }
    load.close();
  });

  test.for(['delta', 'cumulative'])(
    '%s: the receiver credits each request to the cohort that answered it',
    async (temporality, { signal, expect }) => {
      const fromMs = Math.floor(Date.now() / 1_000) * 1_000;
      const receiver = await startOtlpReceiver({ port: 0, intervalMs: 500, exportPeriodMs: 4_000 });
      try {
        await using sink = await startSink();
        using volume = podVolume({ role: 'canary' });
        const env = {
          OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
          OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/v1/metrics`,
          OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
          OTEL_METRIC_EXPORT_INTERVAL: '100',
          ROLLOUTGUARD_SERVICE_NAME: 'shop',
          ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
          ROLLOUTGUARD_IDENTITY_FILES: volume.labels,
          ROLLOUTGUARD_COHORT_POLL_MS: '3600000',
        };
        await using app = await startApp('promoted.mjs', { signal, env });
        const load = createLoad(app.port);
        for (const cohort of ['canary', 'stable', 'canary']) {
          volume.relabel({ role: cohort });
          await load.until(cohort);
          await load.send(400);
        }
        load.close();
        app.kill('SIGTERM');
        const { code, stdout } = await app.exited;
        expect(code).toBe(0);
        const { closed } = JSON.parse(stdout.trim().split('\n').at(-1) as string);

        const query = { service: 'shop', deploymentId: 'deploy-7', fromMs, intervalMs: 500 };
        const credited = async (): Promise<Record<string, number>> => {
          const toMs = Math.ceil(Date.now() / 1_000) * 1_000;
          const { intervals } = await receiver.getTelemetry({ ...query, toMs }, { signal });
          return sums(intervals);
        };
        await expect.poll(credited, { timeout: 40_000, interval: 200 }).toEqual(closed);
      } finally {
        await receiver.close();
      }
    },
  );
});

function sums(intervals: readonly TelemetryInterval[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { cohort, requests } of intervals) total[cohort] = (total[cohort] ?? 0) + requests;
  return total;
}
