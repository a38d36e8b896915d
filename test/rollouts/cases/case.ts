import type { RuleCode } from '../../../src/rollouts/validation/codes/index.ts';
import type { ArgoTarget, Severity } from '../../../src/rollouts/validation/finding.ts';

/** Both sides of a rule: the smallest objects that break it, and nearly the same that keep it. */
export interface RuleCase {
  /** Numbers of the rules of Argo that it stands for (`31`), of what Argo never says (`trap 7`), or `own`. */
  readonly of: readonly string[];
  readonly code: RuleCode;
  readonly severity: Severity;
  /** What is shown, in a few words; unique within its code. */
  readonly shows: string;
  readonly bad: readonly unknown[];
  readonly good: readonly unknown[];
  /** Path of the finding in `bad`. */
  readonly path: string;
  /** Index of the object in `bad` that has it. @defaultValue 0 */
  readonly index?: number;
  /** Where Argo reports it, if elsewhere. */
  readonly argoPath?: string;
  readonly target?: ArgoTarget;
  /** True when the rule needs to know that all objects are given. */
  readonly complete?: boolean;
}
