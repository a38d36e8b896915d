/** What is stored can be read again, also after a write that was cut off. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { appendRecording, recordingLine } from '../../src/replay/append-recording.ts';
import { readRecordings } from '../../src/replay/read-recordings.ts';
import { telemetryOf } from '../helpers/telemetry.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'append-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const recordingOf = (deploymentId: string) =>
  telemetryOf(
    [
      [
        [100, 1],
        [1900, 19],
      ],
    ],
    [],
    { deploymentId },
  );

it('recordings that are appended are read as they were', async () => {
  const path = join(folder, 'history.jsonl');
  for (const id of ['a', 'line\nbreak', 'c']) await appendRecording(path, recordingOf(id));
  const read = [];
  for await (const { recording } of readRecordings([path])) read.push(recording);
  expect(read).toEqual([recordingOf('a'), recordingOf('line\nbreak'), recordingOf('c')]);
});

it('a line that was cut off costs no other one', async () => {
  const path = join(folder, 'history.jsonl');
  writeFileSync(path, recordingLine(recordingOf('a')).slice(0, 100));
  await appendRecording(path, recordingOf('b'));
  const reader = readRecordings([path]);
  const read = [];
  for await (const { recording, line } of reader) read.push([recording.deploymentId, line]);
  expect(read).toEqual([['b', 2]]);
  expect(reader.skipped).toMatchObject([{ line: 1, code: 'INVALID_JSON' }]);
});

it('what could not be replayed is not stored', async () => {
  const path = join(folder, 'history.jsonl');
  await appendRecording(path, recordingOf('a'));
  const before = readFileSync(path, 'utf8');
  const impossible = telemetryOf([
    [
      [1, 2],
      [1, 0],
    ],
  ]);
  await expect(appendRecording(path, impossible)).rejects.toMatchObject({ code: 'INVALID_TELEMETRY' });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
