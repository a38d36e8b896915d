import { expect, test } from 'vitest';
import { exampleFiles } from '../../src/cli/example-files.ts';
import { calibrate } from '../../src/replay/calibrate.ts';
import type { Calibration } from '../../src/replay/calibration.ts';
import { readRecordings } from '../../src/replay/read-recordings.ts';
import { calibrationMarkdown } from '../../src/report/calibration-markdown.ts';
import { calibrationText } from '../../src/report/calibration-text.ts';
import { jsonText } from '../../src/report/json-text.ts';
import { Folder, runCli } from '../helpers/command-line.ts';

const files = exampleFiles();
const lines = files.filter(({ path }) => path.startsWith('recordings/')).map(({ text }) => text);
const labels = files.find(({ path }) => path === 'labels.json')!.text;

/** The good deployments of the example, `times` times under different ids. */
function goodOnes(times: number): string {
  const good = lines.filter((line) => line.includes('"deploymentId":"good-'));
  return Array.from({ length: times }, (_, i) =>
    good.map((line) => line.replaceAll('"good-', `"good-${i}-`)).join(''),
  ).join('');
}

test('is that of the library, in every format', async () => {
  using folder = new Folder();
  const all = folder.write('all.jsonl', lines.join(''));
  const words = ['calibrate', '--policy', 'lowTraffic', '--labels', folder.write('labels.json', labels), all];
  const given = await runCli([...words, '--rate', '50%', '--confidence', '0.5', '--format', 'json']);
  const calibration = JSON.parse(given.stdout) as Calibration;
  expect(calibration.confidence).toBe(0.5);
  expect(calibration.services[0]?.falseRollbacks.asked).toBe(0.5);
  expect(given.stdout).toBe(jsonText(calibration));
  const asked = { confidence: 0.5, falseRollbackRate: 0.5 };
  const own = await calibrate(readRecordings([all]), asked);
  const text = await runCli(['calibrate', '--confidence', '50%', '--rate', '0.5', all]);
  expect(text.stdout).toBe(calibrationText(own));
  const markdown = await runCli(['calibrate', '--confidence', '50%', '--rate', '0.5', '--format', 'markdown', all]);
  expect(markdown.stdout).toBe(calibrationMarkdown(own));
});

test('a rate that history does not support ends with 20, if it was asked for', async () => {
  const stdin = goodOnes(1);
  expect((await runCli(['calibrate', '--rate', '1%', '-'], { stdin })).code).toBe(20);
  expect((await runCli(['calibrate', '--rate', '90%', '-'], { stdin })).code).toBe(0);
  // That of the policy is told, and fails nothing.
  const unasked = await runCli(['calibrate', '-'], { stdin });
  expect(unasked.stdout).toContain('1 % may not be promised');
  expect(unasked.code).toBe(0);
});

test.each([
  [['calibrate'], 'rolloutguard calibrate: no recordings are named. Name files or folders, or - for stdin.'],
  [['calibrate', '-'], 'rolloutguard calibrate: no recording could be used: there is none.'],
  [['calibrate', '--rate', '1', '-'], 'at --rate (got 1). Use a finite number above 0 and below 1.'],
  [['calibrate', '--confidence', '95', '-'], 'at --confidence (got 95)'],
  [['calibrate', '--policy', 'nowhere.json', '-'], 'rolloutguard calibrate: --policy nowhere.json cannot be read'],
])('%j is refused', async (words, message) => {
  const { code, stdout, stderr } = await runCli(words, { stdin: '' });
  expect(stderr).toContain(message);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
