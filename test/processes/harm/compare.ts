/** Runs an app with and without telemetry, and tells what a user of it would notice. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Exit, REGISTER, type RunOptions, startApp } from '../../telemetry/child-app.ts';

const PATHS = ['/json', '/large', '/chunks', '/fail', '/call', '/fetch', '/refused', '/cut', '/caught', '/json'];

/** What a user and an operator of the app see. */
export interface Seen {
  readonly answers: readonly string[];
  readonly exit: Exit;
  /** From the start of the process until it listened. */
  readonly readyMs: number;
}

/** Starts the app, asks it for everything, and tells it to end. */
async function see(app: string, options: RunOptions): Promise<Seen> {
  const startMs = performance.now();
  await using running = await startApp(fileURLToPath(new URL(`../fixtures/${app}`, import.meta.url)), options);
  const readyMs = performance.now() - startMs;
  const answers: string[] = [];
  for (const path of PATHS) {
    const answer = await running.ask(path).catch(({ code }: NodeJS.ErrnoException) => ({ status: code, body: '' }));
    answers.push(`${path} ${answer.status} ${answer.body.length > 100 ? answer.body.length : answer.body}`);
  }
  running.kill('SIGTERM');
  return { answers, exit: await running.exited, readyMs };
}

/** Options that fit both runs, and what telemetry may say of itself. */
export interface Compared extends RunOptions {
  /** Lines on stderr that begin with our name: each must match. @defaultValue none */
  readonly says?: RegExp;
  /** Modules that are preloaded after telemetry. */
  readonly late?: readonly string[];
}

/** Fails unless the app with telemetry does all that it does without. */
export async function expectUnharmed(
  app: string,
  { says, late = [], ...options }: Compared,
): Promise<{ bare: Seen; ours: Seen }> {
  const { imports = [], ...rest } = options;
  const bare = await see(app, { ...rest, imports: [...imports, ...late] });
  const ours = await see(app, { ...rest, imports: [...imports, REGISTER, ...late] });
  expect(ours.answers).toEqual(bare.answers);
  const lines = ours.exit.stderr.split(/(?<=\n)/);
  const said = lines.filter((line) => line.startsWith('rolloutguard: '));
  expect(lines.filter((line) => !said.includes(line)).join('')).toBe(bare.exit.stderr);
  if (says === undefined) expect(said).toEqual([]);
  else for (const line of said) expect(line).toMatch(says);
  const outcome = ({ exit: { code, signal, stdout } }: Seen): object => ({
    code,
    signal,
    lines: stdout.split('\n').length,
  });
  expect(outcome(ours)).toEqual(outcome(bare));
  return { bare, ours };
}

/** A canary with a complete identity: there is nothing to complain about. */
export const IDENTITY: Readonly<Record<string, string>> = {
  ROLLOUTGUARD_SERVICE_NAME: 'shop',
  ROLLOUTGUARD_DEPLOYMENT_ID: 'deploy-7',
  ROLLOUTGUARD_COHORT: 'canary',
};
