/** Paths within a pod's spec that stand for many places: names with dots, commas between names that are alike. */
import type { Field } from '../field.ts';

export const CONTAINERS = 'containers,initContainers';
/** Below a container. */
export const PROBES = 'startupProbe,livenessProbe,readinessProbe';
/** Below a container. */
export const HOOKS = 'lifecycle.postStart,preStop';

/** What is present there; lists are entered. */
export function each(from: Field, path: string): Field[] {
  let found = [from];
  for (const part of path === '' ? [] : path.split('.')) {
    const keys = part.split(',');
    const below: Field[] = [];
    for (const field of found)
      for (const key of keys) {
        const under = field.at(key);
        for (const one of Array.isArray(under.value) ? under.items : [under]) if (one.present) below.push(one);
      }
    found = below;
  }
  return found;
}
