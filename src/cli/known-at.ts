/** What was known of a deployment at a moment. */
import type { AggregateTelemetry, DeploymentTelemetry, TelemetryInterval } from '../ports/telemetry.ts';

/**
 * Telemetry without what came after a moment, so that an earlier decision can be looked at again. What ends before that
 * moment stays as it is; rates over a window cannot be cut.
 *
 * @param telemetry one that has been checked.
 */
export function knownAt(
  telemetry: DeploymentTelemetry | AggregateTelemetry,
  nowMs: number,
): DeploymentTelemetry | AggregateTelemetry {
  if (telemetry.kind === 'aggregates' || telemetry.completeUntilMs <= nowMs) return telemetry;
  const known = (intervals: readonly TelemetryInterval[]): TelemetryInterval[] =>
    intervals.filter(({ endMs }) => endMs <= nowMs);
  const { weights, intervals, dependencies, problems } = telemetry;
  return {
    ...telemetry,
    completeUntilMs: nowMs,
    weights: weights.filter(({ atMs }) => atMs <= nowMs),
    intervals: known(intervals),
    ...(dependencies && {
      dependencies: Object.fromEntries(Object.entries(dependencies).map(([name, calls]) => [name, known(calls)])),
    }),
    ...(problems && { problems: problems.filter(({ atMs }) => atMs <= nowMs) }),
  };
}
