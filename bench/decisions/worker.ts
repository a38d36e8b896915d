/** A thread of the bench: gets pieces of work one by one, and sends back what the judges made of them. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Cell } from './judge.ts';
import { judgesNamed } from './judges/index.ts';
import type { Work, WorkDone } from './pool.ts';
import { runJudges } from './run.ts';

const { cells, judges: names, seed } = workerData as { cells: Cell[]; judges: string[]; seed: string };
const judges = judgesNamed(names);

parentPort!.on('message', (work: Work) => {
  const done: WorkDone = { ...work, results: runJudges(judges, cells[work.cell]!, seed, work.from, work.to) };
  parentPort!.postMessage(done);
});
