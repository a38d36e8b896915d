/** What a program may say about itself in code. */

import type { AttributeValue } from '../attributes.ts';
import type { CohortInput } from '../cohort/cohort.ts';
import { EMITTED_COHORTS, parseCohort } from '../cohort/cohort.ts';
import { type Check, type Checks, flag, optionsOf, recordOf, refuse, text } from '../options/checks.ts';
import { type AttributeKeys, DEFAULT_KEYS, keyFault } from './attribute-keys.ts';
import { fieldsByAttribute, type IdentityField } from './deployment-identity.ts';
import { readValue } from './values.ts';

/** What a program may say about itself in code. */
export interface IdentityOptions {
  /** `service.name`. */
  readonly serviceName?: string;
  /** `service.namespace`. */
  readonly serviceNamespace?: string;
  /** `service.version`. */
  readonly serviceVersion?: string;
  /** `service.instance.id`; must differ between processes. @defaultValue pod or host name and process id, else a random UUID */
  readonly serviceInstanceId?: string;
  /** `deployment.environment.name`, such as `production`. */
  readonly environment?: string;
  /** `deployment.id`: one attempt to bring one version to production. */
  readonly deploymentId?: string;
  /** `deployment.name`: what people call it. */
  readonly deploymentName?: string;
  /** When the deployment began: ISO 8601 with its zone, or seconds or milliseconds since 1970. On events, not on the resource. */
  readonly deploymentTimestamp?: string | number;
  /** `rolloutguard.strategy`, such as `canary` or `blue-green`; lower case with hyphens in the end. */
  readonly strategy?: string;
  /** `vcs.ref.head.revision`: the commit that was built. */
  readonly commit?: string;
  /** `vcs.ref.head.name`: the branch that was built. */
  readonly branch?: string;
  /** `vcs.repository.url.full`; credentials in it are left out. */
  readonly repositoryUrl?: string;
  /** `cicd.pipeline.run.id`: the run of the pipeline that deployed. */
  readonly pipelineRunId?: string;
  /** `cicd.pipeline.run.url.full`; credentials in it are left out. */
  readonly pipelineRunUrl?: string;
  /** `rolloutguard.rollout`: the name of the Argo Rollout. @defaultValue from the name of the pod, when its hash is known */
  readonly rollout?: string;
  /** `k8s.pod.label.rollouts-pod-template-hash`. */
  readonly podTemplateHash?: string;
  /** `rolloutguard.cohort` at the start. */
  readonly cohort?: CohortInput;
  /** More resource attributes. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  /**
   * Other names for the two attributes that OpenTelemetry has no name for, such as `{ cohort: 'deployment.role' }`. A name that
   * already means something else is refused. @defaultValue `rolloutguard.cohort`, `rolloutguard.strategy`
   */
  readonly attributeKeys?: { readonly cohort?: string; readonly strategy?: string };
  /**
   * Adds the names that older set-ups use: `deployment.commit`, `deployment.environment`, `deployment.timestamp`,
   * `deployment.version`. @defaultValue false
   */
  readonly legacyAttributes?: boolean;
}

/** The field that each option gives. */
export const OPTION_FIELDS: Readonly<
  Record<Exclude<keyof IdentityOptions, 'attributes' | 'attributeKeys' | 'legacyAttributes'>, IdentityField>
> = {
  serviceName: 'service',
  serviceNamespace: 'serviceNamespace',
  serviceVersion: 'version',
  serviceInstanceId: 'instance',
  environment: 'environment',
  deploymentId: 'id',
  deploymentName: 'name',
  deploymentTimestamp: 'timestamp',
  strategy: 'strategy',
  commit: 'commit',
  branch: 'branch',
  repositoryUrl: 'repositoryUrl',
  pipelineRunId: 'pipelineRunId',
  pipelineRunUrl: 'pipelineRunUrl',
  rollout: 'rollout',
  podTemplateHash: 'podTemplateHash',
  cohort: 'cohort',
};

/**
 * A value of this field. Words such as `unknown` and templates that nobody filled in pass: an app that hands on what it found
 * in its environment must start without it. They count as not said.
 */
const goodFor =
  (field: IdentityField): Check =>
  (value, path) => {
    text(value, path);
    const reading = readValue(field, value as string);
    if (reading.kind === 'wrong') refuse(`is no value for it: ${reading.reason}`, { path });
  };

const cohort: Check = (value, path) => {
  if (typeof value !== 'string' || parseCohort(value) === null) {
    refuse(`must be one of ${EMITTED_COHORTS.join(', ')}, preview, active`, { path, value });
  }
};

const timestamp: Check = (value, path) => goodFor('timestamp')(typeof value === 'number' ? String(value) : value, path);

const attributes: Check = (value, path) => {
  recordOf(attribute)(value, path);
  const fields = fieldsByAttribute(DEFAULT_KEYS);
  for (const [name, item] of Object.entries(value as Record<string, AttributeValue>)) {
    const field = fields.get(name);
    if (field !== undefined) goodFor(field)(String(item), `${path}[${JSON.stringify(name)}]`);
  }
};

const keyOf =
  (which: keyof AttributeKeys): Check =>
  (value, path) => {
    text(value, path);
    const fault = keyFault(which, value as string);
    if (fault !== null) refuse(fault, { path, value });
  };

const attributeKeys: Check = (value, path) => {
  optionsOf<Partial<AttributeKeys>>({ cohort: keyOf('cohort'), strategy: keyOf('strategy') })(value, path);
  const { cohort = DEFAULT_KEYS.cohort, strategy = DEFAULT_KEYS.strategy } = value as Partial<AttributeKeys>;
  if (cohort === strategy) refuse('must be two different names', { path, value });
};

const attribute: Check = (value, path) => {
  const good = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!good) refuse('must be a string, a finite number or a boolean', { path, value });
};

/** One check for each option. */
export const IDENTITY_CHECKS: Checks<IdentityOptions> = {
  serviceName: goodFor('service'),
  serviceNamespace: goodFor('serviceNamespace'),
  serviceVersion: goodFor('version'),
  serviceInstanceId: goodFor('instance'),
  environment: goodFor('environment'),
  deploymentId: goodFor('id'),
  deploymentName: goodFor('name'),
  deploymentTimestamp: timestamp,
  strategy: goodFor('strategy'),
  commit: goodFor('commit'),
  branch: goodFor('branch'),
  repositoryUrl: goodFor('repositoryUrl'),
  pipelineRunId: goodFor('pipelineRunId'),
  pipelineRunUrl: goodFor('pipelineRunUrl'),
  rollout: goodFor('rollout'),
  podTemplateHash: goodFor('podTemplateHash'),
  cohort,
  attributes,
  attributeKeys,
  legacyAttributes: flag,
};
