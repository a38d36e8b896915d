/** `{{args.x}}` in a query: what stands there is not known before a run, so something that fits stands in for it. */

/** A placeholder's place, and whether it stands outside of quotes, where it could be anything. */
export interface Placeholder {
  readonly from: number;
  readonly to: number;
  readonly isBare: boolean;
}

/** A query that a parser can read, with every character at its place. */
export interface Filled {
  readonly text: string;
  readonly placeholders: readonly Placeholder[];
}

const PIECE = /\{\{[^{}]*\}\}|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*/gs;
const TAG = /\{\{[^{}]*\}\}/g;

/** Fills placeholders that stand outside of quotes by what their surroundings ask for. */
export function fillPlaceholders(query: string): Filled {
  const placeholders: Placeholder[] = [];
  const text = query.replace(PIECE, (piece: string, at: number) => {
    if (!piece.startsWith('{{')) {
      for (const tag of piece.matchAll(TAG)) {
        const from = at + tag.index;
        placeholders.push({ from, to: from + tag[0].length, isBare: false });
      }
      return piece;
    }
    const to = at + piece.length;
    placeholders.push({ from: at, to, isBare: true });
    return standIn(query.slice(Math.max(0, at - 200), at), query.slice(to, to + 200), piece.length);
  });
  return { text, placeholders };
}

function standIn(before: string, after: string, length: number): string {
  const touches = /[\w:.]$/.test(before);
  // A part of a number or of a duration: 1{{args.x}}, {{args.x}}m.
  if (/(?:^|[^\w:.])[\d.]+$/.test(before) || /^(?:[smhdwy]\b|ms\b|[\d.])/.test(after)) return '1'.repeat(length);
  const inRange = before.lastIndexOf('[') > before.lastIndexOf(']');
  if ((inRange && /[[:]\s*$/.test(before)) || /\boffset\s*-?\s*$/.test(before)) return '5m'.padEnd(length);
  if (touches || /^[\w:]/.test(after)) return 'a'.repeat(length);
  if (/^\s*(?:=|!=|=~|!~)/.test(after)) return 'a'.repeat(length);
  const inBraces = before.lastIndexOf('{') > before.lastIndexOf('}');
  if (/(?:=|!=|=~|!~)\s*$/.test(before) && inBraces) return `"${'a'.repeat(length - 2)}"`;
  if (/[{,]\s*$/.test(before) && inBraces && /^\s*[},]/.test(after)) return 'a=""'.padEnd(length);
  if (/@\s*$/.test(before)) return '1'.padEnd(length);
  if (/^\s*\(/.test(after)) return 'sum'.padEnd(length);
  return 'a'.repeat(length);
}
