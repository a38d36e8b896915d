/** What a command is: its words for the help, its options, and what it does. */
import type { Edges } from './edges.ts';
import type { Invocation, Vocabulary } from './invocation.ts';

/** An example of the help: it works as it stands, in an empty folder, and a test runs it. */
export interface Example {
  readonly says: string;
  /** Lines for a shell. */
  readonly lines: readonly string[];
  /** Exit code of the last line. */
  readonly exits: number;
}

/** One command of the command line. */
export interface Command extends Vocabulary {
  /** One line, without a full stop. */
  readonly summary: string;
  /** Further sentences about it. */
  readonly about: string;
  /** Exit codes and their meaning, besides those that all commands share. */
  readonly exits: Readonly<Record<number, string>>;
  readonly examples: readonly Example[];
  /** @returns the exit code. */
  run(invocation: Invocation, edges: RunEdges): Promise<number>;
}

/** The edges of a run, with files that are put in their place when the command has succeeded. */
export type RunEdges = Omit<Edges, 'createFile'> & {
  /** A file that an option names. It appears when the command ends without an error. */
  openFile(option: string, path: string): Promise<{ write(text: string): Promise<void> }>;
};

/** The file of an option that may be left out. */
export async function outputOf(
  option: string,
  invocation: Invocation,
  edges: RunEdges,
): Promise<{ write(text: string): Promise<void> } | null> {
  const path = invocation.text(option);
  return path === undefined ? null : edges.openFile(`--${option}`, path);
}
