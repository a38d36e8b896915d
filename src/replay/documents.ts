/**
 * Lines to JSON documents: one a line, or pretty-printed over several lines, one after the other or alone. What is no JSON is
 * told with its place, and the next document is read.
 */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '../errors.ts';
import { type Line, MOST_BYTES } from './lines.ts';

/** A document, or why there is none. */
export type Parsed = { line: number; document: unknown } | Unparsed;

/** Text that is no JSON document. */
export interface Unparsed {
  line: number;
  code: 'INVALID_JSON' | 'UNREADABLE';
  message: string;
}

/** A document over several lines that is being collected. */
interface Open {
  line: number;
  parts: string[];
  length: number;
  /** It ends where the file ends, not with a line that is a closing brace. */
  toTheEnd: boolean;
}

/**
 * The documents of a file or stream.
 *
 * @param isOneDocument - the file says by its name that it holds one, so that a first line which is no JSON by itself begins it.
 */
export async function* documentsOf(lines: AsyncIterable<Line>, isOneDocument: boolean): AsyncGenerator<Parsed> {
  let open: Open | null = null;
  let isFirst = true;
  let cut: Unparsed | null = null;
  for await (const { number: line, bytes } of lines) {
    // Only the last line may have been cut off while it was written.
    if (cut !== null) yield cut;
    cut = null;
    if (bytes === null) {
      yield tooLong(line);
      continue;
    }
    if (!isUtf8(bytes)) {
      yield { line, code: 'INVALID_JSON', message: 'It is not UTF-8 text.' };
      continue;
    }
    const text = bytes.toString('utf8');
    if (open?.toTheEnd === false && isBrace(text, '{')) {
      yield unfinished(open.line);
      open = { line, parts: [], length: 0, toTheEnd: false };
    }
    if (open !== null) {
      open.parts.push(text);
      open.length += bytes.length + 1;
      if (open.length > MOST_BYTES) {
        yield tooLong(open.line);
        open = null;
      } else if (!open.toTheEnd && isBrace(text, '}')) {
        yield parsed(open.line, open.parts.join('\n'));
        open = null;
      }
      continue;
    }
    if (text.trim() === '') continue;
    if (isBrace(text, '{')) open = { line, parts: [text], length: bytes.length, toTheEnd: false };
    else {
      const result = parsed(line, text);
      if ('document' in result) yield result;
      else if (isFirst && isOneDocument) open = { line, parts: [text], length: bytes.length, toTheEnd: true };
      else cut = result;
    }
    isFirst = false;
  }
  if (cut !== null) yield { ...cut, message: `${cut.message} It is the last line: it may have been cut off.` };
  if (open?.toTheEnd) yield* wholeOrLines(open);
  else if (open !== null) yield unfinished(open.line);
}

/** One document over all lines; or, if they are none together and one of them is by itself, lines of which the first is bad. */
function wholeOrLines({ line, parts }: Open): Parsed[] {
  const whole = parsed(line, parts.join('\n'));
  if ('document' in whole) return [whole];
  const lines = parts.map((text, i) => ({ text, line: line + i })).filter(({ text }) => text.trim() !== '');
  const each = lines.map(({ text, line: at }) => parsed(at, text));
  const isLines = each.some((result) => 'document' in result && isObject(result.document));
  return isLines ? each : [whole];
}

function isObject(document: unknown): boolean {
  return typeof document === 'object' && document !== null && !Array.isArray(document);
}

/** Pretty-printers give the braces of the whole document a line of their own, and indent all others. */
function isBrace(text: string, brace: '{' | '}'): boolean {
  return text.length <= 8 && text.startsWith(brace) && text.trimEnd() === brace;
}

function parsed(line: number, text: string): Parsed {
  try {
    return { line, document: JSON.parse(text) as unknown };
  } catch (error) {
    return { line, code: 'INVALID_JSON', message: `It is no JSON: ${messageOf(error)}.` };
  }
}

function tooLong(line: number): Unparsed {
  return { line, code: 'UNREADABLE', message: `It is longer than ${MOST_BYTES / 1024 / 1024} MiB.` };
}

function unfinished(line: number): Unparsed {
  return { line, code: 'INVALID_JSON', message: 'It is a document over several lines, and its end is missing.' };
}
