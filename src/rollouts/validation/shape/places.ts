/** Where else in an object a field of that name belongs: for what was written one level too high or too low. */
import { shapeOf } from './table.ts';

const PLACES = new Map<string, ReadonlyMap<string, readonly string[]>>();
/** A name that belongs to more places than this says nothing. */
const MOST_PLACES = 3;

/** Paths of the objects that have a field `name` in that kind, such as `spec.strategy.canary`; none when there are many. */
export function placesOf(kind: string, name: string): readonly string[] {
  const places = PLACES.get(kind) ?? collect(kind);
  PLACES.set(kind, places);
  const found = places.get(name) ?? [];
  return found.length > MOST_PLACES ? [] : found;
}

function collect(kind: string): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  const walk = (type: string, path: string) => {
    for (const [name, field] of shapeOf(type) ?? []) {
      if (path !== '') places.set(name, [...(places.get(name) ?? []), path]);
      const below = `${path === '' ? '' : `${path}.`}${name}${field.many === '[]' ? '[]' : ''}`;
      walk(field.type, below);
    }
  };
  walk(kind, '');
  return places;
}
