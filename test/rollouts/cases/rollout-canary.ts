import type { RuleCase } from './case.ts';
import { canary, ISTIO, routed } from './objects.ts';

const SUBSETS = { name: 'api', canarySubsetName: 'canary', stableSubsetName: 'stable' };
const ALB = { ingress: 'api', servicePort: 80 };
const NGINX = { nginx: { stableIngress: 'api' } };
const PING_PONG = { pingService: 'ping', pongService: 'pong' };
const PLUGINS = { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'api' } } };
const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;

/** Routers that need both Services, each as little as its schema permits. */
const BY_SERVICE: readonly (readonly [router: string, value: unknown])[] = [
  ['smi', {}],
  ['apisix', { route: { name: 'api' } }],
  ['ambassador', { mappings: ['api'] }],
  ['nginx', { stableIngress: 'api' }],
  ['appMesh', { virtualService: { name: 'api' } }],
  ['traefik', { weightedTraefikServiceName: 'api' }],
  ['alb', ALB],
  ['istio', { virtualService: { name: 'api' } }],
];

/** Services, replicas and routers of a canary. */
export const ROLLOUT_CANARY_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['18'], code: 'cannot-move', severity: 'rejected', shows: 'two zeros', path: `${CANARY}.maxSurge` },
    argoPath: 'spec.strategy.maxSurge',
    bad: [canary({ maxSurge: '0%', maxUnavailable: 0 })],
    good: [canary({ maxSurge: '1%', maxUnavailable: 0 })],
  },
  {
    ...{ of: ['18'], code: 'cannot-move', severity: 'rejected', shows: 'words count as zero' },
    ...{ path: `${CANARY}.maxSurge`, argoPath: 'spec.strategy.maxSurge' },
    bad: [canary({ maxSurge: 'some', maxUnavailable: 0 })],
    // 25 % is the default.
    good: [canary({ maxUnavailable: 0 })],
  },
  {
    ...{
      of: ['trap 17'],
      code: 'percent-without-sign',
      severity: 'unsafe',
      shows: 'digits',
      path: `${CANARY}.maxSurge`,
    },
    bad: [canary({ maxSurge: '3' })],
    good: [canary({ maxSurge: '3%' })],
  },
  {
    ...{ of: ['trap 17'], code: 'percent-without-sign', severity: 'unsafe', shows: 'words' },
    path: `${CANARY}.maxUnavailable`,
    bad: [canary({ maxUnavailable: 'abc' })],
    good: [canary({ maxUnavailable: 3 })],
  },
  {
    ...{ of: ['19'], code: 'services-equal', severity: 'rejected', shows: 'stable and canary' },
    ...{ path: `${CANARY}.stableService`, argoPath: 'spec.strategy.stableService' },
    bad: [canary({ stableService: 'api', canaryService: 'api' })],
    good: [canary({ stableService: 'api' })],
  },
  {
    ...{ of: ['20'], code: 'router-unsupported', severity: 'rejected', shows: 'ping-pong with nginx' },
    ...{ path: `${CANARY}.pingPong`, argoPath: 'spec.strategy.trafficRouting.alb' },
    bad: [routed(NGINX, { pingPong: PING_PONG })],
    good: [routed(ISTIO, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['20'], code: 'router-unsupported', severity: 'rejected', shows: 'ping-pong with nginx, in 1.10' },
    ...{ path: `${CANARY}.pingPong`, argoPath: 'spec.strategy.trafficRouting.alb', target: '1.10' },
    bad: [routed(NGINX, { pingPong: PING_PONG })],
    good: [routed(PLUGINS, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['20'], code: 'router-unsupported', severity: 'rejected', shows: 'ping-pong with a plugin, before 1.10' },
    ...{ path: `${CANARY}.pingPong`, argoPath: 'spec.strategy.trafficRouting.alb', target: '1.9' },
    bad: [routed(PLUGINS, { pingPong: PING_PONG })],
    good: [routed({ ...PLUGINS, ...ISTIO }, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['21'], code: 'service-missing', severity: 'rejected', shows: 'ping without a name' },
    ...{ path: `${CANARY}.pingPong.pingService`, argoPath: 'spec.strategy.pingPong.pingService' },
    bad: [routed(ISTIO, { pingPong: { ...PING_PONG, pingService: '' } })],
    good: [routed(ISTIO, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['22'], code: 'service-missing', severity: 'rejected', shows: 'pong without a name' },
    ...{ path: `${CANARY}.pingPong.pongService`, argoPath: 'spec.strategy.pingPong.pongService' },
    bad: [routed(ISTIO, { pingPong: { ...PING_PONG, pongService: '' } })],
    good: [routed(ISTIO, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['23'], code: 'services-equal', severity: 'rejected', shows: 'ping and pong' },
    ...{ path: `${CANARY}.pingPong.pingService`, argoPath: 'spec.strategy.pingPong.pingService' },
    bad: [routed(ISTIO, { pingPong: { pingService: 'ping', pongService: 'ping' } })],
    good: [routed(ISTIO, { pingPong: PING_PONG })],
  },
  {
    ...{ of: ['24'], code: 'root-service-missing', severity: 'rejected', shows: 'ping-pong with alb' },
    ...{ path: `${ROUTING}.alb.rootService`, argoPath: 'spec.strategy.trafficRouting.alb.rootService' },
    bad: [canary({ trafficRouting: { alb: ALB }, pingPong: PING_PONG })],
    good: [canary({ trafficRouting: { alb: { ...ALB, rootService: 'root' } }, pingPong: PING_PONG })],
  },
  ...BY_SERVICE.flatMap(([router, value]): RuleCase[] =>
    (['stableService', 'canaryService'] as const).map((name) => ({
      ...{ of: [name === 'stableService' ? '25' : '26'], code: 'service-missing', severity: 'rejected' },
      ...{ shows: `${name} with ${router}`, path: `${CANARY}.${name}`, argoPath: `spec.strategy.${name}` },
      bad: [routed({ [router]: value }, { [name]: undefined })],
      good: [routed({ [router]: value })],
    })),
  ),
  {
    ...{ of: ['25', '26'], code: 'service-missing', severity: 'rejected', shows: 'not needed with subsets or plugins' },
    ...{ path: `${CANARY}.stableService`, argoPath: 'spec.strategy.stableService' },
    bad: [canary({ trafficRouting: { ...ISTIO, ...PLUGINS } })],
    good: [
      canary({ trafficRouting: { istio: { virtualService: { name: 'api' }, destinationRule: SUBSETS } } }),
      { ...canary({ trafficRouting: PLUGINS }), metadata: { name: 'web' } },
    ],
  },
  ...(
    [
      ['27', 'scaleDownDelaySeconds', 30],
      ['28', 'dynamicStableScale', true],
    ] as const
  ).map(
    ([rule, name, value]): RuleCase => ({
      ...{ of: [rule], code: 'needs-router', severity: 'rejected', shows: name, path: `${CANARY}.${name}` },
      argoPath: `spec.strategy.${name}`,
      bad: [canary({ [name]: value })],
      good: [routed(ISTIO, { [name]: value })],
    }),
  ),
  {
    ...{ of: ['29'], code: 'dynamic-scale-with-delay', severity: 'rejected', shows: 'both' },
    ...{ path: `${CANARY}.dynamicStableScale`, argoPath: 'spec.strategy.dynamicStableScale' },
    bad: [routed(ISTIO, { dynamicStableScale: true, scaleDownDelaySeconds: 30 })],
    good: [routed(ISTIO, { dynamicStableScale: false, scaleDownDelaySeconds: 30 })],
  },
  ...['abortScaleDownDelaySeconds', 'minPodsPerReplicaSet'].map(
    (name): RuleCase => ({
      ...{
        of: ['trap 18'],
        code: 'ignored-without-router',
        severity: 'unsafe',
        shows: name,
        path: `${CANARY}.${name}`,
      },
      bad: [canary({ [name]: 2 })],
      good: [routed(ISTIO, { [name]: 2 })],
    }),
  ),
  {
    ...{ of: ['30'], code: 'router-unsupported', severity: 'rejected', shows: 'maxTrafficWeight with istio' },
    ...{ path: `${ROUTING}.maxTrafficWeight`, argoPath: 'spec.strategy.trafficRouting.maxTrafficWeight' },
    bad: [routed({ ...ISTIO, maxTrafficWeight: 1000 })],
    good: [routed({ ...NGINX, maxTrafficWeight: 1000 })],
  },
  {
    ...{ of: ['59'], code: 'router-source-not-one', severity: 'rejected', shows: 'nginx with both' },
    path: `${ROUTING}.nginx`,
    bad: [routed({ nginx: { stableIngress: 'api', stableIngresses: ['api'] } })],
    good: [routed({ nginx: { stableIngresses: ['api'] } })],
  },
  {
    ...{ of: ['59'], code: 'router-source-not-one', severity: 'rejected', shows: 'nginx with neither' },
    path: `${ROUTING}.nginx`,
    bad: [routed({ nginx: { stableIngress: '' } })],
    good: [routed(NGINX)],
  },
  {
    ...{ of: ['60'], code: 'router-source-not-one', severity: 'rejected', shows: 'alb with neither' },
    path: `${ROUTING}.alb`,
    bad: [routed({ alb: { servicePort: 80 } })],
    good: [routed({ alb: { servicePort: 80, ingresses: ['api'] } })],
  },
  {
    ...{ of: ['61'], code: 'router-source-not-one', severity: 'rejected', shows: 'istio with both' },
    path: `${ROUTING}.istio`,
    bad: [routed({ istio: { virtualService: { name: 'api' }, virtualServices: [{ name: 'api' }] } })],
    good: [routed({ istio: { virtualServices: [{ name: 'api' }] } })],
  },
  {
    ...{ of: ['65'], code: 'router-source-not-one', severity: 'rejected', shows: 'ambassador without mappings' },
    path: `${ROUTING}.ambassador.mappings`,
    bad: [routed({ ambassador: { mappings: [] } })],
    good: [routed({ ambassador: { mappings: ['api'] } })],
  },
  {
    ...{ of: ['66'], code: 'router-source-not-one', severity: 'rejected', shows: 'appMesh without a virtual service' },
    ...{ path: `${ROUTING}.appMesh.virtualService`, argoPath: `${ROUTING}.appmesh.virtualService` },
    bad: [routed({ appMesh: {} })],
    good: [routed({ appMesh: { virtualService: { name: 'api' } } })],
  },
  {
    ...{ of: ['trap 13'], code: 'no-router', severity: 'unsafe', shows: 'an empty trafficRouting', path: ROUTING },
    bad: [routed({})],
    good: [routed(ISTIO)],
  },
  {
    ...{ of: ['trap 13'], code: 'no-router', severity: 'unsafe', shows: 'only managedRoutes', path: ROUTING },
    bad: [routed({ managedRoutes: [{ name: 'header' }], plugins: {} })],
    good: [routed({ managedRoutes: [{ name: 'header' }], ...PLUGINS })],
  },
  {
    ...{ of: ['trap 16'], code: 'progress-threshold', severity: 'unsafe', shows: 'an unknown type' },
    path: `${CANARY}.replicaProgressThreshold.type`,
    bad: [canary({ replicaProgressThreshold: { type: 'percent', value: 90 } })],
    good: [canary({ replicaProgressThreshold: { type: 'Percent', value: 90 } })],
  },
  ...[0, -1, 101].map(
    (value): RuleCase => ({
      ...{ of: ['trap 16'], code: 'progress-threshold', severity: 'unsafe', shows: `${value} percent` },
      path: `${CANARY}.replicaProgressThreshold.value`,
      bad: [canary({ replicaProgressThreshold: { type: 'Percent', value } })],
      good: [canary({ replicaProgressThreshold: { type: value > 100 ? 'Pods' : 'Percent', value: value || 100 } })].map(
        (object) => (value < 0 ? canary({ replicaProgressThreshold: { type: 'Percent', value: 1 } }) : object),
      ),
    }),
  ),
];
