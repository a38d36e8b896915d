import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  analyze,
  blueGreenRollout,
  buildAll,
  canaryRollout,
  gatewayApi,
  goDuration,
  istio,
  nginx,
  pause,
  probes,
  type Rollout,
  services,
  setHeaderRoute,
  setMirrorRoute,
  setWeight,
  trafficPlugin,
  validate,
  virtualService,
} from '../../../src/rollouts/index.ts';

const container = {
  name: 'api',
  image: 'registry/api:1.2.3',
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '128Mi' } },
  ...probes({ ready: { path: '/ready', port: 'http' }, live: { path: '/live', port: 'http' } }),
};

describe('canaryRollout', () => {
  test('makes a whole rollout, each field at its place', () => {
    const pair = services('api', { namespace: 'production' });
    const api = canaryRollout('api')
      .namespace('production')
      .labels({ team: 'checkout' })
      .replicas(50)
      .container(container)
      .pod({ serviceAccountName: 'api' })
      .podMetadata({ annotations: { 'example.com/a': 'b' } })
      .services(pair)
      .traffic(istio({ virtualService: { name: 'api', routes: ['primary'] } }))
      .steps(
        setWeight(5),
        pause('2m'),
        analyze(['errors', 'p99'], { args: { service: 'api', limit: 5 } }),
        setWeight(50),
        pause(),
      )
      .backgroundAnalysis('errors', { startingStep: 1, args: { hash: { podTemplateHashValue: 'Latest' } } })
      .history({ revisions: 5, successfulRuns: 3, unsuccessfulRuns: 10 })
      .progressDeadline(900, { abort: true })
      .antiAffinity(50)
      .surge({ maxSurge: '25%', maxUnavailable: 0 })
      .cohorts({ canary: { labels: { role: 'canary' } } })
      .canary({ scaleDownDelaySeconds: 60 })
      .spec({ minReadySeconds: 5, rollbackWindow: { revisions: 3 } });
    const labels = { 'app.kubernetes.io/name': 'api' };
    expect(api.object).toEqual({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'api', namespace: 'production', labels: { ...labels, team: 'checkout' } },
      spec: {
        replicas: 50,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, annotations: { 'example.com/a': 'b' } },
          spec: { containers: [container], serviceAccountName: 'api' },
        },
        revisionHistoryLimit: 5,
        analysis: { successfulRunHistoryLimit: 3, unsuccessfulRunHistoryLimit: 10 },
        progressDeadlineSeconds: 900,
        progressDeadlineAbort: true,
        minReadySeconds: 5,
        rollbackWindow: { revisions: 3 },
        strategy: {
          canary: {
            stableService: 'api-stable',
            canaryService: 'api-canary',
            trafficRouting: { istio: { virtualService: { name: 'api', routes: ['primary'] } } },
            steps: [
              { setWeight: 5 },
              { pause: { duration: '2m' } },
              {
                analysis: {
                  templates: [{ templateName: 'errors' }, { templateName: 'p99' }],
                  args: [
                    { name: 'service', value: 'api' },
                    { name: 'limit', value: '5' },
                  ],
                },
              },
              { setWeight: 50 },
              { pause: {} },
            ],
            analysis: {
              templates: [{ templateName: 'errors' }],
              args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
              startingStep: 1,
            },
            antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 50 } },
            maxSurge: '25%',
            maxUnavailable: 0,
            scaleDownDelaySeconds: 60,
            canaryMetadata: {
              labels: { 'rolloutguard.cohort': 'canary', role: 'canary' },
              annotations: { 'resource.opentelemetry.io/rolloutguard.cohort': 'canary' },
            },
            stableMetadata: {
              labels: { 'rolloutguard.cohort': 'stable' },
              annotations: { 'resource.opentelemetry.io/rolloutguard.cohort': 'stable' },
            },
          },
        },
      },
    } satisfies Rollout);
    const objects = [api, pair.stable, pair.canary, virtualService('api', { namespace: 'production', to: pair })];
    expect(() => buildAll(objects)).not.toThrow();
  });

  test('each method leaves its builder as it was, and gives one of the same kind', () => {
    const first = canaryRollout('api').container(container);
    const before = first.object;
    const second = first.replicas(3).surge({ maxSurge: 1 });
    expectTypeOf(second).toEqualTypeOf(first);
    first.object.spec.replicas = 99;
    expect(first.object).toEqual(before);
    expect(second.object.spec.replicas).toBe(3);
  });

  test('keeps no hold of what it was given', () => {
    const own = structuredClone(container);
    const steps = [setWeight(5)];
    const builder = canaryRollout('api')
      .container(own)
      .steps(...steps);
    own.name = 'other';
    steps[0]!.setWeight = 99;
    expect(builder.object.spec.template?.spec?.containers[0]?.name).toBe('api');
    expect(builder.object.spec.strategy.canary?.steps).toEqual([{ setWeight: 5 }]);
  });

  test('declares the routes of header and mirror steps, whichever came first', () => {
    const steps = [
      setHeaderRoute('testers', { 'x-tester': 'yes' }),
      setMirrorRoute('copies'),
      setHeaderRoute('testers'),
    ];
    const names = [{ name: 'testers' }, { name: 'copies' }];
    const router = istio({ virtualService: 'api' });
    const first = canaryRollout('api')
      .steps(...steps)
      .traffic(router);
    expect(first.object.spec.strategy.canary?.trafficRouting?.managedRoutes).toEqual(names);
    const second = first.traffic({ managedRoutes: [{ name: 'copies' }] }).steps(...steps);
    expect(second.object.spec.strategy.canary?.trafficRouting?.managedRoutes).toEqual([...names].reverse());
    const none = first.steps(setWeight(5));
    expect(none.object.spec.strategy.canary?.trafficRouting).toEqual(router);
    expect(canaryRollout('api').steps(...steps).object.spec.strategy.canary).not.toHaveProperty('trafficRouting');
  });

  test('routers add up', () => {
    const builder = canaryRollout('api')
      .traffic(nginx({ ingress: 'api' }), trafficPlugin('own/first', { a: 1 }))
      .traffic(trafficPlugin('own/second', { b: 2 }), { maxTrafficWeight: 1000 });
    expect(builder.object.spec.strategy.canary?.trafficRouting).toEqual({
      nginx: { stableIngress: 'api' },
      plugins: { 'own/first': { a: 1 }, 'own/second': { b: 2 } },
      maxTrafficWeight: 1000,
    });
  });

  test('another selector is on the pods too', () => {
    const { spec } = canaryRollout('api').selector({ app: 'api' }).object;
    expect(spec.selector).toEqual({ matchLabels: { app: 'api' } });
    expect(spec.template?.metadata?.labels).toEqual({ 'app.kubernetes.io/name': 'api', app: 'api' });
  });

  test('takes the pods of another object, or its own, never both', () => {
    const reference = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', scaleDown: 'onsuccess' } as const;
    const { object } = canaryRollout('api').workload(reference);
    expect(object.spec).toEqual({ workloadRef: reference, strategy: object.spec.strategy });
    expect(() => canaryRollout('api').container(container).workload(reference)).toThrow(/Leave the containers/);
    expect(() => canaryRollout('api').workload(reference).container(container)).toThrow(/pods are those of the object/);
  });

  test('mounts the files that say which cohort a pod is in', () => {
    const second = { name: 'proxy', image: 'registry/proxy:1' };
    const { spec } = canaryRollout('api').container(container).cohortFiles().cohortFiles().container(second).object;
    const field = (path: string): object => ({ path, fieldRef: { fieldPath: `metadata.${path}` } });
    expect(spec.template?.spec?.volumes).toEqual([
      { name: 'podinfo', downwardAPI: { items: [field('labels'), field('annotations')] } },
    ]);
    const mounts = [{ name: 'podinfo', mountPath: '/etc/podinfo', readOnly: true }];
    expect(spec.template?.spec?.containers.map(({ volumeMounts }) => volumeMounts)).toEqual([mounts, mounts]);
  });

  test('fields of the pods are set, and lists of them add up', () => {
    const volume = (name: string): { name: string } => ({ name });
    const builder = canaryRollout('api')
      .pod({ volumes: [volume('a')], hostname: 'a' })
      .pod({ volumes: [volume('b')], hostname: 'b' });
    const { spec } = builder.cohortFiles().object.spec.template!;
    expect(spec).toMatchObject({ hostname: 'b', volumes: [{ name: 'a' }, { name: 'b' }, { name: 'podinfo' }] });
  });

  test('names the Services of a router as services() does, unless something else splits the traffic', () => {
    const names = (builder: { object: Rollout }): unknown => {
      const { stableService, canaryService } = builder.object.spec.strategy.canary!;
      return [stableService, canaryService];
    };
    const { stable, canary } = services('api');
    const api = canaryRollout('api');
    expect(names(api.traffic(nginx({ ingress: 'api' })))).toEqual([stable.metadata?.name, canary.metadata?.name]);
    expect(names(api)).toEqual([undefined, undefined]);
    expect(names(api.traffic(istio({ virtualService: 'api', destinationRule: 'api' })))).toEqual([
      undefined,
      undefined,
    ]);
    expect(names(api.traffic(istio({ virtualService: 'api' })).pingPong('ping', 'pong'))).toEqual([
      undefined,
      undefined,
    ]);
    expect(names(api.traffic(trafficPlugin('own/router', {})))).toEqual([undefined, undefined]);
    expect(names(api.traffic(gatewayApi({ httpRoute: 'api', namespace: 'web' })))).toEqual([
      'api-stable',
      'api-canary',
    ]);
    expect(names(api.traffic({ maxTrafficWeight: 50 }))).toEqual([undefined, undefined]);
    expect(names(api.traffic(nginx({ ingress: 'api' })).services({ stable: 'a', canary: 'b' }))).toEqual(['a', 'b']);
  });

  test.each([
    ['an empty name', () => canaryRollout(''), 'name'],
    ['a negative number of pods', () => canaryRollout('api').replicas(-1), 'replicas'],
    ['no number of pods', () => canaryRollout('api').replicas(undefined as never), 'replicas'],
    [
      'a container without an image',
      () => canaryRollout('api').container({ name: 'api', image: '' }),
      'container.image',
    ],
    ['a weight of affinity of 0', () => canaryRollout('api').antiAffinity(0), 'weight'],
    ['a misspelt limit', () => canaryRollout('api').history({ revision: 1 } as never), 'limits.revision'],
    ['a negative limit', () => canaryRollout('api').history({ revisions: -1 }), 'limits.revisions'],
    ['a Service without a name', () => canaryRollout('api').services({ stable: '', canary: 'b' }), 'services.stable'],
    ['no template', () => canaryRollout('api').backgroundAnalysis([]), 'templates'],
    [
      'a function in a field',
      () => canaryRollout('api').spec({ paused: (() => true) as never }),
      'rollout.spec.paused',
    ],
  ])('refuses %s at once', (_name, build, path) => {
    expect(build).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
  });

  test('build refuses what Argo would refuse', () => {
    const same = canaryRollout('api').container(container).services({ stable: 'api', canary: 'api' });
    expect(() => same.steps(setWeight(5), pause('5m')).build()).toThrow(/services|Service/i);
  });
});

describe('blueGreenRollout', () => {
  test('makes a whole rollout', () => {
    const pair = services('api', { roles: ['active', 'preview'] });
    const api = blueGreenRollout('api')
      .replicas(3)
      .container(container)
      .services(pair)
      .prePromotionAnalysis('smoke')
      .postPromotionAnalysis('errors', { dryRun: ['p99'] })
      .promotion('manual')
      .previewReplicas(1)
      .antiAffinity('required')
      .cohorts({ active: { annotations: { a: 'b' } } })
      .blueGreen({ abortScaleDownDelaySeconds: 60 });
    expect(api.object.spec.strategy).toEqual({
      blueGreen: {
        activeService: 'api-active',
        previewService: 'api-preview',
        prePromotionAnalysis: { templates: [{ templateName: 'smoke' }] },
        postPromotionAnalysis: { templates: [{ templateName: 'errors' }], dryRun: [{ metricName: '^p99$' }] },
        autoPromotionEnabled: false,
        previewReplicaCount: 1,
        abortScaleDownDelaySeconds: 60,
        antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
        previewMetadata: {
          labels: { 'rolloutguard.cohort': 'canary' },
          annotations: { 'resource.opentelemetry.io/rolloutguard.cohort': 'canary' },
        },
        activeMetadata: {
          labels: { 'rolloutguard.cohort': 'stable' },
          annotations: { 'resource.opentelemetry.io/rolloutguard.cohort': 'stable', a: 'b' },
        },
      },
    });
    expect(validate([api.object, pair.active, pair.preview]).filter(({ severity }) => severity === 'rejected')).toEqual(
      [],
    );
  });

  test('the last word on promotion counts', () => {
    const strategy = (builder: { object: Rollout }): unknown => {
      const { autoPromotionEnabled, autoPromotionSeconds } = builder.object.spec.strategy.blueGreen!;
      return [autoPromotionEnabled, autoPromotionSeconds];
    };
    const later = blueGreenRollout('api').promotion(300);
    expect(strategy(later)).toEqual([true, 300]);
    expect(strategy(later.promotion('manual'))).toEqual([false, undefined]);
    expect(strategy(later.promotion('auto'))).toEqual([true, undefined]);
    expect(() => later.promotion(0)).toThrow(/at least 1/);
    expect(() => later.keepOldPods(0.5)).toThrow(/whole number/);
  });
});

test('a duration from elsewhere is checked where it comes in', () => {
  expect(pause(goDuration('90s'))).toEqual({ pause: { duration: '90s' } });
});
