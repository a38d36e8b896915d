import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EmittedCohort } from '../../../src/telemetry/cohort/cohort.ts';
import { followCohort } from '../../../src/telemetry/cohort/follow.ts';
import { realFiles } from '../../../src/telemetry/cohort/watched-files.ts';
import { podVolume } from './pod-volume.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'rolloutguard-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

const NEVER_MS = 3_600_000;

test('a swap of a downward API volume is seen without a poll, again and again, and back', async () => {
  using volume = podVolume({ role: 'canary' });
  const seen: (EmittedCohort | null)[] = [];
  const problems: unknown[] = [];
  const stop = followCohort({
    paths: [volume.labels],
    reportMissing: true,
    waitForDirectory: true,
    // Only the watch can tell: the next look is an hour away.
    pollMs: NEVER_MS,
    begin: (cohort) => void seen.push(cohort),
    change: (cohort) => void seen.push(cohort),
    report: (problem) => void problems.push(problem),
  });
  onTestFinished(stop);
  await expect.poll(() => seen).toEqual(['canary']);
  const told: (EmittedCohort | null)[] = ['canary'];
  for (const cohort of ['stable', 'canary', 'stable'] as const) {
    volume.relabel({ app: 'shop', role: cohort });
    told.push(cohort);
    await expect.poll(() => seen, { interval: 5 }).toEqual(told);
  }
  expect(problems).toEqual([]);
});

test('a volume that is taken away and mounted again is followed', async () => {
  using volume = podVolume({ role: 'canary' });
  const seen: (EmittedCohort | null)[] = [];
  const problems: string[] = [];
  const stop = followCohort({
    paths: [volume.labels],
    reportMissing: true,
    waitForDirectory: true,
    pollMs: 20,
    begin: (cohort) => void seen.push(cohort),
    change: (cohort) => void seen.push(cohort),
    report: ({ message }) => void problems.push(message),
  });
  onTestFinished(stop);
  await expect.poll(() => seen).toEqual(['canary']);
  volume.remove();
  await expect.poll(() => problems.length).toBe(1);
  mkdirSync(volume.directory);
  writeFileSync(volume.labels, 'role="stable"');
  await expect.poll(() => seen).toEqual(['canary', 'stable']);
});

test('a file is read to its end; what is larger than a pod can have, a directory and a pipe are refused', async () => {
  const here = directory();
  const long = join(here, 'long');
  const text = `app="${'é'.repeat(200_000)}"\nrole="canary"`;
  writeFileSync(long, text);
  expect(await realFiles.read(long)).toBe(text);
  const huge = join(here, 'huge');
  writeFileSync(huge, Buffer.alloc(10 * 2 ** 20, 'a'));
  await expect(realFiles.read(huge)).rejects.toMatchObject({ code: 'larger than 1048576 bytes' });
  await expect(realFiles.read(here)).rejects.toMatchObject({ code: 'not a regular file' });
  const pipe = join(here, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // Would hang without O_NONBLOCK: nobody writes.
  await expect(realFiles.read(pipe)).rejects.toMatchObject({ code: 'not a regular file' });
  await expect(realFiles.read(join(here, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
  // Such a file tells no size.
  await expect(realFiles.read('/proc/self/status')).resolves.toContain('Name:');
});

test('a directory is told from the one that replaces it', async () => {
  const here = directory();
  const first = await realFiles.directoryId(here);
  expect(first).toEqual(expect.any(String));
  expect(await realFiles.directoryId(here)).toBe(first);
  expect(await realFiles.directoryId(join(here, 'absent'))).toBeNull();
  writeFileSync(join(here, 'file'), '');
  expect(await realFiles.directoryId(join(here, 'file'))).toBeNull();
});
