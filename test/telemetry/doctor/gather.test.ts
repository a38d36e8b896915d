import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEntry, readManifest, staticImportsOf } from '../../../src/telemetry/doctor/gather/entry.ts';
import { gatherLabelFiles, gatherTlsFiles } from '../../../src/telemetry/doctor/gather/files.ts';
import { gatherPackages } from '../../../src/telemetry/doctor/gather/packages.ts';
import { DEFAULT_KEYS } from '../../../src/telemetry/identity/attribute-keys.ts';
import { Folder } from '../../helpers/command-line.ts';

/** Writes files, with the folders that they lie in. */
function write(folder: Folder, files: Record<string, string | object>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(folder.file(path)), { recursive: true });
    folder.write(path, content);
  }
}

describe('the entry', () => {
  test('static imports are found, in every way of writing them; import() and comments are not', () => {
    const source = `
      import 'a'; import b from "b";import * as c from 'c'
      import { d,
        e } from 'd';
      export { f } from './f.js'
      // import 'no1'
      /* import 'no2' */
      const g = await import('no3');
      const h = require('no4');
      Array.from('no5');`;
    expect(staticImportsOf(source)).toEqual(['a', 'b', 'c', 'd', './f.js']);
  });

  test('a large file of nothing but beginnings is read in linear time', () => {
    expect(staticImportsOf('import {'.repeat(60_000))).toEqual([]);
    expect(staticImportsOf('/*'.repeat(100_000))).toEqual([]);
  });

  test('a large file of empty lines is read in linear time: the doctor looks at a running app, too', () => {
    using folder = new Folder();
    write(folder, { 'package.json': {}, 'server.js': `${'\n'.repeat(400_000)}const x = 1;` });
    expect(readEntry('server.js', folder.path)?.format).toBe('commonjs');
  });

  test.each([
    ['server.mjs', {}, '', 'module'],
    ['server.cjs', {}, '', 'commonjs'],
    ['server.js', { type: 'module' }, '', 'module'],
    ['server.js', { type: 'commonjs' }, "import 'x'", 'commonjs'],
    ['server.js', {}, "import 'x'", 'module'],
    ['server.js', {}, "const x = require('x')", 'commonjs'],
    ['server', {}, '', 'unknown'],
  ])('%s with package.json %j and %j is %s', (name, manifest, source, format) => {
    using folder = new Folder();
    write(folder, { 'package.json': manifest, [name]: source });
    expect(readEntry(name, folder.path)?.format).toBe(format);
  });

  test('the imports of the files beside it count, in a circle too', () => {
    using folder = new Folder();
    write(folder, { 'a.mjs': "import './b.mjs'", 'b.mjs': "import './a.mjs'; import 'express'; import './gone.mjs'" });
    expect(readEntry('./a.mjs', folder.path)?.staticImports).toEqual(['express']);
  });

  test('a name without an ending, and what is no file', () => {
    using folder = new Folder();
    write(folder, { 'app.js': '', 'lib/index.js': '' });
    expect(readEntry('app', folder.path)?.path).toBe(folder.file('app.js'));
    expect(readEntry('lib', folder.path)?.path).toBe(folder.file('lib/index.js'));
    expect(readEntry('gone', folder.path)).toBeNull();
    expect(readEntry(undefined, folder.path)).toBeNull();
  });

  test('a package.json that is broken, or holds other things than it should', () => {
    using folder = new Folder();
    write(folder, { 'package.json': '{' });
    expect(readManifest(folder.file('package.json'))).toBeNull();
    folder.write('package.json', {
      dependencies: ['x'],
      scripts: { start: 7, dev: 'node .' },
      optionalDependencies: null,
    });
    expect(readManifest(folder.path)).toEqual({ dependencies: ['0'], scripts: ['node .'] });
  });
});

describe('packages', () => {
  const manifest = (name: string, version: string): object => ({
    name: `@opentelemetry/${name}`,
    version,
    main: 'i.js',
  });

  /** Puts a package there, with a file that can be required. */
  function install(folder: Folder, path: string, name: string, version: string): void {
    write(folder, {
      [`${path}/@opentelemetry/${name}/package.json`]: manifest(name, version),
      [`${path}/@opentelemetry/${name}/i.js`]: '',
    });
  }

  test('copies at the top, in a package, in a scope and in the store of pnpm are found, each once', async () => {
    using folder = new Folder();
    install(folder, 'node_modules', 'api', '1.10.0');
    install(folder, 'node_modules/one/node_modules', 'api', '1.9.1');
    install(folder, 'node_modules/@scope/two/node_modules/three/node_modules', 'api', '1.8.0');
    install(folder, 'node_modules/.pnpm/four@1/node_modules', 'core', '2.0.0');
    mkdirSync(folder.file('node_modules/five/node_modules/@opentelemetry'), { recursive: true });
    const link = folder.file('node_modules/five/node_modules/@opentelemetry/core');
    symlinkSync(folder.file('node_modules/.pnpm/four@1/node_modules/@opentelemetry/core'), link);
    symlinkSync(folder.file('gone'), folder.file('node_modules/@opentelemetry/broken'));
    const app = folder.write('app.mjs', '');
    const { copies, complete, appApi, peers } = await gatherPackages({ own: app, app });
    const found = copies.filter(({ directory }) => directory.startsWith(folder.path));
    expect(found.map(({ name, version }) => `${name.slice(15)} ${version}`).sort()).toEqual([
      'api 1.10.0',
      'api 1.8.0',
      'api 1.9.1',
      'core 2.0.0',
    ]);
    expect(complete).toBe(true);
    expect(appApi?.version).toBe('1.10.0');
    expect(peers['@opentelemetry/sdk-node']).toBeNull();
  });

  test('a tree without end is left after a while, and that is told', async () => {
    using folder = new Folder();
    install(folder, 'node_modules', 'api', '1.10.0');
    for (let i = 0; i < 20; i++) mkdirSync(folder.file(`node_modules/p${i}/node_modules`), { recursive: true });
    const app = folder.write('app.mjs', '');
    expect(await gatherPackages({ own: app, app, maxFolders: 10 })).toMatchObject({ complete: false });
  });

  test("Plug'n'Play cannot be looked through", async () => {
    using folder = new Folder();
    folder.write('.pnp.cjs', '');
    const app = folder.write('app.mjs', '');
    expect((await gatherPackages({ own: app, app })).complete).toBe(false);
  });
});

describe('files', () => {
  test('labels: read, absent, no file, mounted alone, with and without the cohort', () => {
    using folder = new Folder();
    const labels = folder.write('labels', 'app="shop"\nrole="canary"\n');
    const others = folder.write('others', 'role="database"\n');
    const env = { ROLLOUTGUARD_IDENTITY_FILES: [labels, others, folder.path, folder.file('gone')].join(',') };
    const mounts = (): string => `36 35 98:0 /x ${others} ro - ext4 /dev/sda ro\n`;
    expect(gatherLabelFiles(env, DEFAULT_KEYS, mounts)).toEqual([
      { path: labels, state: 'read', isMountPoint: false, tellsCohort: true },
      { path: others, state: 'read', isMountPoint: true, tellsCohort: false },
      { path: folder.path, state: 'unreadable', isMountPoint: false, tellsCohort: false },
      { path: folder.file('gone'), state: 'absent', isMountPoint: false, tellsCohort: false },
    ]);
  });

  test('certificates: that of the signal before the general one; what cannot be read is named', () => {
    using folder = new Folder();
    const env = {
      OTEL_EXPORTER_OTLP_CERTIFICATE: folder.write('general', 'G'),
      OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: folder.write('traces', 'T'),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: join(folder.path, 'gone'),
    };
    expect(gatherTlsFiles(env, 'traces').tls).toEqual({ ca: 'T' });
    expect(gatherTlsFiles(env, 'logs')).toEqual({
      tls: { ca: 'G' },
      files: [
        { variable: 'OTEL_EXPORTER_OTLP_CERTIFICATE', readable: true },
        { variable: 'OTEL_EXPORTER_OTLP_CLIENT_KEY', readable: false },
      ],
    });
  });
});
