/** The output files of one run: all of them appear when it succeeds, none when it does not. */
import { resolve } from 'node:path';
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { Edges, PendingFile } from './edges.ts';

/** Output files that options name. */
export class OutputFiles {
  readonly #edges: Edges;
  readonly #files = new Map<string, { option: string; file: PendingFile }>();
  /** What the command line names, the output files among it. */
  readonly #named: readonly string[];

  constructor(edges: Edges, named: readonly string[]) {
    this.#edges = edges;
    this.#named = named.map((path) => resolve(path));
  }

  /**
   * Begins a file, before the work that fills it: a folder that is not there is told at once.
   *
   * @throws RolloutGuardError `INVALID_OPTION` - it cannot be created, or it is named for something else as well.
   */
  async open(option: string, path: string): Promise<{ write(text: string): Promise<void> }> {
    if (path === '-') throw cannotWrite(option, path, 'it is no file name', 'Name a file; the report goes to stdout.');
    // To read a file and to write it, or to write it twice, would lose what is in it.
    if (this.#named.filter((other) => other === resolve(path)).length > 1)
      throw cannotWrite(option, path, 'it is named twice', 'Name another file.');
    const file = await this.#attempt(option, path, () => this.#edges.createFile(path));
    this.#files.set(path, { option, file });
    return { write: (text) => this.#attempt(option, path, () => file.write(text)) };
  }

  /** Puts every file in its place. */
  async commit(): Promise<void> {
    for (const [path, { option, file }] of this.#files) {
      await this.#attempt(option, path, () => file.commit());
      this.#files.delete(path);
    }
  }

  /** Removes what is not yet in its place. */
  async discard(): Promise<void> {
    for (const { file } of this.#files.values()) await file.discard().catch(() => {});
    this.#files.clear();
  }

  async #attempt<T>(option: string, path: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw cannotWrite(option, path, messageOf(error), 'Name a file in a folder that exists and may be written to.');
    }
  }
}

function cannotWrite(option: string, path: string, why: string, mend: string): RolloutGuardError {
  return new RolloutGuardError('INVALID_OPTION', `${option} ${path} cannot be written: ${why}`, { mend });
}
