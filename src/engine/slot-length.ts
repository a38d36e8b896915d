/** How long the slots are in which canary and stable are compared. */
import type { TelemetryInterval } from '../ports/telemetry.ts';

/** Intervals looked at to see how long the source's intervals really are. A fixed prefix, so that later data cannot change the past. */
export const LENGTH_SAMPLE = 20;

/**
 * The policy's interval, the source's nominal one, or what its intervals really are: whichever is longest. A source that
 * reports every 60 s cannot be judged in slots of 10 s, most of which would hold one arm only.
 *
 * @returns milliseconds.
 */
export function slotLength(
  intervals: readonly TelemetryInterval[],
  policyIntervalMs: number,
  sourceIntervalMs: number,
): number {
  // Whole milliseconds, or the grid of slots would drift off by rounding.
  const nominalMs = Math.max(1, Math.round(Math.max(policyIntervalMs, sourceIntervalMs)));
  const sample = intervals.filter(({ segment }) => segment === undefined).slice(0, LENGTH_SAMPLE);
  const lengths = sample.map(({ startMs, endMs }) => endMs - startMs).sort((a, b) => a - b);
  const median = lengths[Math.floor(lengths.length / 2)] ?? nominalMs;
  return Math.max(1, Math.ceil(median / nominalMs - 1e-9)) * nominalMs;
}
