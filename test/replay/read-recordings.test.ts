/** Recordings from files as they are found: whole, cut off, packed, of other versions, of other kinds. Nothing goes missing silently. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { type RecordingSource, readRecordings } from '../../src/replay/read-recordings.ts';
import { replay } from '../../src/replay/replay.ts';
import { telemetryOf } from '../helpers/telemetry.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recordings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function recordingOf(deploymentId: string): DeploymentTelemetry {
  return telemetryOf(
    [
      [
        [100, 1],
        [1900, 19],
      ],
    ],
    [],
    { deploymentId },
  );
}
const lineOf = (deploymentId: string): string => JSON.stringify(recordingOf(deploymentId));
const isSound = (line: string): boolean => 'abcd'.split('').some((id) => line === lineOf(id));
const idOf = (line: string): string => (JSON.parse(line) as DeploymentTelemetry).deploymentId;
const prettyOf = (deploymentId: string): string => JSON.stringify(recordingOf(deploymentId), null, 2);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Ids with their lines, and what was left out as `code line message`. */
async function read(...sources: RecordingSource[]): Promise<{ read: string[]; skipped: string[]; sources: string[] }> {
  const skipped: string[] = [];
  const short = (path: string): string => path.replace(join(folder, '/'), '');
  const reader = readRecordings(sources, {
    onSkip: ({ source, line, code, message }) =>
      void skipped.push(`${short(source)}:${line} ${code} ${message.replaceAll(folder, '')}`),
  });
  const found: string[] = [];
  const places: string[] = [];
  for await (const { recording, source, line } of reader) {
    expect(recording).toEqual(recordingOf(recording.deploymentId));
    found.push(line === null ? recording.deploymentId : `${recording.deploymentId}:${line}`);
    places.push(short(source));
  }
  expect(reader.skippedCount).toBe(skipped.length);
  expect(reader.skipped).toHaveLength(skipped.length);
  return { read: found, skipped, sources: places };
}

describe('a file', () => {
  it.each([
    ['one document on a line', 'a.json', () => lineOf('a'), ['a']],
    ['one pretty-printed document', 'a.json', () => prettyOf('a'), ['a']],
    ['one document printed in another way', 'a.json', () => lineOf('a').replaceAll(',"', ',\n"'), ['a']],
    ['JSON Lines', 'a.jsonl', () => `${lineOf('a')}\n${lineOf('b')}\n`, ['a:1', 'b:2']],
    ['JSON Lines that are called JSON', 'a.json', () => `${lineOf('a')}\n${lineOf('b')}`, ['a', 'b:2']],
    [
      'lines with blanks, Windows ends and a byte order mark',
      'a.ndjson',
      () => `\ufeff${lineOf('a')}\r\n \r\n${lineOf('b')}\r\n`,
      ['a:1', 'b:3'],
    ],
    [
      'pretty-printed documents, one after the other',
      'a.log',
      () => `${prettyOf('a')}\n${prettyOf('b')}\n`,
      ['a:1', expect.stringMatching(/^b:\d\d$/)],
    ],
    ['gzip', 'a.jsonl.gz', () => gzipSync(`${lineOf('a')}\n${lineOf('b')}`), ['a:1', 'b:2']],
    ['gzip of one document, whatever it is called', 'a.json', () => gzipSync(prettyOf('a')), ['a']],
    ['nothing at all', 'a.jsonl', () => '', []],
  ])('of %s is read', async (_what, name, content, ids) => {
    expect(await read(file(name, content()))).toMatchObject({ read: ids, skipped: [] });
  });

  it('whose last line was cut off gives its good lines, and names the bad one', async () => {
    const path = file('a.jsonl', `${lineOf('a')}\n${lineOf('b')}\n${lineOf('c').slice(0, 200)}`);
    const { read: ids, skipped } = await read(path);
    expect(ids).toEqual(['a:1', 'b:2']);
    expect(skipped).toEqual([
      expect.stringMatching(/^a\.jsonl:3 INVALID_JSON .*the last line: it may have been cut off\.$/),
    ]);
  });

  it('with a bad line in the middle loses that line alone, and does not call it cut off', async () => {
    const { read: ids, skipped } = await read(file('a.jsonl', `{"a": nonsense}\n${lineOf('b')}\n`));
    expect(ids).toEqual(['b:2']);
    expect(skipped).toEqual([expect.stringMatching(/^a\.jsonl:1 INVALID_JSON It is no JSON: [^\n]*$/)]);
    expect(skipped[0]).not.toContain('cut off');
  });

  it('of JSON Lines that is called JSON, with a bad first line, gives the others', async () => {
    const { read: ids, skipped } = await read(file('a.json', `${lineOf('a').slice(5)}\n\n${lineOf('b')}\n`));
    expect(ids).toEqual(['b:3']);
    expect(skipped).toEqual([expect.stringMatching(/^a\.json:null INVALID_JSON/)]);
  });

  it('of one document that was cut off is told once', async () => {
    for (const text of [lineOf('a'), prettyOf('a'), lineOf('a').replaceAll(',"', ',\n"')]) {
      const { read: ids, skipped } = await read(file('a.json', text.slice(0, 250)));
      expect(ids).toEqual([]);
      expect(skipped).toEqual([expect.stringMatching(/^a\.json:null INVALID_JSON/)]);
    }
  });

  it('with a pretty-printed document whose end is missing gives the next one', async () => {
    const { read: ids, skipped } = await read(
      file('a.log', `${prettyOf('a').slice(0, 300)}\n${prettyOf('b')}\n${prettyOf('c').slice(0, 300)}`),
    );
    expect(ids).toEqual([expect.stringMatching(/^b:/)]);
    expect(skipped).toEqual([
      expect.stringMatching(/^a\.log:1 INVALID_JSON .* its end is missing\.$/),
      expect.stringMatching(/^a\.log:\d+ INVALID_JSON .* its end is missing\.$/),
    ]);
  });

  it('of any lines gives all that are sound, and tells of each that is not', async () => {
    const whole = fc.constantFrom('a', 'b', 'c', 'd').map(lineOf);
    const cut = fc.tuple(whole, fc.nat(2000)).map(([line, length]) => line.slice(0, length));
    const line = fc.oneof(
      whole,
      whole,
      cut,
      fc.constantFrom('{', '}', '[', '{}', 'null', '"', '\ufeff', '{"a": {', ' '),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const { read: ids, skipped } = await read(file('a.jsonl', lines.join('\n')));
        const sound = lines.flatMap((text, i) => (isSound(text) ? [{ line: i + 1, text }] : []));
        const first = sound.filter(({ text }, i) => sound.findIndex((each) => each.text === text) === i);
        expect(ids).toEqual(first.map(({ line: number, text }) => `${idOf(text)}:${number}`));
        // Each bad line is named, or belongs to a document over several lines that is.
        const told = skipped.map((text) => Number(/^a\.jsonl:(\d+) /.exec(text)?.[1]));
        for (const [i, text] of lines.entries()) {
          if (isSound(text) || text.trim() === '') continue;
          expect(
            told.some((number) => number <= i + 1 && lines.slice(number - 1, i + 1).every((each) => !isSound(each))),
          ).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it('that was cut off while it was packed gives what came before', async () => {
    // Noise does not pack, so that the first line is complete in the first half of the file.
    const noise = Array.from({ length: 4000 }, (_, i) => ((i * 7919) % 104_729).toString(36)).join('');
    const packed = gzipSync(`${lineOf('a')}\n${noise}`);
    const { read: ids, skipped } = await read(file('a.jsonl.gz', packed.subarray(0, packed.length - 100)));
    expect(ids).toEqual(['a:1']);
    expect(skipped.at(-1)).toMatch(/^a\.jsonl\.gz:null UNREADABLE unexpected end of file/);
  });

  it('is told when it is not there, and does not end the reading', async () => {
    const { read: ids, skipped } = await read(join(folder, 'gone.jsonl'), file('a.json', lineOf('a')));
    expect(ids).toEqual(['a']);
    expect(skipped).toEqual([expect.stringMatching(/^gone\.jsonl:null UNREADABLE ENOENT/)]);
  });

  it('of another encoding is told, not misread', async () => {
    const { skipped } = await read(file('a.jsonl', Buffer.from(lineOf('a'), 'utf16le')));
    expect(skipped[0]).toMatch(/^a\.jsonl:1 INVALID_JSON/);
    const { skipped: latin } = await read(
      file('b.jsonl', Buffer.from(lineOf('a').replace('checkout', 'caf\xe9'), 'latin1')),
    );
    expect(latin).toEqual(['b.jsonl:1 INVALID_JSON It is not UTF-8 text.']);
  });
});

describe('a document that is no recording', () => {
  const aggregates = { schemaVersion: 1, kind: 'aggregates', service: 'a', deploymentId: 'b' };
  it.each([
    [
      'of a newer version',
      { ...recordingOf('a'), schemaVersion: 2 },
      'UNKNOWN_VERSION It was made by a newer version (schemaVersion 2); this version reads 1. Update rolloutguard.',
    ],
    ['of no version', { ...recordingOf('a'), schemaVersion: undefined }, 'UNKNOWN_VERSION It has no schemaVersion'],
    ['of an odd version', { ...recordingOf('a'), schemaVersion: '1' }, 'UNKNOWN_VERSION Its schemaVersion is "1"'],
    ['of rates', aggregates, 'NOT_A_RECORDING These are rates over a window'],
    ['that is a policy', definePolicy({ criteria: [errorRate()] }), 'NOT_A_RECORDING This is a policy.'],
    ['that is a list', [recordingOf('a')], 'NOT_A_RECORDING A recording is a JSON object; this is a list'],
    ['that is null', null, 'NOT_A_RECORDING A recording is a JSON object; this is null.'],
    ['that is a number', 7, 'NOT_A_RECORDING A recording is a JSON object; this is a number.'],
    ['of another kind', { kind: 'menu' }, 'NOT_A_RECORDING Its kind is "menu".'],
    ['of no kind', {}, 'NOT_A_RECORDING It has no kind.'],
    [
      'with impossible counts',
      telemetryOf([
        [
          [1, 2],
          [1, 0],
        ],
      ]),
      'INVALID_TELEMETRY Invalid telemetry at intervals[0].errors',
    ],
    [
      'a deployment time that nobody filled in',
      telemetryOf([], [], { deployedAtMs: 0 }),
      'INVALID_TELEMETRY Invalid telemetry at deployedAtMs (got 0)',
    ],
  ])('%s is told', async (_what, document, message) => {
    const { read: ids, skipped } = await read(file('a.jsonl', `${JSON.stringify(document)}\n${lineOf('good')}`));
    expect(ids).toEqual(['good:2']);
    expect(skipped).toEqual([expect.stringContaining(`a.jsonl:1 ${message}`)]);
  });

  it('because it came before is told, with where', async () => {
    const path = file('a.jsonl', `${lineOf('a')}\n${lineOf('b')}\n${lineOf('a')}`);
    const again = file('b.json', lineOf('b'));
    const { read: ids, skipped } = await read(path, again);
    expect(ids).toEqual(['a:1', 'b:2']);
    expect(skipped).toEqual([
      'a.jsonl:3 DUPLICATE checkout a is recorded at /a.jsonl:1 already; the first one counts.',
      'b.json:null DUPLICATE checkout b is recorded at /a.jsonl:2 already; the first one counts.',
    ]);
  });
});

describe('a folder', () => {
  it('is read with all below it, sorted by name', async () => {
    mkdirSync(join(folder, 'b'));
    file('c.json', lineOf('3'));
    file('a.jsonl', `${lineOf('1')}\n`);
    file('b/x.ndjson.gz', gzipSync(lineOf('2')));
    file('readme.md', 'no recording');
    const { sources, skipped, ...rest } = await read(folder);
    expect(rest.read).toEqual(['1:1', '2:1', '3']);
    expect(sources).toEqual(['a.jsonl', join('b', 'x.ndjson.gz'), 'c.json']);
    expect(skipped).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'with a pipe in it, or links to nowhere or to folders, is read to its end',
    async () => {
      file('a.json', lineOf('1'));
      mkdirSync(join(folder, 'real'));
      execFileSync('mkfifo', [join(folder, 'b.json')]);
      symlinkSync('nowhere', join(folder, 'c.json'));
      symlinkSync('real', join(folder, 'd'));
      symlinkSync('a.json', join(folder, 'e.json'));
      const { read: found, skipped } = await read(folder);
      expect(found).toEqual(['1']);
      expect(skipped).toEqual([
        'b.json:null UNREADABLE It is neither a file nor a folder.',
        expect.stringMatching(/^c\.json:null UNREADABLE ENOENT/),
        'd:null UNREADABLE It is a link to a folder, and those are not followed.',
        expect.stringMatching(/^e\.json:null DUPLICATE /),
      ]);
    },
  );

  it('with an empty document says so: a full disk leaves them; of lines there may be none', async () => {
    file('a.json', '');
    file('b.json.gz', gzipSync(' \n'));
    file('c.jsonl', '\n');
    const { skipped } = await read(folder);
    expect(skipped).toEqual(['a.json', 'b.json.gz'].map((name) => `${name}:null INVALID_JSON It is empty.`));
  });

  it('without recordings is told', async () => {
    const { skipped } = await read(folder);
    expect(skipped).toEqual([expect.stringContaining('UNREADABLE The folder holds no *.json')]);
  });
});

describe('a stream', () => {
  async function* chunks(text: string | Uint8Array, size: number): AsyncGenerator<string | Uint8Array> {
    for (let from = 0; from < text.length; from += size) yield text.slice(from, from + size);
  }

  it('of text or bytes is read, wherever it is cut', async () => {
    // A character of two halves, which a chunk of text may separate.
    const id = 'rocket 🚀 é';
    const text = `${lineOf(id)}\n${lineOf('b')}\n`;
    for (const size of [1, 2, 7, 64]) {
      for (const content of [text, Buffer.from(text), gzipSync(text)]) {
        expect(await read(chunks(content, size))).toMatchObject({
          read: [`${id}:1`, 'b:2'],
          skipped: [],
          sources: ['stdin', 'stdin'],
        });
      }
    }
  });

  it('that fails gives what came before, and the next source is read', async () => {
    async function* broken(): AsyncGenerator<string> {
      yield `${lineOf('a')}\n${lineOf('b').slice(0, 10)}`;
      throw new Error('connection to https://user:secret@host lost');
    }
    const { read: ids, skipped, sources } = await read(broken(), chunks(lineOf('c'), 100));
    expect(ids).toEqual(['a:1', 'c:1']);
    expect(sources).toEqual(['stdin', 'stream 2']);
    expect(skipped).toEqual([expect.stringContaining('UNREADABLE connection to https://[redacted]@host lost')]);
  });

  it('is closed when the reader is left early', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<string> {
      try {
        for (let i = 0; ; i++) yield `${lineOf(String(i))}\n`;
      } finally {
        closed = true;
      }
    }
    for await (const { line } of readRecordings([endless()])) if (line === 3) break;
    expect(closed).toBe(true);
  });
});

describe('giving up', () => {
  it('ends the reading with ABORTED, also while a stream says nothing', async () => {
    const controller = new AbortController();
    async function* silent(): AsyncGenerator<string> {
      yield `${lineOf('a')}\n`;
      await new Promise(() => {});
    }
    const reader = readRecordings([silent()], { signal: controller.signal })[Symbol.asyncIterator]();
    expect(await reader.next()).toMatchObject({ value: { line: 1 } });
    const next = reader.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('before the first file reads nothing', async () => {
    const reader = readRecordings([file('a.json', lineOf('a'))], { signal: AbortSignal.abort() });
    await expect(reader[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

it('what has been read is not read again as nothing', async () => {
  const reader = readRecordings([file('a.json', lineOf('a'))]);
  const policy = definePolicy({ criteria: [errorRate()] });
  expect((await replay({ policy }, reader)).deployments).toHaveLength(1);
  await expect(replay({ policy }, reader)).rejects.toThrow('Call readRecordings() again');
});

describe('options', () => {
  it.each([
    ['no list', 'a.json', 'sources (got "a.json")'],
    ['nothing to read', [], 'sources (got array of 0)'],
    ['a source that is none', ['a', 7], 'sources[1] (got 7). Use the path of a file or folder, or a stream.'],
    ['an empty path', [''], 'sources[0]'],
  ])('refuses %s at once', (_what, sources, message) => {
    expect(() => readRecordings(sources as never)).toThrow(`readRecordings: invalid value at ${message}`);
  });
});

it('a replay lists what its reader left out', async () => {
  const path = file('a.jsonl', `${lineOf('a')}\nnonsense\n${lineOf('a')}\n`);
  const report = await replay({ mine: definePolicy({ criteria: [errorRate()] }) }, readRecordings([path]));
  expect(report.deployments).toMatchObject([{ deploymentId: 'a', source: path, line: 1 }]);
  expect(report.skipped).toMatchObject([
    { source: path, line: 2, code: 'INVALID_JSON' },
    { source: path, line: 3, code: 'DUPLICATE' },
  ]);
  expect(report.skippedCount).toBe(2);
});
