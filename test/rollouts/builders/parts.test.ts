import { describe, expect, test } from 'vitest';
import {
  alb,
  ambassador,
  analyze,
  apisix,
  appMesh,
  bulkhead,
  circuitBreaker,
  destinationRule,
  experiment,
  gatewayApi,
  istio,
  livenessProbe,
  nginx,
  pause,
  plugin,
  probes,
  readinessProbe,
  safeRetries,
  services,
  setCanaryScale,
  setHeaderRoute,
  setMirrorRoute,
  setWeight,
  smi,
  startupProbe,
  traefik,
  trafficPlugin,
  virtualService,
} from '../../../src/rollouts/index.ts';

const TEMPLATE = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors' },
  spec: {},
} as const;

/** What wrong arguments say, and where. */
function refuses(cases: readonly (readonly [string, () => unknown, string])[]): void {
  test.each(cases)('refuses %s', (_name, run, path) => {
    expect(run).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
  });
}

describe('steps', () => {
  test.each([
    [setWeight(0), { setWeight: 0 }],
    [setWeight(100), { setWeight: 100 }],
    [pause(), { pause: {} }],
    [pause(30), { pause: { duration: 30 } }],
    [pause('1h30m'), { pause: { duration: '1h30m' } }],
    [setCanaryScale({ weight: 25 }), { setCanaryScale: { weight: 25 } }],
    [setCanaryScale({ matchTrafficWeight: true }), { setCanaryScale: { matchTrafficWeight: true } }],
    [plugin('own/step', { a: 1 }), { plugin: { name: 'own/step', config: { a: 1 } } }],
    [plugin('own/step'), { plugin: { name: 'own/step' } }],
    [setHeaderRoute('testers'), { setHeaderRoute: { name: 'testers' } }],
    [
      setHeaderRoute('testers', { 'x-tester': 'yes', 'x-plan': { prefix: 'beta' } }),
      {
        setHeaderRoute: {
          name: 'testers',
          match: [
            { headerName: 'x-tester', headerValue: { exact: 'yes' } },
            { headerName: 'x-plan', headerValue: { prefix: 'beta' } },
          ],
        },
      },
    ],
    [
      setMirrorRoute('copies', { percentage: 5, match: [{ method: { exact: 'GET' } }] }),
      { setMirrorRoute: { name: 'copies', percentage: 5, match: [{ method: { exact: 'GET' } }] } },
    ],
    [
      experiment({ templates: [{ name: 'baseline', specRef: 'stable' }], duration: '10m' }),
      { experiment: { templates: [{ name: 'baseline', specRef: 'stable' }], duration: '10m' } },
    ],
  ])('%j', (step, written) => {
    expect(step).toEqual(written);
  });

  test('templates are given by name, by reference, or as they are', () => {
    const cluster = { ...TEMPLATE, kind: 'ClusterAnalysisTemplate', metadata: { name: 'shared' } } as const;
    const builder = { object: cluster, build: () => ({ object: cluster, warnings: [] }) };
    expect(analyze(['a', { templateName: 'b', clusterScope: true }, TEMPLATE, builder])).toEqual({
      analysis: {
        templates: [
          { templateName: 'a' },
          { templateName: 'b', clusterScope: true },
          { templateName: 'errors' },
          { templateName: 'shared', clusterScope: true },
        ],
      },
    });
  });

  test('a dry run means the metric of that name, and no other whose name contains it', () => {
    const { analysis } = analyze('errors', { dryRun: ['p99 (http.server)'] });
    const pattern = new RegExp(analysis.dryRun![0]!.metricName);
    expect(pattern.test('p99 (http.server)')).toBe(true);
    for (const other of ['p99 (http.server) total', 'p99 (http-server)', 'p99 http.server']) {
      expect(pattern.test(other)).toBe(false);
    }
  });

  test('arguments are text or a source, by any name', () => {
    const args = JSON.parse('{"__proto__": "a", "limit": 0.5}') as Record<string, string>;
    const source = { fieldRef: { fieldPath: 'metadata.namespace' } };
    expect(analyze('errors', { args: { ...args, namespace: source } }).analysis.args).toEqual([
      { name: '__proto__', value: 'a' },
      { name: 'limit', value: '0.5' },
      { name: 'namespace', valueFrom: source },
    ]);
  });

  refuses([
    ['a weight of 101', () => setWeight(101), 'weight'],
    ['a weight that is no integer', () => setWeight(0.5), 'weight'],
    ['no weight', () => setWeight(undefined as never), 'weight'],
    ['days', () => pause('1d' as never), 'duration'],
    ['a negative pause', () => pause(-1), 'duration'],
    ['half a second as a number', () => pause(0.5), 'duration'],
    ['two ways to scale', () => setCanaryScale({ weight: 5, replicas: 1 } as never), 'scale'],
    ['no way to scale', () => setCanaryScale({} as never), 'scale'],
    ['a negative scale', () => setCanaryScale({ replicas: -1 }), 'scale.replicas'],
    ['no template', () => analyze([]), 'templates'],
    ['a template without a name', () => analyze({ ...TEMPLATE, metadata: {} }), 'templates[0].metadata.name'],
    ['an argument that is nothing', () => analyze('a', { args: { x: null as never } }), 'args.x'],
    ['a misspelt option', () => analyze('a', { arg: {} } as never), 'options.arg'],
    ['a route without a name', () => setHeaderRoute(''), 'name'],
    ['more than all copies', () => setMirrorRoute('a', { percentage: 101 }), 'options.percentage'],
    ['an experiment of nothing', () => experiment({ templates: [] }), 'templates'],
    [
      'an experiment of a misspelt version',
      () => experiment({ templates: [{ name: 'a', specRef: 'Canary' as never }] }),
      'templates[0].specRef',
    ],
    [
      'an experiment that never ends',
      () => experiment({ templates: [{ name: 'a', specRef: 'canary' }], duration: '10 m' as never }),
      'duration',
    ],
    ['a plugin without its organisation', () => plugin('step' as never), 'name'],
  ]);
});

describe('routers', () => {
  const subsets = { canarySubsetName: 'canary', stableSubsetName: 'stable' };
  test.each([
    [istio({ virtualService: 'api' }), { istio: { virtualService: { name: 'api' } } }],
    [
      istio({ virtualService: [{ name: 'a', routes: ['r'] }, { name: 'b' }], destinationRule: 'api' }),
      {
        istio: {
          virtualServices: [{ name: 'a', routes: ['r'] }, { name: 'b' }],
          destinationRule: { name: 'api', ...subsets },
        },
      },
    ],
    [nginx({ ingress: 'api', annotationPrefix: 'p' }), { nginx: { stableIngress: 'api', annotationPrefix: 'p' } }],
    [nginx({ ingress: ['a', 'b'] }), { nginx: { stableIngresses: ['a', 'b'] } }],
    [
      alb({ ingress: 'api', servicePort: 80, stickySeconds: 60 }),
      { alb: { ingress: 'api', servicePort: 80, stickinessConfig: { enabled: true, durationSeconds: 60 } } },
    ],
    [
      alb({ ingress: ['a'], servicePort: 80, rootService: 'r' }),
      { alb: { ingresses: ['a'], servicePort: 80, rootService: 'r' } },
    ],
    [smi(), { smi: {} }],
    [traefik('api'), { traefik: { weightedTraefikServiceName: 'api' } }],
    [ambassador('a', 'b'), { ambassador: { mappings: ['a', 'b'] } }],
    [apisix('api'), { apisix: { route: { name: 'api' } } }],
    [apisix('api', 'one'), { apisix: { route: { name: 'api', rules: ['one'] } } }],
    [
      appMesh({ virtualService: 'api', canaryNode: 'c', stableNode: 's' }),
      {
        appMesh: {
          virtualService: { name: 'api' },
          virtualNodeGroup: { canaryVirtualNodeRef: { name: 'c' }, stableVirtualNodeRef: { name: 's' } },
        },
      },
    ],
    [
      gatewayApi({ httpRoute: 'api', namespace: 'web' }),
      { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'api', namespace: 'web' } } },
    ],
    [trafficPlugin('own/router', { a: 1 }), { plugins: { 'own/router': { a: 1 } } }],
  ])('%j', (router, written) => {
    expect(router).toEqual(written);
  });

  refuses([
    ['no VirtualService', () => istio({ virtualService: [] }), 'virtualService'],
    ['a VirtualService without a name', () => istio({ virtualService: '' }), 'virtualService[0].name'],
    ['a misspelt option of Istio', () => istio({ virtualservice: 'a' } as never), 'options.virtualservice'],
    ['an Ingress without a name', () => nginx({ ingress: [''] }), 'ingress[0]'],
    ['a port that is none', () => alb({ ingress: 'a', servicePort: 0 }), 'servicePort'],
    ['no mapping', () => ambassador(), 'mappings'],
    ['a Gateway API without a route', () => gatewayApi({ namespace: 'a' }), 'httpRoute'],
    ['a plugin without its organisation', () => trafficPlugin('router' as never, {}), 'name'],
  ]);
});

describe('probes', () => {
  test('ask what was given, and may fail for as long as was said', () => {
    expect(startupProbe({ tcp: 8080 }, { failAfterSeconds: 121 })).toEqual({
      tcpSocket: { port: 8080 },
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 61,
    });
    expect(readinessProbe({ path: '/', port: 'http', scheme: 'HTTPS' })).toEqual({
      httpGet: { path: '/', port: 'http', scheme: 'HTTPS' },
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 3,
    });
    expect(livenessProbe({ grpc: 9000, service: 'a' }, { periodSeconds: 20, timeoutSeconds: 1 })).toEqual({
      grpc: { port: 9000, service: 'a' },
      periodSeconds: 20,
      timeoutSeconds: 1,
      failureThreshold: 3,
    });
    expect(livenessProbe({ exec: ['true'] })).toMatchObject({ exec: { command: ['true'] } });
  });

  test('never restart a pod before traffic is kept away from it', () => {
    const targets = { ready: { path: '/ready', port: 80 }, live: { path: '/live', port: 80 } };
    for (const unreadySeconds of [1, 15, 100, 3600]) {
      const { readinessProbe: ready, livenessProbe: live } = probes({ ...targets, unreadySeconds });
      const lasts = ({ periodSeconds = 0, failureThreshold = 0 }): number => periodSeconds * failureThreshold;
      expect(lasts(live)).toBeGreaterThan(lasts(ready));
    }
    expect(probes(targets).startupProbe.httpGet?.path).toBe('/live');
  });

  refuses([
    [
      'a restart before that',
      () => probes({ ready: { tcp: 1 }, live: { tcp: 1 }, unreadySeconds: 30, restartSeconds: 20 }),
      'restartSeconds',
    ],
    ['nothing to ask', () => livenessProbe({} as never), 'target'],
    ['a port that is none', () => livenessProbe({ tcp: 65_536 }), 'target.tcp'],
    ['a time of 0', () => livenessProbe({ tcp: 1 }, { periodSeconds: 0 }), 'options.periodSeconds'],
    ['a misspelt time', () => livenessProbe({ tcp: 1 }, { period: 1 } as never), 'options.period'],
  ]);
});

describe('services', () => {
  test('come in pairs that select the same pods', () => {
    const { stable, canary } = services('api', { namespace: 'web', names: { stable: 'api' } });
    const labels = { 'app.kubernetes.io/name': 'api' };
    expect(stable).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'web', labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    expect(canary.metadata?.name).toBe('api-canary');
    expect(canary.spec).toEqual(stable.spec);
    expect(canary.spec?.ports).not.toBe(stable.spec?.ports);
  });

  refuses([
    ['one name for two', () => services('api', { names: { stable: 'api-canary' } }), 'options.names'],
    ['an empty name', () => services(''), 'name'],
  ]);
});

describe("Istio's objects", () => {
  test('a route has both versions, all traffic at the stable one', () => {
    const { spec } = virtualService('api', {
      to: services('api'),
      gateways: ['web'],
      hosts: ['api.example.com'],
      port: 80,
      timeout: '5s',
      retries: safeRetries(),
    });
    expect(spec).toEqual({
      hosts: ['api.example.com'],
      gateways: ['web'],
      http: [
        {
          name: 'primary',
          route: [
            { destination: { host: 'api-stable', port: { number: 80 } }, weight: 100 },
            { destination: { host: 'api-canary', port: { number: 80 } }, weight: 0 },
          ],
          timeout: '5s',
          retries: { attempts: 2, retryOn: 'connect-failure,refused-stream' },
        },
      ],
    });
  });

  test('subsets of one host fit the rule that makes them, and the router', () => {
    const rule = destinationRule('api', {
      subsets: { app: 'api' },
      outlierDetection: circuitBreaker(),
      connectionPool: bulkhead(),
    });
    const names = rule.spec.subsets!.map(({ name }) => name);
    const { spec } = virtualService('api', { to: { host: 'api' }, retries: 'off' });
    expect(spec.http![0]!.route!.map(({ destination }) => destination.subset)).toEqual(names);
    const { istio: router } = istio({ virtualService: 'api', destinationRule: 'api' });
    expect([router?.destinationRule?.stableSubsetName, router?.destinationRule?.canarySubsetName]).toEqual(names);
    expect(spec.http![0]!.retries).toEqual({ attempts: 0 });
    expect(rule.spec.trafficPolicy).toEqual({
      connectionPool: {
        tcp: { maxConnections: 100, connectTimeout: '1s' },
        http: { http1MaxPendingRequests: 100, http2MaxRequests: 1000 },
      },
      outlierDetection: { consecutive5xxErrors: 5, interval: '10s', baseEjectionTime: '30s', maxEjectionPercent: 50 },
    });
    expect(destinationRule('api').spec).toEqual({ host: 'api' });
  });

  refuses([
    ['no destination', () => virtualService('api', { to: {} as never }), 'options.to.stable'],
    [
      'a timeout of days',
      () => virtualService('api', { to: { host: 'a' }, timeout: '1d' as never }),
      'options.timeout',
    ],
    ['a breaker for everything and more', () => circuitBreaker({ mostPercent: 101 }), 'options.mostPercent'],
    ['a bulkhead without room', () => bulkhead({ requests: 0 }), 'options.requests'],
    ['retries without end', () => safeRetries({ attempts: 100 }), 'options.attempts'],
  ]);
});
