/** The output files of one run: all of them appear when it succeeds, none when it does not. */
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { Edges, PendingFile } from './edges.ts';

/** Output files that options name. */
export class OutputFiles {
  readonly #edges: Edges;
  readonly #files = new Map<string, { option: string; file: PendingFile }>();

  constructor(edges: Edges) {
    this.#edges = edges;
  }

  /**
   * Begins a file, before the work that fills it: a folder that is not there is told at once.
   *
   * @throws RolloutGuardError `INVALID_OPTION` - it cannot be created, or two options name it.
   */
  async open(option: string, path: string): Promise<{ write(text: string): Promise<void> }> {
    if (path === '-') throw cannotWrite(option, path, 'it is no file name', 'Name a file; the report goes to stdout.');
    const other = this.#files.get(path);
    if (other !== undefined) throw cannotWrite(option, path, `${other.option} writes it too`, 'Name another file.');
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
