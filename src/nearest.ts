/** The known name that somebody most likely meant. */

const LONGEST_NAME = 128;

/** The name nearest to `given`, or `null` when none is near: more than a third of its letters would have to change. */
export function nearestName(given: string, known: readonly string[]): string | null {
  // Whatever that is, it is no misspelt name; comparing it would take its length times theirs.
  if (given.length > LONGEST_NAME) return null;
  let best: string | null = null;
  let least = LONGEST_NAME;
  for (const name of known) {
    // A name that was only begun is nearer than its distance says, though not nearer than one slip.
    const begun = given.length >= 3 && name.startsWith(given);
    const most = Math.min(Math.max(1, name.length / 3), least);
    const distance = begun ? 1.25 : editDistance(given.toLowerCase(), name.toLowerCase(), most);
    if (distance > most || distance === least) continue;
    best = name;
    least = distance;
  }
  return best;
}

/** How many letters must be added, dropped, replaced, or exchanged with their neighbour (optimal string alignment), if no more than `most`. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let leastOfRow = i;
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
      leastOfRow = Math.min(leastOfRow, least);
    }
    // The next rows grow out of this one and, where two letters change places, the one before: that had 1 less at best.
    if (leastOfRow > most + 1) return Number.POSITIVE_INFINITY;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
