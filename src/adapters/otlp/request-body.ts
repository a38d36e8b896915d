/** Reads the body of a request within limits, whatever the client claims or sends. */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { messageOf, RolloutGuardError } from '../../errors.ts';
import { malformed } from './decode-error.ts';

/** Limits of a body in bytes. */
export interface BodyLimits {
  /** As sent. */
  maxBodyBytes: number;
  /** After decompression. */
  maxDecompressedBytes: number;
}

const unzip = promisify(gunzip);

/**
 * Reads the whole body and decompresses it.
 *
 * @throws RolloutGuardError `PAYLOAD_TOO_LARGE` as soon as a limit is passed, with the rest left unread;
 * `UNSUPPORTED_MEDIA_TYPE` for an encoding other than gzip; `INVALID_REQUEST` when the compressed data is broken; `ABORTED`
 * when the connection is cut.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new RolloutGuardError('UNSUPPORTED_MEDIA_TYPE', 'Unknown content encoding', {
      path: 'content-encoding',
      value: encoding,
      mend: 'Send gzip, or no encoding.',
    });
  }
  const sent = await collect(request, limits.maxBodyBytes);
  return encoding === 'gzip' ? decompress(sent, limits.maxDecompressedBytes) : sent;
}

/** True when the body, or what is left of it, is known to be small enough to be read to its end and thrown away. */
export function isRestSmall({ complete, headers }: IncomingMessage, { maxBodyBytes }: BodyLimits): boolean {
  const declared = headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : Number.NaN;
  return complete || declared <= maxBodyBytes;
}

function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // A declared length is refused before the first byte is read.
    if (Number(request.headers['content-length']) > maxBytes) return reject(tooLarge(maxBytes));
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= maxBytes) return;
      request.off('data', onData).pause();
      reject(tooLarge(maxBytes));
    };
    request.on('data', onData);
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    request.once('error', (cause) => reject(cut(cause)));
    request.once('close', () => {
      if (!request.complete) reject(cut());
    });
  });
}

async function decompress(sent: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    // Decompresses piece by piece and stops at the limit, so a bomb costs no more than that.
    return await unzip(sent, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw malformed(`its gzip data is broken (${messageOf(error)})`, error);
  }
}

function tooLarge(maxBytes: number): RolloutGuardError {
  return new RolloutGuardError('PAYLOAD_TOO_LARGE', `The OTLP body is larger than ${maxBytes} bytes`, {
    mend: 'Export smaller batches, or raise the limit of the receiver.',
  });
}

function cut(cause?: unknown): RolloutGuardError {
  return new RolloutGuardError('ABORTED', 'The connection was cut before the body was complete', { cause });
}
