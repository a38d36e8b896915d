/** A table of figures: a name on the left, its values to the right. On a phone each row becomes a block of its own. */
import { html, type Markup } from './escape.ts';

/** What is longer is a sentence, and may be broken into lines. */
const LONGEST_FIGURE = 20;

/**
 * The table. Roles are spelled out, since a row that is drawn as a block would no longer be one for a screen reader.
 *
 * @param label - of the region that scrolls where there are many columns.
 * @param corner - above the names; may be empty.
 */
export function figureTable(
  label: string,
  corner: string,
  columns: readonly string[],
  rows: readonly { name: string; values: readonly string[] }[],
): Markup {
  return html`<div class="wide" role="region" tabindex="0" aria-label="${label}"><table class="figures" role="table"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">${corner}</th>${columns.map((column) => html`<th scope="col" role="columnheader"><bdi>${column}</bdi></th>`)}</tr></thead><tbody role="rowgroup">${rows.map(
    ({ name, values }) =>
      html`<tr role="row"><th scope="row" role="rowheader">${name}</th>${values.map((value, i) => html`<td role="cell"${value.length > LONGEST_FIGURE && html` class="words"`} data-label="${columns[i]}">${value}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}
