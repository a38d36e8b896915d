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

/**
 * The documents of a file or stream.
 *
 * @param isOneDocument - the file says by its name that it holds one, so that a first line which is no JSON by itself begins it.
 * @param mostBytes - a document over several lines that is larger is not read.
 */
export async function* documentsOf(
  lines: AsyncIterable<Line>,
  isOneDocument: boolean,
  mostBytes: number = MOST_BYTES,
): AsyncGenerator<Parsed> {
  const documents = new Documents(isOneDocument, mostBytes);
  for await (const line of lines) yield* documents.next(line);
  yield* documents.end();
}

/** A document over several lines that is being collected. */
interface Open {
  line: number;
  /** Its lines so far; `null` once it is too long, and told: the rest of it is passed over. */
  parts: string[] | null;
  length: number;
  /** It ends where the file ends, not with a line that is a closing brace. */
  toTheEnd: boolean;
}

/** Takes one line after the other, and gives what is complete. */
class Documents {
  readonly #isOneDocument: boolean;
  readonly #mostBytes: number;
  #open: Open | null = null;
  #isFirst = true;
  /** A bad line, kept until it is known whether it is the last: only that may have been cut off while it was written. */
  #cut: Unparsed | null = null;

  constructor(isOneDocument: boolean, mostBytes: number) {
    this.#isOneDocument = isOneDocument;
    this.#mostBytes = mostBytes;
  }

  next({ number: line, bytes }: Line): Parsed[] {
    const told: Parsed[] = this.#cut === null ? [] : [this.#cut];
    this.#cut = null;
    if (bytes === null) return [...told, this.#tooLong(line)];
    if (!isUtf8(bytes)) return [...told, { line, code: 'INVALID_JSON', message: 'It is not UTF-8 text.' }];
    const text = bytes.toString('utf8');
    // Inside a pretty-printed document only its last line is not indented.
    if (this.#open?.toTheEnd === false && text.startsWith('{')) told.push(...this.end());
    if (this.#open !== null) return [...told, ...this.#addTo(this.#open, text, bytes.length + 1)];
    return text.trim() === '' ? told : [...told, ...this.#begin(line, text, bytes.length)];
  }

  /** What is left when there are no more lines. */
  end(): Parsed[] {
    const [cut, open] = [this.#cut, this.#open];
    [this.#cut, this.#open] = [null, null];
    if (cut !== null) return [{ ...cut, message: `${cut.message} It is the last line: it may have been cut off.` }];
    if (open === null || open.parts === null) return [];
    if (open.toTheEnd) return wholeOrLines(open.line, open.parts, parsed(open.line, open.parts.join('\n')));
    const message = 'It is a document over several lines, and its end is missing.';
    return [{ line: open.line, code: 'INVALID_JSON', message }];
  }

  #begin(line: number, text: string, length: number): Parsed[] {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    const open = (toTheEnd: boolean): Parsed[] => {
      this.#open = { line, parts: [text], length, toTheEnd };
      return [];
    };
    if (isBrace(text, '{')) return open(false);
    const result = parsed(line, text);
    if ('document' in result) return [result];
    if (isFirst && this.#isOneDocument) return open(true);
    this.#cut = result;
    return [];
  }

  #addTo(open: Open, text: string, length: number): Parsed[] {
    const ends = !open.toTheEnd && isBrace(text, '}');
    if (ends) this.#open = null;
    if (open.parts === null) return [];
    open.parts.push(text);
    open.length += length;
    if (open.length <= this.#mostBytes) return ends ? [parsed(open.line, open.parts.join('\n'))] : [];
    const tooLong = this.#tooLong(open.line);
    const each = open.toTheEnd ? wholeOrLines(open.line, open.parts, tooLong) : [tooLong];
    open.parts = null;
    if (each.length > 1) this.#open = null;
    return each;
  }

  #tooLong(line: number): Unparsed {
    return { line, code: 'UNREADABLE', message: `It is longer than ${this.#mostBytes / 1024 / 1024} MiB.` };
  }
}

/** One document over all lines; or, if they are none together and one of them is by itself, lines of which the first is bad. */
function wholeOrLines(line: number, parts: readonly string[], whole: Parsed): Parsed[] {
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
