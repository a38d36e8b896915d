import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';

const dist = join(import.meta.dirname, '..', 'dist');

/** Node's own server and client code; what an import of pure code must not start. */
const NETWORK = ['http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'child_process', 'worker_threads'];

interface Loaded {
  /** Files that the import loaded, as URLs. */
  readonly files: string[];
  /** Node's own modules that were not there before. */
  readonly builtins: string[];
}

// The hook sees every file and every `node:` import of ours; the load list also sees what Node's modules load themselves.
const PROBE = `
  import { registerHooks } from 'node:module';
  const before = new Set(process.moduleLoadList);
  const urls = [];
  registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
  await import(process.argv[1]);
  const added = process.moduleLoadList.filter((name) => !before.has(name)).map((name) => name.replace('NativeModule ', ''));
  const builtins = urls.filter((url) => url.startsWith('node:')).map((url) => url.slice('node:'.length));
  const loaded = { files: urls.filter((url) => !url.startsWith('node:')), builtins: [...builtins, ...added] };
  process.stdout.write(JSON.stringify(loaded));
`;

function load(url: string): Loaded {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', PROBE, url], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Loaded;
}

function loadEntry(name: string): Loaded {
  const file = join(dist, `${name}.js`);
  expect(existsSync(file), `${name}.js is not built: run the tests by \`npm test\`, which builds first`).toBe(true);
  return load(pathToFileURL(file).href);
}

const strangers = (files: string[]): string[] =>
  files.filter((file) => file.includes('/node_modules/') || !file.startsWith(pathToFileURL(dist).href));

test.each(['index', 'rollouts', 'report'])('importing %s loads no package and no network code', (name) => {
  const { files, builtins } = loadEntry(name);
  expect(files).not.toEqual([]);
  expect(strangers(files)).toEqual([]);
  expect(builtins.filter((builtin) => NETWORK.includes(builtin))).toEqual([]);
});

test.each(['otlp', 'testing'])('importing %s loads no package: only the bootstrap needs OpenTelemetry', (name) => {
  expect(strangers(loadEntry(name).files)).toEqual([]);
});

test('the probe sees packages, network code, and what comes in by way of others', () => {
  const aPackage = import.meta.resolve('fast-check');
  const source = `import ${JSON.stringify(aPackage)}; import 'node:https';`;
  const { files, builtins } = load(`data:text/javascript,${encodeURIComponent(source)}`);
  expect(strangers(files)).toContain(aPackage);
  expect(builtins).toContain('https');
  expect(builtins).toContain('net');
});
