import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { TestOutcome } from './summary.ts';

/**
 * Hands every outcome to the wrapper as JSON. Vitest's own JSON reporter knows neither the reason of a skip nor the
 * errors outside of tests (a broken import, an unhandled rejection), and both must be told.
 */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const outcomes: TestOutcome[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) outcomes.push(outcomeOf(test, module));
      outcomes.push(...module.errors().map((error) => broken(module.relativeModuleId, error)));
      for (const suite of module.children.allSuites()) {
        outcomes.push(
          ...suite.errors().map((error) => broken(`${module.relativeModuleId} > ${suite.fullName}`, error)),
        );
      }
    }
    outcomes.push(...unhandledErrors.map((error) => broken('outside of any test', error)));
    const file = process.env['ROLLOUTGUARD_TEST_OUTCOMES'];
    if (file === undefined) throw new Error('run the tests by `npm test`: it names the file for the outcomes');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(outcomes));
  }
}

function outcomeOf(test: TestCase, module: TestModule): TestOutcome {
  const name = `${module.relativeModuleId} > ${test.fullName}`;
  const result = test.result();
  switch (result.state) {
    case 'passed':
      return { name, state: 'passed' };
    case 'failed':
      return { name, state: 'failed', reason: firstLine(result.errors[0]?.message) };
    case 'skipped':
      return { name, state: 'skipped', ...reasonOfSkip(result.note, name) };
    case 'pending':
      return { name, state: 'failed', reason: 'it never ran to its end' };
  }
}

/** `ctx.skip(reason)` gives a note; a whole `describe.skipIf` has only its title: `shows the page [skipped: no Chromium]`. */
function reasonOfSkip(note: string | undefined, name: string): { reason?: string } {
  const reason = note ?? /\[skipped: (.+?)\]/.exec(name)?.[1];
  return reason === undefined ? {} : { reason };
}

function broken(where: string, error: { message: string }): TestOutcome {
  return { name: where, state: 'failed', reason: firstLine(error.message) };
}

function firstLine(message: string | undefined): string {
  return message?.split('\n', 1)[0] ?? 'no message';
}
