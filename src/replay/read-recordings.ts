/** Reads recordings from files, folders and streams, one at a time. What cannot be used is told, and the rest is read. */
import { throwIfAborted } from '../engine/call.ts';
import { messageOf } from '../errors.ts';
import { OptionCheck } from '../options.ts';
import { keyOf, refusalOf } from './check-recording.ts';
import { documentsOf } from './documents.ts';
import { bytesOfFile, bytesOfStream, filesOf, isOneDocument } from './files.ts';
import { linesOf } from './lines.ts';
import type { ReadRecording, Recording, SkippedRecording } from './recording.ts';
import { RecordingReader } from './recording-reader.ts';
import { SkipList } from './skip-list.ts';

/** Where recordings come from: the path of a file or folder, or a stream of bytes or text such as `process.stdin`. */
export type RecordingSource = string | AsyncIterable<Uint8Array | string>;

/** Options of {@link readRecordings}. */
export interface ReadOptions {
  /** Called for everything that is left out, as it is met. What it throws ends the reading. */
  onSkip?: (skipped: SkippedRecording) => void;
  /** Gives up; the reading then fails with `ABORTED`. */
  signal?: AbortSignal;
}

/**
 * Reads recordings. A file may hold one JSON document, pretty-printed or not, or JSON Lines (one document a line), packed with
 * gzip or not. Of a folder all `*.json`, `*.jsonl` and `*.ndjson` files are read, each with or without `.gz`, also in folders
 * below it, sorted by name. One document is held in memory at a time; none may be larger than 256 MiB.
 *
 * Left out, and told: what is no JSON (a truncated last line, an empty `*.json`), no recording, of another schema version, impossible telemetry,
 * a deployment that came before, and what cannot be read.
 *
 * @throws RolloutGuardError `INVALID_OPTION` at once - no source, or one that is neither path nor stream; `ABORTED` while reading.
 */
export function readRecordings(sources: readonly RecordingSource[], options: ReadOptions = {}): RecordingReader {
  const check = new OptionCheck('INVALID_OPTION', 'readRecordings');
  check.knownKeys('options', options, ['onSkip', 'signal']);
  if (!Array.isArray(sources) || sources.length === 0)
    check.fail('sources', sources, 'Give a list of paths or streams.');
  sources.forEach((source: unknown, i) => {
    if (typeof source === 'string' && source !== '') return;
    if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source) return;
    check.fail(`sources[${i}]`, source, 'Use the path of a file or folder, or a stream.');
  });
  const skips = new SkipList();
  const skip = (skipped: SkippedRecording): void => {
    skips.add(skipped);
    options.onSkip?.(skipped);
  };
  return new RecordingReader(recordingsOf(sources, skip, options.signal), skips);
}

type Skip = (skipped: SkippedRecording) => void;

/** One file or stream. */
interface Text {
  source: string;
  bytes: AsyncIterable<Uint8Array>;
  isOneDocument: boolean;
}

async function* recordingsOf(
  sources: readonly RecordingSource[],
  skip: Skip,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadRecording> {
  const seen = new Map<string, string>();
  for await (const text of textsOf(sources, skip, signal)) {
    for await (const read of documentsIn(text, skip, signal)) {
      const { source, line } = read;
      const refusal = refusalOf(read.document);
      if (refusal !== null) {
        skip({ source, line, ...refusal });
        continue;
      }
      const recording = read.document as Recording;
      const key = keyOf(recording);
      const where = seen.get(key);
      if (where !== undefined) {
        const message = `${recording.service} ${recording.deploymentId} is recorded at ${where} already; the first one counts.`;
        skip({ source, line, code: 'DUPLICATE', message });
        continue;
      }
      seen.set(key, line === null ? source : `${source}:${line}`);
      yield { recording, source, line };
    }
  }
}

async function* textsOf(
  sources: readonly RecordingSource[],
  skip: Skip,
  signal: AbortSignal | undefined,
): AsyncGenerator<Text> {
  let streams = 0;
  for (const source of sources) {
    throwIfAborted(signal);
    if (typeof source !== 'string') {
      streams++;
      const name = streams === 1 ? 'stdin' : `stream ${streams}`;
      yield { source: name, bytes: bytesOfStream(source), isOneDocument: false };
      continue;
    }
    const files = await filesOf(source).catch((error: unknown) => {
      skip({ source, line: null, code: 'UNREADABLE', message: messageOf(error) });
      return null;
    });
    if (files?.length === 0) {
      const message = 'The folder holds no *.json, *.jsonl or *.ndjson file.';
      skip({ source, line: null, code: 'UNREADABLE', message });
    }
    for (const { path, refusal } of files ?? []) {
      if (refusal === null)
        yield { source: path, bytes: bytesOfFile(path, signal), isOneDocument: isOneDocument(path) };
      else skip({ source: path, line: null, code: 'UNREADABLE', message: refusal });
    }
  }
}

/** The documents of one text. A failure on the way ends this text, and not the reading. */
async function* documentsIn(
  text: Text,
  skip: Skip,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ source: string; line: number | null; document: unknown }> {
  const { source } = text;
  const documents = documentsOf(linesOf(text.bytes), text.isOneDocument);
  let isEmpty = true;
  try {
    for (;;) {
      throwIfAborted(signal);
      const next = await orAborted(documents.next(), signal).catch((error: unknown) => {
        throwIfAborted(signal);
        skip({ source, line: null, code: 'UNREADABLE', message: messageOf(error) });
        return null;
      });
      // A disk that was full leaves empty files. Of lines there may be none.
      if (next?.done && isEmpty && text.isOneDocument)
        skip({ source, line: null, code: 'INVALID_JSON', message: 'It is empty.' });
      if (next === null || next.done) return;
      isEmpty = false;
      const parsed = next.value;
      // The one document of a file is no line.
      const line = text.isOneDocument && parsed.line === 1 ? null : parsed.line;
      if ('document' in parsed) yield { source, line, document: parsed.document };
      else skip({ source, line, code: parsed.code, message: parsed.message });
    }
  } finally {
    // A stream that never says anything again must not keep the caller from giving up.
    const closed = documents.return(undefined);
    if (signal?.aborted) closed.catch(() => {});
    else await closed;
  }
}

/** What a promise gives, unless the caller gives up first. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const done = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: done.signal });
  });
  return Promise.race([promise, aborted]).finally(() => done.abort());
}
