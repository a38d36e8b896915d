/** Objects for the benches of the validation: rollouts of services, each with two templates of its own and two Services. */

/** Documents of one service. */
export const DOCUMENTS = 5;

/** One service; every tenth has a mistake, so that looking for what was meant is part of the work. */
export function serviceObjects(number: number): Record<string, unknown>[] {
  const name = `service-${number}`;
  const selector = { 'app.kubernetes.io/name': name };
  const meta = (suffix: string): Record<string, unknown> => ({
    name: `${name}${suffix}`,
    namespace: `team-${Math.floor(number / 50)}`,
  });
  const args = [
    { name: 'service', value: name },
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
  ];
  const misspelt = number % 10 === 0 ? 'x' : '';
  const analysis = {
    templates: [{ templateName: `${name}-errors` }, { templateName: `${name}-latency${misspelt}` }],
    args,
  };
  return [
    {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: meta(''),
      spec: {
        replicas: 50,
        revisionHistoryLimit: 5,
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector }, spec: podSpec(number) },
        strategy: {
          canary: {
            canaryService: `${name}-canary`,
            stableService: `${name}-stable`,
            trafficRouting: { istio: { virtualService: { name, routes: ['primary'] } } },
            steps: [
              ...[5, 20, 50].flatMap((setWeight) => [{ setWeight }, { pause: { duration: '5m' } }]),
              { analysis },
              { setWeight: 100 },
            ],
          },
        },
      },
    },
    template(meta('-errors'), 'errors', 'result[0] <= 0.01'),
    template(meta('-latency'), 'latency', 'result[0] <= 0.5'),
    ...['-canary', '-stable'].map((suffix) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(suffix),
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    })),
  ];
}

function podSpec(number: number): Record<string, unknown> {
  const probe = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 };
  const container = {
    name: 'api',
    image: `registry.example.com/service-${number}:1.4.2`,
    ports: [{ name: 'http', containerPort: 8080 }],
    env: Array.from({ length: 10 }, (_, i) => ({ name: `SETTING_${i}`, value: `value ${i}` })),
    ...{ startupProbe: { ...probe, failureThreshold: 30 }, readinessProbe: probe, livenessProbe: probe },
    resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { memory: '512Mi' } },
    volumeMounts: [{ name: 'config', mountPath: '/etc/service' }],
  };
  return { containers: [container], volumes: [{ name: 'config', configMap: { name: `service-${number}` } }] };
}

function template(metadata: unknown, name: string, condition: string): Record<string, unknown> {
  const query = (status: string): string =>
    `sum(rate(http_server_request_duration_seconds_count{service="{{args.service}}",rollouts_pod_template_hash="{{args.hash}}"${status}}[2m]))`;
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata,
    spec: {
      args: [{ name: 'service' }, { name: 'hash' }],
      metrics: [
        {
          name,
          ...{ interval: '30s', count: 10, failureLimit: 2, inconclusiveLimit: 2, consecutiveErrorLimit: 10 },
          successCondition: `len(result) > 0 && !isNaN(result[0]) && ${condition}`,
          failureCondition: `len(result) > 0 && !isNaN(result[0]) && !(${condition})`,
          provider: {
            prometheus: {
              address: 'http://prometheus.monitoring:9090',
              query: `${query(',http_response_status_code=~"5.."')} / ${query('')}`,
            },
          },
        },
      ],
    },
  };
}
