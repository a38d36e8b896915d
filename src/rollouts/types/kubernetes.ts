/** Kubernetes' own objects that a Rollout needs beside it. */
import type * as Core from 'kubernetes-types/core/v1.js';
import type * as Networking from 'kubernetes-types/networking/v1.js';
import type { ObjectMeta } from './meta.ts';

/** A Service. Its selector must fit the pods of the rollout; the controller adds the hash of one version. */
export interface Service extends Core.Service {
  apiVersion: 'v1';
  kind: 'Service';
  metadata?: ObjectMeta;
  spec?: ServiceSpec;
}

/** What a {@link Service} wants. */
export interface ServiceSpec extends Core.ServiceSpec {
  type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  ports?: ServicePort[];
  externalTrafficPolicy?: 'Cluster' | 'Local';
  internalTrafficPolicy?: 'Cluster' | 'Local';
  ipFamilies?: ('IPv4' | 'IPv6')[];
  ipFamilyPolicy?: 'SingleStack' | 'PreferDualStack' | 'RequireDualStack';
  sessionAffinity?: 'ClientIP' | 'None';
}

/** A port of a {@link Service}. */
export interface ServicePort extends Core.ServicePort {
  /** @defaultValue 'TCP' */
  protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** An Ingress. */
export interface Ingress extends Networking.Ingress {
  apiVersion: 'networking.k8s.io/v1';
  kind: 'Ingress';
  metadata?: ObjectMeta;
}
