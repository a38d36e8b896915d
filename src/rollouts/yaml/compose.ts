/** Makes a syntax tree of one document, by the `yaml` library, and says what is no YAML. */
import { Composer, type Document, type ErrorCode, type ParsedNode, Parser } from 'yaml';
import { type RawProblem, YAML_EFFECT } from './problem.ts';
import type { Chunk } from './split.ts';

/** What is larger is no manifest: the API server takes no request above 3 MiB. Its tree would fill the memory. */
const LONGEST = 4 * 1024 * 1024;

/** Mistakes of one document that are looked for. Each costs the library an error with its stack. */
const MOST_ERRORS = 1000;

/** One document's tree. Ranges in it count from the beginning of the chunk. */
export interface Composed {
  /** `null`: nothing stands there, or nothing that can be used. */
  readonly root: ParsedNode | null;
  readonly problems: readonly RawProblem[];
}

/** Values stay text here: how Kubernetes reads them is decided by `to-object`. Duplicate keys are told there as well. */
const OPTIONS = { schema: 'failsafe', uniqueKeys: false, merge: false, logLevel: 'silent' } as const;

const CLOSE = 'Close the bracket, and indent what is in it further than the line that opens it.';
const MENDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: 'Indent with spaces.',
  BAD_INDENT: 'Indent it like its neighbours.',
  MULTILINE_IMPLICIT_KEY: 'A key is on one line; a text that goes on below needs | or quotes, or is indented further.',
  BLOCK_AS_IMPLICIT_KEY: 'Put the inner key on a line of its own, or quote a text that holds a colon.',
  BAD_ALIAS: 'Quote a text that begins with * or &.',
  BAD_DIRECTIVE: 'Remove the line, or quote a text that begins with %.',
};

/** In the place of messages that quote from the text other than behind a colon: what they quote may be a secret. */
const WORDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'Invalid escape sequence',
  TAG_RESOLVE_FAILED: 'Invalid tag',
  BAD_DIRECTIVE: 'Invalid directive',
};

/** @param text - the whole text that the chunk is cut from. */
export function compose(text: string, chunk: Chunk): Composed {
  if (chunk.end - chunk.start > LONGEST) {
    const message = 'This document has more than 4 Mi characters, and is not read.';
    return failed(chunk, 'yaml-too-large', message, 'Cut it into documents by lines of three dashes.');
  }
  const source = text.slice(chunk.start, chunk.end);
  const documents: Document.Parsed[] = [];
  const composer = new Composer(OPTIONS);
  let isCut = false;
  try {
    try {
      const count = counter();
      countErrors(composer, count);
      for (const token of new Parser().parse(source)) {
        if (token.type === 'error') count();
        documents.push(...composer.next(token));
      }
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
      isCut = true;
    }
    documents.push(...composer.end());
  } catch (error) {
    // The library recurses; what it does not catch itself is the same fault.
    if (!(error instanceof RangeError)) throw error;
    return tooDeep(chunk);
  }
  const [first, second] = documents;
  const errors = [...composer.streamInfo().errors, ...documents.flatMap((document) => document.errors)];
  if (errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) return tooDeep(chunk);
  const problems = errors.map(({ pos, code, message }) => {
    const offset = Math.min(chunk.start + Math.max(pos[0], 0), text.length);
    const mend = /^Flow/.test(message) ? CLOSE : (MENDS[code] ?? 'Mend the text at this place.');
    return syntax(offset, WORDS[code] ?? withoutQuote(message), mend);
  });
  const directive = first === undefined ? source.search(/^%/m) : -1;
  if (directive >= 0) {
    // kubectl cuts at the dashes behind it, and its reader then finds a directive without a document.
    problems.push(syntax(chunk.start + directive, 'A directive stands before the dashes', 'Remove the line.'));
  }
  if (second !== undefined) {
    problems.push({
      ...{ code: 'yaml-separator', severity: 'unsafe', segments: [], offset: chunk.start + second.range[0] },
      message: 'A second document begins here without a line of three dashes.',
      effect: 'kubectl reads the first one only and drops this one.',
      mend: 'Put a line of three dashes before it.',
    });
  }
  if (isCut) {
    const end = Math.max(chunk.start, chunk.end - 1);
    problems.push(syntax(end, `More than ${MOST_ERRORS} mistakes are above; no more are told`, 'Mend those first.'));
  }
  return { root: first?.contents ?? null, problems };
}

class TooMany extends Error {}

/** @returns what throws when it is called too often. */
function counter(): () => void {
  let errors = 0;
  return () => {
    if (++errors > MOST_ERRORS) throw new TooMany();
  };
}

/** The library makes one tree of all that stands between braces, and has no other way out of it. */
function countErrors(composer: Composer, count: () => void): void {
  const { onError } = composer as unknown as { onError?: (...about: unknown[]) => void };
  if (onError === undefined) return;
  Object.assign(composer, {
    onError: (...about: [unknown, unknown, unknown, isWarning?: boolean]) => {
      // Before it is told: the library catches what is thrown in a branch, and reports that as an error of its own.
      if (about[3] !== true) count();
      onError(...about);
    },
  });
}

function tooDeep(chunk: Chunk): Composed {
  return failed(
    chunk,
    'yaml-too-deep',
    'This document is nested too deep to be read.',
    'Nest it less than 500 levels.',
  );
}

function failed(chunk: Chunk, code: 'yaml-too-deep' | 'yaml-too-large', message: string, mend: string): Composed {
  const place = { severity: 'rejected', segments: [], offset: chunk.start } as const;
  return { root: null, problems: [{ code, ...place, message, effect: YAML_EFFECT.unread, mend }] };
}

function syntax(offset: number, message: string, mend: string): RawProblem {
  const place = { code: 'yaml-syntax', severity: 'rejected', segments: [], offset } as const;
  return { ...place, message: `${message}.`, effect: YAML_EFFECT.refused, mend };
}

/** What the library says, up to the colon behind which some messages quote what they found. */
function withoutQuote(message: string): string {
  return message.replace(/(?<=\S):\s.*$/s, '').replace(/\.$/, '');
}
