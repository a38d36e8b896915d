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

/** A Rollout with that strategy that says nothing else. */
function rollout(strategy: Part, change: Part = {}): Part {
  return object('Rollout', 'api', {
    replicas: 10,
    selector: { matchLabels: { app: 'api' } },
    template: {
      metadata: { labels: { app: 'api' } },
      spec: { containers: [{ name: 'api', image: 'registry.example.com/api:1' }] },
    },
    strategy,
    ...change,
  });
}

const PAUSE = { pause: { duration: '5m' } };

/** A canary whose second step is that analysis. */
export function stepping(analysis: Part, canary: Part = {}): Part {
  return rollout({ canary: { steps: [{ setWeight: 20 }, { analysis }, PAUSE], ...canary } });
}

/** A canary with that analysis in the background. */
export function background(analysis: Part): Part {
  return rollout({ canary: { steps: [{ setWeight: 20 }, PAUSE], analysis } });
}

/** A canary whose second step is that experiment. */
export function experimenting(experiment: Part): Part {
  const templates = [{ name: 'candidate', specRef: 'canary' }];
  const step = { experiment: { templates, duration: '10m', ...experiment } };
  return rollout({ canary: { steps: [{ setWeight: 20 }, step, PAUSE] } });
}

/** A blue-green Rollout. */
export function blueGreen(change: Part): Part {
  return rollout({ blueGreen: { activeService: 'api-active', previewService: 'api-preview', ...change } });
}

/** What names templates. */
export function named(...names: readonly string[]): { templates: Part[] } {
  return { templates: names.map((templateName) => ({ templateName })) };
}

export function experiment(spec: Part): Part {
  return object('Experiment', 'api', spec);
}
