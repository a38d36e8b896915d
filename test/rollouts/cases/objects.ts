/** Small valid objects for the cases of rules, with a change each. */

type Plain = Record<string, unknown>;

/** A Service of that name that selects the pods of {@link rollout}. */
export function service(name: string, change: Plain = {}): Plain {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: 'api' }, ports: [{ port: 80 }] },
    ...change,
  };
}

/** A pod template that every rule accepts. */
export function podTemplate(): Plain {
  const container = {
    name: 'api',
    image: 'registry.example.com/api:1.2.3',
    readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
  };
  return { metadata: { labels: { app: 'api' } }, spec: { containers: [container] } };
}

/** A Rollout with that strategy, and `change` over its spec. */
export function rollout(strategy: unknown, change: Plain = {}): Plain {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'api' },
    spec: { replicas: 10, selector: { matchLabels: { app: 'api' } }, template: podTemplate(), strategy, ...change },
  };
}

/** A Rollout with a canary without a router; `change` over `spec.strategy.canary`, `spec` over the spec. */
export function canary(change: Plain = {}, spec: Plain = {}): Plain {
  return rollout({ canary: { steps: [{ setWeight: 20 }, { pause: { duration: '5m' } }], ...change } }, spec);
}

/** A Rollout with a canary behind a router, with its two Services named. */
export function routed(trafficRouting: unknown, change: Plain = {}, spec: Plain = {}): Plain {
  return canary({ canaryService: 'api-canary', stableService: 'api-stable', trafficRouting, ...change }, spec);
}

/** A Rollout with a blue-green strategy; `change` over `spec.strategy.blueGreen`. */
export function blueGreen(change: Plain = {}, spec: Plain = {}): Plain {
  return rollout({ blueGreen: { activeService: 'api-active', previewService: 'api-preview', ...change } }, spec);
}

/** A router that needs nothing else. */
export const ISTIO: Plain = { istio: { virtualService: { name: 'api', routes: ['primary'] } } };

/** An AnalysisTemplate with one metric; `change` over that metric. */
export function template(change: Plain = {}, spec: Plain = {}): Plain {
  const metric = {
    name: 'errors',
    interval: '30s',
    count: 5,
    successCondition: 'len(result) > 0 && result[0] < 0.05',
    provider: { prometheus: { address: 'http://prometheus:9090', query: 'errors' } },
    ...change,
  };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'errors' },
    spec: { metrics: [metric], ...spec },
  };
}
