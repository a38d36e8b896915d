import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parsePrometheusText } from '../helpers/prometheus-text.ts';
import { type Exit, runScript, startApp } from '../telemetry/child-app.ts';
import { createLoad, freePort } from '../telemetry/cohort/flip-run.ts';

function environment(port: number, more: Record<string, string> = {}): Record<string, string> {
  return {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
    OTEL_EXPORTER_PROMETHEUS_PORT: String(port),
    ROLLOUTGUARD_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_SERVICE_VERSION: '2.1.0',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_COHORT: 'canary',
    ...more,
  };
}

function problemsOf({ stdout }: Exit): { code: string; message: string }[] {
  return JSON.parse(stdout.trim().split('\n').at(-1) as string).problems;
}

describe.concurrent('an app with a Prometheus endpoint alone', () => {
  test("is scraped with the judge's metric; a scraper that stays connected, and one that is silent, hold up no end", async ({
    signal,
    expect,
  }) => {
    const port = await freePort();
    await using app = await startApp('promoted.mjs', { signal, env: environment(port) });
    const load = createLoad(app.port);
    await load.send(50);
    load.close();
    const agent = new Agent({ keepAlive: true });
    const sent = request({ host: '127.0.0.1', port, path: '/metrics', agent }).end();
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    const silent = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    await once(silent, 'connect');

    const families = parsePrometheusText(text);
    const duration = families.find(({ name }) => name === 'http_server_request_duration');
    const counts = duration?.samples.filter(({ name }) => name.endsWith('_count'));
    expect(counts?.reduce((sum, { value }) => sum + value, 0)).toBe(50);
    for (const { labels } of duration?.samples ?? []) {
      expect(labels).toMatchObject({ service_version: '2.1.0', rolloutguard_cohort: 'canary' });
    }
    app.kill('SIGTERM');
    const exit = await app.exited;
    agent.destroy();
    expect(exit.code).toBe(0);
    expect(problemsOf(exit)).toEqual([]);
  });

  test('answers its requests although the port is in use, and says so', async ({ signal, expect }) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    try {
      await using app = await startApp('promoted.mjs', { signal, env: environment(port) });
      const load = createLoad(app.port);
      await load.send(20);
      load.close();
      app.kill('SIGTERM');
      const exit = await app.exited;
      expect(exit.code).toBe(0);
      expect(problemsOf(exit).map(({ message }) => message)).toEqual([
        `the Prometheus endpoint cannot be opened on 127.0.0.1, port ${port} (EADDRINUSE).`,
      ]);
    } finally {
      other.close();
    }
  });

  test('a script ends by itself: the server keeps nothing alive', async ({ signal, expect }) => {
    const { code, stderr } = await runScript('script.mjs', { signal, env: environment(await freePort()) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

test('OTEL_SDK_DISABLED opens no port', async ({ signal }) => {
  const port = await freePort();
  await using app = await startApp('server.cjs', { signal, env: environment(port, { OTEL_SDK_DISABLED: 'true' }) });
  expect(await app.get('/ok')).toBe(200);
  const [error] = await once(connect(port, '127.0.0.1'), 'connect').catch((reason: unknown) => [reason]);
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
});
