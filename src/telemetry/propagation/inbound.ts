/**
 * What callers say of themselves, taken out of a `baggage` header before it is parsed: the parsing and copying that is then
 * not needed costs more than this does.
 */
import { callerEntriesIn } from './baggage-text.ts';
import { type CallerClaim, readClaim } from './caller.ts';

/** A header in two parts. */
export interface SplitHeader {
  /** The header without what is ours; it may be empty. */
  readonly others: string;
  /** null when nothing of it can be believed. */
  readonly claim: CallerClaim | null;
}

/** A service has a few callers, and each says the same for hours. */
const REMEMBERED = 64;
const MAX_REMEMBERED_LENGTH = 1024;

/** Makes a function that splits headers; null when a header holds nothing of ours. */
export function claimSplitter(): (header: string) => SplitHeader | null {
  const known = new Map<string, CallerClaim | null>();
  return (header) => {
    const split = callerEntriesIn(header);
    if (split === null) return null;
    const text = split.callers.join(',');
    let claim = known.get(text);
    if (claim === undefined) {
      claim = readClaim(split.callers.flatMap(parsed));
      if (known.size >= REMEMBERED) known.clear();
      if (text.length <= MAX_REMEMBERED_LENGTH) known.set(text, claim);
    }
    return { others: split.others.join(','), claim };
  };
}

function parsed(entry: string): [string, { value: string }][] {
  const [pair = ''] = entry.split(';', 1);
  const equals = pair.indexOf('=');
  const value = pair.slice(equals + 1).trim();
  if (equals === -1 || value === '') return [];
  try {
    return [[decodeURIComponent(pair.slice(0, equals).trim()), { value: decodeURIComponent(value) }]];
  } catch {
    return [];
  }
}
