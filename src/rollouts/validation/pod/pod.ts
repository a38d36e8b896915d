import type { PodCode } from '../codes/pod.ts';
import type { ShapeCode } from '../codes/shape.ts';
import type { Field } from '../field.ts';
import type { ArgoTarget } from '../finding.ts';

/** A pod template, and how to report about it. */
export interface Pod {
  /** `template.spec`. */
  readonly spec: Field;
  readonly target: ArgoTarget;
  /** What Kubernetes' checks of pod templates refuse: what happens then depends on whose template it is. */
  reject(code: PodCode | ShapeCode, at: Field, message: string, mend: string, argoPath?: string): void;
  /** What they accept, and what does something else than it says. */
  warn(code: PodCode, at: Field, message: string, effect: string, mend: string): void;
  advise(code: PodCode, at: Field, message: string, effect: string, mend: string): void;
}
