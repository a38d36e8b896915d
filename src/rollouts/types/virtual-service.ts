/** VirtualService: where Istio sends requests. Fields as in https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
import type { ObjectMeta } from './meta.ts';
import type { GoDuration } from './values.ts';

/** Where requests to some hosts go. */
export interface VirtualService {
  apiVersion: 'networking.istio.io/v1' | 'networking.istio.io/v1beta1' | 'networking.istio.io/v1alpha3';
  kind: 'VirtualService';
  metadata?: ObjectMeta;
  spec: VirtualServiceSpec;
  /** Written by Istio only. */
  status?: object;
}

/** What a {@link VirtualService} says. */
export interface VirtualServiceSpec {
  /** Of the requests. */
  hosts?: string[];
  /** `mesh` is the traffic between pods. @defaultValue ['mesh'] */
  gateways?: string[];
  http?: HttpRoute[];
  tls?: TlsRoute[];
  tcp?: TcpRoute[];
  /** Namespaces that see it. @defaultValue ['*'] */
  exportTo?: string[];
}

/** One rule: the first whose `match` fits counts. */
export interface HttpRoute {
  /** A Rollout names the routes whose weights it may change. */
  name?: string;
  /** Any one of them. Absent: everything. */
  match?: HttpMatch[];
  route?: HttpDestination[];
  redirect?: object;
  directResponse?: { status: number; body?: { string?: string; bytes?: string } };
  delegate?: { name?: string; namespace?: string };
  rewrite?: { uri?: string; authority?: string; uriRegexRewrite?: { match: string; rewrite: string } };
  /** For the whole request, retries included. @defaultValue none */
  timeout?: GoDuration;
  /** @defaultValue 2 attempts */
  retries?: HttpRetry;
  fault?: object;
  mirror?: Destination;
  mirrorPercentage?: { value: number };
  mirrors?: { destination: Destination; percentage?: { value: number } }[];
  corsPolicy?: object;
  headers?: HeaderOperations;
}

/** Tries again. */
export interface HttpRetry {
  /** 0 is off. */
  attempts?: number;
  perTryTimeout?: GoDuration;
  /** Conditions, separated by commas: `connect-failure,refused-stream,503`. */
  retryOn?: string;
  retryRemoteLocalities?: boolean;
  retryIgnorePreviousHosts?: boolean;
  backoff?: GoDuration;
}

/** What a request must have, all of it. */
export interface HttpMatch {
  name?: string;
  uri?: IstioStringMatch;
  scheme?: IstioStringMatch;
  method?: IstioStringMatch;
  authority?: IstioStringMatch;
  headers?: { [name: string]: IstioStringMatch };
  withoutHeaders?: { [name: string]: IstioStringMatch };
  queryParams?: { [name: string]: IstioStringMatch };
  ignoreUriCase?: boolean;
  port?: number;
  sourceLabels?: { [name: string]: string };
  sourceNamespace?: string;
  gateways?: string[];
  statPrefix?: string;
}

/** Exactly one of its fields; none only says that a header is there. */
export interface IstioStringMatch {
  exact?: string;
  prefix?: string;
  regex?: string;
}

/** A destination and its share. */
export interface HttpDestination {
  destination: Destination;
  /** The controller writes the weights of a Rollout's routes. */
  weight?: number;
  headers?: HeaderOperations;
}

/** A Service, or a subset of it. */
export interface Destination {
  host: string;
  /** Of a DestinationRule. */
  subset?: string;
  port?: { number?: number };
}

/** Changes of headers. */
export interface HeaderOperations {
  request?: HeaderOperation;
  response?: HeaderOperation;
}

/** Changes of headers. */
export interface HeaderOperation {
  set?: { [name: string]: string };
  add?: { [name: string]: string };
  remove?: string[];
}

/** Where a connection goes and comes from. */
export interface ConnectionMatch {
  destinationSubnets?: string[];
  port?: number;
  sourceLabels?: { [name: string]: string };
  sourceNamespace?: string;
  gateways?: string[];
}

/** One rule for connections whose TLS is passed on. */
export interface TlsRoute {
  match: ({ sniHosts: string[] } & ConnectionMatch)[];
  route?: RouteDestination[];
}

/** One rule for connections. */
export interface TcpRoute {
  match?: ConnectionMatch[];
  route?: RouteDestination[];
}

/** A destination and its share. */
export interface RouteDestination {
  destination: Destination;
  weight?: number;
}
