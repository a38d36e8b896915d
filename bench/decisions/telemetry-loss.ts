/** What telemetry loses on its way: counts before a counter's restart, and whole intervals. */
import type { RandomStream } from './random.ts';
import type { ArmSeries } from './scenario.ts';
import { type ScenarioOptions, UNIT_SECONDS } from './scenario-options.ts';

/**
 * Every pod of the arm restarts at some moment of the interval. Of a counter that restarted, a client sees only what was
 * counted since: the rest of the interval is lost.
 */
export function loseBeforeRestart(random: RandomStream, arm: ArmSeries, interval: number): void {
  for (let at = interval * arm.pods; at < (interval + 1) * arm.pods; at++) {
    const kept = random.uniform();
    const errors = random.binomial(arm.errors[at]!, kept);
    arm.requests[at] = errors + random.binomial(arm.requests[at]! - arm.errors[at]!, kept);
    arm.errors[at] = errors;
    if (arm.dependencyFailures) arm.dependencyFailures[at] = Math.min(arm.dependencyFailures[at]!, errors);
  }
}

/** Removes whole intervals: each interval of each arm with a chance, and one run of the canary's. */
export function loseIntervals(
  random: RandomStream,
  { share = 0, canaryRun = 0 }: NonNullable<ScenarioOptions['gaps']>,
  canary: ArmSeries,
  stable: ArmSeries,
  intervalSeconds: number,
): void {
  for (const arm of [canary, stable]) {
    const intervals = arm.present.length / arm.pods;
    for (let i = 0; i < intervals; i++) if (share > 0 && random.uniform() < share) loseInterval(arm, i);
  }
  if (canaryRun === 0) return;
  const intervals = canary.present.length / canary.pods;
  const length = Math.min(intervals, Math.ceil((canaryRun * UNIT_SECONDS) / intervalSeconds));
  const from = Math.floor(random.uniform() * (intervals - length + 1));
  for (let i = from; i < from + length; i++) loseInterval(canary, i);
}

function loseInterval(arm: ArmSeries, interval: number): void {
  const [from, to] = [interval * arm.pods, (interval + 1) * arm.pods];
  arm.present.fill(0, from, to);
  arm.requests.fill(0, from, to);
  arm.errors.fill(0, from, to);
  arm.dependencyFailures?.fill(0, from, to);
}
