/** What became of one test. */
export interface TestOutcome {
  /** File and full title, as a reader would look for it. */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped, or the first line of why it failed. */
  readonly reason?: string;
}

/** The closing lines of a test run and its exit code. */
export interface Summary {
  readonly lines: string[];
  readonly exitCode: 0 | 1;
}

/**
 * Turns outcomes into the lines that close a run: failing tests, skipped tests with their reasons, and last the
 * totals that CI reads. A run without any test fails: a broken filter must not look like success.
 *
 * @param skipsFail count a skipped test as failed (CI installs what the tests need, so nothing may be skipped there)
 */
export function summarise(outcomes: readonly TestOutcome[], skipsFail: boolean): Summary {
  const skipped = outcomes.filter((outcome) => outcome.state === 'skipped');
  const failed = outcomes.filter((outcome) => outcome.state === 'failed');
  if (skipsFail) failed.push(...skipped.map((outcome) => ({ ...outcome, reason: `skipped: ${reasonOf(outcome)}` })));
  if (outcomes.length === 0) failed.push({ name: 'the run', state: 'failed', reason: 'no test was found' });

  const passed = outcomes.filter((outcome) => outcome.state === 'passed').length;
  const lines: string[] = [];
  if (failed.length > 0) lines.push('Failed:', ...failed.map(describe));
  if (skipped.length > 0 && !skipsFail) lines.push(`Skipped (${skipped.length}):`, ...describeSkipped(skipped));
  lines.push(`${passed} passed, ${failed.length} failed`);
  return { lines, exitCode: failed.length === 0 ? 0 : 1 };
}

/** One line a file and reason: a whole file is often skipped for one reason, which need not be read sixteen times. */
function describeSkipped(skipped: readonly TestOutcome[]): string[] {
  const groups = new Map<string, TestOutcome[]>();
  for (const outcome of skipped) {
    const key = `${outcome.name.split(' > ', 1)[0]}\n${reasonOf(outcome)}`;
    groups.set(key, [...(groups.get(key) ?? []), outcome]);
  }
  return [...groups].map(([key, outcomes]) => {
    const [file, reason] = key.split('\n');
    return outcomes.length === 1 ? outcomes.map(describe).join() : `  ${file} (${outcomes.length} tests): ${reason}`;
  });
}

function describe(outcome: TestOutcome): string {
  return `  ${outcome.name}: ${reasonOf(outcome)}`;
}

function reasonOf(outcome: TestOutcome): string {
  return outcome.reason ?? 'no reason given';
}
