/**
 * How fast a tree of manifests is linted, by the program as users start it, and in how much memory.
 * Run: `npm run bench -- lint [rollouts]`. The tree is written first, to a temporary folder: a file a rollout.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { print as yamlOf } from '../src/rollouts/yaml/index.ts';
import { DOCUMENTS, serviceObjects } from './validation-objects.ts';

const PROGRAM = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const FILES_PER_FOLDER = 50;

/** What only the process itself knows; told when it ends. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(
  'process.on("exit", () => process.stderr.write("\\nusage " + JSON.stringify(process.resourceUsage())))',
)}`;

/** Prints seconds, the largest resident memory, and what was found. */
export function benchLint(rollouts: number, print: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lint-'));
  try {
    for (let i = 0; i < rollouts; i++) {
      const below = join(folder, `team-${Math.floor(i / FILES_PER_FOLDER)}`);
      if (i % FILES_PER_FOLDER === 0) mkdirSync(below);
      writeFileSync(join(below, `service-${i}.yaml`), yamlOf(serviceObjects(i)));
    }
    const from = performance.now();
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', TELL_USAGE, PROGRAM, 'lint', folder, '--format', 'json'],
      { encoding: 'utf8', maxBuffer: 1e9 },
    );
    const seconds = (performance.now() - from) / 1000;
    if (status !== 0 && status !== 1) throw new Error(`lint exited with ${status}: ${stderr}`);
    const usage = JSON.parse(/\nusage (\{.*\})$/.exec(stderr)![1]!) as NodeJS.ResourceUsage;
    const cpuSeconds = (usage.userCPUTime + usage.systemCPUTime) / 1e6;
    print(
      `${rollouts * DOCUMENTS} documents in ${rollouts} files: ${seconds.toFixed(1)} s (limit 10 s; ${cpuSeconds.toFixed(1)} s of CPU), ` +
        `${(usage.maxRSS / 1024).toFixed(0)} MB resident (limit 500 MB); exit code ${status}, ${(stdout.length / 1024).toFixed(0)} kB said`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
