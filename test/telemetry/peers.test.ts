import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isRolloutGuardError, messageOf } from '../../src/errors.ts';
import { findApiClash } from '../../src/telemetry/api-copies.ts';
import { importPeers, PEERS, requirePeers } from '../../src/telemetry/peers.ts';
import { startDeploymentTelemetry } from '../../src/telemetry/start.ts';

function absent(name: string): never {
  const error = new Error(`Cannot find package '${name}' imported from here`);
  throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}

describe('missing peers', () => {
  test('startDeploymentTelemetry names every absent package and the exact command for them, nothing else', async () => {
    const gone = ['@opentelemetry/core', '@opentelemetry/sdk-trace'];
    const importPeer = async (name: string): Promise<unknown> => (gone.includes(name) ? absent(name) : import(name));
    const error = await startDeploymentTelemetry({ env: {}, importPeer }).catch((reason: unknown) => reason);
    expect(isRolloutGuardError(error, 'MISSING_PEER')).toBe(true);
    expect(messageOf(error)).toContain('@opentelemetry/core (not installed), @opentelemetry/sdk-trace (not installed)');
    expect(messageOf(error)).toMatch(
      /Run: npm install @opentelemetry\/core@3\.0\.0 @opentelemetry\/sdk-trace@3\.0\.0$/,
    );
  });

  test('an older release line is told apart from an absent package', async () => {
    const importPeer = async (): Promise<unknown> => ({ BasicTracerProvider: class {} });
    const error = await importPeers(['@opentelemetry/sdk-trace'], importPeer).catch((reason: unknown) => reason);
    expect(isRolloutGuardError(error, 'MISSING_PEER')).toBe(true);
    expect(messageOf(error)).toContain('too old');
  });

  test('a package that breaks while loading keeps its own error as the cause', async () => {
    const broken = new TypeError('no such export');
    const error = await importPeers(['@opentelemetry/core'], () => Promise.reject(broken)).catch(
      (reason: unknown) => reason,
    );
    expect(messageOf(error)).toContain('no such export');
    expect((error as Error).cause).toBe(broken);
  });

  test('require() finds the same packages and fails the same way', () => {
    const peers = requirePeers(['@opentelemetry/api']);
    expect(peers('@opentelemetry/api').trace).toBeDefined();
    expect(() => peers('@opentelemetry/core')).toThrow('not on the list');
    const missing = (): unknown =>
      requirePeers(['@opentelemetry/api'], () => {
        throw Object.assign(new Error("Cannot find module '@opentelemetry/api'"), { code: 'MODULE_NOT_FOUND' });
      });
    expect(missing).toThrow('npm install @opentelemetry/api@1.10.0');
  });
});

test('the versions of the install command are the ones that are tested here', () => {
  const { devDependencies } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  for (const [name, { version }] of Object.entries(PEERS))
    expect([name, devDependencies[name]]).toEqual([name, version]);
});

test('each peer is imported under its own name', async () => {
  const names = Object.keys(PEERS) as (keyof typeof PEERS)[];
  const peers = await importPeers(names);
  for (const name of names) expect(peers(name)).toHaveProperty(PEERS[name].needs);
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
