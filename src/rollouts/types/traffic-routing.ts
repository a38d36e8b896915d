/** `spec.strategy.canary.trafficRouting`: what splits the traffic between the versions. */
import type { PluginName } from './values.ts';

/**
 * At least one router. Without any it is accepted, the pods are counted as if there were one, and no traffic is shifted.
 */
export interface TrafficRouting {
  istio?: IstioTrafficRouting;
  nginx?: NginxTrafficRouting;
  alb?: AlbTrafficRouting;
  smi?: SmiTrafficRouting;
  ambassador?: AmbassadorTrafficRouting;
  appMesh?: AppMeshTrafficRouting;
  traefik?: TraefikTrafficRouting;
  apisix?: ApisixTrafficRouting;
  /** Gateway API, Contour and others, by the name that the controller's configuration has. */
  plugins?: { [name: PluginName]: object };
  /** Routes that header and mirror steps make, first one first. They need their names here. */
  managedRoutes?: { name: string }[];
  /** What all the traffic is as a weight. Only with NGINX and plugins. @defaultValue 100 */
  maxTrafficWeight?: number;
}

/** Exactly one of `virtualService` and `virtualServices`. */
export type IstioTrafficRouting = IstioOneVirtualService | IstioManyVirtualServices;

/** One VirtualService. */
export interface IstioOneVirtualService {
  virtualService: IstioVirtualServiceRef;
  virtualServices?: never;
  destinationRule?: IstioDestinationRuleRef;
}

/** Several VirtualServices that move together. */
export interface IstioManyVirtualServices {
  virtualServices: IstioVirtualServiceRef[];
  virtualService?: never;
  destinationRule?: IstioDestinationRuleRef;
}

/** A VirtualService whose routes get the weights. */
export interface IstioVirtualServiceRef {
  /** `name`, or `name.namespace` in another namespace. */
  name: string;
  /** Names of HTTP routes. Absent: the only one that there is. */
  routes?: string[];
  tlsRoutes?: {
    port?: number;
    sniHosts?: string[];
  }[];
  tcpRoutes?: { port?: number }[];
}

/** Splits by subsets of one host in place of two Services. The controller writes the pod hashes into the subsets. */
export interface IstioDestinationRuleRef {
  name: string;
  canarySubsetName: string;
  stableSubsetName: string;
  /** Subsets for the templates of experiments. */
  additionalSubsetNames?: string[];
}

/** Exactly one of `stableIngress` and `stableIngresses`. */
export type NginxTrafficRouting = NginxOneIngress | NginxManyIngresses;

interface NginxCommon {
  /** @defaultValue 'nginx.ingress.kubernetes.io' */
  annotationPrefix?: string;
  /** For the canary's Ingress, each with the prefix in front: `canary-by-header`. */
  additionalIngressAnnotations?: { [name: string]: string };
  /** For the canary's Ingress, as they are. */
  canaryIngressAnnotations?: { [name: string]: string };
}

/** One Ingress. */
export interface NginxOneIngress extends NginxCommon {
  stableIngress: string;
  stableIngresses?: never;
}

/** Several Ingresses. */
export interface NginxManyIngresses extends NginxCommon {
  stableIngresses: string[];
  stableIngress?: never;
}

/** Exactly one of `ingress` and `ingresses`. */
export type AlbTrafficRouting = AlbOneIngress | AlbManyIngresses;

interface AlbCommon {
  servicePort: number;
  /** Service that the Ingress names. Needed with ping-pong. @defaultValue the stable Service */
  rootService?: string;
  /** @defaultValue 'alb.ingress.kubernetes.io' */
  annotationPrefix?: string;
  stickinessConfig?: {
    enabled: boolean;
    /** 1 to 604800. */
    durationSeconds: number;
  };
}

/** One Ingress. */
export interface AlbOneIngress extends AlbCommon {
  ingress: string;
  ingresses?: never;
}

/** Several Ingresses. */
export interface AlbManyIngresses extends AlbCommon {
  ingresses: string[];
  ingress?: never;
}

/** Service Mesh Interface. */
export interface SmiTrafficRouting {
  /** Service that clients reach. @defaultValue the stable Service */
  rootService?: string;
  /** @defaultValue the name of the rollout */
  trafficSplitName?: string;
}

/** Ambassador (Emissary). */
export interface AmbassadorTrafficRouting {
  /** At least one; a mapping that has a weight itself is refused. */
  mappings: string[];
}

/** AWS App Mesh. Both are needed, though the schema does not say so: without the group the controller crashes. */
export interface AppMeshTrafficRouting {
  virtualService: {
    name: string;
    routes?: string[];
  };
  virtualNodeGroup: {
    canaryVirtualNodeRef: { name: string };
    stableVirtualNodeRef: { name: string };
  };
}

/** Traefik. */
export interface TraefikTrafficRouting {
  weightedTraefikServiceName: string;
}

/** Apache APISIX. */
export interface ApisixTrafficRouting {
  route: {
    name: string;
    /** Names of rules. Absent: the only one that there is. */
    rules?: string[];
  };
}
