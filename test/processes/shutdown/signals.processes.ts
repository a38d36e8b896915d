import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type App, startApp } from '../../telemetry/child-app.ts';
import { startSink } from '../../telemetry/otlp-sink.ts';
import { exportingTo } from './exporting.ts';

const SERVICE = fileURLToPath(new URL('../fixtures/service.mjs', import.meta.url));
const CLUSTER = fileURLToPath(new URL('../fixtures/cluster.mjs', import.meta.url));

/** A PID namespace of its own: the app is process 1 there, as in a container, and the kernel ignores signals nobody handles. */
const AS_PROCESS_1 = ['unshare', '-pf', '--kill-child', '--mount-proc'];
const [command = '', ...rest] = AS_PROCESS_1;
const available = spawnSync(command, [...rest, 'true']).status === 0;

describe.concurrent('as process 1 of a container', () => {
  test.for([
    { name: 'no handler', env: {}, act: (app: App) => app.kill('SIGTERM'), code: 143, spans: 1 },
    { name: 'SIGINT', env: {}, act: (app: App) => app.kill('SIGINT'), code: 130, spans: 1 },
    { name: 'drains', env: { APP_ON_SIGNAL: 'drain' }, act: (app: App) => app.kill('SIGTERM'), code: 7, spans: 1 },
    { name: 'crashes', env: {}, act: (app: App) => app.get('/throw').catch(() => {}), code: 1, spans: 3 },
  ])('$name: exit $code', async ({ env, act, code, spans }, { signal, annotate }) => {
    // CI runs as root on Linux, where this works; elsewhere there is nothing to test.
    if (!available) return void (await annotate('not tested: this machine makes no PID namespaces'));
    await using sink = await startSink();
    await using app = await startApp(SERVICE, {
      launcher: AS_PROCESS_1,
      env: { ...exportingTo(sink, 5_000), ...env },
      signal,
    });
    await app.get('/ok');
    await act(app);
    expect((await app.exited).code).toBe(code);
    expect(sink.spans()).toHaveLength(spans);
    expect([sink.points().length > 0, sink.logs().length > 0]).toEqual([true, true]);
  });
});

test('PID namespaces are tested in CI', () => {
  // Root on Linux, as in CI: there they must work, or the tests above test nothing.
  if (process.env['CI'] !== undefined && process.platform === 'linux' && process.getuid?.() === 0) {
    expect(available).toBe(true);
  }
});

describe.concurrent('signals', () => {
  test('a second one does not wait for the collector', async ({ signal }) => {
    await using sink = await startSink({ mode: 'hang' });
    const env = { ...exportingTo(sink, 600_000), OTEL_EXPORTER_OTLP_TIMEOUT: '600000' };
    await using app = await startApp(SERVICE, { env, signal });
    await app.get('/ok');
    app.kill('SIGTERM');
    await sink.until(() => sink.requests.length > 0);
    app.kill('SIGTERM');
    expect((await app.exited).code).toBe(143);
  });

  test.for(['SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const)('%s keeps its meaning', async (name, { signal }) => {
    await using sink = await startSink();
    await using app = await startApp(SERVICE, { env: exportingTo(sink, 5_000), signal });
    app.kill(name);
    expect(await app.exited).toMatchObject({ code: null, signal: name });
  });

  test('a library that only watches signals does not keep the process', async ({ signal }) => {
    await using sink = await startSink();
    const env = { ...exportingTo(sink, 5_000), APP_WATCHES_SIGNALS: 'true' };
    await using app = await startApp(SERVICE, { env, signal });
    await app.get('/ok');
    app.kill('SIGTERM');
    // It watches the exit as well, and is told once.
    expect(await app.exited).toMatchObject({ code: 143, stdout: `${app.port}\nwatched 143\n` });
    expect(sink.spans()).toHaveLength(1);
  });
});

describe.concurrent('a cluster', () => {
  /** A process that has ended stays in the table until somebody asks for its exit code. */
  const isRunning = (pid: number): boolean =>
    existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const workersOf = (pid: number): number[] =>
    readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

  test('workers that drain send what they have, and the primary ends when they have ended', async ({ signal }) => {
    await using sink = await startSink();
    await using app = await startApp(CLUSTER, { env: exportingTo(sink, 5_000), signal });
    for (let i = 0; i < 4; i++) await app.get('/ok');
    for (const worker of workersOf(app.pid)) process.kill(worker, 'SIGTERM');
    expect((await app.exited).code).toBe(0);
    expect(sink.spans().filter(({ kind }) => kind === 'SERVER')).toHaveLength(4);
  });

  test('a primary that is told to end does so, and its workers with it', async ({ signal }) => {
    await using sink = await startSink();
    await using app = await startApp(CLUSTER, { env: exportingTo(sink, 5_000), signal });
    await app.get('/ok');
    const workers = workersOf(app.pid);
    app.kill('SIGTERM');
    expect((await app.exited).code).toBe(143);
    // They end by themselves once the primary is gone; one that did not would let this test run out of time.
    while (workers.some(isRunning)) await setImmediate();
  });
});
