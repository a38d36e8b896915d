/** A line on the terminal that says how far a long run is. */
import type { RunEdges } from './command.ts';

const EVERY_MS = 100;
/** To the beginning of the line, and erase it. */
const ERASE = '\r\u001b[K';

/** Shown on a terminal only, and gone at the end. */
export class Progress {
  readonly #edges: RunEdges;
  readonly #what: string;
  readonly #isShown: boolean;
  #lastMs = -Infinity;

  /** @param what - what is counted, such as `deployments replayed`. */
  constructor(edges: RunEdges, what: string, quiet: boolean) {
    this.#edges = edges;
    this.#what = what;
    this.#isShown = edges.stderr.isTerminal && !quiet;
  }

  show(count: number): void {
    if (!this.#isShown) return;
    const nowMs = this.#edges.now();
    if (nowMs - this.#lastMs < EVERY_MS) return;
    this.#lastMs = nowMs;
    this.#write(`${ERASE}${this.#what}: ${count}`);
  }

  end(): void {
    if (this.#lastMs > -Infinity) this.#write(ERASE);
  }

  /** Nobody waits for a line of progress, or fails for the want of it. */
  #write(text: string): void {
    void this.#edges.stderr.write(text).catch(() => {});
  }
}
