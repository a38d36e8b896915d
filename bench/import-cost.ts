/**
 * What importing the core costs against a bare Node start, side by side and interleaved, because the machine's speed
 * drifts. Run: `npm run bench -- import-cost [runs]`.
 */
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { median } from './figures.ts';

const CORE = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** Prints the median start time of both, and the median ratio of neighbouring runs. */
export function benchImportCost(runs: number, print: (line: string) => void): void {
  const start = (code: string): number => {
    const from = performance.now();
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code]);
    if (status !== 0) throw new Error(`node exited with ${status}`);
    return performance.now() - from;
  };
  const importCore = `await import(${JSON.stringify(CORE)})`;
  start('0');
  start(importCore);
  const pairs = Array.from({ length: runs }, () => ({ bare: start('0'), core: start(importCore) }));
  const ratio = median(pairs.map(({ bare, core }) => core / bare));
  print(
    `bare Node ${median(pairs.map(({ bare }) => bare)).toFixed(1)} ms, with rolloutguard ${median(pairs.map(({ core }) => core)).toFixed(1)} ms, ratio ${ratio.toFixed(3)} (limit 1.3)`,
  );
}
