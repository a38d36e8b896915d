/** What a process really writes, at which level, and that the app never notices. */
import { describe, expect, test } from 'vitest';
import { runScript } from '../child-app.ts';
import { startSink } from '../otlp-sink.ts';

describe.concurrent('ROLLOUTGUARD_LOG_LEVEL', () => {
  test('info: one line of JSON on stderr, and nothing on stdout', async ({ signal }) => {
    await using sink = await startSink();
    const env = {
      ROLLOUTGUARD_LOG_LEVEL: 'info',
      ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
      ROLLOUTGUARD_COHORT: 'canary',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2',
    };
    const { code, stdout, stderr } = await runScript('script.mjs', { signal, env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr.split('\n')).toHaveLength(2);
    expect(JSON.parse(stderr)).toMatchObject({
      event: 'rolloutguard.telemetry.started',
      identity: { id: { value: 'deploy-7' }, cohort: { value: 'canary' } },
    });
    expect(stderr).not.toContain('hunter2');
  });

  test('none: not a word, whatever is wrong', async ({ signal }) => {
    await using sink = await startSink();
    const env = {
      ROLLOUTGUARD_LOG_LEVEL: 'none',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: 'soon',
      OTEL_RESOURCE_ATTRIBUTES: 'broken',
    };
    const { code, stdout, stderr } = await runScript('script.mjs', { signal, env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});
