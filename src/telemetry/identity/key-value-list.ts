/**
 * The list format of OTEL_RESOURCE_ATTRIBUTES and OTEL_EXPORTER_OTLP_HEADERS: `key=value,key=value`, percent-encoded.
 *
 * The upstream reader throws the whole variable away when one pair is wrong, and says so only at debug level. A lost
 * `deployment.id` makes a canary invisible, so here each pair stands for itself and each bad one is named.
 */

/** Longest key and longest value, in characters after decoding, as the upstream reader has it. */
export const MAX_PAIR_LENGTH = 255;

/** A pair that could not be read. */
export interface BadPair {
  /** Position in the list, from 1, blank entries not counted. */
  readonly position: number;
  /** The key as written, or null when it cannot be told. The value is left out: it may be a secret. */
  readonly key: string | null;
  /** What is wrong with it. */
  readonly reason: string;
}

/** The result of {@link parseKeyValueList}. */
export interface KeyValueList {
  /** The good pairs in order; of a key given twice, the last. */
  readonly pairs: ReadonlyMap<string, string>;
  readonly bad: readonly BadPair[];
}

/** Reads a `key=value,key=value` list. Never throws. */
export function parseKeyValueList(text: string): KeyValueList {
  const pairs = new Map<string, string>();
  const bad: BadPair[] = [];
  const entries = text.split(',').filter((entry) => entry.trim() !== '');
  for (const [index, entry] of entries.entries()) {
    const result = parsePair(entry);
    if ('reason' in result) bad.push({ position: index + 1, key: result.key, reason: result.reason });
    else pairs.set(result.key, result.value);
  }
  return { pairs, bad };
}

type Pair = { key: string; value: string } | { key: string | null; reason: string };

function parsePair(entry: string): Pair {
  const parts = entry.split('=').map((part) => part.trim());
  const written = parts[0] === '' || parts.length === 1 ? null : (parts[0] as string);
  if (parts.length === 1) return { key: null, reason: "there is no '=' in it" };
  if (written === null) return { key: null, reason: 'its key is empty' };
  if (parts.length > 2) return { key: written, reason: "its value holds a bare '='; write %3D" };
  const key = decode(written);
  const value = decode(parts[1] as string);
  if (key === null || value === null)
    return { key: written, reason: 'its percent-encoding is broken; write %25 for %' };
  if (key.length > MAX_PAIR_LENGTH) {
    return { key: `${key.slice(0, 40)}...`, reason: `its key is longer than ${MAX_PAIR_LENGTH} characters` };
  }
  if (value.length > MAX_PAIR_LENGTH) {
    return { key: written, reason: `its value is longer than ${MAX_PAIR_LENGTH} characters` };
  }
  return { key, value };
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
