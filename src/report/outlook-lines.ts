/** What the time ahead can still show, as lines for every kind of report. */
import type { Decision } from '../ports/decision.ts';

/** One line for each criterion that is still open, those first that the time left cannot decide. */
export function outlookLines({ outlook = [] }: Decision): string[] {
  return outlook
    .toSorted((a, b) => Number(b.futile) - Number(a.futile))
    .map(({ criterion, words }) => `${criterion}: ${words}`);
}
