import { chmodSync, lstatSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandHelp } from '../../src/cli/help.ts';
import { COMMANDS } from '../../src/cli/main.ts';
import { createPendingFile } from '../../src/cli/pending-file.ts';
import { VERSION } from '../../src/version.ts';
import { Folder, runCli } from '../helpers/command-line.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const stdin = JSON.stringify(
  telemetryOf(
    repeat(3, [
      [10, 0],
      [90, 0],
    ] as const),
  ),
);
const toHtml = (folder: Folder): string[] => ['decide', '--policy', 'webService', '--html', folder.file('x.html')];

describe('words that name no work', () => {
  test('help goes to stdout, and to stderr when nobody asked for it', async () => {
    const asked = await runCli(['--help']);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    for (const { name, summary } of COMMANDS) expect(asked.stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, 'm'));
    expect(await runCli(['help'])).toEqual(asked);
    expect(await runCli([])).toEqual({ code: 2, stdout: '', stderr: asked.stdout });
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))('%s has its help', async (name, command) => {
    const finished = await runCli([name, '--help']);
    expect(finished).toEqual({ code: 0, stdout: commandHelp(command), stderr: '' });
    expect(await runCli(['help', name])).toEqual(finished);
    for (const option of Object.keys(command.options)) expect(finished.stdout).toContain(`\n  --${option}`);
    expect(Math.max(...finished.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test('the version', async () => {
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test.each([
    ['decid', 'rolloutguard: there is no command decid. Did you mean decide?\n'],
    ['launch', /there is no command launch. Commands: decide, .*; see rolloutguard --help\.\n$/],
    ['--verison', /there is no option --verison/],
    ['\u001b[31m', /^rolloutguard: there is no command \\u\{1b\}\[31m/],
  ])('%j is no command', async (word, message) => {
    const { code, stdout, stderr } = await runCli([word]);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('files and failures', () => {
  test('a file is not there when the command failed, and an earlier one stays', async () => {
    using folder = new Folder();
    folder.write('x.html', 'earlier');
    expect((await runCli(toHtml(folder), { stdin: '{}' })).code).toBe(2);
    expect(folder.names()).toEqual(['x.html']);
    expect(folder.read('x.html')).toBe('earlier');
    expect((await runCli(toHtml(folder), { stdin })).code).not.toBe(2);
    expect(folder.read('x.html')).toMatch(/^<!DOCTYPE/);
  });

  test('an interrupt leaves no file and says nothing', async () => {
    using folder = new Folder();
    const interrupt = new AbortController();
    const createFile: typeof createPendingFile = async (path) => {
      const file = await createPendingFile(path);
      interrupt.abort();
      return file;
    };
    const finished = await runCli(toHtml(folder), { stdin, signal: interrupt.signal, createFile });
    expect({ code: finished.code, stderr: finished.stderr }).toEqual({ code: 130, stderr: '' });
    expect(folder.names()).toEqual([]);
  });

  test('a disk that fills up is told with the option, and leaves no file', async () => {
    using folder = new Folder();
    const createFile: typeof createPendingFile = async (path) => ({
      ...(await createPendingFile(path)),
      write: () => Promise.reject(new Error('ENOSPC: no space left on device, write')),
    });
    const { code, stderr } = await runCli(toHtml(folder), { stdin, createFile });
    expect(code).toBe(2);
    expect(stderr).toContain('x.html cannot be written: ENOSPC: no space left on device');
    expect(folder.names()).toEqual([]);
  });

  test('a fault of our own is told from a wrong input, with its stack', async () => {
    const finished = await runCli(['decide', '--policy', 'webService', '--now', 'now'], {
      stdin,
      now: () => {
        throw new TypeError('a bug');
      },
    });
    expect(finished.code).toBe(70);
    expect(finished.stderr).toMatch(/this is a fault of rolloutguard. TypeError: a bug\n\s+at /);
  });
});

describe('a file that is pending', () => {
  test('keeps the mode and the link of the one that it replaces', async () => {
    using folder = new Folder();
    folder.write('real', 'old');
    chmodSync(folder.file('real'), 0o600);
    symlinkSync(folder.file('real'), folder.file('link'));
    const file = await createPendingFile(folder.file('link'));
    await file.write('new ');
    await file.write('text');
    expect(folder.read('real')).toBe('old');
    await file.commit();
    expect(folder.read('real')).toBe('new text');
    expect(statSync(folder.file('real')).mode & 0o777).toBe(0o600);
    expect(lstatSync(folder.file('link')).isSymbolicLink()).toBe(true);
    expect(folder.names()).toEqual(['link', 'real']);
  });
});
