/**
 * How fast past deployments are replayed from a file, and in how much memory. Run: `npm run bench -- replay [recordings]`.
 * The file is written first, to a temporary folder: about a megabyte a recording.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SHAPE, writeHistory } from './replay-history.ts';

const WORKER = fileURLToPath(new URL('./replay-worker.ts', import.meta.url));

/** Prints seconds, recordings a second and the largest resident memory. */
export async function benchReplay(recordings: number, print: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-replay-'));
  try {
    const path = join(folder, 'history.jsonl');
    await writeHistory(path, recordings);
    const { status, stdout, stderr } = spawnSync(process.execPath, [WORKER, path], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`node exited with ${status}: ${stderr}`);
    const { seconds, cpuSeconds, megabytes, deployments, open } = JSON.parse(stdout) as Record<string, number>;
    const { intervals, before, pods } = SHAPE;
    print(
      `${deployments} recordings of ${intervals} intervals (and ${before} before the deployment) x ${pods} pods, errors + latency, ` +
        `${(statSync(path).size / 1e6).toFixed(0)} MB: ${seconds!.toFixed(1)} s (${cpuSeconds!.toFixed(1)} s of CPU), ` +
        `${(deployments! / seconds!).toFixed(1)} recordings/s, ${megabytes!.toFixed(0)} MB resident; ${open} judged to the end`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
