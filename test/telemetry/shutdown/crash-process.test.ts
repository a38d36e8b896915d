import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runScript } from '../child-app.ts';
import { startSink } from '../otlp-sink.ts';

const TASK = fileURLToPath(new URL('../../processes/fixtures/task.mjs', import.meta.url));

// The whole table of endings is in test/processes/shutdown.
test('an exception that ends the process is sent with all that was recorded, and Node’s report stays as it is', async ({
  signal,
}) => {
  await using sink = await startSink();
  const bare = await runScript(TASK, { signal, imports: [], env: { APP_END: 'throw' } });
  const env = { APP_END: 'throw', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, ROLLOUTGUARD_LOG_LEVEL: 'none' };
  expect(await runScript(TASK, { signal, env })).toEqual(bare);
  expect(bare.code).toBe(1);
  expect(sink.spans().map(({ name }) => name)).toEqual(['work', 'unhandledRejection']);
  expect(sink.points('work.done')).toMatchObject([{ count: 1 }]);
  expect(sink.logs().map(({ body }) => body)).toContain('worked');
});
