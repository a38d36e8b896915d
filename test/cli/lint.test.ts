import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LintFinding } from '../../src/cli/lint/finding.ts';
import { Folder, runCli } from '../helpers/command-line.ts';

const HEAD = 'apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: api}\n';
const POD = `  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec:
      containers:
        - {name: api, image: "api:1", resources: {requests: {cpu: 100m, memory: 64Mi}}}
`;
const GOOD = `${HEAD}spec:\n${POD}  strategy:\n    canary: {steps: [{setWeight: 20}, {pause: {}}]}\n`;
/** One `rejected` at line 5, one `unsafe` at line 12. */
const BAD = `${HEAD}spec:\n  replicas: "3"\n${POD}  strategy:\n    canary:\n      stepz: []\n`;

interface Json {
  findings: LintFinding[];
  counts: Record<string, number>;
  unreadable: unknown[];
}

async function lintJson(words: readonly string[], stdin = ''): Promise<Json & { code: number }> {
  const { code, stdout, stderr } = await runCli(['lint', '--format', 'json', ...words], { stdin });
  expect(stderr).toBe('');
  return { code, ...(JSON.parse(stdout) as Json) };
}

const places = (findings: readonly LintFinding[]): string[] =>
  findings.map(({ line, column, code, severity }) => `${line}:${column} ${severity} ${code}`);

async function codes(text: string, ...words: string[]): Promise<string[]> {
  return (await lintJson([...words, '-'], text)).findings.map(({ code }) => code);
}

describe('what is told', () => {
  test('findings of the text and of the objects, in the order of the text, with the mend', async () => {
    const { code, findings, counts } = await lintJson(['-'], `${BAD}---\n${HEAD}on: 1\n`);
    expect(code).toBe(1);
    expect(places(findings)).toEqual(
      expect.arrayContaining(['5:3 rejected wrong-type', '14:7 unsafe unknown-field', '19:1 unsafe yaml-boolean']),
    );
    expect(findings.map(({ line }) => line)).toEqual(findings.map(({ line }) => line).toSorted((a, b) => a - b));
    expect(findings.find((finding) => finding.code === 'wrong-type')).toEqual({
      code: 'wrong-type',
      severity: 'rejected',
      file: 'stdin',
      line: 5,
      column: 3,
      endColumn: 16,
      object: { kind: 'Rollout', namespace: null, name: 'api' },
      path: 'spec.replicas',
      message: expect.stringContaining('"3"'),
      effect: 'The API server refuses the object.',
      mend: 'Leave out the quotes.',
    });
    expect(counts).toMatchObject({ files: 1, objects: 2, silenced: 0 });
  });

  test('as text, with the line and carets below what is meant', async () => {
    const { code, stdout } = await runCli(['lint', '-'], { stdin: BAD });
    expect(code).toBe(1);
    expect(stdout).toContain(`stdin:5:3: rejected wrong-type: Rollout api spec.replicas
  5 |   replicas: "3"
    |   ^^^^^^^^^^^^^
    spec.replicas must be a whole number, not "3".
    The API server refuses the object.
    Leave out the quotes.
`);
    expect(stdout).toMatch(/\n1 object in 1 file: 1 rejected, 1 unsafe, 0 advice\.\n$/);
  });

  test('nothing to tell is one line', async () => {
    expect(await runCli(['lint', '-'], { stdin: GOOD })).toEqual({
      code: 0,
      stdout: '1 object in 1 file: nothing found.\n',
      stderr: '',
    });
  });

  test('control characters reach no terminal, and a long line is cut around the place', async () => {
    const long = `${HEAD}spec: {"\\u001b[31m": 1, ${'a'.repeat(300)}: 2}\n# \u009b31m\n`;
    const { stdout } = await runCli(['lint', '-'], { stdin: long });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => / \| /.test(line))
          .map((line) => line.length),
      ),
    ).toBeLessThan(112);
  });
});

describe('exit codes', () => {
  test.each([
    ['rejected', 1],
    ['unsafe', 1],
    ['advice', 1],
    ['never', 0],
  ])('--fail-on %s with a rejected finding: %i', async (word, exits) => {
    expect((await lintJson(['--fail-on', word, '-'], BAD)).code).toBe(exits);
  });

  test.each([
    ['rejected', 0],
    ['unsafe', 1],
    ['advice', 1],
  ])('--fail-on %s with an unsafe finding: %i', async (word, exits) => {
    expect((await lintJson(['--fail-on', word, '--disable', 'wrong-type', '-'], BAD)).code).toBe(exits);
  });

  test('what cannot be read is told with 2, and the rest is checked all the same', async () => {
    using folder = new Folder();
    folder.write('good.yaml', GOOD);
    const { code, stdout, stderr } = await runCli(['lint', folder.file('good.yaml'), folder.file('none.yaml')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^rolloutguard lint: .*none\.yaml cannot be read: ENOENT.*\n$/);
    expect(stdout).toContain('1 object in 1 file');
  });

  test.each([
    [[], /no manifests are named/],
    [['--disable', 'wrong-typ', '-'], /Did you mean wrong-type\?/],
    [['--only', 'nonsense', '-'], /--list-rules/],
    [['--target', '1.7', '-'], /1\.8, 1\.9, 1\.10/],
    [['--fail-on', 'all', '-'], /rejected, unsafe, advice, never/],
    [['--format', 'xml', '-'], /text, json, sarif, github/],
  ])('%j is refused in one line', async (words, message) => {
    const { code, stdout, stderr } = await runCli(['lint', ...words], { stdin: GOOD });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^[^\n]*\n$/);
  });

  test('a folder without a file to read is a mistake and no success', async () => {
    using folder = new Folder();
    const { code, stderr } = await runCli(['lint', folder.path]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is nothing to read');
  });
});

describe('rules by code', () => {
  test('some left out, or only some', async () => {
    expect(await codes(BAD, '--disable', 'wrong-type')).toEqual(['unknown-field']);
    expect(await codes(BAD, '--disable', 'wrong-type, unknown-field')).toEqual([]);
    expect(await codes(BAD, '--only', 'unknown-field')).toEqual(['unknown-field']);
    expect(await codes('a: yes\n', '--only', 'yaml-boolean')).toEqual(['yaml-boolean']);
  });

  test('the list of rules has each code once, with what it demands', async () => {
    const { code, stdout } = await runCli(['lint', '--list-rules']);
    expect(code).toBe(0);
    const listed = stdout.trimEnd().split('\n');
    expect(listed).toEqual(expect.arrayContaining([expect.stringMatching(/^wrong-type +A value has/)]));
    expect(new Set(listed.map((line) => line.split(' ')[0])).size).toBe(listed.length);
    expect(Object.keys(JSON.parse((await runCli(['lint', '--list-rules', '--format', 'json'])).stdout))).toHaveLength(
      listed.length,
    );
  });

  test('--complete asks for everything that is referred to', async () => {
    const text = GOOD.replace('{steps:', '{stableService: s, canaryService: c, steps:');
    expect(await codes(text)).toEqual([]);
    expect(await codes(text, '--complete')).toEqual(['reference-missing', 'reference-missing']);
  });
});

test('queries are read, unless nobody wants it', async () => {
  const metric = {
    name: 'e',
    count: 9,
    interval: '30s',
    provider: { prometheus: { address: 'http://p', query: 'rate(x{role="canary"})' } },
  };
  const spec = { metrics: [{ ...metric, successCondition: 'len(result) > 0 && result[0] < 1' }] };
  const text = JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'e' },
    spec,
  });
  expect(await codes(text)).toContain('promql-range');
  expect(await codes(text, '--no-promql')).not.toContain('promql-range');
});

describe('comments that silence', () => {
  test('on the line and on the next one', async () => {
    const text = BAD.replace('"3"', '"3" # rolloutguard-disable-line wrong-type').replace(
      '      stepz',
      '      # rolloutguard-disable-next-line wrong-type, unknown-field\n      stepz',
    );
    const { findings, counts } = await lintJson(['-'], text);
    expect(findings).toEqual([]);
    expect(counts['silenced']).toBe(2);
  });

  test('a comment about a rule that is off is no mistake', async () => {
    const text = BAD.replace('"3"', '"3" # rolloutguard-disable-line wrong-type');
    expect(await codes(text, '--disable', 'wrong-type')).toEqual(['unknown-field']);
    expect(await codes(text, '--only', 'unknown-field')).toEqual(['unknown-field']);
    const query = GOOD.replace('kind: Rollout', 'kind: Rollout # rolloutguard-disable-line promql-range');
    expect(await codes(query, '--no-promql')).toEqual([]);
    expect(await codes(query)).toEqual(['lint-directive']);
  });

  test.each([
    ['another rule', '# rolloutguard-disable-line unknown-field', /Nothing is found there by unknown-field/],
    [
      'a rule that is none',
      '# rolloutguard-disable-line wrong-typ',
      /There is no rule "wrong-typ"\. Did you mean wrong-type\?/,
    ],
    ['no rule', '# rolloutguard-disable-line', /names no rule/],
    ['a verb that is none', '# rolloutguard-disable wrong-type', /There is no comment rolloutguard-disable\./],
  ])('a comment with %s silences nothing, and is told', async (_name, comment, message) => {
    const { findings } = await lintJson(['-'], BAD.replace('"3"', `"3" ${comment}`));
    expect(findings.map(({ code }) => code)).toContain('wrong-type');
    const told = findings.find(({ code }) => code === 'lint-directive');
    expect(told).toMatchObject({ severity: 'advice', line: 5, column: 17 });
    expect(told!.message).toMatch(message);
  });
});

describe('files and folders', () => {
  test('are walked in the order of their names, without what is no manifest, and each file once', async () => {
    using folder = new Folder();
    for (const name of ['b', 'a', 'node_modules', '.git', '.github']) mkdirSync(folder.file(name));
    folder.write('b/rollout.yml', BAD);
    folder.write('a/rollout.json', JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' }));
    folder.write('a/values.yaml', 'on: [push]\n');
    folder.write('a/Chart.yaml', 'apiVersion: v2\nname: chart\n');
    folder.write('a/notes.txt', BAD);
    folder.write('node_modules/x.yaml', BAD);
    folder.write('.git/x.yaml', BAD);
    folder.write('.github/workflow.yaml', 'on: push\n');
    symlinkSync('..', folder.file('b/up'));
    symlinkSync(folder.file('b/rollout.yml'), folder.file('again.yaml'));
    symlinkSync('nowhere', folder.file('broken.txt'));
    const { findings, counts } = await lintJson([folder.path, folder.file('b'), folder.file('b/rollout.yml')]);
    const files = [...new Set(findings.map(({ file }) => file))];
    expect(files).toEqual([join(folder.path, 'a/rollout.json'), join(folder.path, 'again.yaml')]);
    expect(counts).toMatchObject({ files: 3, otherFiles: 2, objects: 2, otherDocuments: 1 });
  });

  test.skipIf(process.platform === 'win32')(
    'a link that leads nowhere and a pipe are told, and not waited for',
    async () => {
      using folder = new Folder();
      folder.write('good.yaml', GOOD);
      symlinkSync('nowhere', folder.file('link.yaml'));
      execFileSync('mkfifo', [folder.file('pipe.yaml')]);
      const { code, stdout, stderr } = await runCli(['lint', folder.path]);
      expect(code).toBe(2);
      expect(stdout).toContain('1 object in 1 file');
      expect(stderr).toMatch(
        /link\.yaml cannot be read: it is a link that leads nowhere\n.*pipe\.yaml cannot be read: it is neither/,
      );
    },
  );

  test('a file that is named is meant, whatever is in it', async () => {
    using folder = new Folder();
    folder.write('values.yaml', 'replicas: 3\n');
    const { findings } = await lintJson([folder.file('values.yaml')]);
    expect(places(findings)).toEqual(['1:1 rejected not-an-object']);
  });

  test('a template of Helm is no success where it is named, and lies aside in a folder', async () => {
    using folder = new Folder();
    const file = folder.write('rollout.yaml', `${HEAD}spec:\n  replicas: {{ .Values.replicas }}\n`);
    const [named, found] = [await lintJson([file]), await lintJson([folder.path])];
    expect([named.code, found.code]).toEqual([1, 0]);
    expect(places(named.findings)).toEqual(['5:13 rejected yaml-template']);
    expect(places(found.findings)).toEqual(['5:13 advice yaml-template']);
    expect(found.counts['templates']).toBe(1);
  });

  test('objects of one file may refer to those of another', async () => {
    using folder = new Folder();
    folder.write('1.yaml', GOOD);
    folder.write('2.yaml', GOOD);
    const { findings } = await lintJson([folder.path]);
    expect(findings).toMatchObject([{ code: 'duplicate-object', file: folder.file('2.yaml') }]);
    expect(findings[0]!.message).toContain(`first in ${folder.file('1.yaml')}:1.`);
  });

  test('a folder that may not be read is told; root may read every folder', async () => {
    using folder = new Folder();
    folder.write('good.yaml', GOOD);
    mkdirSync(folder.file('closed'));
    chmodSync(folder.file('closed'), 0);
    const { code, stderr } = await runCli(['lint', folder.path]);
    const told = { code: 2, stderr: expect.stringContaining('closed cannot be read') };
    expect({ code, stderr }).toEqual(process.getuid?.() === 0 ? { code: 0, stderr: '' } : told);
  });

  test('progress is shown on a terminal only', async () => {
    using folder = new Folder();
    const file = folder.write('a.yaml', GOOD);
    expect((await runCli(['lint', file], { stderrIsTerminal: true })).stderr).toContain('files read: 1');
    expect((await runCli(['lint', '--quiet', file], { stderrIsTerminal: true })).stderr).toBe('');
  });
});

describe('an interrupt ends it without a report', () => {
  /** Of 20 files with mistakes; what a file says is in memory, so that reading it takes no time. */
  async function interrupted(at: number, how: (abort: () => void) => void) {
    using folder = new Folder();
    for (let i = 10; i < 30; i++) folder.write(`${i}.yaml`, BAD);
    const names = folder.names();
    const interrupt = new AbortController();
    let reads = 0;
    const readFile = async (): Promise<Uint8Array> => {
      if (++reads === at) how(() => interrupt.abort());
      return Buffer.from(BAD);
    };
    const { code, stdout, stderr } = await runCli(['lint', folder.path], { signal: interrupt.signal, readFile });
    expect(folder.names()).toEqual(names);
    return { code, stdout, stderr, reads };
  }

  test('while it reads: nothing more is read', async () => {
    const shown = await interrupted(3, (abort) => abort());
    expect(shown).toEqual({ code: 130, stdout: '', stderr: '', reads: 3 });
  });

  test('while it checks, which it does without a pause', async () => {
    const shown = await interrupted(20, (abort) => setImmediate(abort));
    expect(shown).toEqual({ code: 130, stdout: '', stderr: '', reads: 20 });
  });
});
