/** What identity is worked out from. */
import type { Environment } from '../environment.ts';
import type { AttributeKeys } from './attribute-keys.ts';
import type { IdentityFile } from './files.ts';
import type { IdentityOptions } from './options.ts';

/** Everything that identity is made of. */
export interface IdentityInput {
  readonly options?: IdentityOptions;
  readonly env: Environment;
  /** Mounted files that were found, in the order of their precedence. */
  readonly files?: readonly IdentityFile[];
  /** Reads the app's package.json; null when there is none. */
  readonly readPackageJson?: () => PackageIdentity | null;
  /** Process id, part of the default instance id. */
  readonly pid: number;
  /** Makes the last-resort instance id. */
  readonly randomId: () => string;
  /** The attribute names of cohort and strategy. @defaultValue `rolloutguard.cohort`, `rolloutguard.strategy` */
  readonly keys?: AttributeKeys;
  /** Adds the names that older set-ups use, such as `deployment.environment`. @defaultValue false */
  readonly legacyAttributes?: boolean;
}

/** What package.json says about the app. */
export interface PackageIdentity {
  readonly name?: string;
  readonly version?: string;
}
