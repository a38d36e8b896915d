import { nearestName } from '../../../nearest.ts';
import type { PodCode } from '../codes/pod.ts';
import type { ShapeCode } from '../codes/shape.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { Path } from '../finding.ts';
import { shown } from '../shown.ts';

/** A pod template, and how to report about it. */
export interface Pod {
  readonly context: Context;
  readonly template: Field;
  /** `template.spec`. */
  readonly spec: Field;
  /** What Kubernetes' checks of pod templates refuse: what happens then depends on whose template it is. */
  reject(code: PodCode | ShapeCode, at: Field | Path, message: string, mend: string, argoPath?: string): void;
}

/** The containers of both lists. */
export function containersOf({ spec }: Pod): Field[] {
  return [...spec.at('containers').items, ...spec.at('initContainers').items];
}

/** A string of a closed list, `words` with bars between them; an empty one is as good as none. */
export function checkWord({ reject }: Pod, at: Field, words: string): void {
  const known = words.split('|');
  if (!at.text || known.includes(at.text)) return;
  const near = nearestName(at.text, known);
  reject(
    'not-one-of',
    at,
    `It cannot be ${shown(at.text)}.`,
    near ? `Did you mean "${near}"?` : `Use ${known.join(', ')}.`,
  );
}
