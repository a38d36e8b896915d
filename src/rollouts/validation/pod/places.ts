/** Paths within a pod's spec that stand for many places: names with dots, commas between names that are alike. */
import type { Field } from '../field.ts';

export const CONTAINERS = 'containers,initContainers';
/** Below a container. */
export const PROBES = 'startupProbe,livenessProbe,readinessProbe';
/** Below a container. */
export const HOOKS = 'lifecycle.postStart,preStop';

/** What is present there; lists are entered. */
export function each(from: Field, path: string): Field[] {
  let fields = [from];
  for (const part of path === '' ? [] : path.split('.')) {
    const keys = part.split(',');
    fields = fields
      .flatMap((field) => keys.map((key) => field.at(key)))
      .flatMap((field) => (Array.isArray(field.value) ? field.items : [field]))
      .filter((field) => field.present);
  }
  return fields;
}
