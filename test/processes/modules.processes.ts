/** Module systems x ways to start x frameworks: what arrives is the same, span by span. */
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'tsup';
import { describe, expect, test } from 'vitest';
import { type Exit, REGISTER, type RunOptions, runScript } from '../telemetry/child-app.ts';
import type { SinkLog } from '../telemetry/otlp-records.ts';
import { type Sink, startSink } from '../telemetry/otlp-sink.ts';

const path = (name: string): string => fileURLToPath(new URL(`fixtures/modules/${name}`, import.meta.url));

function environment(sink: Sink, more: Record<string, string> = {}): Record<string, string> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_METRIC_EXPORT_INTERVAL: '600000',
    ROLLOUTGUARD_SERVICE_NAME: 'shop',
    ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
    ROLLOUTGUARD_COHORT: 'canary',
    ...more,
  };
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

interface Folder extends AsyncDisposable {
  readonly path: string;
}

async function temporaryFolder(): Promise<Folder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'rolloutguard-')));
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** The sources in a folder of their own, without the packages beside them. */
async function copyOfThisPackage(): Promise<Folder> {
  const home = await temporaryFolder();
  await cp(join(ROOT, 'src'), join(home.path, 'src'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(home.path, 'package.json'));
  return home;
}

/** How an app is started with telemetry. */
const WAYS: Readonly<Record<string, (app: string) => { entry: string } & Pick<RunOptions, 'imports' | 'env'>>> = {
  '--import': (app) => ({ entry: path(app) }),
  NODE_OPTIONS: (app) => ({
    entry: path(app),
    imports: [],
    env: { NODE_OPTIONS: `--experimental-strip-types --disable-warning=ExperimentalWarning --import ${REGISTER}` },
  }),
  'in code': (app) => ({
    entry: path(app.endsWith('.mjs') ? 'in-code.mjs' : 'in-code.cjs'),
    imports: [],
    env: { APP: app.endsWith('.mjs') ? pathToFileURL(path(app)).href : path(app) },
  }),
};

async function run(app: string, way: string, sink: Sink, signal: AbortSignal, appOptions = {}): Promise<Exit> {
  const { entry, env, ...options } = (WAYS[way] as (app: string) => { entry: string; env?: Record<string, string> })(
    app,
  );
  return runScript(entry, {
    signal,
    env: environment(sink, { ...env, APP_OPTIONS: JSON.stringify(appOptions) }),
    ...options,
  });
}

const spansOf = (sink: Sink): string[] =>
  sink
    .spans()
    .map(({ kind, name, attributes }) => `${kind} ${name} ${attributes['http.route'] ?? '-'}`)
    .toSorted();

/** One line for each series of a duration: how often, method, status, route. */
const series = (sink: Sink, metric: string): string[] =>
  sink
    .points(metric)
    .map(({ count, attributes }) => {
      const { 'http.request.method': method, 'http.response.status_code': status, 'http.route': route } = attributes;
      return `${count} ${method} ${status} ${route ?? '-'}`;
    })
    .toSorted();

/** What the apps log, without what Fastify and the start of telemetry add. */
const logsOf = (sink: Sink): SinkLog[] => sink.logs().filter(({ body }) => /^item|^\/by-/.test(String(body)));

const SERVERS = ['SERVER GET -', 'SERVER GET /api/broken /api/broken', 'SERVER GET /api/items/:id /api/items/:id'];
const FETCHES = ['CLIENT GET -', 'CLIENT GET -', 'CLIENT GET -'];
const EXPRESS = [
  'INTERNAL middleware - jsonParser -',
  'INTERNAL middleware - jsonParser -',
  'INTERNAL middleware - jsonParser -',
  'INTERNAL request handler /api/broken',
  'INTERNAL request handler /api/items/:id',
  // Upstream names each use of a router after its first route.
  'INTERNAL router - /items/:id /api',
  'INTERNAL router - /items/:id /api',
];
const EXPECTED: Readonly<Record<string, string[]>> = {
  express: [...FETCHES, ...EXPRESS, ...SERVERS],
  fastify: [...FETCHES, ...SERVERS],
};
const CASES = ['mjs', 'cjs'].flatMap((type) => Object.keys(WAYS).map((way) => [type, way] as const));

describe.concurrent.for(CASES)('.%s by %s', ([type, way]) => {
  test.for(Object.entries(EXPECTED))('%s: spans, routes and logs', async ([framework, expected], { signal }) => {
    await using sink = await startSink();
    const { code, stdout, stderr } = await run(`${framework}.${type}`, way, sink, signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual(expected.toSorted());
    expect(series(sink, 'http.server.request.duration')).toEqual([
      '1 GET 200 /api/items/:id',
      '1 GET 404 -',
      '1 GET 500 /api/broken',
    ]);
    expect(series(sink, 'http.client.request.duration')).toEqual(['1 GET 200 -', '1 GET 404 -', '1 GET 500 -']);

    // The record in the app's own log and the one that is exported name the span of the request.
    const [record, ...more] = logsOf(sink);
    expect(record?.body).toBe('item 7');
    expect(more).toEqual([]);
    const line = JSON.parse(stdout.split('\n').find((text) => text.includes('item 7')) ?? '{}');
    const traces = sink.spans().map(({ traceId }) => traceId);
    expect(traces).toContain(record?.traceId);
    expect(line['trace_id']).toBe(record?.traceId);
    expect(sink.spans().every(({ attributes }) => attributes['rolloutguard.cohort'] === 'canary')).toBe(true);
  });

  test('clients: http, undici and fetch make one span each, in the trace of the call', async ({ signal }) => {
    await using sink = await startSink();
    const { code, stderr } = await run(`clients.${type}`, way, sink, signal);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual([...FETCHES, 'SERVER GET -', 'SERVER GET -', 'SERVER GET -']);
    expect(series(sink, 'http.client.request.duration').reduce((sum, line) => sum + Number(line[0]), 0)).toBe(3);
    for (const server of sink.spans().filter(({ kind }) => kind === 'SERVER')) {
      const caller = sink.spans().find(({ spanId }) => spanId === server.parentSpanId);
      expect(caller).toMatchObject({ kind: 'CLIENT', traceId: server.traceId });
    }
    expect(logsOf(sink).map(({ body }) => body)).toEqual(['/by-http', '/by-undici', '/by-fetch']);
    expect(logsOf(sink).every(({ traceId }) => traceId !== '')).toBe(true);
  });
});

describe.concurrent('one telemetry for a process', () => {
  test('a worker thread runs without telemetry of its own, and nothing of the main thread is doubled', async ({
    signal,
  }) => {
    await using sink = await startSink();
    const { code, stdout, stderr } = await runScript(path('worker.mjs'), { signal, env: environment(sink) });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'the worker ended with 0\n', stderr: '' });
    expect(spansOf(sink)).toEqual(['CLIENT GET -', 'INTERNAL request handler /ok', 'SERVER GET /ok /ok']);
  });

  test('each worker of a cluster is an instance of its own', async ({ signal }) => {
    await using sink = await startSink();
    const { code, stderr } = await runScript(path('cluster.mjs'), { signal, env: environment(sink) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const servers = sink.spans().filter(({ kind }) => kind === 'SERVER');
    expect(servers.map(({ attributes }) => attributes['url.path']).toSorted()).toEqual(['/1', '/2']);
    expect(new Set(servers.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
  });

  test('NODE_OPTIONS reaches every Node process below, and none of their output changes', async ({ signal }) => {
    await using sink = await startSink();
    const { code, stdout, stderr } = await run('child.cjs', 'NODE_OPTIONS', sink, signal);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'the child ran\n', stderr: '' });
  });

  test('a second copy of the package finds the telemetry of the first', async ({ signal }) => {
    await using home = await copyOfThisPackage();
    await symlink(await realpath(join(ROOT, 'node_modules')), join(home.path, 'node_modules'));
    await using sink = await startSink();
    const imports = [REGISTER, pathToFileURL(join(home.path, 'src/telemetry/register.ts')).href, REGISTER];
    const { code, stderr } = await runScript(path('clients.mjs'), { signal, env: environment(sink), imports });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual([...FETCHES, 'SERVER GET -', 'SERVER GET -', 'SERVER GET -']);
  });

  test('a package manager that shows a package only what it declares hides nothing that is needed', async ({
    signal,
  }) => {
    await using home = await copyOfThisPackage();
    const { peerDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    await mkdir(join(home.path, 'node_modules/@opentelemetry'), { recursive: true });
    for (const peer of Object.keys(peerDependencies))
      await symlink(await realpath(join(ROOT, 'node_modules', peer)), join(home.path, 'node_modules', peer));
    await using sink = await startSink();
    const imports = [pathToFileURL(join(home.path, 'src/telemetry/register.ts')).href];
    const { code, stderr } = await runScript(path('express.mjs'), { signal, env: environment(sink), imports });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual([...FETCHES, ...EXPRESS, ...SERVERS].toSorted());
  });

  test('the preload and a start in code are one telemetry, and say so', async ({ signal }) => {
    await using sink = await startSink();
    const app = { APP: pathToFileURL(path('express.mjs')).href };
    const { code, stderr } = await runScript(path('in-code.mjs'), { signal, env: environment(sink, app) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual([...FETCHES, ...EXPRESS, ...SERVERS].toSorted());
  });
});

/** An Express app of which only Node's own part is instrumented. */
const BARE = ['SERVER GET -', 'SERVER GET -', 'SERVER GET -'];

describe.concurrent('the choice of instrumentations', () => {
  test('OTEL_NODE_ENABLED_INSTRUMENTATIONS: those and no others; a slip is named and does not stop the rest', async ({
    signal,
  }) => {
    await using sink = await startSink();
    const env = environment(sink, { OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http,expres' });
    const { code, stderr } = await runScript(path('express.mjs'), { signal, env });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^rolloutguard: OTEL_NODE_ENABLED_INSTRUMENTATIONS: name 2 is no .* Did you mean express\?\n$/,
    );
    expect(spansOf(sink)).toEqual(BARE);
  });

  test('OTEL_NODE_DISABLED_INSTRUMENTATIONS: all but those', async ({ signal }) => {
    await using sink = await startSink();
    const env = environment(sink, { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'express, undici,pino,runtime-node' });
    const { code, stderr } = await runScript(path('express.cjs'), { signal, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual(BARE);
    expect(logsOf(sink)).toEqual([]);
    expect(sink.points().filter(({ metric }) => /^(nodejs|v8js)/.test(metric))).toEqual([]);
  });

  test.for(['mjs', 'cjs'])('in code, .%s: settings reach an instrumentation', async (type, { signal }) => {
    await using sink = await startSink();
    const options = { instrumentationConfig: { express: { ignoreLayersType: ['middleware', 'router'] } } };
    const { code, stderr } = await run(`express.${type}`, 'in code', sink, signal, options);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const kept = EXPRESS.filter((span) => span.includes('request handler'));
    expect(spansOf(sink)).toEqual([...FETCHES, ...kept, ...SERVERS].toSorted());
  });

  test('an instrumentation of the app’s own takes the place of ours, and our exports are no calls of the app', async ({
    signal,
  }) => {
    await using sink = await startSink();
    const { code, stderr } = await run('express.mjs', 'in code', sink, signal, { ownHttp: true });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const servers = sink.spans().filter(({ kind }) => kind === 'SERVER');
    expect(servers.map(({ attributes }) => attributes['own'])).toEqual([true, true, true]);
    expect(series(sink, 'http.client.request.duration')).toEqual(['1 GET 200 -', '1 GET 404 -', '1 GET 500 -']);
  });

  test.for([
    ['cjs', [...FETCHES, ...EXPRESS, ...SERVERS]],
    ['mjs', [...FETCHES, ...BARE]],
  ] as const)('without a loader hook, .%s: what is required is patched', async ([type, spans], { signal }) => {
    await using sink = await startSink();
    const { code, stderr } = await run(`express.${type}`, 'in code', sink, signal, { loaderHook: false });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(spansOf(sink)).toEqual([...spans].toSorted());
  });
});

describe.concurrent('a package of ES modules', () => {
  /** Stands for the package of that name: an entry that re-exports another file of it. */
  const appWithOpenai = async (entry: string): Promise<Folder> => {
    const home = await temporaryFolder();
    const folder = join(home.path, 'node_modules/openai');
    await mkdir(folder, { recursive: true });
    const manifest = { name: 'openai', version: '6.0.0', type: 'module', exports: './index.js' };
    const client = `export class OpenAI {
        static Chat = { Completions: class { create() {} } };
        static Embeddings = class { create() {} };
      }
      OpenAI.OpenAI = OpenAI;`;
    const main = `import { OpenAI } from 'openai';
      console.log(OpenAI.Embeddings.prototype.create.__wrapped);`;
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'index.js'), entry);
    await writeFile(join(folder, 'client.js'), client);
    await writeFile(join(home.path, 'main.mjs'), main);
    return home;
  };

  test.for([
    ['is patched, whatever it re-exports', `export { OpenAI as default } from './client.js';`, 'true'],
    ['is left as it is when the patch does not find its way, and the app runs', '', 'undefined'],
  ] as const)('%s', async ([, entry, wrapped], { signal }) => {
    await using home = await appWithOpenai(`export * from './client.js';\n${entry}`);
    await using sink = await startSink();
    const env = environment(sink);
    const { code, stdout, stderr } = await runScript(join(home.path, 'main.mjs'), { signal, env });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${wrapped}\n`, stderr: '' });
  });
});

describe.concurrent('an app in one file', () => {
  test.for(['esm', 'cjs'] as const)(
    '%s: runs as it is, and what Node itself does is traced',
    async (format, { signal }) => {
      await using home = await temporaryFolder();
      // Packages are bundled too, so Node never loads them and nobody can patch them.
      await build({
        entry: { app: path('express.cjs') },
        format,
        outDir: home.path,
        outExtension: () => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
        // What bundlers of CommonJS for ES modules add.
        banner: {
          js:
            format === 'esm'
              ? "import { createRequire } from 'module'; const require = createRequire(import.meta.url);"
              : '',
        },
        noExternal: [/.*/],
        platform: 'node',
        silent: true,
        config: false,
      });
      await using sink = await startSink();
      const app = join(home.path, format === 'esm' ? 'app.mjs' : 'app.cjs');
      const { code, stderr } = await runScript(app, { signal, env: environment(sink) });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(spansOf(sink)).toEqual([...FETCHES, 'SERVER GET -', 'SERVER GET -', 'SERVER GET -']);
      expect(series(sink, 'http.server.request.duration')).toEqual(['1 GET 200 -', '1 GET 404 -', '1 GET 500 -']);
    },
  );
});

describe.concurrent('telemetry that starts too late', () => {
  test.for(['too-late.mjs', 'too-late.cjs'])(
    '%s: the packages are named, and the app runs',
    async (name, { signal }) => {
      await using sink = await startSink();
      const { code, stdout, stderr } = await runScript(path(name), { signal, env: environment(sink), imports: [] });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const problems = JSON.parse(stdout.split('\n').find((line) => line.startsWith('[')) ?? '[]');
      const early = problems.filter(({ code }: { code: string }) => code === 'LOADED_TOO_EARLY');
      expect(early.map(({ message }: { message: string }) => message.split(' ')[0])).toEqual(['express', 'pino']);
      // Node's own modules are patched in place, so requests are counted in any case.
      expect(sink.spans().filter(({ kind }) => kind === 'SERVER')).toHaveLength(3);
    },
  );
});
