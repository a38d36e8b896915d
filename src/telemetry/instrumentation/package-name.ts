/** Which npm package a module belongs to, told by its specifier or its path alone. */

const FOLDER = 'node_modules';

/**
 * The npm package that a specifier, a path or a file URL belongs to: `@redis/client` for `@redis/client/dist/x.js`, `pg` for
 * `/app/node_modules/pg/lib/index.js`. Null for a file that lies in no package, and for modules of Node's own that are
 * written with `node:`. Linear in the length of the text; it is asked for each module that an app loads.
 */
export function packageNameOf(specifier: string): string | null {
  const folder = specifier.lastIndexOf(FOLDER);
  if (folder === -1) return isBare(specifier) ? leading(specifier, 0) : null;
  return leading(specifier, folder + FOLDER.length + 1);
}

function isBare(specifier: string): boolean {
  const first = specifier[0];
  return first !== '.' && first !== '/' && first !== '\\' && first !== '#' && !specifier.includes(':');
}

/** The name that begins at `start`: one segment, or two behind an `@`. */
function leading(text: string, start: number): string | null {
  let end = segmentEnd(text, start);
  if (text[start] === '@' && end < text.length) end = segmentEnd(text, end + 1);
  if (end === start) return null;
  const name = text.slice(start, end);
  return name.includes('\\') ? name.replace('\\', '/') : name;
}

function segmentEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== '/' && text[end] !== '\\') end++;
  return end;
}
