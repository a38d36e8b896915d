/** Which npm package a module belongs to, told by its specifier or its path alone, and who uses whom for itself. */

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

/**
 * Packages that are a part of another one, which is instrumented as a whole. If Express's own use of `router` were
 * instrumented as well, each handler of Express 5 would get a second span, with the ids of the request in its `http.route`.
 */
export const PARTS: Readonly<Record<string, string>> = { router: 'express' };

/** Whether `parent` loads `name` for itself, and not for the app. An exporter that uses gRPC is not the app either. */
export function isInternalUse(name: string, parent: string): boolean {
  return (
    parent === name || parent.startsWith('@opentelemetry/') || (Object.hasOwn(PARTS, name) && PARTS[name] === parent)
  );
}
