/** The smallest objects that the cases of analyses are made of. */

export type Part = Readonly<Record<string, unknown>>;

/** A prometheus metric that no rule says anything of. */
export function metric(changes: Part = {}): Part {
  return {
    name: 'error-rate',
    interval: '30s',
    count: 10,
    consecutiveErrorLimit: 4,
    successCondition: 'len(result) > 0 && result[0] < 0.01',
    provider: { prometheus: PROMETHEUS },
    ...changes,
  };
}

export const PROMETHEUS: Part = {
  address: 'http://prometheus.monitoring:9090',
  query: 'sum(rate(errors_total{pod_template_hash="a"}[1m]))',
};

/** A Job that the API server takes. */
export const JOB: Part = {
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'probe', image: 'probe:1' }] } } },
};

/** A metric of another provider. */
export function measuredBy(provider: string, fields: unknown, changes: Part = {}): Part {
  return metric({ provider: { [provider]: fields }, successCondition: 'true', ...changes });
}

function object(kind: string, name: string, spec: unknown): Part {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec };
}

export function template(spec: Part, name = 'errors'): Part {
  return object('AnalysisTemplate', name, spec);
}

export function clusterTemplate(spec: Part, name = 'errors'): Part {
  return object('ClusterAnalysisTemplate', name, spec);
}

export function run(spec: Part): Part {
  return object('AnalysisRun', 'errors', spec);
}

/** A template of one metric. */
export function ofMetric(changes: Part, spec: Part = {}): Part {
  return template({ metrics: [metric(changes)], ...spec });
}
