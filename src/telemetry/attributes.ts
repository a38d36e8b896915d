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
  /** The commit that was built. Type string, release candidate. Example: `9d59409acf479dfa0df1aa568182e43e43df8bbe`. */
  commit: 'vcs.ref.head.revision',
  /** Name of the Kubernetes pod. Type string, stable. */
  podName: 'k8s.pod.name',
  /** Namespace of the Kubernetes pod. Type string, stable. */
  podNamespace: 'k8s.namespace.name',
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
