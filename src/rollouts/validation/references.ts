/** Follows a reference by name to another of the given objects, and says so when it leads nowhere. */
import type { Context } from './context.ts';
import type { Field } from './field.ts';
import type { GivenObject } from './objects.ts';
import { EFFECT } from './report.ts';
import { shown } from './shown.ts';

/** Where the object that is referred to lives, and what its absence does. */
export interface Target {
  readonly kind: string;
  /** @defaultValue the namespace of the object that refers to it; `null` for cluster-wide kinds */
  readonly namespace?: string | null;
  /** The name, where the field holds more than it. @defaultValue the text of the field */
  readonly name?: string;
  /** @defaultValue the controller's InvalidSpec */
  readonly effect?: string;
  /** Its API group, where another has a kind of that name too. */
  readonly group?: string;
}

/**
 * The given object that the name in `at` refers to. When it is not given: `reference-missing` if all objects are given,
 * else `reference-unknown` if one there has nearly that name, else silence. An empty name refers to nothing.
 */
export function follow(at: Field, target: Target, context: Context): GivenObject | undefined {
  const { kind, namespace = context.self.ref.namespace, name = at.text, group, effect = EFFECT.invalidSpec } = target;
  if (name === undefined || name === '') return undefined;
  const found = context.objects.find(kind, namespace, name, context.self);
  if (found !== undefined && (group === undefined || found.root.at('apiVersion').text?.split('/')[0] === group))
    return found;
  // There are several, and which one is meant is not known.
  if (found === undefined && context.objects.has(kind, namespace, name)) return undefined;
  const near = context.objects.nearest(kind, namespace, name);
  const message = `There is no ${kind} ${shown(name)}${namespace === null ? '' : ` in namespace ${shown(namespace)}`}.`;
  const mend = near === null ? `Create it, or name one that exists.` : `Did you mean ${shown(near)}?`;
  if (context.complete) context.report.rejected('reference-missing', at, message, effect, mend);
  else if (near !== null) {
    context.report.advice(
      'reference-unknown',
      at,
      `${kind} ${shown(name)} is not given.`,
      `If it does not exist: ${effect}`,
      mend,
    );
  }
  return undefined;
}
