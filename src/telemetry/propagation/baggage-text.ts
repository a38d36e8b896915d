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
  // Decoding what cannot hold our names would be work for nothing.
  if (!/rolloutguard|%/i.test(header)) return header;
  const entries = header.split(',');
  const others = entries.filter((entry) => !isCallerEntry(entry));
  return others.length === entries.length ? header : others.join(',');
}

/** The header with entries of ours at its end; without them when they do not fit. */
export function withCallerEntries(header: string, ours: readonly string[]): string {
  const blank = header.trim() === '';
  const longer = blank ? ours.join(',') : [header, ...ours].join(',');
  const count = (blank ? 0 : header.split(',').length) + ours.length;
  return longer.length > MAX_LENGTH || count > MAX_ENTRIES ? header : longer;
}

function isCallerEntry(entry: string): boolean {
  const name = entry.slice(0, entry.search(/[=;]|$/)).trim();
  try {
    return decodeURIComponent(name).startsWith(CALLER_PREFIX);
  } catch {
    return false;
  }
}
