import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { preload } from '../../src/telemetry/preload.ts';
import { isTool } from '../../src/telemetry/tools.ts';

test.for([
  '/usr/lib/node_modules/npm/bin/npm-cli.js',
  '/app/node_modules/pnpm/bin/pnpm.cjs',
  '/usr/lib/node_modules/corepack/dist/pnpm.js',
  '/root/.cache/node/corepack/v1/yarn/4.9.1/yarn.js',
  '/app/.yarn/releases/yarn-4.9.1.cjs',
  'C:\\nodejs\\node_modules\\npm\\bin\\npx-cli.js',
  '/app/node_modules/rolloutguard/dist/cli.js',
])('%s is a tool', (entry) => {
  expect(isTool(entry)).toBe(true);
});

test.for([
  undefined,
  '/app/server.js',
  '/app/npm/server.js',
  '/srv/yarn.js',
  '/app/node_modules/next/dist/bin/next',
  '/app/node_modules/npm-run-all/bin/npm-run-all/index.js',
  '/app/node_modules/npm/node_modules/left-pad/index.js',
])('%s is an app', (entry) => {
  expect(isTool(entry)).toBe(false);
});

test('a link in a folder of programs leads to it, and its process stays without telemetry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolloutguard-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules/npm/bin'), { recursive: true });
  writeFileSync(join(folder, 'node_modules/npm/bin/npm-cli.js'), '');
  symlinkSync(join(folder, 'node_modules/npm/bin/npm-cli.js'), join(folder, 'npm'));
  const said: string[] = [];
  const start = (): never => {
    throw new Error('started');
  };
  const inProcess = { write: (line: string) => void said.push(line), mainThread: true, env: {}, start };
  preload({ ...inProcess, entry: join(folder, 'npm') });
  expect(said).toEqual([]);
  preload({ ...inProcess, entry: join(folder, 'server.js') });
  expect(said).toHaveLength(1);
});
