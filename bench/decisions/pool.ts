/** Spreads the runs of all cells over threads. The results do not depend on how the work was cut or who did it. */
import { Worker } from 'node:worker_threads';
import { type Cell, knows } from './judge.ts';
import { judgesNamed } from './judges/index.ts';
import { emptyResults, placeResults, type RunResults } from './run.ts';

/** Some runs of one cell: from (inclusive) to (exclusive). */
export interface Work {
  cell: number;
  from: number;
  to: number;
}

/** Work with its results, one a judge. */
export interface WorkDone extends Work {
  results: (RunResults | null)[];
}

/** Options of {@link runAll}. */
export interface RunAllOptions {
  cells: readonly Cell[];
  judges: readonly string[];
  seed: string;
  runsOf: (cell: Cell) => number;
  threads: number;
  /** Runs that a thread gets at once. */
  chunk?: number;
  /** Told after every piece of work. */
  onProgress?: (doneRuns: number, allRuns: number) => void;
  signal?: AbortSignal;
}

/** Runs in one piece of work: short enough for even threads and a live progress line. */
const CHUNK = 25;

/**
 * Runs every judge on every cell. Gives results by cell, then by judge, in the order of the options; `null` where a judge does not
 * know all metrics of a cell.
 *
 * @throws what a judge threw, or the signal's reason.
 */
export async function runAll(options: RunAllOptions): Promise<(RunResults | null)[][]> {
  const { cells, judges, seed, runsOf, threads, chunk = CHUNK, onProgress, signal } = options;
  const named = judgesNamed(judges);
  const all = cells.map((cell) => named.map((judge) => (knows(judge, cell) ? emptyResults(runsOf(cell)) : null)));
  const queue = cells.flatMap((cell, i) =>
    named.some((judge) => knows(judge, cell)) ? pieces(i, runsOf(cell), chunk) : [],
  );
  const allRuns = queue.reduce((sum, { from, to }) => sum + to - from, 0);
  let doneRuns = 0;
  let next = 0;
  const workers = Array.from(
    { length: Math.min(threads, queue.length) },
    () => new Worker(new URL('./worker.ts', import.meta.url), { workerData: { cells, judges, seed } }),
  );
  let onAbort = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal!.reason);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener('abort', onAbort, { once: true });
  });

  const drain = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const give = (): void => {
        const work = queue[next++];
        if (work) worker.postMessage(work);
        else resolve();
      };
      worker.on('error', reject);
      worker.on('message', (done: WorkDone) => {
        done.results.forEach((part, j) => {
          if (part) placeResults(all[done.cell]![j]!, part, done.from);
        });
        doneRuns += done.to - done.from;
        onProgress?.(doneRuns, allRuns);
        give();
      });
      give();
    });
  try {
    await Promise.race([stopped, Promise.all(workers.map(drain))]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return all;
}

function pieces(cell: number, runs: number, chunk: number): Work[] {
  return Array.from({ length: Math.ceil(runs / chunk) }, (_, i) => ({
    cell,
    from: i * chunk,
    to: Math.min(runs, (i + 1) * chunk),
  }));
}
