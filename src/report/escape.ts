/**
 * Text that came from telemetry is never trusted: a pod may be called `</script><img onerror=...>`. Markup is built with
 * the {@link html} tag only, which escapes whatever is not already markup, so forgetting to escape is not possible.
 */

import { visibleText } from '../visible-text.ts';

/** A piece of finished, safe HTML. A class and not a shape, so that no JSON from outside can pass for one. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand inside an {@link html} template. `null`, `undefined` and `false` become nothing. */
export type Piece = Markup | string | number | null | undefined | false | readonly Piece[];

/** The text with everything escaped that means something in HTML, for text and for quoted attributes alike. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Builds markup from a template: every value that is not {@link Markup} is made visible and escaped. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  let text = strings[0]!;
  pieces.forEach((piece, i) => {
    text += render(piece) + strings[i + 1]!;
  });
  return new Markup(text);
}

/** Text that keeps its line breaks, for a `<pre>`. The caller makes sure that nothing deceptive is in it. */
export function preformatted(text: string): Markup {
  return new Markup(escapeHtml(text));
}

function render(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.toString();
  if (Array.isArray(piece)) return piece.map(render).join('');
  return escapeHtml(visibleText(String(piece)));
}
