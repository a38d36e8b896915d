import { describe, expect, test } from 'vitest';
import { exampleFiles } from '../../src/cli/example-files.ts';
import { createPendingFile } from '../../src/cli/pending-file.ts';
import { definePolicy, errorRate, thresholdPolicy } from '../../src/index.ts';
import { readRecordings } from '../../src/replay/read-recordings.ts';
import { replay } from '../../src/replay/replay.ts';
import type { ReplayReport } from '../../src/replay/replay-report.ts';
import { jsonText } from '../../src/report/json-text.ts';
import { replayMarkdown } from '../../src/report/replay-markdown.ts';
import { replayText } from '../../src/report/replay-text.ts';
import { type Finished, Folder, type Given, runCli } from '../helpers/command-line.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()] });
const before = repeat(30, [2000, 20] as const);
const healthy = (deploymentId: string): object =>
  telemetryOf(
    repeat(12, [
      [100, 1],
      [1900, 19],
    ] as const),
    before,
    { deploymentId },
  );
const broken = (deploymentId: string): object =>
  telemetryOf(
    repeat(12, [
      [100, 60],
      [1900, 19],
    ] as const),
    before,
    { deploymentId },
  );
/** Rolls back whatever it sees. */
const harsh = thresholdPolicy({ maxErrorRate: 0, minimumSampleSize: 0 });
/** Never rolls back. */
const blind = thresholdPolicy({ minimumSampleSize: 1e9 });
const labels = { good: { outcome: 'good' }, bad: { outcome: 'bad' } };

/** A folder with everything that a replay needs. */
function history(): Folder {
  const folder = new Folder();
  folder.write('policy.json', policy);
  folder.write('harsh.json', harsh);
  folder.write('blind.json', blind);
  folder.write('labels.json', labels);
  folder.write('all.jsonl', `${JSON.stringify(healthy('good'))}\n${JSON.stringify(broken('bad'))}\n`);
  return folder;
}

/** Runs it; words that name a file of the folder become its path. */
async function replayIn(folder: Folder, words: string, given?: Given): Promise<Finished> {
  const names = folder.names();
  const paths = words.split(' ').map((word) => {
    const [, name = '', here = '', file = ''] = /^(.*=)?(\.\/)?(.*)$/.exec(word) ?? [];
    return names.includes(file) || file.startsWith('new.') ? `${name}${folder.path}/${here}${file}` : word;
  });
  return await runCli(['replay', ...paths], given);
}

describe('a replay', () => {
  test('is that of the library, in every format', async () => {
    using folder = history();
    const report = await replay({ policy, blind }, readRecordings([folder.file('all.jsonl')]), {
      labels: labels as never,
    });
    const words = '--policy policy.json --policy blind.json --labels labels.json all.jsonl';
    expect(await replayIn(folder, words)).toEqual({ code: 0, stdout: replayText(report), stderr: '' });
    expect((await replayIn(folder, `${words} --format json`)).stdout).toBe(jsonText(report));
    expect((await replayIn(folder, `${words} --format markdown`)).stdout).toBe(replayMarkdown(report));
  });

  test('takes recordings from stdin, and policies by a name or a preset', async () => {
    using folder = history();
    const words = '--policy new=policy.json --policy webService --policy old=thresholds --against old --format json -';
    const { code, stdout } = await replayIn(folder, words, { stdin: folder.read('all.jsonl') });
    const report = JSON.parse(stdout) as ReplayReport;
    expect(code).toBe(0);
    expect(report.policies.map(({ name }) => name)).toEqual(['new', 'webService', 'old']);
    expect(report.comparisons.map(({ against }) => against)).toEqual(['old', 'old']);
    expect(report.deployments.map(({ source, line }) => [source, line])).toEqual([
      ['stdin', 1],
      ['stdin', 2],
    ]);
  });

  test('uses the good lines and names the bad ones', async () => {
    using folder = history();
    folder.write('mixed.jsonl', `${JSON.stringify(broken('bad'))}\n{"kind": "inter\n`);
    const { code, stdout } = await replayIn(folder, '--policy policy.json mixed.jsonl');
    expect(code).toBe(0);
    expect(stdout).toMatch(/mixed\.jsonl.*line 2.*INVALID_JSON/);
  });

  test('writes rows, a page and a record, and leaves single deployments out of a summary', async () => {
    using folder = history();
    const words = '--policy policy.json --labels labels.json --rows new.rows --html new.html all.jsonl';
    const { code, stdout } = await replayIn(folder, `${words} --summary --format json`);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as ReplayReport).deployments).toEqual([]);
    const rows = folder
      .read('new.rows')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { deploymentId: string });
    expect(rows.map(({ deploymentId }) => deploymentId)).toEqual(['good', 'bad']);
    expect(folder.read('new.html')).toMatch(/^<!DOCTYPE html>/);
  });

  test('shows as many deployments as it is told', async () => {
    using folder = history();
    const words = '--policy policy.json --labels labels.json --html new.html all.jsonl';
    const { stdout } = await replayIn(folder, `${words} --show 1`);
    expect(stdout).toContain('checkout / bad');
    expect(stdout).not.toContain('checkout / good');
    expect(folder.read('new.html')).not.toContain('checkout / good');
    expect((await replayIn(folder, words)).stdout).toContain('checkout / good');
  });

  test('writes the record by which the service earns authority', async () => {
    using folder = history();
    const words =
      '--policy policy.json --policy blind.json --against blind --labels labels.json --record new.past all.jsonl';
    expect((await replayIn(folder, words)).code).toBe(0);
    expect(JSON.parse(folder.read('new.past'))).toEqual({
      checkout: [
        { deploymentId: 'good', endedAtMs: expect.any(Number), verdict: 'continue', outcome: 'good' },
        { deploymentId: 'bad', endedAtMs: expect.any(Number), verdict: 'rollback', outcome: 'bad' },
      ],
    });
    const rules = { notify: { goodDeployments: 0, maxFalseRollbacks: 0 }, window: 5 };
    const authority = {
      ...rules,
      hold: { goodDeployments: 1, maxFalseRollbacks: 0 },
      rollback: { goodDeployments: 1, maxFalseRollbacks: 0 },
    };
    const earned = folder.write('earned.json', { ...policy, authority });
    const decided = await runCli(['decide', '--policy', earned, '--past', folder.file('new.past')], {
      stdin: JSON.stringify(broken('next')),
    });
    expect(decided).toMatchObject({ code: 10, stderr: '' });
  });
});

describe('limits for CI', () => {
  test.each([
    [
      '--policy harsh.json --max-false-rollbacks 0',
      10,
      'harsh rolled back or escalated 1 good deployment of 1; --max-false-rollbacks allows 0.',
    ],
    ['--policy harsh.json --max-false-rollbacks 1', 0, ''],
    ['--policy blind.json --max-missed 0', 10, 'blind missed 1 bad deployment of 1; --max-missed allows 0.'],
    ['--policy policy.json --max-missed 0 --max-false-rollbacks 0', 0, ''],
    // What the others are compared with is not on trial.
    ['--policy policy.json --policy harsh.json --against harsh --max-false-rollbacks 0', 0, ''],
    ['--policy policy.json --policy harsh.json --max-false-rollbacks 0', 10, 'harsh rolled back'],
  ])('%s', async (words, code, message) => {
    using folder = history();
    const finished = await replayIn(folder, `${words} --labels labels.json all.jsonl`);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(new RegExp(`^${message === '' ? '$' : `rolloutguard replay: ${message}`}`));
    expect(finished.stdout).toContain('Replay of 2 deployments');
  });

  test.each([
    ['--max-missed 0 all.jsonl', '--labels is missing. --max-missed counts by what was good or bad.'],
    [
      '--max-missed 0 --labels other.json all.jsonl',
      '--max-missed cannot be exceeded, because no recording is labelled bad.',
    ],
    ['--max-missed -1 --labels labels.json all.jsonl', '--max-missed needs a value, and -1 looks like an option'],
    ['--max-missed 0.5 --labels labels.json all.jsonl', 'at --max-missed (got 0.5). Use a whole number at least 0.'],
  ])('a limit that nothing could exceed is refused: %s', async (words, message) => {
    using folder = history();
    folder.write('other.json', { 'another-id': { outcome: 'bad' } });
    const { code, stdout, stderr } = await replayIn(folder, `--policy policy.json ${words}`);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('refused', () => {
  test.each([
    ['all.jsonl', '--policy is missing. Name a policy file, or a preset such as webService.'],
    ['--policy policy.json', 'no recordings are named. Name files or folders, or - for stdin.'],
    ['--policy policy.json --policy policy.json all.jsonl', 'There is a policy policy already: write OTHER=FILE.'],
    ['--policy =policy.json all.jsonl', /--policy =\S*policy.json cannot be read/],
    ['--policy web= all.jsonl', 'at --policy (got "web="). Write NAME=FILE, or FILE alone.'],
    ['--policy policy.json --against web all.jsonl', 'at --against (got "web"). Name one of the policies: policy.'],
    ['--policy policy.json nowhere', 'no recording could be used: 1 left out, the first: nowhere: ENOENT'],
    ['--policy policy.json policy.json', 'policy.json: This is a policy.'],
    ['--policy policy.json --policy blind.json --record new.past all.jsonl', 'Give one --policy, or two and --against'],
    ['--policy policy.json --summary --record new.past all.jsonl', 'leave --summary out'],
    ['--policy policy.json --html new.x --rows new.x all.jsonl', 'new.x cannot be written: it is named twice'],
    ['--policy policy.json --html new.x --rows ./new.x all.jsonl', 'new.x cannot be written: it is named twice'],
    ['--policy policy.json --rows ./all.jsonl all.jsonl', 'all.jsonl cannot be written: it is named twice'],
    [
      '--policy policy.json --labels labels.json --html labels.json all.jsonl',
      'labels.json cannot be written: it is named twice',
    ],
    ['--policy policy.json --labels bad-labels.json all.jsonl', 'bad-labels.json: parseLabels: invalid value at x'],
    ['--policy policy.json - -', '- is given twice, and stdin can be read once'],
    ['--policy policy.json --labels - -', 'stdin is'],
  ])('%s', async (words, message) => {
    using folder = history();
    folder.write('bad-labels.json', { x: { outcome: 'fine' } });
    const names = folder.names();
    const { code, stdout, stderr } = await replayIn(folder, words, { stdin: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(folder.names()).toEqual(names);
  });
});

describe('while it runs', () => {
  test('progress is shown on a terminal only, and is gone at the end', async () => {
    using folder = history();
    let clock = 0;
    const now = (): number => (clock += 1000);
    const words = '--policy policy.json all.jsonl';
    const shown = await replayIn(folder, words, { stderrIsTerminal: true, now });
    expect(shown.stderr).toBe('\r\u001b[Kdeployments replayed: 1\r\u001b[Kdeployments replayed: 2\r\u001b[K');
    expect((await replayIn(folder, `${words} --quiet`, { stderrIsTerminal: true, now })).stderr).toBe('');
    expect((await replayIn(folder, words, { now })).stderr).toBe('');
  });

  test('an interrupt ends it, and leaves no file', async () => {
    using folder = history();
    const interrupt = new AbortController();
    const now = (): number => {
      interrupt.abort();
      return 0;
    };
    const given = { stderrIsTerminal: true, signal: interrupt.signal, now };
    const names = folder.names();
    const { code, stdout } = await replayIn(folder, '--policy policy.json --rows new.rows all.jsonl', given);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(folder.names()).toEqual(names);
  });

  test('rows that cannot be written end it', async () => {
    using folder = history();
    const createFile: Given['createFile'] = async (path) => ({
      ...(await createPendingFile(path)),
      write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    });
    const names = folder.names();
    const { code, stderr } = await replayIn(folder, '--policy policy.json --rows new.rows all.jsonl', { createFile });
    expect(code).toBe(2);
    expect(stderr).toContain('new.rows cannot be written: ENOSPC');
    expect(folder.names()).toEqual(names);
  });
});

test('the example files tell what they are meant to tell', async () => {
  using folder = new Folder();
  const files = exampleFiles();
  const all = files.filter(({ path }) => path.startsWith('recordings/'));
  folder.write('all.jsonl', all.map(({ text }) => text).join(''));
  for (const { path, text } of files) if (!path.includes('/')) folder.write(path, text);
  const words = '--policy policy.json --policy thresholds.json --labels labels.json --format json all.jsonl';
  const { scores } = JSON.parse((await replayIn(folder, words)).stdout) as ReplayReport;
  expect(scores).toMatchObject([
    { policy: 'policy', good: 3, bad: 3, falseRollbacks: 0, caught: 3 },
    { policy: 'thresholds', good: 3, bad: 3, falseRollbacks: 3, caught: 3 },
  ]);
});
