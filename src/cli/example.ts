/** `rolloutguard example`: files to try the other commands on. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { Command, RunEdges } from './command.ts';
import { exampleFiles } from './example-files.ts';
import { EXIT } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

const DEFAULT_FOLDER = 'rolloutguard-example';

/** The command `example`. */
export const exampleCommand: Command = {
  name: 'example',
  summary: 'writes files to try the other commands on: policies, recordings, a manifest',
  usage: '[FOLDER]',
  about:
    `Writes into FOLDER (default ${DEFAULT_FOLDER}): policy.json, thresholds.json, labels.json, recordings of six ` +
    'simulated deployments, three good and three bad, and manifests/rollout.yaml, a rollout with mistakes. Files that are there already must be the same.',
  options: {},
  operands: 'FOLDER',
  exits: { [EXIT.ok]: 'written' },
  examples: [{ says: 'files in the folder demo', lines: ['rolloutguard example demo'], exits: EXIT.ok }],
  run,
};

async function run({ operands }: Invocation, edges: RunEdges): Promise<number> {
  if (operands.length > 1) {
    throw new RolloutGuardError('INVALID_OPTION', 'rolloutguard example: more than one folder is named', {
      mend: 'Name one.',
    });
  }
  const folder = operands[0] ?? DEFAULT_FOLDER;
  for (const { path, text } of exampleFiles()) {
    const target = join(folder, path);
    await makeFolder(dirname(target));
    if (await isThere(target, text, edges)) continue;
    const file = await edges.openFile('FOLDER', target);
    await file.write(text);
  }
  await edges.stdout.write(
    `Wrote policies, recordings, labels and a manifest into ${folder}. Try:\n  rolloutguard decide --policy ${join(folder, 'policy.json')} --telemetry ${join(folder, 'recordings', 'bad-1.json')}\n`,
  );
  return EXIT.ok;
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new RolloutGuardError('INVALID_OPTION', `rolloutguard example: ${path} cannot be made: ${messageOf(error)}`, {
      mend: 'Name a folder that may be written to.',
    });
  }
}

/** Somebody's own file is never overwritten. */
async function isThere(path: string, text: string, edges: RunEdges): Promise<boolean> {
  const bytes = await edges.readFile(path).catch(() => null);
  if (bytes === null) return false;
  if (Buffer.from(bytes).toString('utf8') === text) return true;
  throw new RolloutGuardError('INVALID_OPTION', `rolloutguard example: ${path} is there already, and is another file`, {
    mend: 'Name another folder.',
  });
}
