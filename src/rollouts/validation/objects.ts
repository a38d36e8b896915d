import { nearestName } from '../../nearest.ts';
import { Field } from './field.ts';
import type { ObjectRef } from './finding.ts';

/** How many names are compared in one validation: thousands of missing names among thousands of given ones take too long. */
const MOST_COMPARED = 200_000;

/** One of the given objects. */
export interface GivenObject {
  readonly ref: ObjectRef;
  readonly root: Field;
}

/** The objects that are validated together, so that a rule can follow a reference. */
export class GivenObjects {
  readonly all: readonly GivenObject[];
  readonly #byName = new Map<string, GivenObject>();
  readonly #namesByKind = new Map<string, string[]>();
  readonly #claims = new Map<GivenObject, GivenObject>();
  #compared = 0;

  constructor(objects: readonly unknown[]) {
    this.all = objects.map((object, index) => {
      const root = new Field(object);
      const name = root.at('metadata', 'name').text ?? null;
      const namespace = root.at('metadata', 'namespace').text ?? null;
      return { root, ref: { index, kind: root.at('kind').text ?? null, name, namespace } };
    });
    for (const given of this.all) {
      const { kind, name, namespace } = given.ref;
      if (kind === null || name === null) continue;
      const key = keyOf(kind, namespace, name);
      // The first of two with one name is what the second was meant to be too; that there are two is a rule of its own.
      if (!this.#byName.has(key)) this.#byName.set(key, given);
      const shelf = keyOf(kind, namespace, '');
      const names = this.#namesByKind.get(shelf);
      if (names === undefined) this.#namesByKind.set(shelf, [name]);
      else names.push(name);
    }
  }

  /** The object of that name; `namespace` is that of the object which refers to it (`null` for cluster-wide kinds). */
  find(kind: string, namespace: string | null, name: string): GivenObject | undefined {
    return this.#byName.get(keyOf(kind, namespace, name));
  }

  /** The first that called `claim` for this object. */
  claim(claimed: GivenObject, by: GivenObject): GivenObject {
    const first = this.#claims.get(claimed) ?? by;
    this.#claims.set(claimed, first);
    return first;
  }

  /** The name of a given object of that kind there that was most likely meant, if any. */
  nearest(kind: string, namespace: string | null, name: string): string | null {
    const names = this.#namesByKind.get(keyOf(kind, namespace, '')) ?? [];
    this.#compared += names.length;
    return this.#compared > MOST_COMPARED ? null : nearestName(name, names);
  }
}

/** An absent namespace is that of whoever applies it: objects without one are taken to live together. */
function keyOf(kind: string, namespace: string | null, name: string): string {
  return JSON.stringify([kind, namespace, name]);
}
