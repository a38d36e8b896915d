import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The declaration files that a consumer's compiler reads, starting from one of them. */
async function reachable(from: string, seen: Map<string, string> = new Map()): Promise<Map<string, string>> {
  if (seen.has(from)) return seen;
  const text = await readFile(from, 'utf8');
  seen.set(from, text);
  for (const [, specifier] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.ts['"]/g)) {
    await reachable(join(dirname(from), `${specifier}.d.ts`), seen);
  }
  return seen;
}

// The compiler takes seconds, and longer beside other work.
test('a consumer without the OpenTelemetry packages type-checks: no public type mentions them', {
  timeout: 120_000,
}, async () => {
  const out = await mkdtemp(join(tmpdir(), 'rolloutguard-'));
  onTestFinished(() => rm(out, { recursive: true }));
  const compiler = join(ROOT, 'node_modules/typescript7/bin/tsc');
  const config = join(ROOT, 'tsconfig.json');
  const flags = ['--noEmit', 'false', '--emitDeclarationOnly', '--noCheck', '--outDir', out, '--rootDir', ROOT];
  await promisify(execFile)(process.execPath, [compiler, '-p', config, ...flags]);
  const files = await reachable(join(out, 'src/telemetry/index.d.ts'));
  expect(files.size).toBeGreaterThan(8);
  const mentions = [...files].filter(([, text]) => /(?:from|import\()\s*['"]@opentelemetry/.test(text));
  expect(mentions.map(([file]) => relative(out, file))).toEqual([]);
});
