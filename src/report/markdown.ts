/**
 * Markdown for pages that others render: the summary of a CI run, a comment on a pull request. Text from telemetry is not
 * trusted there either, so Markdown is built with the {@link markdown} tag only, which escapes whatever is not already
 * Markdown. Both dialects are meant: CommonMark, and the tables of GitHub and GitLab.
 */
import { visibleText } from '../visible-text.ts';

/** A piece of finished, safe Markdown. A class and not a shape, so that no JSON from outside can pass for one. */
export class Markdown {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand inside a {@link markdown} template. `null`, `undefined` and `false` become nothing. */
export type MarkdownPiece = Markdown | string | number | null | undefined | false | readonly MarkdownPiece[];

/** Between two characters it shows nothing, and keeps a renderer from seeing them as one. */
const NOTHING_BETWEEN = '<!-- -->';

/**
 * The text on one line, with everything escaped that means something in Markdown or in the HTML inside it. What renderers
 * turn into links by themselves stays text: addresses, and `@name`, which would call people.
 */
export function escapeMarkdown(text: string): string {
  return (
    visibleText(text)
      .trim()
      .replace(/[\\*_{}#|~$^]/g, '\\$&')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      // Not every renderer understands these with a backslash, beside emphasis.
      .replace(/[`[\]]/g, (character) => `&#${character.codePointAt(0)};`)
      // What would begin a list, a rule or a table at the start of a line.
      .replace(/^(?:[-+](?!\d)|[=:])/, '\\$&')
      .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
      .replace(/@(?=[\w-])|:(?=\/\/)|www(?=\.)/gi, `$&${NOTHING_BETWEEN}`)
  );
}

/** Builds Markdown from a template: every value that is not {@link Markdown} is made visible and escaped. */
export function markdown(strings: TemplateStringsArray, ...pieces: readonly MarkdownPiece[]): Markdown {
  let text = strings[0]!;
  pieces.forEach((piece, i) => {
    text += render(piece) + strings[i + 1]!;
  });
  return new Markdown(text);
}

/** A table, with an empty line behind it; nothing when it has no rows. Line breaks inside a cell become spaces. */
export function markdownTable(
  columns: readonly MarkdownPiece[],
  rows: readonly (readonly MarkdownPiece[])[],
): Markdown {
  if (rows.length === 0) return new Markdown('');
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const cell = (piece: MarkdownPiece): string => render(piece).replace(/\s*\n\s*/g, ' ');
  return new Markdown(
    `${line(columns.map(cell))}${line(columns.map(() => '---'))}${rows.map((row) => line(row.map(cell))).join('')}\n`,
  );
}

/** A list, with an empty line behind it; nothing when it is empty. */
export function markdownList(items: readonly MarkdownPiece[]): Markdown {
  if (items.length === 0) return new Markdown('');
  return new Markdown(`${items.map((item) => `- ${render(item)}\n`).join('')}\n`);
}

function render(piece: MarkdownPiece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Markdown) return piece.toString();
  if (Array.isArray(piece)) return piece.map(render).join('');
  return escapeMarkdown(String(piece));
}
