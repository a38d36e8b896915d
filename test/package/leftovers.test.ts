import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const script = join(import.meta.dirname, 'leftovers.ts');
const mark = `ROLLOUTGUARD_LEFTOVER_TEST=${process.pid}`;

describe.skipIf(process.platform !== 'linux')('leftovers, found by /proc, which only Linux has', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolloutguard-leftovers-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** What the check says, and its exit code. */
  function check(): { status: number | null; stdout: string } {
    return spawnSync(process.execPath, [script, mark, folder, '50'], { encoding: 'utf8' });
  }

  /** A process that lives until it is killed, once its mark can be seen. */
  async function startMarked(): Promise<ChildProcess> {
    const [name = '', value] = mark.split('=');
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
      env: { ...process.env, [name]: value },
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child;
  }

  test('nothing left is fine, and the caches of tools are not ours', () => {
    mkdirSync(join(folder, 'node-compile-cache', 'v24'), { recursive: true });
    expect(check()).toMatchObject({ status: 0, stdout: '' });
  });

  test('names a file that is left', () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'profile.json'), '{}');
    const { status, stdout } = check();
    expect(status).toBe(1);
    expect(stdout).toContain('file deep/profile.json');
  });

  test('names a process that still runs, and is content once it ended', async () => {
    const child = await startMarked();
    try {
      const { status, stdout } = check();
      expect(status).toBe(1);
      expect(stdout).toContain(`process ${child.pid}: ${process.execPath} -e`);
    } finally {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    expect(check().status).toBe(0);
  });
});
