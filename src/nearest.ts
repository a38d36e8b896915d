/** The known name that somebody most likely meant. */

const LONGEST_NAME = 128;

/** The name nearest to `given`, or `null` when none is near: more than a third of its letters would have to change. */
export function nearestName(given: string, known: readonly string[]): string | null {
  // Whatever that is, it is no misspelt name; comparing it would take its length times theirs.
  if (given.length > LONGEST_NAME) return null;
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    // A name that was only begun is nearer than its distance says, though not nearer than one slip.
    const begun = given.length >= 3 && name.startsWith(given);
    const distance = begun ? 1.25 : editDistance(given.toLowerCase(), name.toLowerCase());
    if (distance <= Math.max(1, name.length / 3) && (best === null || distance < best.distance))
      best = { name, distance };
  }
  return best?.name ?? null;
}

/** How many letters must be added, dropped, replaced, or exchanged with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
