/** Stores recordings as JSON Lines, which `readRecordings()` reads. */
import { open } from 'node:fs/promises';
import { RolloutGuardError } from '../errors.ts';
import { refusalOf } from './check-recording.ts';
import type { Recording } from './recording.ts';

const NEWLINE = 0x0a;

/**
 * A recording as one line of JSON, without the line's end.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - what could not be replayed later is not stored.
 */
export function recordingLine(recording: Recording): string {
  const refusal = refusalOf(recording);
  if (refusal !== null) throw new RolloutGuardError('INVALID_TELEMETRY', `recordingLine: ${refusal.message}`);
  return JSON.stringify(recording);
}

/**
 * Appends a recording to a file of JSON Lines, which is made where there is none. If a line was cut off earlier, the recording
 * begins on a new one.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` as {@link recordingLine}. Errors of the file system are passed on.
 */
export async function appendRecording(path: string, recording: Recording): Promise<void> {
  const line = `${recordingLine(recording)}\n`;
  const file = await open(path, 'a+');
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await file.read(last, 0, 1, size - 1);
    // In one piece where the system allows it, so that two processes do not write into each other's lines.
    let rest = Buffer.from(size > 0 && last[0] !== NEWLINE ? `\n${line}` : line);
    while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
  } finally {
    await file.close();
  }
}
