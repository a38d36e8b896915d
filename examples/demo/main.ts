/**
 * `npm run demo`: two versions of a service share live traffic, and rolloutguard judges the new one.
 *
 * Where to read on: `run.ts` is the story, `policy.ts` what the engine is told, `service.ts` what is judged.
 */
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type DemoArguments, HELP, parseArguments } from './arguments.ts';
import { checkOutcome, type Outcome } from './outcome.ts';
import { DemoProblem } from './problem.ts';

const EXIT = { right: 0, wrong: 1, usage: 2 } as const;
/** As the shell reports a process that died of SIGPIPE. */
const BROKEN_PIPE = 141;
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    const options = parseArguments(words, randomInt(2 ** 32));
    if (options.help) {
      console.log(HELP);
      return EXIT.right;
    }
    const outcome = options.outcomeFile === null ? await runUntilSignal(options) : await recorded(options.outcomeFile);
    return judge(options, outcome);
  } catch (error) {
    if (!(error instanceof DemoProblem)) throw error;
    console.error(`demo: ${error.message}`);
    if (error.code === 'USAGE') console.error('Try npm run demo -- --help');
    return exitCodeOf(error);
  }
}

function exitCodeOf({ code }: DemoProblem): number {
  if (code === 'USAGE') return EXIT.usage;
  return code === 'INTERRUPTED' ? Number(process.exitCode) : EXIT.wrong;
}

/** Runs the demo; Ctrl-C and SIGTERM end it in good order, a second one at once. */
async function runUntilSignal(options: DemoArguments): Promise<Outcome> {
  // Only now: judging a recorded outcome needs neither the built package nor a single process.
  const { runDemo } = await import('./run.ts');
  const interrupt = new AbortController();
  const listeners = Object.entries(SIGNALS).map(([signal, code]) => {
    const listener = (): void => {
      if (interrupt.signal.aborted) process.exit(code);
      process.exitCode = code;
      interrupt.abort(new DemoProblem('INTERRUPTED', `ended by ${signal}`));
    };
    process.on(signal, listener);
    return { signal, listener };
  });
  // A reader that went away, as in `npm run demo | head`, ends it as well.
  process.stdout.on('error', () => {
    process.exitCode = BROKEN_PIPE;
    interrupt.abort(new DemoProblem('INTERRUPTED', 'nobody reads the output any more'));
  });
  try {
    return await runDemo(options, interrupt.signal);
  } finally {
    for (const { signal, listener } of listeners) process.removeListener(signal, listener);
  }
}

async function recorded(file: string): Promise<Outcome> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Outcome;
  } catch (error) {
    throw new DemoProblem(
      'USAGE',
      `--outcome: ${file} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function judge({ expect }: DemoArguments, outcome: Outcome): number {
  const wrong = checkOutcome(expect, outcome);
  if (wrong.length === 0) {
    console.log(`\nRight: this is what ought to happen in "${expect}".`);
    return EXIT.right;
  }
  console.log(`\nWrong: this is not what ought to happen in "${expect}":`);
  for (const complaint of wrong) console.log(`  - ${complaint}`);
  return EXIT.wrong;
}
