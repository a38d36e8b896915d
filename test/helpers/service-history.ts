/** Simulated histories of one service, one deployment a day. */
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import type { Labels } from '../../src/replay/labels.ts';
import { simulatedTelemetry, simulateTraffic, type TrafficOptions } from '../../src/testing/traffic.ts';

/** The `day`-th deployment: one canary pod beside eight stable ones, 15 minutes, five of them before. */
export function deploymentOf(day: number, more: Partial<TrafficOptions> = {}): DeploymentTelemetry {
  const traffic = simulateTraffic({
    seed: day,
    seconds: 600,
    historySeconds: 300,
    requestsPerSecond: 400,
    canaryShare: 0.1,
    errorRate: 0.01,
    pods: { canary: 1, stable: 8 },
    ...more,
  });
  const recording = simulatedTelemetry(traffic, 10, Date.UTC(2026, 0, 1 + day));
  return { ...recording, service: 'checkout', deploymentId: `day-${day}` };
}

/** Several days of it. */
export function historyOf(days: number, more: Partial<TrafficOptions> = {}): DeploymentTelemetry[] {
  return Array.from({ length: days }, (_, day) => deploymentOf(day, more));
}

/** All of them labelled alike. */
export function labelled(history: readonly DeploymentTelemetry[], outcome: 'good' | 'bad'): Labels {
  return Object.fromEntries(history.map(({ deploymentId }) => [deploymentId, { outcome }]));
}
