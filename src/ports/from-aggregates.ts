/** Makes a metrics client of one that knows only rates over a window. */
import type { CallOptions, MetricsClient } from './metrics-client.ts';
import type { DeploymentMetrics } from './telemetry.ts';

/** A client that knows only aggregates: for example three queries to a dashboard. */
export interface AggregateMetricsClient {
  name?: string;
  /** Metrics of one version over a time range, or `null` when there are none. Times are Unix milliseconds. */
  getMetrics(
    query: {
      service: string;
      version: 'canary' | 'stable';
      deploymentId?: string;
      timeRange: { fromMs: number; toMs: number };
    },
    options: CallOptions,
  ): Promise<DeploymentMetrics | null>;
}

/**
 * A metrics client for use with `thresholdPolicy()`.
 *
 * @param windowSeconds - length of the window that is asked for. @defaultValue 300
 */
export function fromAggregates(client: AggregateMetricsClient, windowSeconds: number = 300): MetricsClient {
  return {
    name: client.name ?? 'aggregates',
    async getTelemetry({ service, deploymentId, toMs }, options) {
      const timeRange = { fromMs: toMs - windowSeconds * 1000, toMs };
      const [canary, stable] = await Promise.all([
        client.getMetrics({ service, version: 'canary', deploymentId, timeRange }, options),
        client.getMetrics({ service, version: 'stable', timeRange }, options),
      ]);
      return { schemaVersion: 1, kind: 'aggregates', service, deploymentId, windowSeconds, atMs: toMs, canary, stable };
    },
  };
}
