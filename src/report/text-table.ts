/** Tables and names of plain text. */
import { visibleText } from '../visible-text.ts';

/** Rows with their columns below each other, two spaces apart. The first column stands left, the others right. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const shown = rows.map((row) => row.map(visibleText));
  const widths = (shown[0] ?? []).map((_, column) => Math.max(...shown.map((row) => lengthOf(row[column] ?? ''))));
  return shown.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat(Math.max(0, (widths[column] ?? 0) - lengthOf(cell)));
        return column === 0 ? cell + gap : gap + cell;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A text of at most so many characters: what is too long keeps its beginning and its end. */
export function shortened(text: string, atMost: number): string {
  const characters = [...visibleText(text)];
  if (characters.length <= atMost) return characters.join('');
  const kept = atMost - 3;
  const head = Math.ceil(kept / 2);
  return `${characters.slice(0, head).join('')}...${characters.slice(characters.length - (kept - head)).join('')}`;
}

/** Characters, and not the units that they are stored in. */
export function lengthOf(text: string): number {
  return [...text].length;
}
