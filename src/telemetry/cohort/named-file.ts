/** The file that somebody named for the cohort: it is read for the identity, and followed afterwards. */
import type { Environment } from '../environment.ts';

/** The path, `false` when no file is to be followed, undefined when nobody named one. */
export function namedCohortFile(option: string | false | undefined, env: Environment): string | false | undefined {
  if (option !== undefined) return option;
  const named = env['ROLLOUTGUARD_COHORT_FILE']?.trim() ?? '';
  if (named === '') return undefined;
  return named.toLowerCase() === 'false' ? false : named;
}
