/** The command line of the decision bench. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Cell, GROUPS } from './cell.ts';
import { DEFAULT_JUDGES, judgesNamed } from './judges/index.ts';
import { HORIZON_UNITS, NOISE_PRESETS } from './scenario-options.ts';

/** What is said by `--help`. */
export const USAGE: string = `Usage: npm run bench:decisions -- [options]

  --corpus FILE    cells to run, as described below (the development corpus)
  --cells REGEX    only cells whose name matches
  --judges a,b     judges to run (${DEFAULT_JUDGES.join(',')})
  --runs N         runs a cell, whatever its kind
  --null-runs N    runs a cell of kind null (1000)
  --effect-runs N  runs a cell of another kind (400)
  --seed S         seed of all runs, any text (1)
  --threads N      threads (all cores)
  --json OUT       also write the figures as JSON
  --markdown OUT   also write the tables

A corpus is a JSON list of cells { name, kind, group?, metric?, kw } or { name, kind, group?, metrics, kw }. Times are in units
of 10 s from the deployment on, of which there are ${HORIZON_UNITS}. Unknown names are refused.
  kind       null (healthy: any rollback is false), effect (faulty), promote (healthy, to be promoted)
  metric     errors, latency or business (errors); budget for false rollbacks 0.5 %
  metrics    a list of them: names, or objects { metric, name?, ...options of its own, which override kw }; one deployment,
             judged by one policy with 1 %; errors and latency once, business as often as wanted
  group      where the summary shows it:
             ${GROUPS.join(', ')}
kw of all    rps, w (a share or [[from, share], ...]), hist, intervalSeconds, diurnal, gaps: { share, canaryRun },
             reset, scale: [from, pods], incident: [from, to, factor] (on the error rates of both arms)
   errors    base, od, ratio, add, onset, ramp, cold, interference (error rates of both arms x (1 + this x weight)),
             dependency: { from, to?, add?, factor?, arm: both or canary }
   latency   shift, tail ([quantile, factor] or a factor above p90), timeouts, onset, ramp, gc (true or a chance), cold,
             noise (true, a factor, or { ar, arsd, white, pod, com }), both (a factor, or [from, to, factor]); alone also
             od: noise, gc or gc-noise, and any od but iid then means noise
   business  type (mean, ratio, gauge), better (higher, lower), mean, cv, base (share of a ratio), perRequest, noise (true or
             a log-sd), autocorrelation, common, change (a factor) or drop or increase, onset, ramp, missing
  od         ${Object.keys(NOISE_PRESETS).join(', ')}, or { pod, gcv, ar, arsd, com, bp, bm, bl };
             its bursts (of both arms, or burstsAt: canary or stable) also slow a pod's requests and worsen its business
             metrics
Judges that do not know all metrics of a cell leave it out: "-" in tables, nothing in the JSON.`;

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
