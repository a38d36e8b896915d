/** What is known about a deployment, with who said so. */
import { ATTRIBUTE } from '../attributes.ts';
import type { AttributeKeys } from './attribute-keys.ts';

/** A value, and who said so. */
export interface Sourced {
  readonly value: string;
  /** The name of a variable, `options`, `file:<path>`, `package.json`, ... */
  readonly source: string;
}

/** One thing that can be known about a deployment. */
export type IdentityField =
  | 'id'
  | 'name'
  | 'service'
  | 'serviceNamespace'
  | 'version'
  | 'instance'
  | 'environment'
  | 'commit'
  | 'branch'
  | 'repositoryUrl'
  | 'strategy'
  | 'timestamp'
  | 'cohort'
  | 'pipelineRunId'
  | 'pipelineRunUrl'
  | 'rollout'
  | 'podTemplateHash'
  | 'podName'
  | 'podNamespace';

/** Each field, and the resource attribute that carries it; null where no attribute does. */
export const FIELD_ATTRIBUTES: Readonly<Record<IdentityField, string | null>> = {
  id: ATTRIBUTE.deploymentId,
  name: ATTRIBUTE.deploymentName,
  service: ATTRIBUTE.serviceName,
  serviceNamespace: ATTRIBUTE.serviceNamespace,
  version: ATTRIBUTE.serviceVersion,
  instance: ATTRIBUTE.serviceInstanceId,
  environment: ATTRIBUTE.environment,
  commit: ATTRIBUTE.commit,
  branch: ATTRIBUTE.branch,
  repositoryUrl: ATTRIBUTE.repositoryUrl,
  strategy: ATTRIBUTE.strategy,
  /** When the deployment began is the same for all of its telemetry, so it belongs to the events of a deployment. */
  timestamp: null,
  cohort: ATTRIBUTE.cohort,
  pipelineRunId: ATTRIBUTE.pipelineRunId,
  pipelineRunUrl: ATTRIBUTE.pipelineRunUrl,
  rollout: ATTRIBUTE.rollout,
  podTemplateHash: ATTRIBUTE.podTemplateHash,
  podName: ATTRIBUTE.podName,
  podNamespace: ATTRIBUTE.podNamespace,
};

/** What is known about a deployment; an unknown field is absent. `timestamp` is ISO 8601 in UTC, `cohort` as of the start. */
export type DeploymentIdentity = { readonly [Field in IdentityField]?: Sourced };

/** The fields, in the order in which they are listed everywhere. */
export const IDENTITY_FIELDS: readonly IdentityField[] = Object.keys(FIELD_ATTRIBUTES) as IdentityField[];

/** Names that older set-ups use for the same. They are read as well, and written on request. */
export const LEGACY_ATTRIBUTES: Readonly<Record<string, IdentityField>> = {
  'deployment.commit': 'commit',
  'deployment.environment': 'environment',
  'deployment.timestamp': 'timestamp',
  'deployment.version': 'version',
};

/** The attribute of a field under the names in effect; null where no attribute carries it. */
export function attributeOf(field: IdentityField, keys: AttributeKeys): string | null {
  if (field === 'cohort' || field === 'strategy') return keys[field];
  return FIELD_ATTRIBUTES[field];
}

/** The field of each attribute under the names in effect; the default names are understood too. */
export function fieldsByAttribute(keys: AttributeKeys): ReadonlyMap<string, IdentityField> {
  const fields = new Map<string, IdentityField>();
  for (const field of IDENTITY_FIELDS) {
    for (const attribute of [FIELD_ATTRIBUTES[field], attributeOf(field, keys)]) {
      if (attribute !== null) fields.set(attribute, field);
    }
  }
  return fields;
}
