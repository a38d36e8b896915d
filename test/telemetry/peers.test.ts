import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRolloutGuardError, messageOf } from '../../src/errors.ts';
import { currentTelemetry } from '../../src/telemetry/handle.ts';
import { findApiClash } from '../../src/telemetry/packages/api-copies.ts';
import { INSTALLED_PEERS, packageLoader } from '../../src/telemetry/packages/install.ts';
import { loadPeers, PEERS } from '../../src/telemetry/packages/peers.ts';
import { startDeploymentTelemetry } from '../../src/telemetry/start.ts';

function absent(name: string): never {
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
}

function thrownBy(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}

describe('missing peers', () => {
  test('startDeploymentTelemetry names the absent package and one command that installs everything', () => {
    const load = packageLoader();
    const loadPackage = (name: string): unknown => (name === '@opentelemetry/sdk-trace' ? absent(name) : load(name));
    const error = thrownBy(() => startDeploymentTelemetry({ env: {}, loadPackage }));
    expect(isRolloutGuardError(error, 'MISSING_PEER')).toBe(true);
    expect(messageOf(error)).toContain('@opentelemetry/sdk-trace (not installed)');
    expect(messageOf(error)).toMatch(
      /Run: npm install @opentelemetry\/api@1\.10\.0 .*@opentelemetry\/sdk-node@0\.300\.0$/,
    );
    expect(currentTelemetry()).toBeUndefined();
  });

  test('an older release line is told apart from an absent package', () => {
    const peers = loadPeers(() => ({ BasicTracerProvider: class {} }));
    const error = thrownBy(() => peers('@opentelemetry/sdk-trace'));
    expect(isRolloutGuardError(error, 'MISSING_PEER')).toBe(true);
    expect(messageOf(error)).toContain('too old');
  });

  test('a package that breaks while loading keeps its own error as the cause', () => {
    const broken = new TypeError('no such export');
    const peers = loadPeers(() => {
      throw broken;
    });
    const error = thrownBy(() => peers('@opentelemetry/core'));
    expect(messageOf(error)).toContain('no such export');
    expect((error as Error).cause).toBe(broken);
  });
});

test('the versions of the install command are the ones that are tested here', () => {
  const { devDependencies, peerDependencies } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  for (const [name, version] of Object.entries(INSTALLED_PEERS))
    expect([name, devDependencies[name]]).toEqual([name, version]);
  expect(Object.keys(peerDependencies).sort()).toEqual(Object.keys(INSTALLED_PEERS).sort());
});

test('each peer is found, under its own name, through the packages that are installed', () => {
  const load = packageLoader();
  for (const [name, needs] of Object.entries(PEERS)) expect(load(name)).toHaveProperty(needs);
});

test('packages are taken from where sdk-node finds them, whatever lies at the top', async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rolloutguard-')));
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(join(root, path), { recursive: true });
    await writeFile(join(root, path, 'index.js'), text);
  };
  await put('node_modules/@opentelemetry/sdk-node', '');
  await put('node_modules/@opentelemetry/core', 'exports.place = "top";');
  await put('node_modules/@opentelemetry/sdk-node/node_modules/@opentelemetry/core', 'exports.place = "nested";');
  await put('node_modules/@opentelemetry/api', 'exports.place = "top";');
  const load = packageLoader(join(root, 'app.js'));
  expect(load('@opentelemetry/core')).toEqual({ place: 'nested' });
  expect(load('@opentelemetry/api')).toEqual({ place: 'top' });
  expect(() => load('@opentelemetry/resources')).toThrow("'@opentelemetry/resources'");
  await rm(root, { recursive: true });
});

describe('copies of @opentelemetry/api', () => {
  let root = '';
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'rolloutguard-')));
    for (const [place, version] of [
      ['ours', '1.10.0'],
      ['same', '1.10.3'],
      ['newer', '1.11.0'],
      ['older', '1.9.1'],
      ['next', '2.0.0'],
    ]) {
      const directory = join(root, place as string, 'node_modules/@opentelemetry/api/build');
      await mkdir(directory, { recursive: true });
      await writeFile(join(directory, 'index.js'), '');
      const manifest = { name: '@opentelemetry/api', version, main: 'build/index.js' };
      await writeFile(join(directory, '../package.json'), JSON.stringify(manifest));
      // The build has a manifest of its own, as real packages have: it must not be taken for the package's.
      await writeFile(join(directory, 'package.json'), '{"type":"commonjs"}');
    }
  });
  afterAll(async () => rm(root, { recursive: true }));

  test.each([
    ['ours', false],
    ['same', false],
    ['older', false],
    ['newer', true],
    ['next', true],
  ])('the app has the one of "%s": clash %s', (place, clashes) => {
    const problem = findApiClash(join(root, place, 'app.js'), join(root, 'ours/lib.js'));
    expect(problem?.code).toBe(clashes ? 'DUPLICATE_API' : undefined);
    if (clashes) expect(problem?.message).toContain('npm install @opentelemetry/api@1.10.0');
  });

  test('an app that has none, or no entry script, is no clash', () => {
    expect(findApiClash(join(root, 'app.js'), join(root, 'ours/lib.js'))).toBeNull();
    expect(findApiClash(undefined, join(root, 'ours/lib.js'))).toBeNull();
  });
});
