import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runScript } from '../../telemetry/child-app.ts';
import { type SinkMode, startSink } from '../../telemetry/otlp-sink.ts';
import { IDENTITY } from './compare.ts';

const BURST = fileURLToPath(new URL('../fixtures/burst.mjs', import.meta.url));
const MIB = 2 ** 20;

describe.concurrent('memory stays bounded while nobody takes what is recorded', () => {
  test.for<SinkMode>(['hang', '503', 'refused', 'reset'])('%s', async (mode, { signal }) => {
    await using sink = await startSink({ mode });
    const env = {
      ...IDENTITY,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      // More often than an export gives up, so that exports could pile up.
      OTEL_METRIC_EXPORT_INTERVAL: '20',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      OTEL_BLRP_SCHEDULE_DELAY: '20',
      ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: '200',
    };
    const { code, stdout } = await runScript(BURST, { signal, env, flags: ['--expose-gc'] });
    expect(code).toBe(0);
    const heap = JSON.parse(stdout) as number[];
    // The queues are full after the first turns: 60,000 of each would be more than 100 MiB.
    const grown = Math.max(...heap.slice(-3)) - Math.max(...heap.slice(2, 5));
    expect(grown).toBeLessThan(8 * MIB);
  });
});
