/** What a program may say about the live cohort. */
import { type Check, type Checks, callable, listOf, milliseconds, text } from '../options/checks.ts';
import type { CohortChangeSource, EmittedCohort } from './cohort.ts';

/** A switch of the cohort. */
export interface CohortChange {
  readonly current: EmittedCohort;
  /** null when it was not known before. */
  readonly previous: EmittedCohort | null;
  /** Who switched it. */
  readonly source: CohortChangeSource;
}

/** Options of the live cohort. */
export interface LiveCohortOptions {
  /**
   * File of pod labels or annotations that is followed while the process runs: its label `rolloutguard.cohort`, its
   * annotation `resource.opentelemetry.io/rolloutguard.cohort`, or its label `role` names the cohort. `false` follows none.
   *
   * @defaultValue ROLLOUTGUARD_COHORT_FILE, else the files that the identity is read from
   */
  readonly cohortFile?: string | false;
  /**
   * Time between two looks at the file when no change of it is signalled, in milliseconds.
   *
   * @defaultValue ROLLOUTGUARD_COHORT_POLL_MS, else 5000
   */
  readonly cohortPollMs?: number;
  /**
   * Identity as attributes of every span: `true` for `deployment.id`, `service.version` and `deployment.environment.name`,
   * or the names of resource attributes. The resource carries it anyway.
   *
   * @defaultValue ROLLOUTGUARD_IDENTITY_ON_SPANS (`true`, or names with commas), else false
   */
  readonly identityOnSpans?: boolean | readonly string[];
  /** Called after each switch of the cohort. What it throws is reported and stops nothing. */
  readonly onCohortChange?: (change: CohortChange) => void;
}

const pathOrFalse: Check = (value, path) => {
  if (value !== false) text(value, path);
};

const namesOrFlag: Check = (value, path) => {
  if (typeof value !== 'boolean') listOf(text)(value, path);
};

/** One check for each option. */
export const COHORT_CHECKS: Checks<LiveCohortOptions> = {
  cohortFile: pathOrFalse,
  cohortPollMs: milliseconds,
  identityOnSpans: namesOrFlag,
  onCohortChange: callable,
};
