/** What the pipelines of the three signals have in common. */
import type { Flushable } from '../shutdown/shutdown.ts';

/** A signal that is running. */
export interface Pipeline<P> {
  readonly provider: P & Flushable;
  /** Gives the global registration back, so that telemetry can be started again. */
  release(): void;
}

/** What became of a signal: it runs, nobody wants it, or another SDK has it. */
export type Started<P> = Pipeline<P> | 'off' | 'taken';

/** Ends a provider that was not accepted: it holds a timer and an exporter for nothing. */
export function taken(provider: Flushable): 'taken' {
  void provider.shutdown().catch(() => {});
  return 'taken';
}
