/** What a process says when its collector cannot be reached, and that the app never notices. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { runScript, startApp } from '../telemetry/child-app.ts';
import { startSink } from '../telemetry/otlp-sink.ts';

const IDENTITY = { ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7', ROLLOUTGUARD_COHORT: 'canary' };

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('of secrets in every variable nothing reaches stderr, at the level that says most', async ({ signal }) => {
  const endpoint = `http://me:hunter2@127.0.0.1:${await deadPort()}/hunter2?key=hunter2`;
  const env = {
    ...IDENTITY,
    ROLLOUTGUARD_LOG_LEVEL: 'debug',
    ROLLOUTGUARD_TOKEN: 'hunter2',
    ROLLOUTGUARD_PROPAGATE_TO: 'http://hunter2@x/hunter2, hunter2 hunter2',
    ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: 'hunter2',
    ROLLOUTGUARD_IDENTITY_ON_SPANS: 'hunter2=1',
    ROLLOUTGUARD_COHORT_POLL_MS: 'hunter2',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer hunter2,hunter2,x=%zz hunter2,bad header=hunter2',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'grpc://hunter2:hunter2@x',
    OTEL_EXPORTER_OTLP_TIMEOUT: 'hunter2',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'hunter2',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/hunter2',
    OTEL_TRACES_SAMPLER: 'hunter2',
    OTEL_TRACES_EXPORTER: 'otlp,hunter2',
    OTEL_METRICS_EXPORTER: 'hunter2',
    OTEL_PROPAGATORS: 'hunter2',
    OTEL_LOG_LEVEL: 'hunter2',
    OTEL_NODE_RESOURCE_DETECTORS: 'hunter2',
    OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,hunter2',
    OTEL_RESOURCE_ATTRIBUTES: 'vendor.key=hunter2,link=http://x?y=hunter2',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    NODE_OPTIONS: '--title=hunter2',
    HTTPS_PROXY: 'http://me:hunter2@proxy',
  };
  await using app = await startApp('server.mjs', { signal, env });
  await app.get('/ok');
  await app.complained('telemetry.diagnosis');
  app.kill('SIGTERM');
  const { stderr } = await app.exited;
  expect(stderr).toContain('BAD_SETTING');
  expect(stderr).not.toMatch(/hunter2|aHVudGVyMg|h%75nter2/i);
});

describe.concurrent('at level info', () => {
  test('a collector that is not there is told in one line, a while after the start, while the app serves', async ({
    signal,
  }) => {
    const endpoint = `http://me:hunter2@127.0.0.1:${await deadPort()}`;
    const env = { ...IDENTITY, ROLLOUTGUARD_LOG_LEVEL: 'info', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
    await using app = await startApp('server.mjs', { signal, env: { ...env, OTEL_BSP_SCHEDULE_DELAY: '600000' } });
    expect(await app.get('/ok')).toBe(200);
    const stderr = await app.complained('telemetry.diagnosis');
    expect(await app.get('/ok')).toBe(200);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual([
      'rolloutguard.telemetry.started',
      'rolloutguard.telemetry.diagnosis',
    ]);
    expect(lines[1].codes).toEqual(['ENDPOINT_REFUSED']);
    expect(stderr).not.toContain('hunter2');
  });

  test('no span is made of the probe, also where connections are instrumented', async ({ signal }) => {
    await using sink = await startSink();
    const env = {
      ...IDENTITY,
      ROLLOUTGUARD_LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,net,dns',
      OTEL_METRIC_EXPORT_INTERVAL: '600000',
    };
    await using app = await startApp('server.mjs', { signal, env });
    // The probe is the request with this name.
    await sink.until(
      () => sink.requests.filter(({ headers }) => headers['user-agent']?.startsWith('rolloutguard')).length === 3,
    );
    await app.get('/ok');
    app.kill('SIGTERM');
    await app.exited;
    // The look-up is that of the app's own `listen()`.
    expect(
      sink
        .spans()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['GET', 'dns.lookup']);
  });

  test('a script ends when it is done: nobody waits for the examination', async ({ signal }) => {
    await using sink = await startSink();
    const env = { ...IDENTITY, ROLLOUTGUARD_LOG_LEVEL: 'debug', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const { code, stderr } = await runScript('script.mjs', { signal, env });
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(sink.requests.some(({ headers }) => headers['user-agent']?.startsWith('rolloutguard-doctor'))).toBe(false);
  });
});
