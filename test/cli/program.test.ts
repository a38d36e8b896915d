import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/main.ts';
import { Folder } from '../helpers/command-line.ts';

const bin = join(import.meta.dirname, '..', '..', 'src', 'cli', 'bin.ts');

/** A folder in which a shell finds the program by its name. */
function folderWithProgram(): Folder {
  const folder = new Folder();
  folder.write('rolloutguard', `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(folder.file('rolloutguard'), 0o755);
  return folder;
}

function start(folder: Folder, line: string): ChildProcessWithoutNullStreams {
  const env = { ...process.env, PATH: `${folder.path}:${process.env['PATH']}` };
  return spawn('sh', ['-c', line], { cwd: folder.path, env });
}

async function shell(folder: Folder, line: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = start(folder, line);
  child.stdin.end();
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, stdout, stderr };
}

describe('every example of the help works in an empty folder', () => {
  const examples = COMMANDS.flatMap(({ name, examples }) =>
    examples.map((example) => [name, example.says, example] as const),
  );
  test.each(examples)('%s: %s', async (_name, _says, { lines, exits }) => {
    using folder = folderWithProgram();
    const { code, stderr } = await shell(folder, lines.join('\n'));
    expect(code, stderr).toBe(exits);
  });
});

describe('as a process', () => {
  test('a verdict is the exit code, through a pipe and into a file', async () => {
    using folder = folderWithProgram();
    const { code, stdout, stderr } = await shell(
      folder,
      'rolloutguard example x > /dev/null; cat x/recordings/bad-1.json | rolloutguard decide --policy x/policy.json --format json > d.json',
    );
    expect({ code, stdout, stderr }).toEqual({ code: 10, stdout: '', stderr: '' });
    expect(JSON.parse(folder.read('d.json'))).toMatchObject({ verdict: 'rollback', deploymentId: 'bad-1' });
  });

  test('a reader that goes away is no failure, and the verdict stands', async () => {
    using folder = folderWithProgram();
    const { stdout, stderr } = await shell(
      folder,
      'rolloutguard example x > /dev/null\n{ rolloutguard decide --policy x/policy.json --telemetry x/recordings/bad-1.json --format json; echo "code $?" >&2; } | true',
    );
    expect({ stdout, stderr }).toEqual({ stdout: '', stderr: 'code 10\n' });
  });

  test.skipIf(process.platform !== 'linux')('a full disk behind stdout is told', async () => {
    using folder = folderWithProgram();
    const { code, stderr } = await shell(folder, 'rolloutguard --help > /dev/full');
    expect(stderr).toContain('ENOSPC');
    expect(code).toBe(2);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it while it waits for stdin, and no file is left', async (signal, exits) => {
    using folder = folderWithProgram();
    const child = start(folder, 'exec rolloutguard decide --policy webService --html report.html');
    const closed = once(child, 'close');
    const stderr = text(child.stderr);
    await expect
      .poll(() => folder.names().some((name) => name.startsWith('.report.html')), { timeout: 10_000 })
      .toBe(true);
    child.kill(signal);
    expect(await closed).toEqual([exits, null]);
    expect(await stderr).toBe('');
    expect(folder.names()).toEqual(['rolloutguard']);
  });

  test
    .skipIf(process.platform === 'win32')
    .each([
      'replay --policy webService --html report.html pipe.jsonl',
      'decide --policy pipe.jsonl --html report.html',
    ])('one signal is enough where it waits for a pipe that nobody writes to: %s', async (words) => {
    using folder = folderWithProgram();
    const child = start(folder, `mkfifo pipe.jsonl; exec rolloutguard ${words}`);
    const closed = once(child, 'close');
    await expect
      .poll(() => folder.names().some((name) => name.startsWith('.report.html')), { timeout: 10_000 })
      .toBe(true);
    child.kill('SIGTERM');
    // As a shell counts it, that is 143 as well.
    expect(await closed).toEqual([null, 'SIGTERM']);
    expect(folder.names()).toEqual(['pipe.jsonl', 'rolloutguard']);
  });

  /** Tells on stderr which packages are loaded. */
  const TELLING = `import { registerHooks } from 'node:module';
    registerHooks({ load: (url, context, next) => {
      if (url.includes('/node_modules/')) process.stderr.write(url + '\\n');
      return next(url, context);
    } });`;

  test.each([
    ['plan --rps 40 --error-rate 1%', false],
    ['lint --help', false],
    ['lint --list-rules', true],
  ])('%s loads parsers: %s', async (words, loads) => {
    using folder = folderWithProgram();
    const hook = `data:text/javascript,${encodeURIComponent(TELLING)}`;
    const { stderr } = await shell(folder, `NODE_OPTIONS="--import=${hook}" rolloutguard ${words}`);
    expect(stderr.includes('/yaml/')).toBe(loads);
  });
});
