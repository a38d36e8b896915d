/** What splits the traffic: one function for each router that Argo Rollouts knows. */
import type { OptionCheck } from '../../options.ts';
import type { IstioDestinationRuleRef, IstioVirtualServiceRef, TrafficRouting } from '../types/traffic-routing.ts';
import type { PluginName } from '../types/values.ts';
import { checkOf, PORT, required } from './options.ts';
import { pluginName } from './steps.ts';

/** One router, for `traffic` of a canary's builder. */
export type Router = TrafficRouting;

/** Options of {@link istio}. */
export interface IstioOptions {
  /** Its name, with the names of its HTTP routes if it has several; or several VirtualServices that move together. */
  virtualService: string | IstioVirtualServiceRef | IstioVirtualServiceRef[];
  /** Splits by subsets of one host in place of two Services. A name stands for subsets called `canary` and `stable`. */
  destinationRule?: string | IstioDestinationRuleRef;
}

/**
 * Istio. Objects to go with it: `virtualService` and `destinationRule`.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a name is missing or an option does not exist.
 */
export function istio(options: IstioOptions): Router {
  const check = checkOf('istio', options, 'virtualService destinationRule');
  const { virtualService: given, destinationRule: rule } = options;
  const references = (Array.isArray(given) ? given : [given]).map((one, index) => {
    const reference = typeof one === 'string' ? { name: one } : one;
    check.text(`virtualService[${index}].name`, reference?.name);
    return reference;
  });
  if (references.length === 0) check.fail('virtualService', given, 'Give at least one.');
  const subsets = { canarySubsetName: 'canary', stableSubsetName: 'stable' };
  const destinationRule = typeof rule === 'string' ? { name: check.text('destinationRule', rule), ...subsets } : rule;
  const shared = destinationRule && { destinationRule };
  return {
    istio: Array.isArray(given)
      ? { virtualServices: references, ...shared }
      : { virtualService: references[0]!, ...shared },
  };
}

/** Options of {@link nginx}. */
export interface NginxOptions {
  /** The stable Ingress, or several. */
  ingress: string | string[];
  /** @defaultValue 'nginx.ingress.kubernetes.io' */
  annotationPrefix?: string;
  /** For the canary's Ingress, each with the prefix in front: `{ 'canary-by-header': 'x-canary' }`. */
  additionalIngressAnnotations?: { [name: string]: string };
  /** For the canary's Ingress, as they are. */
  canaryIngressAnnotations?: { [name: string]: string };
}

/**
 * The NGINX ingress controller. The canary's Ingress is made by Argo.
 *
 * @throws RolloutGuardError `INVALID_OPTION` without an Ingress, or when an option does not exist.
 */
export function nginx(options: NginxOptions): Router {
  const known = 'ingress annotationPrefix additionalIngressAnnotations canaryIngressAnnotations';
  const check = checkOf('nginx', options, known);
  const { ingress, ...rest } = options;
  if (Array.isArray(ingress)) return { nginx: { stableIngresses: names(check, 'ingress', ingress), ...rest } };
  return { nginx: { stableIngress: check.text('ingress', ingress), ...rest } };
}

/** Options of {@link alb}. */
export interface AlbOptions {
  /** The Ingress, or several. */
  ingress: string | string[];
  /** 1 to 65535. */
  servicePort: number;
  /** Service that the Ingress names. Needed with ping-pong. @defaultValue the stable Service */
  rootService?: string;
  /** @defaultValue 'alb.ingress.kubernetes.io' */
  annotationPrefix?: string;
  /** Keeps a client at its version for so long: 1 to 604800. @defaultValue not at all */
  stickySeconds?: number;
}

/**
 * The AWS load balancer controller.
 *
 * @throws RolloutGuardError `INVALID_OPTION` without an Ingress or port, or when an option does not exist.
 */
export function alb(options: AlbOptions): Router {
  const check = checkOf('alb', options, 'ingress servicePort rootService annotationPrefix stickySeconds');
  const { ingress, stickySeconds, ...rest } = options;
  required(check, 'servicePort', rest.servicePort, PORT);
  check.number('stickySeconds', stickySeconds, 0, { min: 1, max: 604_800, integer: true });
  const sticky = stickySeconds !== undefined && {
    stickinessConfig: { enabled: true, durationSeconds: stickySeconds },
  };
  if (Array.isArray(ingress)) return { alb: { ingresses: names(check, 'ingress', ingress), ...rest, ...sticky } };
  return { alb: { ingress: check.text('ingress', ingress), ...rest, ...sticky } };
}

/**
 * Service Mesh Interface.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when an option does not exist.
 */
export function smi(options: NonNullable<TrafficRouting['smi']> = {}): Router {
  checkOf('smi', options, 'rootService trafficSplitName');
  return { smi: options };
}

/**
 * Traefik.
 *
 * @param service - name of the weighted TraefikService.
 * @throws RolloutGuardError `INVALID_OPTION` without a name.
 */
export function traefik(service: string): Router {
  return { traefik: { weightedTraefikServiceName: checkOf('traefik').text('service', service) } };
}

/**
 * Ambassador (Emissary).
 *
 * @param mappings - names of the stable Mappings, which may have no weight themselves.
 * @throws RolloutGuardError `INVALID_OPTION` without a name.
 */
export function ambassador(...mappings: string[]): Router {
  return { ambassador: { mappings: names(checkOf('ambassador'), 'mappings', mappings) } };
}

/**
 * Apache APISIX.
 *
 * @param route - name of the ApisixRoute.
 * @param rules - names of its rules. @defaultValue the only one that there is
 * @throws RolloutGuardError `INVALID_OPTION` without a name.
 */
export function apisix(route: string, ...rules: string[]): Router {
  return { apisix: { route: { name: checkOf('apisix').text('route', route), ...(rules.length > 0 && { rules }) } } };
}

/** Options of {@link appMesh}. */
export interface AppMeshOptions {
  /** Name of the VirtualService, whose router has the routes. */
  virtualService: string;
  /** Names of routes. @defaultValue all */
  routes?: string[];
  /** Name of the canary's VirtualNode. */
  canaryNode: string;
  /** Name of the stable VirtualNode. */
  stableNode: string;
}

/**
 * AWS App Mesh.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when a name is missing or an option does not exist.
 */
export function appMesh(options: AppMeshOptions): Router {
  const check = checkOf('appMesh', options, 'virtualService routes canaryNode stableNode');
  const { virtualService, routes, canaryNode, stableNode } = options;
  return {
    appMesh: {
      virtualService: { name: check.text('virtualService', virtualService), ...(routes && { routes }) },
      virtualNodeGroup: {
        canaryVirtualNodeRef: { name: check.text('canaryNode', canaryNode) },
        stableVirtualNodeRef: { name: check.text('stableNode', stableNode) },
      },
    },
  };
}

/** As the plugin is called in all examples of its own. */
export const GATEWAY_API = 'argoproj-labs/gatewayAPI';

/** Options of {@link gatewayApi}: at least one route. */
export interface GatewayApiOptions {
  httpRoute?: string;
  grpcRoute?: string;
  tcpRoute?: string;
  tlsRoute?: string;
  /** Several routes; `useHeaderRoutes` for those that header steps may change. */
  httpRoutes?: { name: string; useHeaderRoutes?: boolean }[];
  grpcRoutes?: { name: string; useHeaderRoutes?: boolean }[];
  tcpRoutes?: { name: string; useHeaderRoutes?: boolean }[];
  tlsRoutes?: { name: string; useHeaderRoutes?: boolean }[];
  /** Of the routes. The plugin assumes none. */
  namespace: string;
  /** ConfigMap in which the plugin keeps the routes that it manages. @defaultValue the plugin's own */
  configMap?: string;
}

/**
 * The Gateway API, by its plugin (`argoproj-labs/gatewayAPI`).
 *
 * @throws RolloutGuardError `INVALID_OPTION` without a route or namespace, or when an option does not exist.
 */
export function gatewayApi(options: GatewayApiOptions): Router {
  const kinds = ['http', 'grpc', 'tcp', 'tls'].flatMap((kind) => [`${kind}Route`, `${kind}Routes`]);
  const check = checkOf('gatewayApi', options, `namespace configMap ${kinds.join(' ')}`);
  if (!kinds.some((kind) => Object.hasOwn(options, kind)))
    check.fail('httpRoute', undefined, 'Name at least one route.');
  check.text('namespace', options.namespace);
  return trafficPlugin(GATEWAY_API, options);
}

/**
 * Any other router, by its plugin.
 *
 * @param name - `organisation/name`, as the controller's configuration has it.
 * @param config - what the plugin takes.
 * @throws RolloutGuardError `INVALID_OPTION` when the name is no such name.
 */
export function trafficPlugin(name: PluginName, config: object): Router {
  return { plugins: { [pluginName(checkOf('trafficPlugin'), name)]: config } };
}

function names(check: OptionCheck, path: string, list: readonly string[]): string[] {
  if (list.length === 0) check.fail(path, list, 'Give at least one name.');
  return list.map((name, index) => check.text(`${path}[${index}]`, name));
}
