import type {
  AggregateTelemetry,
  CallOptions,
  DeploymentTelemetry,
  JudgedCounts,
  MetricsClient,
  TelemetryQuery,
  WeightChange,
} from 'rolloutguard';

/**
 * Adds the history of weights to the telemetry of another client, and keeps the last answer for the live view. The
 * receiver knows what was answered, the router how the traffic was split; the engine and the report want both.
 */
export class RoutedMetrics implements MetricsClient {
  readonly name: string;
  readonly #metrics: MetricsClient;
  readonly #weights: () => readonly WeightChange[];
  #latest: DeploymentTelemetry | null = null;

  constructor(metrics: MetricsClient, weights: () => readonly WeightChange[]) {
    this.name = metrics.name;
    this.#metrics = metrics;
    this.#weights = weights;
  }

  /** The last answer, if there was one with intervals. */
  get latest(): DeploymentTelemetry | null {
    return this.#latest;
  }

  async getTelemetry(query: TelemetryQuery, options: CallOptions): Promise<DeploymentTelemetry | AggregateTelemetry> {
    const telemetry = await this.#metrics.getTelemetry(query, options);
    if (telemetry.kind !== 'intervals') return telemetry;
    this.#latest = { ...telemetry, weights: [...this.#weights()] };
    return this.#latest;
  }
}

/** Requests and failures of one cohort over the last seconds of complete data. */
export function recentFailures(
  { intervals, completeUntilMs }: DeploymentTelemetry,
  cohort: 'canary' | 'stable',
  seconds: number,
): JudgedCounts {
  const recent = intervals.filter(
    (interval) =>
      interval.cohort === cohort &&
      interval.segment === undefined &&
      interval.endMs <= completeUntilMs &&
      interval.endMs > completeUntilMs - seconds * 1000,
  );
  return {
    requests: recent.reduce((sum, { requests }) => sum + requests, 0),
    bad: recent.reduce((sum, { errors }) => sum + errors, 0),
  };
}
