/** Text from outside, where people read it: on a terminal, in a message, on a page. */

/**
 * Characters that change how the text around them is shown: control characters (a terminal obeys them), the overrides of
 * text direction (they can make `txt.exe` look like `exe.txt`), line separators, and halves of surrogate pairs.
 */
const DECEPTIVE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** The text on one line, with deceptive characters spelled out as `\u{1b}`. */
export function visibleText(text: string): string {
  return text
    .replace(/[\t\n\r]+/g, ' ')
    .replace(DECEPTIVE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The text with a mark in the place of each deceptive character, tabs and line breaks among them: as long as it was. */
export function maskedText(text: string): string {
  return text.replace(DECEPTIVE, '\ufffd');
}
