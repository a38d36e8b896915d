import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished, test } from 'vitest';
import { NODE } from '../../telemetry/child-app.ts';
import { startSink } from '../../telemetry/otlp-sink.ts';
import { expectUnharmed, IDENTITY } from './compare.ts';

const TAMPER = new URL('../fixtures/tamper.mjs', import.meta.url).href;

async function folderFor(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rolloutguard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

/** Older releases of Node run the loader hook on a thread; where that cannot be, the hook alone is missing. */
const NO_HOOK = /the loader hook could not be installed/;

const works = (...flags: string[]): boolean => spawnSync(NODE, [...flags, '-p', '1']).status === 0;

/** Nothing may be written, run or started; releases of Node ask for that differently. */
const RESTRICTED = [works('--permission') ? '--permission' : '--experimental-permission', '--allow-fs-read=*'];
const PERMISSION = works(...RESTRICTED, '--allow-net') ? [...RESTRICTED, '--allow-net'] : RESTRICTED;

/** Node itself does not start every preload when its prototypes are changed before. */
const early = (kind: string): { imports: string[]; late: string[] } =>
  kind.includes('prototype') ? { imports: [], late: [TAMPER] } : { imports: [TAMPER], late: [] };

const shell = (script: string): string[] => ['bash', '-c', script, 'bash'];

describe.concurrent('the app does not notice telemetry in surroundings that are odd', () => {
  test.for<[string, readonly string[]]>([
    ['stderr that nobody reads', shell('exec "$@" 2> >(true)')],
    ['stderr that is closed', shell('exec "$@" 2>&-')],
    ['stderr on a full disk', shell('exec "$@" 2>/dev/full')],
    ['stdin that is closed', shell('exec "$@" <&-')],
    ['few file descriptors', shell('ulimit -n 256; exec "$@"')],
    ['no core and small stack', shell('ulimit -c 0; ulimit -s 4096; exec "$@"')],
    ['no file may be written', shell('ulimit -f 0; exec "$@"')],
  ])('%s', async ([, launcher], { signal }) => {
    await using sink = await startSink();
    // Something to complain about, so that it writes.
    const env = { ...IDENTITY, ROLLOUTGUARD_COHORT: 'purple', OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    await expectUnharmed('shop.mjs', { signal, env, launcher, says: /cohort/ });
  });

  test('a working directory that is gone', async ({ signal }) => {
    await using sink = await startSink();
    const folder = await folderFor();
    const launcher = shell(`mkdir -p ${folder}/gone && cd ${folder}/gone && rmdir ${folder}/gone && exec "$@"`);
    const env = { ...IDENTITY, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    await expectUnharmed('shop.mjs', { signal, env, launcher, says: NO_HOOK });
  });

  test.for<readonly string[]>([
    ['--disallow-code-generation-from-strings'],
    ['--disable-proto=delete'],
    ['--disable-proto=throw'],
    ['--throw-deprecation'],
    ['--pending-deprecation'],
    ['--unhandled-rejections=strict'],
    ['--enable-source-maps'],
    ['--preserve-symlinks'],
    ['--max-old-space-size=64'],
    PERMISSION,
  ])('%s', async (flags, { signal }) => {
    await using sink = await startSink();
    const env = { ...IDENTITY, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    await expectUnharmed('shop.mjs', { signal, env, flags, says: NO_HOOK });
  });

  // The packages behind the hook set a property of Error, and require an ES module.
  test.for(['--frozen-intrinsics', '--no-experimental-require-module'])(
    '%s: the loader hook is off',
    async (flag, { signal }) => {
      await expectUnharmed('shop.mjs', {
        signal,
        env: IDENTITY,
        flags: [flag],
        says: NO_HOOK,
      });
    },
  );

  test.for([
    'Object.prototype has more',
    'Array.prototype has more',
    'the environment is gone',
    'the environment is a frozen copy',
    'console is replaced',
    'toJSON for errors and big integers',
    'process.on is watched',
  ])('%s', async (APP_TAMPERS, { signal }) => {
    await using sink = await startSink();
    const env = { ...IDENTITY, APP_TAMPERS, OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };
    const says = APP_TAMPERS === 'the environment is gone' ? /deployment|cohort/ : undefined;
    await expectUnharmed('shop.mjs', { signal, env, ...early(APP_TAMPERS), ...(says && { says }) });
  });
});

describe.concurrent('the app does not notice identity files that are bad', () => {
  const LABELS = 'app="shop"\nrole="canary"\n';

  test.for<[string, (folder: string) => string]>([
    ['missing', (folder) => join(folder, 'missing')],
    ['a folder', (folder) => folder],
    ['a pipe that nobody writes to', (folder) => join(folder, 'pipe')],
    ['endless', () => '/dev/zero'],
    ['10 MB', (folder) => join(folder, 'large')],
    ['a link to itself', (folder) => join(folder, 'loop')],
    ['broken lines', (folder) => join(folder, 'broken')],
    ['a name with a line break', (folder) => `${folder}/a\nb`],
  ])('%s', async ([, path], { signal }) => {
    await using sink = await startSink();
    const folder = await folderFor({ large: LABELS.repeat(400_000), broken: `\0\u001b[2J="x\nrole\n="\n${LABELS}` });
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    symlinkSync('loop', join(folder, 'loop'));
    const env = {
      ...IDENTITY,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      ROLLOUTGUARD_IDENTITY_FILES: path(folder),
      ROLLOUTGUARD_COHORT_POLL_MS: '100',
    };
    await expectUnharmed('shop.mjs', { signal, env, says: /./ });
  });
});
