import type { Cohort, DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';

/** Unix time of the deployment in telemetry made by {@link telemetryOf}. */
export const DEPLOYED_AT_MS = 1_800_000_000_000;

/** One arm of one interval: `[requests, errors]`. */
export type Arm = readonly [requests: number, errors: number];

/** An interval of 10 s, the `index`-th after the deployment (negative = before it). */
export function interval(
  index: number,
  cohort: Cohort,
  [requests, errors]: Arm,
  more: Partial<TelemetryInterval> = {},
): TelemetryInterval {
  const startMs = DEPLOYED_AT_MS + index * 10_000;
  return { startMs, endMs: startMs + 10_000, cohort, requests, errors, ...more };
}

/** Telemetry of a deployment from `[canary, stable]` pairs per 10 s, after `before` intervals of stable. */
export function telemetryOf(
  slots: readonly (readonly [canary: Arm, stable: Arm])[],
  before: readonly Arm[] = [],
  more: Partial<DeploymentTelemetry> = {},
): DeploymentTelemetry {
  return {
    schemaVersion: 1,
    kind: 'intervals',
    service: 'checkout',
    deploymentId: 'deploy-42',
    intervalMs: 10_000,
    deployedAtMs: DEPLOYED_AT_MS,
    completeUntilMs: DEPLOYED_AT_MS + slots.length * 10_000,
    weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: 0.05 }],
    intervals: [
      ...before.map((arm, i) => interval(i - before.length, 'stable', arm)),
      ...slots.flatMap(([canary, stable], i) => [interval(i, 'canary', canary), interval(i, 'stable', stable)]),
    ],
    ...more,
  };
}

/** The same thing `times` times. */
export function repeat<T>(times: number, value: T): T[] {
  return Array.from({ length: times }, () => value);
}
