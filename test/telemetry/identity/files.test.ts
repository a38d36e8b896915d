/** Label files as the kubelet writes them, and what else may be found in their place. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { MOST_BYTES, readBoundedText } from '../../../src/telemetry/identity/bounded-file.ts';
import { fileAttributes, parseDownwardFile, readFileClaims } from '../../../src/telemetry/identity/files.ts';
import { unquoteGo } from '../../../src/telemetry/identity/go-quote.ts';
import { identityPaths, readIdentityFiles } from '../../../src/telemetry/identity/sources.ts';
import { asUtf8, quoteGo, renderDownwardFile } from './downward-file.ts';

const room = mkdtempSync(join(tmpdir(), 'rolloutguard-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\u0007', '\u007f', '\u0085', '\u2028', 'é', '\u{1f600}', 'x', '='),
  }),
);
const key = fc.stringMatching(/^([a-z][a-z.]{0,9}\/)?[A-Za-z]([\w.-]{0,9}[A-Za-z])?$/);

describe('the format', () => {
  test('what the kubelet quotes comes back, whatever is in it', () => {
    fc.assert(
      fc.property(fc.dictionary(key, text, { noNullPrototype: true }), (labels) => {
        const { entries, bad } = parseDownwardFile(renderDownwardFile(labels));
        const written = Object.entries(labels).map(([name, value]) => [name, asUtf8(value)]);
        expect([...entries].sort()).toEqual(written.sort());
        expect(bad).toEqual([]);
      }),
    );
  });

  test('any text: never an error, and what is read can be written and read again', () => {
    fc.assert(
      fc.property(text, (anything) => {
        const once = unquoteGo(anything);
        if (once !== null) expect(unquoteGo(quoteGo(once))).toBe(once);
        expect(() => readFileClaims([{ path: 'x', text: anything }])).not.toThrow();
      }),
    );
  });

  test.each([
    ['"a', null],
    ['a"', null],
    ['"', null],
    ['"a"b"', null],
    ['"\\q"', null],
    ['"\\"', null],
    ['"\\ud800"', null],
    ['"\\U00110000"', null],
    ['"\\400"', null],
    ['"\\101\\x42"', 'AB'],
    ['""', ''],
  ])('%s', (quoted, expected) => {
    expect(unquoteGo(quoted)).toBe(expected);
  });

  test('a broken line costs itself; __proto__ is a name like any other', () => {
    const file = '\ufeff\nrole="canary"\r\nbroken\n="x"\na b="c"\n__proto__="x"\nrole=canary\n';
    const { entries, bad } = parseDownwardFile(file);
    expect([...entries]).toEqual([
      ['role', 'canary'],
      ['__proto__', 'x'],
    ]);
    expect(bad).toEqual([3, 4, 5, 7]);
  });

  test('a log in the place of labels is read in linear time, and fills neither memory nor the report', () => {
    const { entries, bad } = parseDownwardFile('\\"'.repeat(10).concat('\n').repeat(50_000));
    expect(entries.size).toBe(0);
    expect(bad.length).toBeLessThanOrEqual(100);
    expect(parseDownwardFile(`a="${'\\x41'.repeat(100_000)}"`).entries.get('a')).toHaveLength(100_000);
  });
});

describe('what the files claim', () => {
  const labels = {
    path: '/l',
    text: renderDownwardFile({
      'app.kubernetes.io/name': 'shop',
      'app.kubernetes.io/version': '2.1.0',
      'rollouts-pod-template-hash': '6c54544bf9',
      'rolloutguard.cohort': 'stable',
      role: 'canary',
    }),
  };
  const annotations = {
    path: '/a',
    text: renderDownwardFile({
      'resource.opentelemetry.io/service.name': 'shop-api',
      'resource.opentelemetry.io/rolloutguard.cohort': 'canary',
      'resource.opentelemetry.io/': 'nameless',
    }),
  };

  test('annotations before well-known labels, in whichever file; the label of the cohort before its annotation', () => {
    const expected = [
      ['rolloutguard.cohort', 'stable', 'file:/l'],
      ['rolloutguard.cohort', 'canary', 'file:/a'],
      ['service.name', 'shop-api', 'file:/a'],
      ['service.version', '2.1.0', 'file:/l'],
      ['k8s.pod.label.rollouts-pod-template-hash', '6c54544bf9', 'file:/l'],
      ['rolloutguard.cohort', 'canary', 'file:/l'],
    ];
    for (const files of [
      [labels, annotations],
      [annotations, labels],
    ]) {
      const { claims } = readFileClaims(files);
      expect(claims.map(({ attribute, value, source }) => [attribute, value, source])).toEqual(expected);
    }
  });

  test('of one file alone, of each attribute the strongest', () => {
    const { attributes } = fileAttributes(labels);
    expect(attributes.get('rolloutguard.cohort')).toBe('stable');
    expect(attributes.get('service.name')).toBe('shop');
    expect(fileAttributes({ path: '/l', text: 'role="preview"\nx' })).toEqual({
      attributes: new Map([['rolloutguard.cohort', 'preview']]),
      badLines: [2],
    });
  });

  test('under another name of the cohort its label and annotation have that name, and the default one is understood', () => {
    const keys = { cohort: 'deployment.role', strategy: 'rolloutguard.strategy' };
    const own = { path: '/o', text: 'deployment.role="canary"' };
    expect(fileAttributes(own, keys).attributes.get('deployment.role')).toBe('canary');
    expect(fileAttributes(annotations, keys).attributes.get('deployment.role')).toBe('canary');
  });
});

describe('reading', () => {
  const path = (name: string): string => join(room, name);
  const problemsOf = (name: string): string[] =>
    readIdentityFiles({ ROLLOUTGUARD_IDENTITY_FILES: path(name) }).problems.map(({ message }) => message);

  test('a file of 10 MB is read to the last whole line of its first MiB', () => {
    writeFileSync(path('huge'), `role="canary"\n${'x="y"\n'.repeat(1_750_000)}`);
    const { text: read, cut } = readBoundedText(path('huge'));
    expect({ cut, whole: read.endsWith('\n') }).toEqual({ cut: true, whole: true });
    expect(Buffer.byteLength(read)).toBeLessThanOrEqual(MOST_BYTES);
    expect(problemsOf('huge')).toEqual([expect.stringContaining('is longer than 1024 KiB')]);
  });

  test('as many bytes as are allowed are no cut; a byte more is one, and half a line is not used', () => {
    writeFileSync(path('full'), 'a="b"\nc="d"\n');
    expect(readBoundedText(path('full'), 12)).toEqual({ text: 'a="b"\nc="d"\n', cut: false });
    expect(readBoundedText(path('full'), 11)).toEqual({ text: 'a="b"\n', cut: true });
    expect(readBoundedText(path('full'), 3)).toEqual({ text: '', cut: true });
  });

  test('a pipe that nobody writes to does not hold the start up', () => {
    execFileSync('mkfifo', [path('pipe')]);
    expect(problemsOf('pipe')).toEqual([expect.stringContaining('cannot be read (NOT_A_FILE)')]);
  });

  test.each([
    ['a directory', 'directory', (name: string) => mkdirSync(name), 'EISDIR'],
    ['a loop of links', 'loop', (name: string) => symlinkSync(name, name), 'ELOOP'],
    ['a device', 'device', (name: string) => symlinkSync('/dev/zero', name), 'NOT_A_FILE'],
    ['nothing', 'nothing', () => {}, 'ENOENT'],
  ])('%s is named with the reason', (_, name, make, code) => {
    make(path(name));
    expect(problemsOf(name)).toEqual([`ROLLOUTGUARD_IDENTITY_FILES: ${path(name)} cannot be read (${code}).`]);
  });

  test('a file that may not be read is named, root reads it', () => {
    writeFileSync(path('secret'), 'role="canary"');
    chmodSync(path('secret'), 0);
    const expected = process.getuid?.() === 0 ? [] : [expect.stringContaining('(EACCES)')];
    expect(problemsOf('secret')).toEqual(expected);
  });

  test('binary: read as far as it can be', () => {
    writeFileSync(path('binary'), Buffer.from([0xff, 0xfe, 0x00, 0x0a, ...Buffer.from('role="canary"\n')]));
    const { files } = readIdentityFiles({ ROLLOUTGUARD_IDENTITY_FILES: path('binary') });
    expect(files.map(fileAttributesOf)).toEqual([['rolloutguard.cohort', 'canary']]);
  });

  test('a usual file that is not there is no mistake, one that cannot be read is', () => {
    const fail = (code: string) => (): never => {
      throw Object.assign(new Error('no'), { code });
    };
    expect(readIdentityFiles({}, fail('ENOENT')).problems).toEqual([]);
    expect(readIdentityFiles({}, fail('EACCES')).problems.map(({ message }) => message)).toEqual([
      '/etc/podinfo/labels cannot be read (EACCES).',
      '/etc/podinfo/annotations cannot be read (EACCES).',
    ]);
  });

  test('a thousand paths are not a thousand reads, and a path cannot write to the terminal', () => {
    const list = Array.from({ length: 1000 }, (_, index) => `/nowhere/${index}\u001b[2J`).join(',');
    expect(identityPaths({ ROLLOUTGUARD_IDENTITY_FILES: list }).paths).toHaveLength(16);
    const { problems } = readIdentityFiles({ ROLLOUTGUARD_IDENTITY_FILES: list });
    expect(problems).toHaveLength(16);
    expect(JSON.stringify(problems)).not.toContain('\\u001b');
  });
});

function fileAttributesOf(file: { path: string; text: string }): string[] {
  return [...fileAttributes(file).attributes].flat();
}
