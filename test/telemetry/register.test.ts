import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fixture, REGISTER, runScript, startApp } from './child-app.ts';
import { type Sink, startSink } from './otlp-sink.ts';

const SERVER_DURATION = 'http.server.request.duration';

/** The environment of a canary of deploy-7 that exports to `sink`, metrics only when flushed. */
function canary(sink: Sink, more: Record<string, string> = {}): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    ROLLOUTGUARD_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_COHORT: 'canary',
    ...more,
  };
}

const IDENTITY = { 'service.name': 'shop', 'deployment.id': 'deploy-7', 'telemetry.distro.name': 'rolloutguard' };

/** Calls an app that calls itself, ends it, and returns what arrived. */
async function callAndStop(name: string, sink: Sink, signal: AbortSignal): Promise<string> {
  await using app = await startApp(name, { signal, env: canary(sink) });
  expect(await app.get('/call')).toBe(200);
  app.kill('SIGTERM');
  const exit = await app.exited;
  expect(exit.code).toBe(128 + 15);
  return exit.stderr;
}

/** Each test starts processes of its own; on a machine with other work to do that takes a while. */
const PATIENT = { timeout: 60_000 };
/** Far above a deadline of 200 ms, whatever the machine does, and below the minute that the collector would be waited for. */
const SOON_MS = 40_000;

describe.concurrent('node --import rolloutguard/register', PATIENT, () => {
  test.for(['server.mjs', 'server.cjs'])(
    '%s: spans and metrics carry the identity, the cohort and the trace',
    async (name, { signal }) => {
      await using sink = await startSink();
      expect(await callAndStop(name, sink, signal)).toBe('');

      const spans = sink.spans();
      expect(spans.map(({ kind }) => kind).toSorted()).toEqual(['CLIENT', 'SERVER', 'SERVER']);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      for (const span of spans) {
        expect(span.resource).toMatchObject(IDENTITY);
        expect(span.resource['service.instance.id']).toEqual(expect.any(String));
        expect(span.resource).not.toHaveProperty(['rolloutguard.cohort']);
        expect(span.attributes['rolloutguard.cohort']).toBe('canary');
      }
      const points = sink.points(SERVER_DURATION);
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(2);
      for (const point of points) {
        expect(point.temporality).toBe('delta');
        expect(point.attributes['http.response.status_code']).toBe(200);
        expect(point.resource).toMatchObject({ ...IDENTITY, 'rolloutguard.cohort': 'canary' });
      }
    },
  );

  test('fetch is traced, a failing answer is counted with its status, and exports are not measured as calls', async ({
    signal,
  }) => {
    await using sink = await startSink();
    await using app = await startApp('server.mjs', {
      signal,
      env: canary(sink, { OTEL_METRIC_EXPORT_INTERVAL: '200' }),
    });
    expect(await app.get('/fetch')).toBe(200);
    expect(await app.get('/fail')).toBe(500);
    const counted = (status: number): number =>
      sink
        .points(SERVER_DURATION)
        .filter(({ attributes }) => attributes['http.response.status_code'] === status)
        .reduce((sum, { count }) => sum + count, 0);
    await sink.until(() => counted(500) === 1);
    // One export is over by now: if it were measured, the next one would tell.
    await app.get('/ok');
    await sink.until(() => counted(200) === 3);
    app.kill('SIGINT');
    expect((await app.exited).code).toBe(128 + 2);

    const clients = sink.points('http.client.request.duration').map((point) => point.attributes['server.port']);
    expect(new Set(clients)).toEqual(new Set([app.port]));
    expect(sink.spans().filter(({ kind }) => kind === 'CLIENT')).toHaveLength(1);
  });

  test('a switch of the cohort closes the old one first: each request is counted under the cohort that served it', async ({
    signal,
  }) => {
    await using sink = await startSink();
    await using app = await startApp('server.mjs', { signal, env: canary(sink) });
    for (let i = 0; i < 3; i++) await app.get('/ok');
    await app.get('/promote');
    for (let i = 0; i < 2; i++) await app.get('/ok');
    app.kill('SIGTERM');
    await app.exited;

    const counts = new Map<unknown, number>();
    for (const { resource, count } of sink.points(SERVER_DURATION)) {
      const cohort = resource['rolloutguard.cohort'];
      counts.set(cohort, (counts.get(cohort) ?? 0) + count);
    }
    // The promoting request itself ends after the switch.
    expect(counts).toEqual(
      new Map([
        ['canary', 3],
        ['stable', 3],
      ]),
    );
    const cohorts = sink.spans().map(({ attributes }) => attributes['rolloutguard.cohort']);
    expect(cohorts.filter((cohort) => cohort === 'canary')).toHaveLength(4);
    expect(cohorts.filter((cohort) => cohort === 'stable')).toHaveLength(2);
  });

  test('an app that drains on SIGTERM keeps its exit code, and the request in flight is not lost', async ({
    signal,
  }) => {
    await using sink = await startSink();
    await using app = await startApp('server.mjs', { signal, env: canary(sink, { APP_DRAINS: 'true' }) });
    await app.get('/ok');
    const held = app.get('/hold');
    await app.said('holding');
    app.kill('SIGTERM');
    expect(await held).toBe(200);
    expect((await app.exited).code).toBe(7);

    const targets = sink.spans().map(({ attributes }) => attributes['url.path']);
    expect(targets.toSorted()).toEqual(['/hold', '/ok']);
    expect(sink.points(SERVER_DURATION).reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });

  test('a collector that hangs costs the deadline, not more', async ({ signal }) => {
    await using sink = await startSink({ mode: 'hang' });
    const env = canary(sink, {
      ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: '200',
      OTEL_EXPORTER_OTLP_TIMEOUT: '60000',
      OTEL_BSP_SCHEDULE_DELAY: '10',
    });
    await using app = await startApp('server.mjs', { signal, env });
    await app.get('/ok');
    await sink.until(() => sink.requests.length > 0);
    const startMs = performance.now();
    app.kill('SIGTERM');
    expect((await app.exited).code).toBe(143);
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });

  test('a script that ends by itself is flushed', async ({ signal }) => {
    await using sink = await startSink();
    expect((await runScript('script.mjs', { signal, env: canary(sink) })).code).toBe(0);
    expect(sink.spans().map(({ name }) => name)).toEqual(['work']);
    expect(sink.points('work.done')).toMatchObject([{ count: 3, temporality: 'delta' }]);
  });

  test('a script that ends by itself ends when the collector hangs, too', async ({ signal }) => {
    await using hanging = await startSink({ mode: 'hang' });
    const env = canary(hanging, { ROLLOUTGUARD_SHUTDOWN_DEADLINE_MS: '200', OTEL_EXPORTER_OTLP_TIMEOUT: '60000' });
    const startMs = performance.now();
    expect((await runScript('script.mjs', { signal, env })).code).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(SOON_MS);
  });

  test('the wire is protobuf by default, with the headers of the environment', async ({ signal }) => {
    await using sink = await startSink();
    const { OTEL_EXPORTER_OTLP_PROTOCOL: _, ...env } = canary(sink, {
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic dXNlcg==',
    });
    expect((await runScript('script.mjs', { signal, env })).code).toBe(0);
    expect(sink.requests.map(({ path }) => path).toSorted()).toEqual(['/v1/logs', '/v1/metrics', '/v1/traces']);
    for (const { headers, body } of sink.requests) {
      expect(headers['content-type']).toBe('application/x-protobuf');
      expect(headers['authorization']).toBe('Basic dXNlcg==');
      expect(body.includes('deploy-7')).toBe(true);
    }
  });

  test('OTEL_SDK_DISABLED leaves no listener, no timer and loads nothing; the handle still works', async ({
    signal,
  }) => {
    const env = { OTEL_SDK_DISABLED: 'true', ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7', ROLLOUTGUARD_COHORT: 'canary' };
    const { code, stdout, stderr } = await runScript('disabled.mjs', { signal, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const expected = {
      enabled: false,
      cohort: 'stable',
      deploymentId: 'deploy-7',
      listeners: [0, 0, 0],
      timers: 0,
      loaded: 0,
    };
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  test('one bad pair of OTEL_RESOURCE_ATTRIBUTES is named on stderr, the good ones are used', async ({ signal }) => {
    await using sink = await startSink();
    const env = canary(sink, {
      OTEL_RESOURCE_ATTRIBUTES: 'team=payments,link=http://wiki?page=secret,deployment.id=deploy-8',
    });
    const { stderr } = await runScript('script.mjs', { signal, env });
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith('rolloutguard: '))).toBe(true);
    expect(stderr).toContain('OTEL_RESOURCE_ATTRIBUTES: pair 2 (link) was not used');
    expect(stderr).toContain(
      'deployment.id is "deploy-8" from OTEL_RESOURCE_ATTRIBUTES, but ROLLOUTGUARD_DEPLOYMENT_ID says "deploy-7"',
    );
    expect(stderr).not.toContain('secret');
    expect(sink.spans()[0]?.resource).toMatchObject({
      team: 'payments',
      'deployment.id': 'deploy-8',
      'service.name': 'shop',
    });
  });

  test('an SDK that has the traces already is named and left alone, its HTTP instrumentation too; metrics still go out', async ({
    signal,
  }) => {
    await using sink = await startSink();
    const imports = [fixture('other-sdk.mjs'), REGISTER];
    const { code, stdout, stderr } = await runScript('one-request.cjs', { signal, env: canary(sink), imports });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^rolloutguard: another OpenTelemetry SDK has registered traces already[^\n]*\n$/);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(JSON.parse(stdout).every(({ theirs }: { theirs?: boolean }) => theirs === true)).toBe(true);
    expect(sink.spans()).toEqual([]);
    expect(sink.points('work.done')).toMatchObject([{ count: 3 }]);
  });

  test('a second start gives the first telemetry', async ({ signal }) => {
    await using sink = await startSink();
    await using app = await startApp('server.mjs', { signal, env: canary(sink) });
    expect(await app.get('/again')).toBe(200);
  });

  test('--require works too', async ({ signal }) => {
    await using sink = await startSink();
    const { code } = await runScript('script.mjs', {
      signal,
      env: canary(sink),
      requires: [fileURLToPath(REGISTER)],
      imports: [],
    });
    expect(code).toBe(0);
    expect(sink.spans()).toHaveLength(1);
  });
});

describe.concurrent('a bootstrap of the app’s own', PATIENT, () => {
  test('patches npm packages that are imported as ES modules and stamps log records', async ({ signal }) => {
    await using sink = await startSink();
    const imports = [fixture('bootstrap.mjs')];
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_METRIC_EXPORT_INTERVAL: '600000' };
    const { code, stdout, stderr } = await runScript('esm-consumer.mjs', { signal, env, imports });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [report, patched] = stdout.trim().split('\n');
    expect(patched).toBe('patched');
    expect(JSON.parse(report as string)).toMatchObject({
      // The first is the event that the deployment started.
      records: [{ 'deployment.id': 'deploy-7' }, { 'rolloutguard.cohort': 'canary' }],
      cohort: 'canary',
      identity: { 'service.name': 'shop', 'deployment.id': 'deploy-7' },
    });
  });
});

describe('an app with its own @opentelemetry/api', () => {
  test('a newer one is named: what the app records through it would be dropped without a word', async ({ signal }) => {
    const home = await mkdtemp(join(tmpdir(), 'rolloutguard-'));
    onTestFinished(() => rm(home, { recursive: true }));
    const api = join(home, 'node_modules/@opentelemetry/api');
    await mkdir(api, { recursive: true });
    await writeFile(join(api, 'package.json'), '{"name":"@opentelemetry/api","version":"1.99.0","main":"index.js"}');
    await writeFile(join(api, 'index.js'), '');
    await writeFile(join(home, 'app.cjs'), '');
    const env = { ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7', ROLLOUTGUARD_COHORT: 'canary' };
    const { code, stderr } = await runScript(join(home, 'app.cjs'), { signal, env });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^rolloutguard: the app uses @opentelemetry\/api 1\.99\.0, telemetry uses 1\.10\.0[^\n]*\n$/,
    );
  });
});

describe('without the OpenTelemetry packages', () => {
  let elsewhere = '';
  beforeAll(async () => {
    elsewhere = await realpath(await mkdtemp(join(tmpdir(), 'rolloutguard-')));
    await writeFile(join(elsewhere, 'package.json'), '{"type":"module"}');
    const source = fileURLToPath(new URL('../../src/', import.meta.url));
    await cp(join(source, 'telemetry'), join(elsewhere, 'telemetry'), { recursive: true });
    for (const name of await readdir(source))
      if (name.endsWith('.ts')) await cp(join(source, name), join(elsewhere, name));
  });
  afterAll(async () => rm(elsewhere, { recursive: true }));

  test('the app runs, and one line on stderr says how to install them', async ({ signal }) => {
    const imports = [pathToFileURL(join(elsewhere, 'telemetry/register.ts')).href];
    const { code, stdout, stderr } = await runScript('plain.mjs', { signal, imports });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'the app ran\n' });
    expect(stderr).toMatch(/^rolloutguard: telemetry is off, the app runs without it: [^\n]*\n$/);
    expect(stderr).toContain('Run: npm install @opentelemetry/api@1.10.0 ');
  });

  test('importing the entry needs none of them', async ({ signal }) => {
    await symlink(fileURLToPath(fixture('plain.mjs')), join(elsewhere, 'plain.mjs'));
    const imports = [pathToFileURL(join(elsewhere, 'telemetry/index.ts')).href];
    const { code, stdout, stderr } = await runScript('plain.mjs', { signal, imports });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'the app ran\n', stderr: '' });
  });
});
