/** A file of JSON Lines that is written while something else goes on. */

/** Writes rows in their order. */
export class RowFile {
  readonly #file: { write(text: string): Promise<void> };
  #written: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  constructor(file: { write(text: string): Promise<void> }) {
    this.#file = file;
  }

  /** @throws what an earlier row could not be written for: going on would be in vain. */
  add(row: object): void {
    if (this.#failure !== null) throw this.#failure;
    const line = `${JSON.stringify(row)}\n`;
    this.#written = this.#written
      .then(() => this.#file.write(line))
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  /** Resolves when all rows are written; rejects when one could not be. */
  async end(): Promise<void> {
    await this.#written;
    if (this.#failure !== null) throw this.#failure;
  }
}
