/** Runs tools by the Node that runs this, and vitest so that its outcomes can be counted. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Summary, summarise, type TestOutcome } from './summary.ts';

const root = join(import.meta.dirname, '..', '..');

/** The same Node for build, vitest and the processes that tests start: the one that runs this file. */
export function node(args: readonly string[], env: NodeJS.ProcessEnv = process.env): number {
  const { status, signal, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (error) throw error;
  return status ?? (signal === null ? 1 : 128);
}

/** Runs vitest with these arguments; never throws because of a test. */
export function runVitest(vitestArguments: readonly string[]): Summary {
  const folder = mkdtempSync(join(tmpdir(), 'rolloutguard-outcomes-'));
  const outcomesFile = join(folder, 'outcomes.json');
  try {
    const code = node(
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--reporter=default',
        '--reporter=./test/runner/reporter.ts',
        ...vitestArguments,
      ],
      { ...process.env, ROLLOUTGUARD_TEST_OUTCOMES: outcomesFile },
    );
    const outcomes = readOutcomes(outcomesFile);
    const summary = summarise(outcomes, process.env['ROLLOUTGUARD_REQUIRE_CHROMIUM'] === '1');
    if (code === 0 || summary.exitCode === 1) return summary;
    // Vitest failed although every test passed: coverage below its threshold, a worker that crashed, a hang at the end.
    return summarise(
      [...outcomes, { name: 'vitest', state: 'failed', reason: `it ended with exit code ${code}` }],
      false,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints how a run closed, and sets the exit code. */
export function close(summary: Summary): void {
  process.stdout.write(`\n${summary.lines.join('\n')}\n`);
  process.exitCode = summary.exitCode;
}

function readOutcomes(file: string): TestOutcome[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestOutcome[];
  } catch {
    return [{ name: 'vitest', state: 'failed', reason: 'it ended before it could report (see above)' }];
  }
}
