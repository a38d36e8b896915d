/** Gives what the judge reads to the metrics of this process. */
import type { BootContext } from '../boot-context.ts';
import { sharedMeterHub } from './meter.ts';

/** Lets business metrics that are defined already, or later, record. Also where another SDK has the metrics. */
export function startJudge({ peers, onStop }: BootContext): void {
  onStop(sharedMeterHub().offer(peers('@opentelemetry/api')));
}
