/** What a judge of the bench is: something that sees one simulated deployment and says when it would have rolled back. */
import type { Scenario } from './scenario.ts';
import type { ScenarioOptions } from './scenario-options.ts';

/** One kind of deployment, simulated many times. `null`: any rollback is false. `effect`: the canary is faulty. `promote`: it may be promoted. */
export interface Cell {
  name: string;
  kind: 'null' | 'effect' | 'promote';
  kw: ScenarioOptions;
}

/** What a judge made of one deployment, asked after every interval. */
export interface Outcome {
  /** First interval after which it would roll back, from 0; `null` = never. */
  rollbackInterval: number | null;
  /** Whether it would have promoted before the end, and before any rollback. */
  promoted: boolean;
  /** Intervals after which it held because it took the cause for external. */
  externalIntervals: number;
}

/** A judge that the bench can run. */
export interface BenchJudge {
  name: string;
  run(scenario: Scenario, cell: Cell): Outcome;
}

/** Error budget of the judges: that of the error criterion when errors and latency share 1 % per deployment. */
export const FALSE_ROLLBACK_RATE = 0.005;

/** The outcome of a judge that knows neither promotion nor external causes. */
export function rollbackAt(interval: number | null): Outcome {
  return { rollbackInterval: interval, promoted: false, externalIntervals: 0 };
}
