import type { Metric } from '../../../src/rollouts/types/metric.ts';

/** A metric of Prometheus that is measured every minute until it is told to end, with a change. */
export function metric(change: Partial<Metric> = {}): Metric {
  return {
    name: 'errors',
    interval: '1m',
    successCondition: 'result[0] < 0.05',
    provider: { prometheus: { address: 'http://prometheus:9090', query: 'errors' } },
    ...change,
  };
}

/** Without the condition that stands there. */
export function failing(failureCondition: string, change: Partial<Metric> = {}): Metric {
  const { successCondition: _, ...rest } = metric(change);
  return { ...rest, failureCondition };
}
