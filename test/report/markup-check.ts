/**
 * A strict reader of the pages that the report makes. It knows no error recovery: whatever is not well-formed throws. So it
 * finds what a browser would silently mend, such as an element that came out of a text.
 */

export interface Tag {
  name: string;
  attributes: Map<string, string>;
}

export interface Page {
  tags: Tag[];
  /** All text outside `<style>`, entities resolved. */
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
const TAG = /<(\/?)([A-Za-z][A-Za-z0-9]*)((?: [a-zA-Z][a-zA-Z0-9-]*="[^"<>]*")*)(\/?)>/y;

/** Reads a page that begins with its doctype. @throws Error with the place of the first fault. */
export function readPage(page: string): Page {
  const doctype = '<!DOCTYPE html>\n';
  if (!page.startsWith(doctype)) throw new Error('no doctype');
  return readMarkup(page.slice(doctype.length));
}

/** Reads a piece of markup. */
export function readMarkup(markup: string): Page {
  const open: string[] = [];
  const tags: Tag[] = [];
  let text = '';
  let at = 0;
  while (at < markup.length) {
    if (markup[at] !== '<') {
      const end = markup.indexOf('<', at);
      const piece = markup.slice(at, end === -1 ? undefined : end);
      text += resolve(piece);
      at += piece.length;
      continue;
    }
    TAG.lastIndex = at;
    const match = TAG.exec(markup);
    if (match === null) throw new Error(`bad tag: ${markup.slice(at, at + 80)}`);
    const [whole, slash, name, attributes, selfClosing] = match as unknown as [string, string, string, string, string];
    at += whole.length;
    if (slash === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    tags.push({ name, attributes: readAttributes(attributes) });
    if (selfClosing === '/') continue;
    open.push(name);
    if (name === 'style' || name === 'script') at = markup.indexOf(`</${name}>`, at);
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(', ')}`);
  return { tags, text };
}

/** The page without its words: the elements with the names of their attributes. */
export function skeleton(page: Page): string[] {
  return page.tags.map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`);
}

/** The elements of one name. */
export function tagsNamed(page: Page, name: string): Tag[] {
  return page.tags.filter((tag) => tag.name === name);
}

function readAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name, value] of text.matchAll(/ ([a-zA-Z][a-zA-Z0-9-]*)="([^"]*)"/g)) {
    if (attributes.has(name!)) throw new Error(`attribute ${name} twice`);
    attributes.set(name!, resolve(value!));
  }
  return attributes;
}

function resolve(text: string): string {
  return text.replace(/&[^;\s]*;?/g, (entity) => {
    const character = ENTITIES[entity];
    if (character === undefined) throw new Error(`bare ampersand: ${entity.slice(0, 20)}`);
    return character;
  });
}
