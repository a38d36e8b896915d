/** Reads what options name: a file, or stdin where `-` stands. */
import { isRolloutGuardError, messageOf, RolloutGuardError } from '../errors.ts';
import type { RunEdges } from './command.ts';

/** A document of an option, parsed, with the name that messages call it by. */
export interface InputDocument {
  readonly name: string;
  readonly value: unknown;
}

/**
 * Reads one JSON document.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - the file cannot be read, or is not JSON in UTF-8.
 */
export async function readDocument(option: string, source: string, edges: RunEdges): Promise<InputDocument> {
  const name = nameOf(source);
  const text = decode(option, name, source === '-' ? await readStdin(edges) : await readFile(option, source, edges));
  if (text.trim() === '')
    throw new RolloutGuardError('INVALID_OPTION', `${option} ${name} is empty`, { mend: 'Give a JSON document.' });
  try {
    return { name, value: JSON.parse(text) };
  } catch (error) {
    const mend = /non-whitespace character after JSON/.test(messageOf(error))
      ? 'Give one document, not JSON Lines.'
      : 'Give one JSON document.';
    throw new RolloutGuardError('INVALID_OPTION', `${option} ${name} is not JSON: ${messageOf(error)}`, { mend });
  }
}

/** What messages call a source. */
function nameOf(source: string): string {
  return source === '-' ? 'stdin' : source;
}

/** Names the document in an error about what stands in it; other errors pass. */
export async function within<T>(place: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw placed(place, error);
  }
}

/** The same error with the name of a place before its message; one that is not ours stays as it is. */
export function placed(place: string, error: unknown): unknown {
  if (!isRolloutGuardError(error)) return error;
  return new RolloutGuardError(error.code, `${place}: ${error.message.replace(/\.$/, '')}`, { cause: error });
}

async function readFile(option: string, path: string, edges: RunEdges): Promise<Uint8Array> {
  try {
    return await edges.readFile(path);
  } catch (error) {
    edges.signal.throwIfAborted();
    const mend = 'Name a file that exists and may be read, or - for stdin.';
    throw new RolloutGuardError('INVALID_OPTION', `${option} ${path} cannot be read: ${messageOf(error)}`, { mend });
  }
}

async function readStdin({ stdin }: RunEdges): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
  return Buffer.concat(chunks);
}

function decode(option: string, name: string, bytes: Uint8Array): string {
  try {
    // Drops a byte order mark, which some editors write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new RolloutGuardError('INVALID_OPTION', `${option} ${name} is not text in UTF-8`, {
      mend: 'Give a JSON document.',
    });
  }
}
