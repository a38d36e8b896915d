import type { RuleCase } from './case.ts';
import { blueGreen, canary, ISTIO, routed, service } from './objects.ts';

const CANARY = 'spec.strategy.canary';
const ROUTING = `${CANARY}.trafficRouting`;
const SERVICES = [service('api-canary'), service('api-stable')];
const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const named = (canaryService: string) => canary({ canaryService, stableService: 'api-stable' });
const managed = (by: string) =>
  service('api-canary', { metadata: { name: 'api-canary', annotations: { [MANAGED_BY]: by } } });
const selecting = (selector: object) => service('api-canary', { spec: { selector, ports: [{ port: 80 }] } });

const ingress = (name: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'api' },
  spec: { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name } } }] } }] },
});
const NGINX = { nginx: { stableIngress: 'api' } };

const to = (host: string, subset?: string) => ({ destination: { host, ...(subset === undefined ? {} : { subset }) } });
const BOTH = [to('api-canary'), to('api-stable')];
const virtualService = (spec: object) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'api' },
  spec,
});
const istio = (change: object) => routed({ istio: { virtualService: { name: 'api', ...change } } });
const RULE = { name: 'api', canarySubsetName: 'canary', stableSubsetName: 'stable' };
const bySubset = canary({
  trafficRouting: { istio: { virtualService: { name: 'api' }, destinationRule: RULE } },
});
const destinationRule = (...names: string[]) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { name: 'api' },
  spec: { host: 'api', subsets: names.map((name) => ({ name })) },
});
const NAME = `${ROUTING}.istio.virtualService.name`;

const mapping = (change: object) => ({
  apiVersion: 'getambassador.io/v2',
  kind: 'Mapping',
  metadata: { name: 'api' },
  spec: { prefix: '/', service: 'api-stable', ...change },
});
const MESH = { apiVersion: 'appmesh.k8s.aws/v1beta2', metadata: { name: 'api' } };
const MESH_SERVICE = {
  ...{ ...MESH, kind: 'VirtualService' },
  spec: { provider: { virtualRouter: { virtualRouterRef: { name: 'api' } } } },
};
const meshRouter = (...routes: unknown[]) => ({ ...MESH, kind: 'VirtualRouter', spec: { routes } });
const meshRoute = (targets: number) => ({
  name: 'http',
  httpRoute: { action: { weightedTargets: Array.from({ length: targets }, () => ({ weight: 1 })) } },
});
const APP_MESH = routed({ appMesh: { virtualService: { name: 'api' } } });

/** What a Rollout refers to. */
export const ROLLOUT_REFERENCE_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['46'], code: 'reference-missing', severity: 'rejected', shows: 'a Service that is not there' },
    ...{ path: `${CANARY}.canaryService`, complete: true },
    bad: [named('web'), ...SERVICES],
    good: [named('api-canary'), ...SERVICES],
  },
  {
    ...{ of: ['46'], code: 'reference-missing', severity: 'rejected', shows: 'the preview Service' },
    ...{ path: 'spec.strategy.blueGreen.previewService', complete: true },
    bad: [blueGreen(), service('api-active')],
    good: [blueGreen(), service('api-active'), service('api-preview')],
  },
  {
    ...{ of: ['46'], code: 'reference-unknown', severity: 'advice', shows: 'a Service that is spelt nearly so' },
    path: `${CANARY}.canaryService`,
    bad: [named('api-canry'), ...SERVICES],
    // Nothing like it is given: it may be elsewhere.
    good: [named('web')],
  },
  {
    ...{ of: ['47'], code: 'service-selector', severity: 'rejected', shows: 'a label that the pods have not' },
    path: `${CANARY}.canaryService`,
    bad: [named('api-canary'), selecting({ app: 'api', tier: 'web' })],
    good: [named('api-canary'), selecting({ app: 'api', 'rollouts-pod-template-hash': 'abc' })],
  },
  {
    ...{ of: ['47'], code: 'service-selector', severity: 'rejected', shows: 'a label of the role' },
    path: `${CANARY}.canaryService`,
    bad: [
      canary({ canaryService: 'api-canary', canaryMetadata: { labels: { role: 'canary' } } }),
      selecting({ role: 'canary' }),
    ],
    good: [
      canary({ canaryService: 'api-canary', canaryMetadata: { labels: { role: 'canary' } } }),
      selecting({ app: 'api' }),
    ],
  },
  {
    ...{ of: ['48'], code: 'service-managed-by-other', severity: 'rejected', shows: 'another Rollout' },
    path: `${CANARY}.canaryService`,
    bad: [named('api-canary'), managed('web')],
    good: [named('api-canary'), managed('api')],
  },
  {
    ...{ of: ['48'], code: 'service-shared', severity: 'unsafe', shows: 'two Rollouts of one Service' },
    ...{ path: `${CANARY}.canaryService`, index: 2 },
    bad: [named('api-canary'), ...SERVICES.slice(0, 1), { ...named('api-canary'), metadata: { name: 'web' } }],
    good: [named('api-canary'), ...SERVICES.slice(0, 1), { ...named('web-canary'), metadata: { name: 'web' } }],
  },
  {
    ...{ of: ['62'], code: 'reference-missing', severity: 'rejected', shows: 'an Ingress that is not there' },
    ...{ path: `${ROUTING}.nginx.stableIngress`, complete: true },
    bad: [routed(NGINX), ...SERVICES],
    good: [routed(NGINX), ...SERVICES, ingress('api-stable')],
  },
  {
    ...{ of: ['63'], code: 'ingress-backend', severity: 'rejected', shows: 'nginx to another Service' },
    path: `${ROUTING}.nginx.stableIngress`,
    bad: [routed(NGINX), ingress('api')],
    good: [routed(NGINX), ingress('api-stable')],
  },
  {
    ...{ of: ['63'], code: 'ingress-backend', severity: 'rejected', shows: 'alb not to the root Service' },
    ...{ path: `${ROUTING}.alb.ingresses[0]`, argoPath: `${ROUTING}.alb.ingresses` },
    bad: [routed({ alb: { ingresses: ['api'], servicePort: 80, rootService: 'root' } }), ingress('api-stable')],
    good: [routed({ alb: { ingresses: ['api'], servicePort: 80, rootService: 'root' } }), ingress('root')],
  },
  {
    ...{ of: ['64'], code: 'reference-missing', severity: 'rejected', shows: 'a VirtualService that is not there' },
    ...{ path: NAME, complete: true },
    bad: [routed(ISTIO), ...SERVICES],
    good: [routed(ISTIO), ...SERVICES, virtualService({ http: [{ name: 'primary', route: BOTH }] })],
  },
  {
    ...{ of: ['64'], code: 'virtual-service-routes', severity: 'rejected', shows: 'no routes at all', path: NAME },
    bad: [istio({}), virtualService({ hosts: ['api'] })],
    good: [istio({}), virtualService({ http: [{ route: BOTH }] })],
  },
  {
    ...{
      of: ['64'],
      code: 'virtual-service-routes',
      severity: 'rejected',
      shows: 'a route of another name',
      path: NAME,
    },
    bad: [istio({ routes: ['primary'] }), virtualService({ http: [{ name: 'main', route: BOTH }] })],
    good: [istio({ routes: ['primary'] }), virtualService({ http: [{ name: 'primary', route: BOTH }] })],
  },
  {
    ...{
      of: ['64'],
      code: 'virtual-service-routes',
      severity: 'rejected',
      shows: 'several routes, none named',
      path: NAME,
    },
    bad: [istio({}), virtualService({ http: [{ route: BOTH }, { route: BOTH }] })],
    good: [
      routed({ istio: { virtualService: { name: 'api' } }, managedRoutes: [{ name: 'header' }] }),
      virtualService({ http: [{ name: 'header', route: [to('api-canary')] }, { route: BOTH }] }),
    ],
  },
  {
    ...{ of: ['64'], code: 'virtual-service-routes', severity: 'rejected', shows: 'no destination for the canary' },
    path: NAME,
    bad: [istio({}), virtualService({ http: [{ route: [to('api-stable')] }] })],
    good: [
      istio({}),
      virtualService({ http: [{ route: [to('api-stable.shop.svc.cluster.local'), to('api-canary')] }] }),
    ],
  },
  {
    ...{
      of: ['64'],
      code: 'virtual-service-routes',
      severity: 'rejected',
      shows: 'no destination for a subset',
      path: NAME,
    },
    bad: [bySubset, virtualService({ http: [{ route: [to('api', 'stable'), to('api', 'next')] }] })],
    good: [bySubset, virtualService({ http: [{ route: [to('api', 'stable'), to('api', 'canary')] }] })],
  },
  {
    ...{
      of: ['64'],
      code: 'virtual-service-routes',
      severity: 'rejected',
      shows: 'no tcp route for that port',
      path: NAME,
    },
    bad: [istio({ tcpRoutes: [{ port: 5432 }] }), virtualService({ tcp: [{ match: [{ port: 5433 }], route: BOTH }] })],
    good: [istio({ tcpRoutes: [{ port: 5432 }] }), virtualService({ tcp: [{ match: [{ port: 5432 }], route: BOTH }] })],
  },
  {
    ...{ of: ['own'], code: 'destination-rule-subsets', severity: 'unsafe', shows: 'no subset for the canary' },
    path: `${ROUTING}.istio.destinationRule.canarySubsetName`,
    bad: [bySubset, destinationRule('stable', 'next')],
    good: [bySubset, destinationRule('stable', 'canary')],
  },
  {
    ...{ of: ['65'], code: 'mapping-weight', severity: 'rejected', shows: 'a weight of its own' },
    ...{ path: `${ROUTING}.ambassador.mappings[0]`, argoPath: 'spec.weight' },
    bad: [routed({ ambassador: { mappings: ['api'] } }), mapping({ weight: 50 })],
    good: [routed({ ambassador: { mappings: ['api'] } }), mapping({})],
  },
  {
    ...{ of: ['66'], code: 'app-mesh-routes', severity: 'rejected', shows: 'no routes' },
    ...{ path: `${ROUTING}.appMesh.virtualService.name`, argoPath: 'spec.routes' },
    bad: [APP_MESH, MESH_SERVICE, meshRouter()],
    good: [APP_MESH, MESH_SERVICE, meshRouter(meshRoute(2))],
  },
  {
    ...{ of: ['66'], code: 'app-mesh-routes', severity: 'rejected', shows: 'a route with one target' },
    ...{ path: `${ROUTING}.appMesh.virtualService.name`, argoPath: 'spec.routes[1]' },
    bad: [APP_MESH, MESH_SERVICE, meshRouter(meshRoute(2), meshRoute(1))],
    good: [APP_MESH, MESH_SERVICE, meshRouter(meshRoute(2), meshRoute(2))],
  },
];
