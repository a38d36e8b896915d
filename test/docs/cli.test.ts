import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commandHelp } from '../../src/cli/help.ts';
import { COMMANDS } from '../../src/cli/main.ts';
import { Folder, runCli } from '../helpers/command-line.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const root = join(import.meta.dirname, '..', '..');
const guide = readFileSync(join(root, 'docs', 'cli.md'), 'utf8');

/** The code of the blocks of a language. */
function blocks(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, code = '']) => code,
  );
}

test.each(COMMANDS.map((command) => [command.name, command] as const))(
  'the guide shows the help of %s as it is (put there what `node src/cli/bin.ts %s --help` says)',
  (_name, command) => {
    expect(blocks('text')).toContain(commandHelp(command));
  },
);

test('the policy of the guide is one', async () => {
  using folder = new Folder();
  const [policy = ''] = blocks('json');
  const stdin = JSON.stringify(
    telemetryOf(
      repeat(3, [
        [10, 0],
        [90, 0],
      ] as const),
    ),
  );
  const { stderr } = await runCli(['decide', '--policy', folder.write('policy.json', policy)], { stdin });
  expect(stderr).toBe('');
});

describe('the step of GitHub Actions', () => {
  const [yaml = ''] = blocks('yaml');
  const script = (/ {2}run: \|\n((?: {4}.*\n)+)/.exec(yaml)?.[1] ?? '').replaceAll(/^ {4}/gm, '');

  test.each([
    [0, 'next=advance\n', 0],
    [10, 'next=rollback\n', 0],
    [20, 'next=wait\n', 0],
    [30, 'next=call\n', 0],
    [2, '', 2],
    [1, '', 1],
  ])('exit code %d gives %j', (code, output, exits) => {
    using folder = new Folder();
    folder.write('npx', `#!/bin/sh\necho "$@"\nexit ${code}\n`);
    chmodSync(folder.file('npx'), 0o755);
    folder.write('output', '');
    const env = {
      PATH: `${folder.path}:${process.env['PATH']}`,
      GITHUB_STEP_SUMMARY: folder.file('summary'),
      GITHUB_OUTPUT: folder.file('output'),
    };
    // As GitHub runs it.
    const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { env });
    expect({ status, output: folder.read('output') }).toEqual({ status: exits, output });
    expect(folder.read('summary')).toMatch(/^rolloutguard decide .*--format markdown\n$/);
  });
});
