import { describe, expect, test } from 'vitest';
import { readYaml, type YamlFile } from '../../../src/rollouts/yaml/index.ts';

const objects = (file: YamlFile): unknown[] => file.documents.map(({ object }) => object);
const problems = (file: YamlFile): string[] =>
  file.problems.map(({ line, column, code }) => `${line}:${column} ${code}`);

/** The one object of a text that has no problems. */
function only(text: string): unknown {
  const file = readYaml(text);
  expect(file.problems).toEqual([]);
  expect(file.documents).toHaveLength(1);
  return file.documents[0]!.object;
}

describe('values are those that Kubernetes reads', () => {
  test('words, numbers and texts without quotes', () => {
    const text = `
      truth: [true, True, false, FALSE]
      nothing: [null, ~, ]
      number: [1, -2, 1.5, .5, 1e3, 0x1F, 0b11, 0o17, 1_000, 08, -0]
      text: [1:30, 2001-01-01, 1.2.3, 2m, 50%, truely, 1e999, "yes", 'on', _1, "0777"]
      mode: 0644
    `;
    expect(only(text)).toEqual({
      truth: [true, true, false, false],
      nothing: [null, null],
      number: [1, -2, 1.5, 0.5, 1000, 31, 3, 15, 1000, 8, 0],
      text: ['1:30', '2001-01-01', '1.2.3', '2m', '50%', 'truely', '1e999', 'yes', 'on', '_1', '0777'],
      mode: 420,
    });
  });

  test('words of YAML 1.1 become booleans, and each is told at its place, keys too', () => {
    const file = readYaml('a: yes\nb: [off, "no"]\non: 1\nc: N\n');
    expect(objects(file)).toEqual([{ a: true, b: [false, 'no'], true: 1, c: false }]);
    expect(problems(file)).toEqual(['1:4 yaml-boolean', '2:5 yaml-boolean', '3:1 yaml-boolean', '4:4 yaml-boolean']);
    expect(file.problems[0]).toMatchObject({
      severity: 'unsafe',
      segments: ['a'],
      message: 'Kubernetes reads the unquoted yes as the boolean true.',
      mend: 'Write true or false, or quote it: "yes".',
    });
    expect(file.problems[1]!.segments).toEqual(['b', 0]);
  });

  test('a leading zero makes a number octal, which is told except for file modes', () => {
    const file = readYaml('value: 0123\ndefaultMode: 0600\n');
    expect(objects(file)).toEqual([{ value: 83, defaultMode: 384 }]);
    expect(problems(file)).toEqual(['1:8 yaml-octal']);
  });

  test('numbers that JSON cannot hold are refused', () => {
    expect(problems(readYaml('a: .nan\nb: -.inf\n'))).toEqual(['1:4 yaml-number', '2:4 yaml-number']);
  });

  test('tags say what a value is, and one that does not fit is refused', () => {
    const text = 'a: !!str 5\nb: !!int "5"\nc: !!binary aGk=\nd: !!float 1\ne: !!bool "true"\nf: ! 5\n';
    expect(only(text)).toEqual({ a: '5', b: 5, c: 'hi', d: 1, e: true, f: '5' });
    const file = readYaml('a: !!int x\nb: !Ref y\n');
    expect(problems(file)).toEqual(['1:10 yaml-tag', '2:9 yaml-tag']);
    expect(file.problems.map(({ severity }) => severity)).toEqual(['rejected', 'advice']);
  });

  test('names of prototypes are ordinary keys', () => {
    const object = only('__proto__: {polluted: 1}\nconstructor: a\ntoString: b\nhasOwnProperty: c\n') as object;
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor', 'toString', 'hasOwnProperty']);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('keys become texts as in JSON; those that cannot are refused', () => {
    expect(only('1: a\n1.5: b\ntrue: c\n"": d\n')).toEqual({ 1: 'a', '1.5': 'b', true: 'c', '': 'd' });
    expect(problems(readYaml('~: a\n? [x]\n: b\n'))).toEqual(['1:1 yaml-key', '2:3 yaml-key']);
  });
});

describe('anchors, aliases and merge keys', () => {
  test('stand for their values, each for a copy of its own', () => {
    const object = only('a: &a {x: [1]}\nb: *a\nc:\n  <<: *a\n  w: 2\nd:\n  <<: [{x: 1}, {x: 2, z: 3}]\n') as Record<
      string,
      object
    >;
    expect(object).toEqual({ a: { x: [1] }, b: { x: [1] }, c: { x: [1], w: 2 }, d: { x: 1, z: 3 } });
    expect(object['b']).not.toBe(object['a']);
  });

  test('an alias without an anchor, or inside its own value, is refused', () => {
    expect(problems(readYaml('a: *nowhere\nb: &b\n  c: *b\n'))).toEqual(['1:4 yaml-alias', '3:6 yaml-alias']);
  });

  test('a merge of what is no map is refused, and one that replaces what stands above it is told', () => {
    const file = readYaml('a: &a {x: 1}\nb:\n  x: 2\n  <<: *a\nc:\n  <<: 5\n');
    expect(problems(file)).toEqual(['4:3 yaml-merge', '6:3 yaml-merge']);
    expect(file.problems.map(({ severity }) => severity)).toEqual(['unsafe', 'rejected']);
  });

  test('aliases that blow up are refused in the time that the text deserves', () => {
    const level = (name: string, of: string): string => `${name}: &${name} [${Array(10).fill(of).join(',')}]\n`;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];
    const text = names.map((name, i) => level(name, i === 0 ? 'lol' : `*${names[i - 1]}`)).join('');
    const file = readYaml(text);
    expect(file.documents).toEqual([]);
    expect(file.problems).toMatchObject([{ code: 'yaml-alias-bomb', severity: 'rejected' }]);
  });
});

describe('documents', () => {
  test('many, some empty, some only comments, as JSON too', () => {
    const file = readYaml('# head\n---\na: 1\n---\n---  # nothing\n# only words\n---\r\nb: 2\r\n---\n{"c": [3]}\n');
    expect(file.problems).toEqual([]);
    expect(objects(file)).toEqual([{ a: 1 }, { b: 2 }, { c: [3] }]);
  });

  test('JSON objects one after another, indented with tabs, with braces in texts', () => {
    const file = readYaml('{"a": "}{\\""}\n{\n\t"b": [\n\t\t{"c": "\\ud83d\\ude00\\/"}\n\t]\n}{"d":{}}');
    expect(file.problems).toEqual([]);
    expect(objects(file)).toEqual([{ a: '}{"' }, { b: [{ c: '😀/' }] }, { d: {} }]);
  });

  test('what stands behind --- on its line is refused by kubectl, and what follows ... is dropped', () => {
    expect(problems(readYaml('a: 1\n--- {b: 2}\nc: 3\n'))).toEqual(['2:1 yaml-separator']);
    const file = readYaml('a: 1\n...\nb: 2\n');
    expect(objects(file)).toEqual([{ a: 1 }]);
    expect(file.problems).toMatchObject([{ code: 'yaml-separator', severity: 'unsafe', line: 3 }]);
  });

  test('a directive is no document of its own, and kubectl cuts behind it', () => {
    const file = readYaml('# c\n%YAML 1.2\n---\na: 1\n');
    expect(problems(file)).toEqual(['2:1 yaml-syntax']);
    expect(objects(file)).toEqual([{ a: 1 }]);
  });

  test('that are no objects are refused where they stand', () => {
    const file = readYaml('---\n- a\n---\nfoo\n---\n5\n---\nok: 1\n');
    expect(problems(file)).toEqual(['2:1 yaml-not-an-object', '4:1 yaml-not-an-object', '6:1 yaml-not-an-object']);
    expect(objects(file)).toEqual([{ ok: 1 }]);
  });

  test('the items of a List count one by one, with places of their own', () => {
    const file = readYaml('kind: List\nitems:\n- kind: A\n- kind: B\n  x:\n    v: 1\n');
    expect(objects(file)).toEqual([{ kind: 'A' }, { kind: 'B', x: { v: 1 } }]);
    expect(file.documents[1]!.locate(['x', 'v'])).toMatchObject({ line: 6, column: 5 });
  });
});

describe('what is wrong is told at its place, all of it', () => {
  test('a broken document does not spoil the others', () => {
    const file = readYaml('a: [\n---\nok: 1\n---\nb:\n\tc: 1\n  d: "\n');
    expect(objects(file)).toEqual([{ ok: 1 }]);
    expect(new Set(file.problems.map(({ code }) => code))).toEqual(new Set(['yaml-syntax']));
    expect(file.problems.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 6]));
  });

  test('duplicate keys, each of them, in YAML and in JSON', () => {
    expect(problems(readYaml('a: 1\nb:\n  c: 1\n  c: 2\na: 3\n'))).toEqual([
      '4:3 yaml-duplicate-key',
      '5:1 yaml-duplicate-key',
    ]);
    expect(problems(readYaml('a: 1\na: 2\na: 3\n'))).toEqual(['2:1 yaml-duplicate-key', '3:1 yaml-duplicate-key']);
    expect(problems(readYaml('{"a": 1,\n "a": 2}'))).toEqual(['2:2 yaml-duplicate-key']);
    expect(problems(readYaml('on: 1\n"true": 2\n'))).toEqual(['1:1 yaml-boolean', '2:1 yaml-duplicate-key']);
  });

  test('tabs as indentation', () => {
    const file = readYaml('a:\n\tb: 1\n');
    expect(file.problems).toMatchObject([{ code: 'yaml-syntax', line: 2, column: 1, mend: 'Indent with spaces.' }]);
  });

  test('CRLF and a byte order mark change neither values nor places', () => {
    const plain = readYaml('a: yes\nb: |\n  x\n  y\n');
    const other = readYaml(new TextEncoder().encode('\ufeffa: yes\r\nb: |\r\n  x\r\n  y\r\n'));
    expect(objects(other)).toEqual(objects(plain));
    expect(other.problems).toEqual(plain.problems);
  });

  test('control characters, lone carriage returns and halves of surrogate pairs', () => {
    const file = readYaml('a: x\u0007\nb: "x\rc"\nd: \ud800\ne: "\\u0007"\n');
    expect(problems(file)).toEqual([
      '1:5 yaml-control-character',
      '2:6 yaml-control-character',
      '3:4 yaml-control-character',
    ]);
    expect(file.problems[0]!.message).toBe('The character U+0007 is not allowed here.');
  });

  test.each([
    ['UTF-16', new Uint8Array([0xff, 0xfe, 97, 0, 58, 0]), 'yaml-encoding'],
    ['Latin-1', new Uint8Array([97, 58, 32, 0xe9]), 'yaml-encoding'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0]), 'yaml-not-text'],
  ])('%s is no text in UTF-8', (_name, bytes, code) => {
    expect(problems(readYaml(bytes))).toEqual([`1:1 ${code}`]);
  });

  test.each([
    ['open lists', '['.repeat(100_000)],
    ['closed lists', `a: ${'['.repeat(600)}${']'.repeat(600)}`],
    ['maps', `${'{a: '.repeat(20_000)}1${'}'.repeat(20_000)}`],
    ['dashes', `${'- '.repeat(20_000)}a`],
    ['indents', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('%s without an end are given up, not followed', (_name, text) => {
    const file = readYaml(text);
    expect(file.documents).toEqual([]);
    expect(file.problems).toMatchObject([{ code: 'yaml-too-deep', severity: 'rejected' }]);
  });

  test('a template of Helm is called that, once, and is no heap of errors', () => {
    const file = readYaml('a: {{ .Values.a }}\n{{- if .Values.b }}\nb: 1\n{{- end }}\n---\nok: "{{args.x}}"\n');
    expect(problems(file)).toEqual(['1:4 yaml-template']);
    expect(objects(file)).toEqual([{ ok: '{{args.x}}' }]);
  });

  test("Argo's own placeholders are no template", () => {
    const text = 'query: |\n  {{args.a}} / sum(rate(x{job="{{ args.b }}"}[5m]))\nsummary: "{{ $labels.pod }}"\n';
    expect(only(text)).toMatchObject({ summary: '{{ $labels.pod }}' });
  });
});

describe('places', () => {
  const file = readYaml(
    '# head\nspec:\n  list:\n    - name: a\n      x: {v: [1, 22]}\n  base: &b {k: v}\n  use: *b\n  text: |\n    one\n    two\n',
  );
  const place = (...segments: (string | number)[]): string => {
    const { line, column, endColumn } = file.documents[0]!.locate(segments);
    return `${line}:${column}-${endColumn}`;
  };

  test('of keys with their values, of items, and of what aliases stand for', () => {
    expect(place('spec', 'list', 0, 'name')).toBe('4:7-14');
    expect(place('spec', 'list', 0)).toBe('4:7-14');
    expect(place('spec', 'list', 0, 'x', 'v', 1)).toBe('5:18-20');
    expect(place('spec', 'use', 'k')).toBe('6:13-17');
    expect(place('spec', 'text')).toBe('8:3-7');
  });

  test('of what is not there: the nearest that is', () => {
    expect(place()).toBe('2:1-6');
    expect(place('spec', 'list', 7, 'name')).toBe('3:3-7');
    expect(place('nothing')).toBe('2:1-6');
    expect(place('spec', 'list', 0, 'name', 'deeper')).toBe('4:7-14');
  });
});

test('a large list, many keys and a long text are read in linear time', () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `  k${i}: "v"\n`).join('');
  const file = readYaml(`data:\n${lines}text: ${'x'.repeat(1_000_000)}\nlist:\n${'- a\n'.repeat(50_000)}`);
  expect(file.problems).toEqual([]);
});
