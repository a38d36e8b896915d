/** How far a long bench is: one line that renews itself on a terminal, a line every ten seconds elsewhere. */
import { performance } from 'node:perf_hooks';

const TERMINAL_EVERY_MS = 200;
const LOG_EVERY_MS = 10_000;

/** Where progress is written to. */
interface Output {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows progress on a stream, by default the standard error output. */
export class Progress {
  readonly #output: Output;
  readonly #now: () => number;
  readonly #startedAt: number;
  #shownAt: number;

  constructor(output: Output = process.stderr, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
    this.#startedAt = now();
    this.#shownAt = this.#startedAt;
  }

  /** Shows the new state, unless it has just shown one. */
  update(done: number, all: number): void {
    const now = this.#now();
    if (now - this.#shownAt < (this.#output.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.#shownAt = now;
    const seconds = (now - this.#startedAt) / 1000;
    const left = Math.round((seconds / done) * (all - done));
    const line = `${done} of ${all} runs, ${Math.round(seconds)} s, about ${left} s left`;
    this.#output.write(this.#output.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  }

  /** Clears the line of a terminal. */
  end(): void {
    if (this.#output.isTTY) this.#output.write('\r\u001b[K');
  }
}
