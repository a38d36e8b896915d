/** Bytes to lines, with a bound on what is held in memory. */

/** Longest line, or document over several lines, that is read: 256 MiB. Longer ones are no recording of one deployment. */
export const MOST_BYTES: number = 256 * 1024 * 1024;

/** A line without its end, or `null` for one that is too long. */
export interface Line {
  /** Counted from 1. */
  number: number;
  bytes: Buffer | null;
}

const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines. A byte order mark at the beginning is no part of the first line.
 *
 * @param mostBytes - a longer line comes as `null`; nothing of it is kept.
 */
export async function* linesOf(
  chunks: AsyncIterable<Uint8Array>,
  mostBytes: number = MOST_BYTES,
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  const line = (): Line => {
    const bytes = length > mostBytes ? null : Buffer.concat(parts);
    [parts, length] = [[], 0];
    number++;
    return { number, bytes: number === 1 && bytes !== null ? withoutMark(bytes) : bytes };
  };
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > mostBytes) parts = [];
    else parts.push(part);
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, to));
      yield line();
      from = to + 1;
    }
    // A copy would not help: what a stream gives away it does not use again.
    if (from < chunk.length) keep(chunk.subarray(from));
  }
  if (length > 0) yield line();
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
