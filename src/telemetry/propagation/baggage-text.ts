/**
 * The text of a `baggage` header, changed as little as possible: what is not ours stays as it is, byte for byte.
 */

/** What callers say of themselves begins with this. */
export const CALLER_PREFIX = 'rolloutguard.caller.';

/** Limits of the W3C recommendation; beyond them a receiver may drop any entry, also one of the app's. */
const MAX_LENGTH = 8192;
const MAX_ENTRIES = 64;

/** The header without what a caller says of itself. */
export function withoutCallerEntries(header: string): string {
  const split = callerEntriesIn(header);
  return split === null ? header : split.others.join(',');
}

/** The entries of a header, ours and those of others; null when none is ours. */
export function callerEntriesIn(header: string): { callers: string[]; others: string[] } | null {
  // Nearly always. A name may be percent-encoded.
  if (!header.includes(CALLER_PREFIX) && !header.includes('%')) return null;
  const callers: string[] = [];
  const others: string[] = [];
  for (const entry of header.split(',')) (isCallerEntry(entry) ? callers : others).push(entry);
  return callers.length === 0 ? null : { callers, others };
}

/** The header with entries of ours at its end; without them when they do not fit. */
export function withCallerEntries(header: string, ours: readonly string[]): string {
  const blank = header.trim() === '';
  const longer = blank ? ours.join(',') : [header, ...ours].join(',');
  const count = (blank ? 0 : header.split(',').length) + ours.length;
  return longer.length > MAX_LENGTH || count > MAX_ENTRIES ? header : longer;
}

function isCallerEntry(entry: string): boolean {
  const [name = ''] = entry.split(/[=;]/, 1);
  if (!name.includes('%')) return name.trimStart().startsWith(CALLER_PREFIX);
  try {
    return decodeURIComponent(name.trim()).startsWith(CALLER_PREFIX);
  } catch {
    return false;
  }
}
