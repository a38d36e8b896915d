/** What the validation says of an object: one finding a mistake, with its place, its consequence and its mend. */
import type { RuleCode } from './codes/index.ts';

/**
 * `rejected`: the API server or the controller refuses it, or an analysis ends in Error and aborts the rollout.
 * `unsafe`: accepted, but it does something else than it says. `advice`: worth a look.
 */
export type Severity = 'rejected' | 'unsafe' | 'advice';

/** Release of Argo Rollouts whose controller will read the objects. */
export type ArgoTarget = '1.8' | '1.9' | '1.10';

/** All of them, the oldest first. */
export const ARGO_TARGETS: readonly ArgoTarget[] = ['1.8', '1.9', '1.10'];

/** Keys and indices from the root of an object to a value. */
export type Path = readonly (string | number)[];

/** Which of the given objects a finding is about. */
export interface ObjectRef {
  /** Its index in the list that was given. */
  readonly index: number;
  /** These three are `null` where the object has none, or one that is no text. */
  readonly kind: string | null;
  readonly name: string | null;
  readonly namespace: string | null;
}

/** One mistake. Plain JSON. */
export interface RolloutFinding {
  /** Stable name of the rule, such as `step-mixes-kinds`. */
  readonly code: RuleCode;
  readonly severity: Severity;
  readonly object: ObjectRef;
  /** Where it is, such as `spec.strategy.canary.steps[2].setWeight`; empty for the object itself. */
  readonly path: string;
  /** The same path in its parts. */
  readonly segments: Path;
  /** Where Argo reports it, when that is another path: its messages leave out `canary` and `blueGreen`. */
  readonly argoPath?: string;
  /** What is wrong, with the value. */
  readonly message: string;
  /** What would happen. */
  readonly effect: string;
  /** What to do about it. */
  readonly mend: string;
}
