/** How messages show what somebody wrote: short, in one line, whatever it is. */

import { nearestName } from '../../nearest.ts';

const LONGEST_SHOWN = 60;
/** Comparing each misspelt name with each known one takes too long where there are thousands. */
export const MOST_COMPARED = 50;

/** A value from outside for a message: text in quotes with its control characters escaped, long text cut. */
export function shown(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN)}...` : value);
  }
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return kindOf(value);
}

/** Which JSON type a value has, in words. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    return tag === 'Object' ? 'an object' : `a ${tag}`;
  }
  if (typeof value === 'boolean') return 'true or false';
  return `a ${typeof value}`;
}

/** What to do about a name that is not among the known ones: the one that was meant, or else another mend. */
export function meant(name: string, known: Iterable<string>, otherwise: string): string {
  const compared: string[] = [];
  for (const one of known) if (compared.push(one) === MOST_COMPARED) break;
  const near = nearestName(name, compared);
  return near === null ? otherwise : `Did you mean ${shown(near)}?`;
}
