import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkBrought, checkDuplicates, judgeAudit } from './checks/repository.ts';
import { attempt, run } from './command.ts';

const here = { cwd: import.meta.dirname };
const node = (code: string, timeoutSeconds = 10) =>
  attempt(process.execPath, ['-e', code], { ...here, timeoutSeconds });

test('an OpenTelemetry package in two places is a failure, other packages may repeat', () => {
  const once = {
    'node_modules/@opentelemetry/api': { version: '1.10.0' },
    'node_modules/@opentelemetry/core': { version: '3.0.0' },
    'node_modules/semver': { version: '7.0.0' },
    'node_modules/a/node_modules/semver': { version: '6.0.0' },
  };
  expect(checkDuplicates(once)).toBe('2 packages');
  const twice = { ...once, 'node_modules/x/node_modules/@opentelemetry/core': { version: '3.0.1' } };
  expect(() => checkDuplicates(twice)).toThrow('node_modules/x/node_modules/@opentelemetry/core 3.0.1');
});

test('an install may bring the parsers and the types of pods, and nothing else', () => {
  const meant = { '': {}, 'node_modules/rolloutguard': {}, 'node_modules/yaml': {}, 'node_modules/@lezer/common': {} };
  expect(checkBrought(meant)).toBe('2 packages');
  const stranger = { ...meant, 'node_modules/@opentelemetry/api': {} };
  expect(() => checkBrought(stranger)).toThrow('also installed: node_modules/@opentelemetry/api');
  const twice = { ...meant, 'node_modules/rolloutguard/node_modules/yaml': {} };
  expect(() => checkBrought(twice)).toThrow('node_modules/rolloutguard/node_modules/yaml');
});

test('an audit fails on high and critical advisories only, and a silent registry is told', () => {
  const answer = (counts: object): string =>
    `npm warn something\n${JSON.stringify({ metadata: { vulnerabilities: counts } })}\n`;
  expect(judgeAudit(answer({ low: 1, moderate: 1, high: 0, critical: 0, total: 2 }))).toBe('2 advisories');
  expect(() => judgeAudit(answer({ high: 1, critical: 0, total: 1 }))).toThrow('"high":1');
  expect(() => judgeAudit(answer({ high: 0, critical: 1, total: 1 }))).toThrow('"critical":1');
  expect(judgeAudit('{ "error": { "code": "ENOAUDIT" } }')).toBe('the registry does not answer audits');
  expect(judgeAudit('npm error network')).toBe('the registry does not answer audits');
});

test('a command gives its exit code and all that it printed', async () => {
  expect(await node('console.log("out"); console.error("err"); process.exitCode = 3')).toEqual({
    code: 3,
    output: 'out\nerr\n',
  });
});

test('a command that hangs is killed with its children, and fails', async () => {
  const parent = `
    const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const { code, output } = await node(parent, 0.5);
  expect(code).toBe(137);
  expect(output).toContain('(killed after 0.5 s)');
  const childPid = Number.parseInt(output, 10);
  expect(childPid).toBeGreaterThan(0);
  await expect.poll(() => isAlive(childPid), { timeout: 5000 }).toBe(false);
});

test('a command that does not exist fails like any other', async () => {
  expect(await attempt('no-such-command-here', [], here)).toMatchObject({ code: 127 });
  await expect(run('no-such-command-here', ['x'], here)).rejects.toThrow('$ no-such-command-here x');
});

/** A process that ended but that nobody has asked about yet (a zombie) is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
