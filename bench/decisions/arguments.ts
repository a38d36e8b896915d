/** The command line of the decision bench. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Cell } from './judge.ts';
import { DEFAULT_JUDGES, judgesNamed } from './judges/index.ts';

/** What is said by `--help`. */
export const USAGE: string = `Usage: npm run bench:decisions -- [options]

  --corpus FILE    cells to run, a JSON list of { name, kind, metric?, kw } (the development corpus)
  --cells REGEX    only cells whose name matches
  --judges a,b     judges to run (${DEFAULT_JUDGES.join(',')})
  --runs N         runs a cell, whatever its kind
  --null-runs N    runs a cell of kind null (1000)
  --effect-runs N  runs a cell of another kind (400)
  --seed S         seed of all runs, any text (1)
  --threads N      threads (all cores)
  --json OUT       also write the figures as JSON
  --markdown OUT   also write the tables`;

/** What the bench is asked to do. */
export interface BenchArguments {
  corpus: string | null;
  cells: RegExp | null;
  judges: string[];
  runsOf: (cell: Cell) => number;
  seed: string;
  threads: number;
  json: string | null;
  markdown: string | null;
}

/**
 * Reads the arguments; `null` = only the help is wanted.
 *
 * @throws Error - unknown options and judges, numbers that are none.
 */
export function parseArguments(args: readonly string[]): BenchArguments | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      corpus: text,
      cells: text,
      judges: text,
      runs: text,
      'null-runs': text,
      'effect-runs': text,
      seed: text,
      threads: text,
      json: text,
      markdown: text,
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  const count = (name: 'runs' | 'null-runs' | 'effect-runs' | 'threads', otherwise: number): number => {
    const given = values[name];
    if (given === undefined) return otherwise;
    if (!/^[1-9]\d{0,7}$/.test(given)) throw new Error(`--${name} must be a whole number from 1, not "${given}".`);
    return Number(given);
  };
  const judges = values.judges?.split(',') ?? [...DEFAULT_JUDGES];
  judgesNamed(judges);
  if (new Set(judges).size < judges.length) throw new Error('--judges names a judge twice.');
  const nullRuns = count('null-runs', count('runs', 1000));
  const effectRuns = count('effect-runs', count('runs', 400));
  return {
    corpus: values.corpus ?? null,
    cells: values.cells === undefined ? null : new RegExp(values.cells),
    judges,
    runsOf: ({ kind }) => (kind === 'null' ? nullRuns : effectRuns),
    seed: values.seed ?? '1',
    threads: count('threads', availableParallelism()),
    json: values.json ?? null,
    markdown: values.markdown ?? null,
  };
}
