/** Paths within a pod's spec that stand for many places: names with dots, commas between names that are alike. */
import type { Field } from '../field.ts';

export const CONTAINERS = 'containers,initContainers';
/** Below a container. */
export const PROBES = 'startupProbe,livenessProbe,readinessProbe';
/** Below a container. */
export const HOOKS = 'lifecycle.postStart,preStop';

/** What is present there; lists are entered. */
export function each(from: Field, path: string): Field[] {
  const found: Field[] = [];
  const parts = path === '' ? [] : path.split('.').map((part) => part.split(','));
  const walk = (field: Field, depth: number): void => {
    const keys = parts[depth];
    if (keys === undefined) found.push(field);
    for (const key of keys ?? []) {
      const below = field.at(key);
      for (const one of Array.isArray(below.value) ? below.items : [below]) if (one.present) walk(one, depth + 1);
    }
  };
  walk(from, 0);
  return found;
}
