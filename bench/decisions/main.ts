/** The decision bench: false rollbacks and times to rollback of this package's judges and of others. See `--help`. */
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type BenchArguments, parseArguments, USAGE } from './arguments.ts';
import { developmentCorpus } from './corpus.ts';
import { loadCorpus } from './corpus-file.ts';
import type { Cell } from './judge.ts';
import { runAll } from './pool.ts';
import { Progress } from './progress.ts';
import { cellFigures } from './summary.ts';
import { tables } from './tables.ts';

const BAD_USAGE = 2;
const INTERRUPTED = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<number> {
  let args: BenchArguments | null;
  let cells: Cell[];
  try {
    args = parseArguments(argv);
    if (args === null) {
      console.log(USAGE);
      return 0;
    }
    const { cells: pattern, json, markdown } = args;
    cells = args.corpus === null ? developmentCorpus() : loadCorpus(args.corpus);
    if (pattern) cells = cells.filter(({ name }) => pattern.test(name));
    if (cells.length === 0) throw new Error('No cell is left to run.');
    // Found out before a run of many minutes, not after it.
    for (const file of [json, markdown]) if (file !== null) accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    console.error((error as Error).message);
    return BAD_USAGE;
  }

  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const progress = new Progress();
  try {
    const { judges, runsOf, seed, threads, json, markdown } = args;
    const onProgress = (done: number, all: number): void => progress.update(done, all);
    const results = await runAll({ cells, judges, seed, runsOf, threads, onProgress, signal: interrupt.signal });
    progress.end();
    const figures = cells.flatMap((cell, i) =>
      results[i]!.flatMap((result, j) => (result ? [cellFigures(cell, judges[j]!, result)] : [])),
    );
    const text = `${heading(argv, seed)}\n\n${tables(cells, figures)}\n`;
    process.stdout.write(text);
    if (json !== null) writeFileSync(json, `${JSON.stringify(figures, null, 1)}\n`);
    if (markdown !== null) writeFileSync(markdown, text);
    return 0;
  } catch (error) {
    progress.end();
    if (!interrupt.signal.aborted) throw error;
    console.error('Stopped.');
    return INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

/** The command that repeats the figures. */
function heading(argv: readonly string[], seed: string): string {
  const quoted = argv.map((word) => (/^[\w./,=%-]+$/.test(word) ? word : `'${word}'`));
  const command = ['npm run bench:decisions --', ...quoted].join(' ');
  return `Command: \`${command.replace(/ --$/, '')}\`, seed \`${seed}\``;
}
