/**
 * Many uses have the same templates, often with the same args: what these are together is found once and told at each use.
 * Uses times metrics can be millions, so that there is an end to it, which is told.
 */
import type { Context, Together } from '../context.ts';
import type { RolloutFinding } from '../finding.ts';
import type { GivenObject } from '../objects.ts';
import { Report, type Said } from '../report.ts';
import type { Use } from './uses.ts';

/** Metrics and rules that are read once more because a use gives other args. */
const MOST_READ = 10_000;
/** Pairs of letters that are compared for all misspelt args: about a second. */
const MOST_LETTERS = 100_000_000;
/** Findings of one use that come from its templates. */
const MOST_TOLD = 100;

/** Nothing is known yet. */
export function newTogether(): Together {
  return { found: new Map(), read: new Set(), left: MOST_READ, unread: 0, letters: MOST_LETTERS, cut: null };
}

/** What these rules find in a quiet report. */
export function quietly(context: Context, check: (quiet: Context) => void): RolloutFinding[] {
  const findings: RolloutFinding[] = [];
  check({ ...context, report: new Report(context.self.ref, findings) });
  return findings;
}

/** Reports at the use what `check` finds; it is asked once for the same templates and `key`. */
export function remembered(
  use: Use,
  templates: readonly GivenObject[],
  key: readonly unknown[],
  context: Context,
  check: (quiet: Context) => readonly Said[],
): void {
  const { together } = context;
  const text = JSON.stringify([templates.map(({ ref }) => ref.index), ...key]);
  const { unread } = together;
  const known = together.found.get(text) ?? check(context);
  // What was not read is not known for the next use either, and has to be told there.
  if (together.unread === unread) together.found.set(text, known);
  // What is refused comes first, so that it is not among what is left out.
  const ordered = known.length > MOST_TOLD ? [...known].sort((a, b) => worse(b) - worse(a)) : known;
  for (const one of ordered.slice(0, MOST_TOLD)) context.report.pass(one, use.at);
  if (known.length > MOST_TOLD) tellCut(use, `${known.length - MOST_TOLD} more findings are not shown.`, context);
}

function worse({ severity }: Said): number {
  return severity === 'rejected' ? 1 : 0;
}

/** Whether parts of templates may be read with the args of one more use; at the first use of a template they always may. */
export function mayRead(use: Use, parts: readonly { readonly template: GivenObject }[], context: Context): boolean {
  const { together } = context;
  const again = parts.filter(({ template }) => together.read.has(template)).length;
  for (const { template } of parts) together.read.add(template);
  if (again > together.left) {
    together.unread++;
    tellCut(use, 'Templates are not read with the args of this use, nor with those of later ones.', context);
    return false;
  }
  together.left -= again;
  return true;
}

/** Whether a name may be compared with so many others: tens of thousands of long names take minutes. */
export function mayGuess(name: string, others: number, { together }: Context): boolean {
  together.letters -= name.length ** 2 * others;
  return together.letters >= 0;
}

/** Once an object. */
function tellCut(use: Use, message: string, { together, self, report }: Context): void {
  if (together.cut === self.ref) return;
  together.cut = self.ref;
  const effect = 'There are too many uses of too many metrics: what is wrong with some of them is not told.';
  report.advice(
    'too-many-analyses',
    use.at,
    message,
    effect,
    'Mend what is told, or validate fewer objects at a time.',
  );
}

/** Names the first of several metrics of which the same is said. */
export function andMore(count: number): string {
  return count > 1 ? ` and ${count - 1} more` : '';
}
