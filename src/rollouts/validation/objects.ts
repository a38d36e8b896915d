import { nearestName } from '../../nearest.ts';
import { Field } from './field.ts';
import type { ObjectRef } from './finding.ts';

/** How many names are compared in one validation: thousands of missing names among thousands of given ones take too long. */
const MOST_COMPARED = 200_000;

/** One of the given objects. */
export interface GivenObject {
  readonly ref: ObjectRef;
  readonly root: Field;
  /** The file that it is from, if that is known. */
  readonly file: string;
}

/** The objects that are validated together, so that a rule can follow a reference. */
export class GivenObjects {
  readonly all: readonly GivenObject[];
  /** By name and place; `null`: there are several in places of their own, such as one for each environment. */
  readonly #byName = new Map<string, GivenObject | null>();
  readonly #firsts = new Map<string, GivenObject>();
  readonly #namesByKind = new Map<string, string[]>();
  readonly #claims = new Map<GivenObject, Map<string, GivenObject>>();
  #compared = 0;

  /** @param files - the file of each object, in the same order; absent: all are from one. */
  constructor(objects: readonly unknown[], files: readonly string[] = []) {
    this.all = objects.map((object, index) => {
      const root = new Field(object);
      const name = root.at('metadata', 'name').text ?? null;
      const namespace = root.at('metadata', 'namespace').text ?? null;
      return { root, file: files[index] ?? '', ref: { index, kind: root.at('kind').text ?? null, name, namespace } };
    });
    for (const given of this.all) {
      const { kind, name, namespace } = given.ref;
      if (kind === null || name === null) continue;
      const [here, ...above] = placesOf(given.file);
      // The first of two with one name is what the second was meant to be too; that there are two is a rule of its own.
      const key = keyOf(kind, namespace, name);
      const inFolder = key + (above[0] ?? '');
      if (!this.#firsts.has(inFolder)) this.#firsts.set(inFolder, given);
      if (!this.#byName.has(key + here)) this.#byName.set(key + here, given);
      for (const place of above) {
        const other = this.#byName.get(key + place);
        if (other === undefined) this.#byName.set(key + place, given);
        else if (other !== null && other.file !== given.file) this.#byName.set(key + place, null);
      }
      const shelf = keyOf(kind, namespace, '');
      const names = this.#namesByKind.get(shelf);
      if (names === undefined) this.#namesByKind.set(shelf, [name]);
      else names.push(name);
    }
  }

  /**
   * The object of that name that is nearest to `from`: of the same file, else of the same folder, else of the first
   * folder above below which there is one. Several there: nobody knows which.
   *
   * @param namespace - that of the object which refers to it (`null` for cluster-wide kinds).
   */
  find(kind: string, namespace: string | null, name: string, from: GivenObject): GivenObject | undefined {
    const key = keyOf(kind, namespace, name);
    const place = placesOf(from.file).find((one) => this.#byName.has(key + one));
    return (place === undefined ? undefined : this.#byName.get(key + place)) ?? undefined;
  }

  /** Whether there is one of that name anywhere. */
  has(kind: string, namespace: string | null, name: string): boolean {
    return this.#byName.has(keyOf(kind, namespace, name));
  }

  /** The first of that name in the same folder: it may be the object itself. */
  firstOf({ ref: { kind, namespace, name }, file }: GivenObject): GivenObject | undefined {
    if (kind === null || name === null) return undefined;
    return this.#firsts.get(keyOf(kind, namespace, name) + (placesOf(file)[1] ?? ''));
  }

  /** The first of the same folder that called `claim` for this object. */
  claim(claimed: GivenObject, by: GivenObject): GivenObject {
    const folder = placesOf(by.file)[1] ?? '';
    const claims = this.#claims.get(claimed) ?? new Map<string, GivenObject>();
    this.#claims.set(claimed, claims);
    const first = claims.get(folder) ?? by;
    claims.set(folder, first);
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

/** A file, its folder, the folders above, and at last `''`, where everything is. */
function placesOf(file: string): string[] {
  const places = [''];
  for (let place = file; place !== ''; place = place.slice(0, Math.max(0, endOfFolder(place)))) places.push(place);
  return [...places.slice(1), ''];
}

function endOfFolder(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}
