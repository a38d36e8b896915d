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

/** A service has a few callers, and each says the same for hours; often the whole header is the same. */
const REMEMBERED = 64;
const MAX_REMEMBERED_LENGTH = 1024;

/** Makes a function that splits headers; null when a header holds nothing of ours. */
export function claimSplitter(): (header: string) => SplitHeader | null {
  const claims = new Map<string, CallerClaim | null>();
  const headers = new Map<string, SplitHeader>();
  const split = (header: string): SplitHeader | null => {
    const entries = callerEntriesIn(header);
    if (entries === null) return null;
    const text = entries.callers.join(',');
    const claim = recalled(claims, text, () => readClaim(entries.callers.flatMap(parsed)));
    return { others: entries.others.join(','), claim };
  };
  return (header) => {
    const known = headers.get(header);
    if (known !== undefined) return known;
    const found = split(header);
    if (found !== null) remember(headers, header, found);
    return found;
  };
}

function recalled<T>(memory: Map<string, T>, text: string, make: () => T): T {
  const known = memory.get(text);
  if (known !== undefined) return known;
  const made = make();
  remember(memory, text, made);
  return made;
}

function remember<T>(memory: Map<string, T>, text: string, value: T): void {
  if (text.length > MAX_REMEMBERED_LENGTH) return;
  if (memory.size >= REMEMBERED) memory.clear();
  memory.set(text, value);
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
