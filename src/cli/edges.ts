/** All that a command touches outside of itself, so that a test can run it in its own process. */

/** Where text goes, such as stdout. */
export interface Output {
  /**
   * Resolves when the text is handed over. A reader that went away is no failure: the text is dropped.
   *
   * @throws when the text cannot be written for another reason, such as a full disk.
   */
  write(text: string): Promise<void>;
  readonly isTerminal: boolean;
}

/** A file that is there whole or not at all. */
export interface PendingFile {
  write(text: string): Promise<void>;
  /** Puts the file in its place. */
  commit(): Promise<void>;
  /** Removes what was written so far; what stood in its place before stays. */
  discard(): Promise<void>;
}

/** The edges of a run. The bin file makes them of the process. */
export interface Edges {
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTerminal: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly cwd: string;
  readFile(path: string): Promise<Uint8Array>;
  createFile(path: string): Promise<PendingFile>;
  /** Ends the run early. */
  readonly signal: AbortSignal;
  /** Unix milliseconds. */
  now(): number;
}
