import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';

/** What was known of a deployment at a moment: the telemetry up to it, and nothing of what came later. */
export function cutAt(telemetry: DeploymentTelemetry, nowMs: number): DeploymentTelemetry {
  const known = (intervals: TelemetryInterval[]): TelemetryInterval[] =>
    intervals.filter(({ endMs }) => endMs <= nowMs);
  const { dependencies, problems } = telemetry;
  return {
    ...telemetry,
    completeUntilMs: nowMs,
    weights: telemetry.weights.filter(({ atMs }) => atMs <= nowMs),
    intervals: known(telemetry.intervals),
    ...(dependencies && {
      dependencies: Object.fromEntries(Object.entries(dependencies).map(([name, calls]) => [name, known(calls)])),
    }),
    ...(problems && { problems: problems.filter(({ atMs }) => atMs <= nowMs) }),
  };
}
