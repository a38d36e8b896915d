/**
 * Pods, as the Kubernetes project writes them down, with two changes: words that are one of a few are closed, and fields of
 * releases newer than the types that are published (1.30) may be written.
 */
import type * as Core from 'kubernetes-types/core/v1.js';
import type { ObjectMeta } from './meta.ts';
import type { Affinity, Toleration, TopologySpreadConstraint } from './pod-scheduling.ts';
import type { PodSecurityContext, SecurityContext } from './pod-security.ts';
import type { Volume, VolumeMount } from './pod-volumes.ts';

/** Labels, annotations and the pod itself. */
export interface PodTemplate extends Core.PodTemplateSpec {
  /** The labels must fit the selector. */
  metadata?: ObjectMeta;
  spec?: PodSpec;
}

/** A pod of a Rollout or an Experiment: it runs until it is replaced. */
export interface PodSpec extends AnyPodSpec {
  /** @defaultValue 'Always'; a rollout takes nothing else. */
  restartPolicy?: 'Always';
  /** A pod that must end has no place in a rollout. */
  activeDeadlineSeconds?: never;
}

/** What all pods have. */
export interface AnyPodSpec extends Omit<Core.PodSpec, 'resourceClaims'> {
  containers: Container[];
  initContainers?: Container[];
  /** A template may have none: they are added to running pods. */
  ephemeralContainers?: never;
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  hostAliases?: { ip: string; hostnames?: string[] }[];
  dnsPolicy?: 'ClusterFirst' | 'ClusterFirstWithHostNet' | 'Default' | 'None';
  preemptionPolicy?: 'Never' | 'PreemptLowerPriority';
  affinity?: Affinity;
  tolerations?: Toleration[];
  topologySpreadConstraints?: TopologySpreadConstraint[];
  securityContext?: PodSecurityContext;
  volumes?: Volume[];
  resourceClaims?: PodResourceClaim[];
  /** For the whole pod. From Kubernetes 1.32 on. */
  resources?: ResourceRequirements;
  /** From Kubernetes 1.34 on. */
  hostnameOverride?: string;
}

/** One container. `image` is needed, though the schema does not say so. */
export interface Container extends Core.Container {
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  terminationMessagePolicy?: 'File' | 'FallbackToLogsOnError';
  /** `Always` in an init container makes it a sidecar. From Kubernetes 1.34 on other containers have one too. */
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  /** From Kubernetes 1.34 on. */
  restartPolicyRules?: ContainerRestartRule[];
  env?: EnvVar[];
  lifecycle?: Lifecycle;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  startupProbe?: Probe;
  ports?: ContainerPort[];
  resizePolicy?: ContainerResizePolicy[];
  resources?: ResourceRequirements;
  securityContext?: SecurityContext;
  volumeMounts?: VolumeMount[];
}

/** When the kubelet restarts a container in place of what `restartPolicy` says. */
export interface ContainerRestartRule {
  action: 'Restart' | 'RestartAllContainers';
  exitCodes?: { operator: 'In' | 'NotIn'; values?: number[] };
}

/** A port that a container listens at. */
export interface ContainerPort extends Core.ContainerPort {
  /** @defaultValue 'TCP' */
  protocol?: 'TCP' | 'UDP' | 'SCTP';
}

/** What happens to a container when its resources are changed in place. */
export interface ContainerResizePolicy extends Core.ContainerResizePolicy {
  resourceName: 'cpu' | 'memory';
  restartPolicy: 'NotRequired' | 'RestartContainer';
}

/** What a container is promised, and what it may use at most. Quantities: `250m`, `1`, `512Mi`. */
export interface ResourceRequirements {
  requests?: { [resource: string]: string };
  limits?: { [resource: string]: string };
  claims?: { name: string; request?: string }[];
}

/** A claim of the pod for devices. Exactly one of the two names. */
export interface PodResourceClaim {
  name: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

/** An environment variable. */
export interface EnvVar extends Core.EnvVar {
  valueFrom?: EnvVarSource;
}

/** Where an environment variable comes from: exactly one. */
export interface EnvVarSource extends Core.EnvVarSource {
  /** From Kubernetes 1.34 on. */
  fileKeyRef?: { volumeName: string; path: string; key: string; optional?: boolean };
}

/** A question to a container: exactly one of `exec`, `grpc`, `httpGet` and `tcpSocket`. */
export interface Probe extends Core.Probe {
  httpGet?: HttpGet;
}

/** A request. */
export interface HttpGet extends Core.HTTPGetAction {
  /** @defaultValue 'HTTP' */
  scheme?: 'HTTP' | 'HTTPS';
}

/** What is done after a container started, and before it ends. */
export interface Lifecycle extends Core.Lifecycle {
  postStart?: LifecycleHandler;
  preStop?: LifecycleHandler;
  /** From Kubernetes 1.33 on. */
  stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGHUP' | 'SIGKILL' | 'SIGUSR1' | 'SIGUSR2' | 'SIGWINCH';
}

/** Exactly one of its fields. */
export interface LifecycleHandler extends Core.LifecycleHandler {
  httpGet?: HttpGet;
}
