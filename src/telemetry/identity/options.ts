/** What a program may say about itself in code. */

import type { AttributeValue } from '../attributes.ts';
import type { CohortInput } from '../cohort/cohort.ts';
import { EMITTED_COHORTS, parseCohort } from '../cohort/cohort.ts';
import { type Check, type Checks, recordOf, refuse, text } from '../options/checks.ts';

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
  /** `rolloutguard.strategy`, such as `canary` or `blue-green`. */
  readonly strategy?: string;
  /** `vcs.ref.head.revision`: the commit that was built. */
  readonly commit?: string;
  /** `rolloutguard.cohort` at the start. */
  readonly cohort?: CohortInput;
  /** More resource attributes. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

const cohort: Check = (value, path) => {
  if (typeof value !== 'string' || parseCohort(value) === null) {
    refuse(`must be one of ${EMITTED_COHORTS.join(', ')}, preview, active`, { path, value });
  }
};

const attribute: Check = (value, path) => {
  const good = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!good) refuse('must be a string, a finite number or a boolean', { path, value });
};

/** One check for each option. */
export const IDENTITY_CHECKS: Checks<IdentityOptions> = {
  serviceName: text,
  serviceNamespace: text,
  serviceVersion: text,
  serviceInstanceId: text,
  environment: text,
  deploymentId: text,
  strategy: text,
  commit: text,
  cohort,
  attributes: recordOf(attribute),
};
