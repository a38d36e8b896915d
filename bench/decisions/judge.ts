/** What a judge of the bench is: something that sees one simulated deployment and says when it would have rolled back. */
import type { Cause } from '../../src/ports/decision.ts';
import { type Cell, isOnlyErrors } from './cell.ts';
import type { Scenario } from './scenario.ts';

export type { Cell } from './cell.ts';

/** What a judge made of one deployment, asked after every interval. */
export interface Outcome {
  /** First interval after which it would roll back, from 0; `null` = never. */
  rollbackInterval: number | null;
  /** First interval after which it would have promoted, before any rollback; `null` = never. */
  promoteInterval: number | null;
  /** 1 for each interval after which it held for a cause that is not the canary, or not known; `null` = it never holds. */
  held: Uint8Array | null;
  /** What the rollback's decision says of the cause. */
  cause: Cause | null;
  /** Whether it ever suspected that the canary hurts stable. */
  suspectedInterference: boolean;
}

/** A judge that the bench can run. */
export interface BenchJudge {
  name: string;
  /** Whether it knows all metrics of the cell; errors alone by default. */
  knows?(cell: Cell): boolean;
  run(scenario: Scenario, cell: Cell): Outcome;
}

/** Error budget of a judge of one metric: what errors or latency have when they share 1 % per deployment. */
export const FALSE_ROLLBACK_RATE = 0.005;

/** Whether a judge can be run on a cell. */
export function knows(judge: BenchJudge, cell: Cell): boolean {
  return judge.knows ? judge.knows(cell) : isOnlyErrors(cell);
}

/** The outcome of a judge that knows neither promotion nor causes. */
export function rollbackAt(interval: number | null): Outcome {
  return { rollbackInterval: interval, promoteInterval: null, held: null, cause: null, suspectedInterference: false };
}
