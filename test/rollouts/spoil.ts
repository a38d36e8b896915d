/** Spoils plain objects at a place of one's choice. */

type Path = readonly (string | number)[];

/** Paths of every value in an object, the object's own being empty. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...keys.flatMap((key) => pathsOf((value as Record<string | number, unknown>)[key], [...path, key]))];
}

/** A copy with another value there; `undefined` takes it out. */
export function replaced(object: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const below = rest.length === 0 ? value : replaced((object as Record<string | number, unknown>)[key], rest, value);
  if (Array.isArray(object))
    return below === undefined ? object.toSpliced(Number(key), 1) : object.with(Number(key), below);
  const copy = { ...(object as Record<string, unknown>), [key]: below };
  if (below === undefined) delete copy[key];
  return copy;
}
