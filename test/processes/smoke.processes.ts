import { expect, test } from 'vitest';
import { NODE, runScript } from '../telemetry/child-app.ts';
import { startSink } from '../telemetry/otlp-sink.ts';

test('the runner finds tests, and apps run on the Node that it was told', async ({ signal }) => {
  await using sink = await startSink();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ROLLOUTGUARD_SERVICE_NAME: 'shop' };
  expect((await runScript('script.mjs', { signal, env })).code).toBe(0);
  expect(sink.spans()).toHaveLength(1);
  expect(NODE).toBe(process.env['ROLLOUTGUARD_TEST_NODE'] ?? process.execPath);
});
