import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { commandHelp } from '../../../src/cli/help.ts';
import { COMMANDS } from '../../../src/cli/main.ts';
import type { Check, CheckGroup } from '../check.ts';
import { attempt, CheckFailure, run } from '../command.ts';
import { manifest, type NodeVersion, type Workshop } from '../workshop.ts';

/** What must hold of the program `rolloutguard`, as a user installed it. */
export const programChecks: (Check | CheckGroup)[] = [
  { name: 'program: npx finds it, and it says what the source says', run: checkNpx },
  { name: 'program: stdin, stdout and exit codes through npx', run: checkPipe },
  { name: 'program: examples of the help on every Node', expand: exampleChecks },
];

/** What npm says of a user's own settings is not what the program says. */
const NO_NOTES = { npm_config_loglevel: 'error' };

async function checkNpx(workshop: Workshop): Promise<string> {
  const cwd = await workshop.bareConsumer();
  const npx = (...words: string[]): Promise<string> =>
    run('npx', ['--no-install', 'rolloutguard', ...words], { cwd, env: NO_NOTES });
  const version = (await npx('--version')).trim();
  if (version !== manifest.version) throw new CheckFailure(`--version says ${version}`);
  for (const command of COMMANDS) {
    const said = await npx(command.name, '--help');
    if (said !== commandHelp(command)) throw new CheckFailure(`${command.name} --help says:\n${said}`);
  }
  return `${COMMANDS.length} commands`;
}

async function checkPipe(workshop: Workshop): Promise<undefined> {
  const cwd = newFolder(await workshop.bareConsumer());
  const lines = [
    'npx --no-install rolloutguard example x > /dev/null',
    'npx --no-install rolloutguard decide --policy x/policy.json --format json < x/recordings/bad-1.json',
  ];
  const { code, output } = await attempt('sh', ['-c', lines.join('\n')], { cwd });
  const verdict = /"verdict": "(\w+)"/.exec(output)?.[1];
  if (code !== 10 || verdict !== 'rollback') throw new CheckFailure(`ended with ${code} and ${verdict}:\n${output}`);
}

async function exampleChecks(workshop: Workshop): Promise<Check[]> {
  const nodes = await workshop.nodes();
  return nodes.map((node) => ({
    name: `${node.label}: every example of the program's help, from the tarball`,
    run: async () => runExamples(node, await workshop.bareConsumer()),
  }));
}

/** Each in an empty folder, as the help promises. */
async function runExamples(node: NodeVersion, consumer: string): Promise<string> {
  const program = join(consumer, 'node_modules', manifest.name, 'dist', 'cli.js');
  const examples = COMMANDS.flatMap((command) => command.examples);
  for (const { lines, exits } of examples) {
    const script = ['rolloutguard() { "$NODE" "$PROGRAM" "$@"; }', ...lines].join('\n');
    const env = { NODE: node.binary, PROGRAM: program };
    const { code, output } = await attempt('sh', ['-c', script], { cwd: newFolder(consumer), env, timeoutSeconds: 60 });
    if (code !== exits) throw new CheckFailure(`${lines.join('\n')}\nended with ${code}, not ${exits}:\n${output}`);
  }
  return `${examples.length} examples`;
}

function newFolder(consumer: string): string {
  const tries = join(consumer, 'tries');
  mkdirSync(tries, { recursive: true });
  return mkdtempSync(join(tries, 'try-'));
}
