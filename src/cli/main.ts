/** The command line as a function: words and edges in, exit code out. */
import { isRolloutGuardError, messageOf, RolloutGuardError } from '../errors.ts';
import { nearestName } from '../nearest.ts';
import { VERSION } from '../version.ts';
import { visibleText } from '../visible-text.ts';
import { calibrateCommand } from './calibrate.ts';
import type { Command } from './command.ts';
import { decideCommand } from './decide.ts';
import { doctorCommand } from './doctor.ts';
import type { Edges } from './edges.ts';
import { exampleCommand } from './example.ts';
import { EXIT } from './exit-codes.ts';
import { commandHelp, overview } from './help.ts';
import { Invocation } from './invocation.ts';
import { lintCommand } from './lint.ts';
import { OutputFiles } from './output-files.ts';
import { planCommand } from './plan.ts';
import { replayCommand } from './replay.ts';

/** All commands, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  decideCommand,
  planCommand,
  replayCommand,
  calibrateCommand,
  lintCommand,
  doctorCommand,
  exampleCommand,
];

/**
 * Runs the command that the words name.
 *
 * @param words what stands behind the program's name.
 * @returns the exit code; what went wrong is told in one line on stderr.
 */
export async function main(words: readonly string[], edges: Edges): Promise<number> {
  try {
    return await dispatch(words, edges);
  } catch (error) {
    if (edges.signal.aborted) return EXIT.interrupted;
    const known = isRolloutGuardError(error);
    // Whoever made the fault must be able to find it; whoever made a typing error must not have to read a stack.
    const text = known
      ? `${prefixed(words, visibleText(messageOf(error)))}\n`
      : `rolloutguard: this is a fault of rolloutguard. ${stackOf(error)}\n`;
    await edges.stderr.write(text).catch(() => {});
    return known ? EXIT.usage : EXIT.fault;
  }
}

async function dispatch(words: readonly string[], edges: Edges): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined) {
    await edges.stderr.write(overview(COMMANDS));
    return EXIT.usage;
  }
  if (first === '--version') return say(edges, `${VERSION}\n`);
  if (first === '--help' || first === '-h' || (first === 'help' && rest.length === 0))
    return say(edges, overview(COMMANDS));
  const command = commandNamed(first === 'help' ? rest[0]! : first);
  if (first === 'help') return say(edges, commandHelp(command));
  const invocation = Invocation.parse(command, rest);
  if (invocation.has('help')) return say(edges, commandHelp(command));
  return perform(command, invocation, edges);
}

async function perform(command: Command, invocation: Invocation, edges: Edges): Promise<number> {
  const files = new OutputFiles(edges, invocation.words);
  const { stdin, stdout, stderr, signal, env, cwd } = edges;
  try {
    const code = await command.run(invocation, {
      ...{ stdin: readOnce(stdin), stdout, stderr, signal, env, cwd },
      readFile: (path) => edges.readFile(path),
      now: () => edges.now(),
      openFile: (option, path) => files.open(option, path),
    });
    signal.throwIfAborted();
    await files.commit();
    return code;
  } finally {
    await files.discard();
  }
}

/** Two options that both say `-` would share what is piped, and the second would find nothing. */
function readOnce(stdin: Edges['stdin']): Edges['stdin'] {
  let isRead = false;
  return {
    isTerminal: stdin.isTerminal,
    [Symbol.asyncIterator]() {
      if (isRead) {
        const mend = 'Name a file for all but one.';
        throw new RolloutGuardError('INVALID_OPTION', 'rolloutguard: stdin is wanted for two things', { mend });
      }
      isRead = true;
      return stdin[Symbol.asyncIterator]();
    },
  };
}

function commandNamed(name: string): Command {
  const found = COMMANDS.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = COMMANDS.map((command) => command.name);
  const nearest = nearestName(name, names);
  const mend =
    nearest === null ? `Commands: ${names.join(', ')}; see rolloutguard --help.` : `Did you mean ${nearest}?`;
  const what = name.startsWith('-') ? 'option' : 'command';
  throw new RolloutGuardError('INVALID_OPTION', `rolloutguard: there is no ${what} ${name}`, { mend });
}

async function say({ stdout }: Edges, text: string): Promise<number> {
  await stdout.write(text);
  return EXIT.ok;
}

/** Every message says who speaks. */
function prefixed([name]: readonly string[], message: string): string {
  if (/^rolloutguard\b/.test(message)) return message;
  return `rolloutguard${COMMANDS.some((command) => command.name === name) ? ` ${name}` : ''}: ${message}`;
}

/** Its first line may quote what came from outside. */
function stackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return stack.split('\n').map(visibleText).join('\n');
}
