/**
 * The attribute names that rolloutguard puts on telemetry.
 *
 * The names are copied, not imported: most of them are still "development" or "release candidate" in OpenTelemetry's
 * registry, and the incubating entry of its constants package may drop a name in a minor release.
 */

/** Attribute names by a short key. Values are the names on the wire. */
export const ATTRIBUTE = {
  /** Logical name of the service. Type string, stable. Example: `checkout`. */
  serviceName: 'service.name',
  /** Group of services that belong together. Type string, stable. Example: `shop`. */
  serviceNamespace: 'service.namespace',
  /** Version of the service. Type string, stable. Example: `2.1.0` or a bare commit. */
  serviceVersion: 'service.version',
  /** One running instance (a pod, or one process of a pod). Type string, stable. Unique per process. */
  serviceInstanceId: 'service.instance.id',
  /** Where the service runs. Type string, stable. Examples: `production`, `staging`, `test`, `development`. */
  environment: 'deployment.environment.name',
  /** One attempt to bring one version to production. Type string, development. Example: `deploy-42`. */
  deploymentId: 'deployment.id',
  /** What the deployment is called. Type string, development. Example: `checkout 2.1.0`. */
  deploymentName: 'deployment.name',
  /** The commit that was built. Type string, release candidate. Example: `9d59409acf479dfa0df1aa568182e43e43df8bbe`. */
  commit: 'vcs.ref.head.revision',
  /** The branch that was built. Type string, release candidate. Example: `main`. */
  branch: 'vcs.ref.head.name',
  /** Where the code is. Type string, release candidate. Example: `https://github.com/acme/shop`. */
  repositoryUrl: 'vcs.repository.url.full',
  /** The run of the pipeline that deployed. Type string, release candidate. Example: `9753949763`. */
  pipelineRunId: 'cicd.pipeline.run.id',
  /** Where that run is shown. Type string, release candidate. */
  pipelineRunUrl: 'cicd.pipeline.run.url.full',
  /** Name of the Kubernetes pod. Type string, stable. */
  podName: 'k8s.pod.name',
  /** Namespace of the Kubernetes pod. Type string, stable. */
  podNamespace: 'k8s.namespace.name',
  /** Unique id of the Kubernetes pod. Type string, stable. */
  podUid: 'k8s.pod.uid',
  /** Address of the Kubernetes pod. Type string, stable. */
  podIp: 'k8s.pod.ip',
  /** Name of the node that the pod runs on. Type string, stable. */
  nodeName: 'k8s.node.name',
  /** Name of the Kubernetes cluster. Type string, stable. */
  clusterName: 'k8s.cluster.name',
  /** Name of the ReplicaSet that the pod belongs to. Type string, stable. Example: `checkout-6c54544bf9`. */
  replicaSetName: 'k8s.replicaset.name',
  /** Which pods of an Argo Rollout have the same template. Type string, stable. Example: `6c54544bf9`. */
  podTemplateHash: 'k8s.pod.label.rollouts-pod-template-hash',
  /** Name of the Argo Rollout. Type string, own name. Example: `checkout`. */
  rollout: 'rolloutguard.rollout',
  /** How the version is brought out. Type string, own name. Examples: `canary`, `blue-green`, `rolling`. */
  strategy: 'rolloutguard.strategy',
  /** Which group of instances this one is in right now: `canary`, `stable` or `baseline`. Type string, own name. Changes live. */
  cohort: 'rolloutguard.cohort',
  /** Which distribution of OpenTelemetry made the telemetry. Type string, stable. Always `rolloutguard`. */
  distroName: 'telemetry.distro.name',
  /** Version of that distribution. Type string, stable. */
  distroVersion: 'telemetry.distro.version',
} as const;

/** A value that OpenTelemetry accepts on a resource, arrays left out. */
export type AttributeValue = string | number | boolean;
