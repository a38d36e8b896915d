import { spawn } from 'node:child_process';

/** A finished command: its exit code and everything that it printed, in order. */
export interface Finished {
  readonly code: number;
  readonly output: string;
}

/** How to run a command. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After this long the command and all its children are killed and it counts as failed. Default 120 seconds. */
  readonly timeoutSeconds?: number;
}

/** Process groups that are running now. */
const running = new Set<number>();

/** Kills every command that is still running, with its children: for a program that is stopped itself. */
export function killRunning(): void {
  for (const group of running) killGroup(group);
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Runs a command without a shell and never throws: what went wrong is in the code and the output. */
export function attempt(command: string, args: readonly string[], options: CommandOptions): Promise<Finished> {
  const timeoutSeconds = options.timeoutSeconds ?? 120;
  return new Promise((resolve) => {
    let output = '';
    // A group of its own, so that a timeout also ends the grandchildren.
    const child = spawn(command, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const group = child.pid;
    if (group !== undefined) running.add(group);
    const timer = setTimeout(() => {
      output += `\n(killed after ${timeoutSeconds} s)\n`;
      if (group !== undefined) killGroup(group);
    }, timeoutSeconds * 1000);
    const finish = (code: number): void => {
      clearTimeout(timer);
      if (group !== undefined) running.delete(group);
      resolve({ code, output });
    };
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      output += error.message;
      finish(127);
    });
    child.on('close', (code) => finish(code ?? 137));
  });
}

/** Runs a command that must succeed, and returns what it printed. */
export async function run(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { code, output } = await attempt(command, args, options);
  if (code !== 0) throw new CheckFailure(`$ ${[command, ...args].join(' ')}\n${output}\nexit code ${code}`);
  return output;
}

/** A check that did not hold; the message is all that a reader needs to mend it. */
export class CheckFailure extends Error {
  override readonly name: string = 'CheckFailure';
}
