/** The part of a policy that says how authority is earned. */

/** What a service's record must show for one level of authority. */
export interface AuthorityThreshold {
  /** Good deployments that were left alone. */
  goodDeployments: number;
  /** Good deployments that were, or would have been, rolled back. */
  maxFalseRollbacks: number;
}

/** When automation may do what: `shadow` until the record shows enough for more. */
export interface AuthorityRules {
  /** To tell people of a rollback that is due; the rollout goes on. */
  notify: AuthorityThreshold;
  /** To hold the rollout as well. */
  hold: AuthorityThreshold;
  /** Everything. */
  rollback: AuthorityThreshold;
  /** Good deployments that count, from the last one back. */
  window: number;
}

/** {@link AuthorityRules} as options; what is left out has its default. */
export interface AuthorityOptions {
  /** @defaultValue 5 good ones, at most 3 falsely rolled back */
  notify?: Partial<AuthorityThreshold>;
  /** @defaultValue 15 and 2 */
  hold?: Partial<AuthorityThreshold>;
  /** @defaultValue 30 and 1 */
  rollback?: Partial<AuthorityThreshold>;
  /** @defaultValue 50 */
  window?: number;
}
