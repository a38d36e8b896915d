/** From valid inputs builders never make anything that Argo Rollouts would refuse. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RolloutBuilder } from '../../../src/rollouts/builders/rollout-builder.ts';
import {
  type AnalysisTemplate,
  type ArgoTarget,
  alb,
  ambassador,
  analyze,
  apisix,
  appMesh,
  blueGreenRollout,
  buildAll,
  bulkhead,
  type CanaryRolloutBuilder,
  type CanaryStep,
  canaryRollout,
  circuitBreaker,
  destinationRule,
  experiment,
  gatewayApi,
  goDuration,
  istio,
  nginx,
  pause,
  plugin,
  probes,
  type Rollout,
  safeRetries,
  services,
  setCanaryScale,
  setHeaderRoute,
  setMirrorRoute,
  setWeight,
  smi,
  traefik,
  trafficPlugin,
  virtualService,
} from '../../../src/rollouts/index.ts';
import { parse, print } from '../../../src/rollouts/yaml/index.ts';

const TARGETS: readonly ArgoTarget[] = ['1.8', '1.9', '1.10'];
const errors: AnalysisTemplate = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors' },
  spec: {
    args: [{ name: 'service' }],
    metrics: [
      {
        name: 'errors',
        interval: '30s',
        count: 5,
        successCondition: 'len(result) > 0 && result[0] < 0.05',
        provider: {
          prometheus: { address: 'http://prometheus:9090', query: 'sum(rate(errors{app="{{args.service}}"}[1m]))' },
        },
      },
    ],
  },
};
const watched: AnalysisTemplate = {
  ...errors,
  metadata: { name: 'watched' },
  spec: { ...errors.spec, metrics: [{ ...errors.spec.metrics![0]!, count: 0 }] },
};
const args = { service: 'api' };

/** Routers with the steps that Argo's table of features allows with each. */
const ROUTERS = {
  none: [],
  istio: ['scale', 'header', 'mirror', 'split'],
  subsets: ['scale', 'header', 'mirror', 'split'],
  nginx: ['scale'],
  alb: ['scale', 'header', 'split'],
  smi: ['scale', 'split'],
  traefik: ['scale'],
  ambassador: ['scale'],
  apisix: ['scale', 'header'],
  appMesh: ['scale'],
  gatewayApi: ['scale', 'header', 'mirror', 'split'],
  plugin: ['scale', 'header', 'mirror', 'split'],
} as const;
type RouterName = keyof typeof ROUTERS;

function withRouter(builder: CanaryRolloutBuilder, router: RouterName): CanaryRolloutBuilder {
  if (router === 'none') return builder;
  const routers = {
    istio: () => istio({ virtualService: { name: 'api', routes: ['primary'] } }),
    subsets: () => istio({ virtualService: 'api', destinationRule: 'api' }),
    nginx: () => nginx({ ingress: ['api'], additionalIngressAnnotations: { 'canary-by-header': 'x' } }),
    alb: () => alb({ ingress: 'api', servicePort: 80, stickySeconds: 60 }),
    smi: () => smi({ rootService: 'api' }),
    traefik: () => traefik('api'),
    ambassador: () => ambassador('api'),
    apisix: () => apisix('api', 'rule'),
    appMesh: () => appMesh({ virtualService: 'api', canaryNode: 'api-canary', stableNode: 'api-stable' }),
    gatewayApi: () => gatewayApi({ httpRoute: 'api', namespace: 'web' }),
    plugin: () => trafficPlugin('own/router', { any: ['thing'] }),
  };
  return builder.traffic(routers[router]());
}

const amount = fc.integer({ min: 1, max: 1000 });
const percent = fc.integer({ min: 0, max: 100 });
const duration = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom('s', 'm', 'h', 'ms', 'h30m', 'm5s'))
  .map(([number, unit]) => goDuration(`${number}${unit}`));
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,20}$/);

function anyStep(router: RouterName): fc.Arbitrary<CanaryStep> {
  const can: readonly string[] = ROUTERS[router];
  const split = can.includes('split');
  const steps: fc.Arbitrary<CanaryStep>[] = [
    percent.map(setWeight),
    fc.option(fc.oneof(duration, amount), { nil: undefined }).map(pause),
    fc.constant(analyze('errors', { args, dryRun: ['errors'] })),
    fc.constant(analyze([errors], { args })),
    fc
      .tuple(fc.constantFrom('canary' as const, 'stable' as const), amount, duration)
      .map(([specRef, replicas, time]) =>
        experiment({ templates: [{ name: 'a', specRef, replicas, ...(split && { weight: 5 }) }], duration: time }),
      ),
    fc.object({ maxDepth: 1 }).map((config) => plugin('own/step', JSON.parse(JSON.stringify(config)) as object)),
  ];
  if (can.includes('scale')) {
    steps.push(
      percent.map((weight) => setCanaryScale({ weight })),
      amount.map((replicas) => setCanaryScale({ replicas })),
      fc.constant(setCanaryScale({ matchTrafficWeight: true })),
    );
  }
  if (can.includes('header')) {
    steps.push(
      fc.tuple(word, word).map(([name, value]) => setHeaderRoute(name, { 'x-test': value })),
      word.map((name) => setHeaderRoute(name)),
    );
  }
  if (can.includes('mirror')) {
    const match = [{ method: { exact: 'GET' }, path: { prefix: '/' }, headers: { a: { regex: 'b.*' } } }];
    steps.push(fc.tuple(word, percent).map(([name, percentage]) => setMirrorRoute(name, { match, percentage })));
  }
  return fc.oneof(...steps);
}

/** What both kinds of rollouts may be told, in any order. */
type Change = (builder: RolloutBuilder) => RolloutBuilder;
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  amount.map(
    (replicas): Change =>
      (builder) =>
        builder.replicas(replicas),
  ),
  fc.tuple(amount, fc.boolean()).map(
    ([n, abort]): Change =>
      (builder) =>
        builder.progressDeadline(1000 + n, { abort }),
  ),
  fc.tuple(amount, amount, amount).map(
    ([revisions, successfulRuns, unsuccessfulRuns]): Change =>
      (builder) =>
        builder.history({ revisions, successfulRuns, unsuccessfulRuns }),
  ),
  fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constant('required' as const)).map(
    (weight): Change =>
      (builder) =>
        builder.antiAffinity(weight),
  ),
  fc.tuple(word, word).map(
    ([key, value]): Change =>
      (builder) =>
        builder.labels({ [key]: value }).annotations({ [key]: value }),
  ),
  fc.tuple(word, word).map(
    ([key, value]): Change =>
      (builder) =>
        builder.podMetadata({ labels: { [`${key}.example/x`]: value } }),
  ),
  fc.constant<Change>((builder) => builder.cohortFiles()),
  fc.constant<Change>((builder) => builder.namespace('web')),
  fc.integer({ min: 0, max: 500 }).map(
    (minReadySeconds): Change =>
      (builder) =>
        builder.spec({ minReadySeconds }),
  ),
  word.map(
    (name): Change =>
      (builder) =>
        builder.pod({ volumes: [{ name, emptyDir: { sizeLimit: '1Gi' } }] }),
  ),
);

const anyContainer = fc
  .record({ start: amount, unready: fc.integer({ min: 1, max: 100 }), port: fc.integer({ min: 1, max: 65_535 }) })
  .map(({ start, unready, port }) => ({
    name: 'api',
    image: 'registry.example.com/api:1.2.3',
    ports: [{ name: 'http', containerPort: port }],
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    ...probes({
      ready: { path: '/ready', port: 'http' },
      live: { tcp: port },
      startSeconds: start,
      unreadySeconds: unready,
    }),
  }));

const anyCanary = fc.constantFrom(...(Object.keys(ROUTERS) as RouterName[])).chain((router) =>
  fc.record({
    router: fc.constant(router),
    container: anyContainer,
    steps: fc.array(anyStep(router), { maxLength: 12 }),
    changes: fc.array(anyChange, { maxLength: 6 }),
    background: fc.boolean(),
    maxSurge: fc.oneof(
      amount,
      percent.filter((n) => n > 0).map((n) => `${n}%` as const),
    ),
    routerFirst: fc.boolean(),
  }),
);

function apply(builder: RolloutBuilder, changes: readonly Change[]): RolloutBuilder {
  return changes.reduce((before, change) => change(before), builder);
}

/** Everything that the rollout refers to, in its namespace. */
function neighbours({ metadata }: Rollout): object[] {
  const namespace = metadata?.namespace;
  const place = namespace === undefined ? {} : { namespace };
  const pair = services('api', place);
  const here = (template: AnalysisTemplate): AnalysisTemplate => ({
    ...template,
    metadata: { ...template.metadata, ...place },
  });
  return [
    ...Object.values(pair),
    ...Object.values(services('api', { roles: ['active', 'preview'], ...place })),
    here(errors),
    here(watched),
  ];
}

describe('builders', () => {
  test('make canaries that Argo takes, of every release, also by way of YAML', () => {
    fc.assert(
      fc.property(anyCanary, fc.constantFrom(...TARGETS), (given, release) => {
        const { router, container, steps, changes, background, maxSurge, routerFirst } = given;
        const isPlugin = router === 'plugin' || router === 'gatewayApi';
        // Before 1.10 only Istio may mirror.
        const target = isPlugin && steps.some((step) => 'setMirrorRoute' in step) ? '1.10' : release;
        let builder = canaryRollout('api').container(container);
        if (routerFirst) builder = withRouter(builder, router);
        builder = builder.steps(...steps).surge({ maxSurge, maxUnavailable: 0 });
        if (!routerFirst) builder = withRouter(builder, router);
        if (background) builder = builder.backgroundAnalysis('watched', { args });
        const whole = apply(builder, changes);
        expect(whole.build({ target, with: neighbours(whole.object) }).object).toEqual(whole.object);
        const all = [whole.object, ...neighbours(whole.object)];
        expect(parse(print(all))).toEqual(all);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('make blue-green rollouts that Argo takes, of every release', () => {
    const analysis = fc.option(fc.constant('errors'), { nil: undefined });
    const promotion = fc.oneof(fc.constantFrom('auto' as const, 'manual' as const), amount);
    fc.assert(
      fc.property(
        fc.record({
          container: anyContainer,
          changes: fc.array(anyChange, { maxLength: 6 }),
          before: analysis,
          after: analysis,
          promotion,
          preview: amount,
          keep: amount,
        }),
        fc.constantFrom(...TARGETS),
        (given, target) => {
          let builder = blueGreenRollout('api').container(given.container).promotion(given.promotion);
          builder = builder.previewReplicas(given.preview).keepOldPods(given.keep);
          if (given.before) builder = builder.prePromotionAnalysis(given.before, { args });
          if (given.after) builder = builder.postPromotionAnalysis(given.after, { args });
          const whole = apply(builder, given.changes);
          expect(whole.build({ target, with: neighbours(whole.object) }).object).toEqual(whole.object);
        },
      ),
      { seed: 2, numRuns: 150 },
    );
  });

  test('make objects for Istio that fit the rollout, when these are all that there are', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.option(duration, { nil: undefined }), amount, (subsets, timeout, limit) => {
        const pair = services('api');
        const rollout = withRouter(
          canaryRollout('api').steps(setWeight(5), pause('5m')),
          subsets ? 'subsets' : 'istio',
        ).container({
          name: 'api',
          image: 'registry.example.com/api:1.2.3',
        });
        const route = virtualService('api', {
          to: subsets ? { host: 'api-stable' } : pair,
          retries: safeRetries(),
          ...(timeout !== undefined && { timeout }),
        });
        const rule = destinationRule('api', {
          host: 'api-stable',
          subsets: { 'app.kubernetes.io/name': 'api' },
          outlierDetection: circuitBreaker({ errors: limit }),
          connectionPool: bulkhead({ requests: limit }),
        });
        const { objects } = buildAll([rollout, pair.stable, pair.canary, route, rule], { complete: true });
        expect(objects).toHaveLength(5);
      }),
      { seed: 3, numRuns: 50 },
    );
  });
});
