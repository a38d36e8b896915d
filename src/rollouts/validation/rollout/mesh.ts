/** Objects of routers that a canary names: of Istio, Ambassador and App Mesh (Argo: rollout/trafficrouting/istio/istio.go). */
import type { Context } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import type { GivenObject } from '../objects.ts';
import { follow } from '../references.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { invalid, says } from './strategy.ts';

const ISTIO = 'networking.istio.io';
const APP_MESH = 'appmesh.k8s.aws';
const RETRIES = 'The controller tries again and again.';
const PROTOCOLS = ['http', 'tls', 'tcp'] as const;

/** Argo rules 64 to 66, and the subsets of a DestinationRule. */
export function checkMesh(root: Field, context: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  const routing = canary.at('trafficRouting');
  const istio = routing.at('istio');
  for (const one of [istio.at('virtualService'), ...istio.at('virtualServices').items])
    checkVirtualService(one, canary, context);
  checkSubsets(istio.at('destinationRule'), context);
  checkMappings(routing.at('ambassador'), context);
  checkAppMesh(routing.at('appMesh'), context);
}

/** Istio's objects may be named with their namespace: `name.namespace`. */
function followIstio(at: Field, kind: string, context: Context): GivenObject | undefined {
  const [name, namespace = context.self.ref.namespace] = at.text?.split('.') ?? [];
  const effect = kind === 'DestinationRule' ? RETRIES : EFFECT.invalidSpec;
  return name === undefined ? undefined : follow(at, { kind, name, namespace, group: ISTIO, effect }, context);
}

function checkVirtualService(one: Field, canary: Field, context: Context): void {
  const at = one.at('name');
  const given = followIstio(at, 'VirtualService', context);
  if (given === undefined) return;
  const wrong = (problem: string, mend: string) => {
    const message = `VirtualService ${shown(at.text)} ${problem}.`;
    const argoPath = `spec.strategy.canary.trafficRouting.istio.${String(one.path[5])}.name`;
    invalid(context, 'virtual-service-routes', at, message, mend, argoPath);
  };
  const spec = given.root.at('spec');
  const protocols = PROTOCOLS.filter((protocol) => spec.at(protocol).present);
  if (protocols.length === 0) wrong('has no http, tls or tcp routes', 'Give it a route.');
  const managed = new Set(canary.at('trafficRouting', 'managedRoutes').items.map((route) => route.at('name').text));
  for (const protocol of protocols) {
    const isHttp = protocol === 'http';
    const routes = spec.at(protocol).items;
    const byKey = new Map<string | number | null, Field>();
    // Of two with one name Argo takes the first.
    for (const route of routes.toReversed()) byKey.set(isHttp ? (route.at('name').text ?? null) : portOf(route), route);
    const wanted = isHttp
      ? one.at('routes').items.map((route) => route.text ?? '')
      : one.at(`${protocol}Routes`).items.map((route) => route.at('port').number ?? 0);
    for (const key of wanted) {
      const route = byKey.get(key);
      if (route !== undefined) checkDestinations(route, canary, wrong);
      else wrong(`has no ${protocol} route ${shown(key)}`, 'Name one that it has.');
    }
    if (wanted.length > 0) continue;
    const own = routes.filter((route) => !isHttp || !managed.has(route.at('name').text ?? ''));
    if (own.length === 1) checkDestinations(own[0]!, canary, wrong);
    if (own.length > 1) wrong(`has ${own.length} ${protocol} routes, and none is named`, 'List the ones to shift.');
  }
}

/** The port of a route's matches, 0 when they name none; a route for several ports is never found. */
function portOf(route: Field): number | null {
  const ports = new Set(route.at('match').items.map((match) => match.at('port').number ?? 0));
  return ports.size > 1 ? null : ([...ports][0] ?? 0);
}

function checkDestinations(route: Field, canary: Field, wrong: (problem: string, mend: string) => void): void {
  const destinations = route.at('route').items.map((one) => one.at('destination'));
  const rule = canary.at('trafficRouting', 'istio', 'destinationRule');
  const pingPong = canary.at('pingPong');
  // Ping and pong change places; either pair of names is one that Argo may look for.
  if (pingPong.present && !rule.present) return;
  const wanted = rule.present
    ? [rule.at('canarySubsetName'), rule.at('stableSubsetName')]
    : [canary.at('canaryService'), canary.at('stableService')];
  for (const field of wanted) {
    const { text } = field;
    if (!text) continue;
    const found = destinations.some((destination) =>
      rule.present ? destination.at('subset').text === text : destination.at('host').text?.split('.')[0] === text,
    );
    if (found) continue;
    const what = rule.present ? `subset ${shown(text)}` : `Service ${shown(text)}`;
    wrong(`has no destination with ${what}`, 'Add it to the route.');
  }
}

function checkSubsets(rule: Field, context: Context): void {
  const at = rule.at('name');
  const given = followIstio(at, 'DestinationRule', context);
  if (given === undefined) return;
  const subsets = given.root.at('spec', 'subsets').items.map((subset) => subset.at('name').text);
  for (const field of [rule.at('canarySubsetName'), rule.at('stableSubsetName')]) {
    if (!field.text || subsets.includes(field.text)) continue;
    const message = `DestinationRule ${shown(at.text)} has no subset ${shown(field.text)}.`;
    context.report.unsafe('destination-rule-subsets', field, message, RETRIES, 'Add the subset.');
  }
}

function checkMappings(ambassador: Field, context: Context): void {
  const mappings = ambassador.at('mappings');
  if (Array.isArray(mappings.value) && mappings.items.length === 0) {
    const message = says(mappings);
    invalid(context, 'router-source-not-one', mappings, message, 'Name a Mapping.', pathText(mappings.path));
  }
  for (const at of mappings.items) {
    const mapping = follow(at, { kind: 'Mapping' }, context);
    if (!mapping?.root.at('spec', 'weight').number) continue;
    const message = `Mapping ${shown(at.text)} has a weight of its own.`;
    invalid(context, 'mapping-weight', at, message, 'Leave out its weight.', 'spec.weight');
  }
}

function checkAppMesh(appMesh: Field, context: Context): void {
  if (!appMesh.isObject) return;
  const service = appMesh.at('virtualService');
  const argoPath = 'spec.strategy.canary.trafficRouting.appmesh.virtualService';
  if (!service.present)
    invalid(context, 'router-source-not-one', service, says(service), 'Name a VirtualService.', argoPath);
  const given = follow(service.at('name'), { kind: 'VirtualService', group: APP_MESH }, context);
  const router = given?.root.at('spec', 'provider', 'virtualRouter', 'virtualRouterRef', 'name');
  if (given === undefined || router?.text === undefined) return;
  const routes = context.objects
    .find('VirtualRouter', given.ref.namespace, router.text, given)
    ?.root.at('spec', 'routes');
  if (routes === undefined) return;
  const wrong = (problem: string, at: string) => {
    const message = `VirtualRouter ${shown(router.text)} ${problem}.`;
    invalid(context, 'app-mesh-routes', service.at('name'), message, 'Give its routes two weighted targets each.', at);
  };
  if (routes.items.length === 0) wrong('has no routes', 'spec.routes');
  for (const route of routes.items) {
    const type = ['httpRoute', 'tcpRoute', 'http2Route', 'grpcRoute'].find((name) => route.at(name).isObject);
    const targets = type === undefined ? 0 : route.at(type, 'action', 'weightedTargets').items.length;
    if (targets !== 2) wrong(`has a route with ${targets} weighted targets`, pathText(route.path));
  }
}
