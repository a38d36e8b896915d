/** Lines and columns of offsets. */
import type { Place, Position } from './problem.ts';

/** The lines of a text; they end at `\n`. */
export class Lines {
  readonly #text: string;
  #starts: number[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Both count from 1. */
  at(offset: number): Position {
    const starts = this.#all();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  }

  /** From an offset to another one, or to the end of the line. */
  place(from: number, to: number): Place {
    const start = this.at(from);
    const end = this.at(to);
    const endColumn = end.line === start.line ? end.column : this.text(start.line).trimEnd().length + 1;
    return { ...start, endColumn: Math.max(start.column, endColumn) };
  }

  /** A line without its end; empty beyond the last. */
  text(line: number): string {
    const starts = this.#all();
    const start = starts[line - 1];
    return start === undefined ? '' : this.#text.slice(start, starts[line]).replace(/\r?\n$/, '');
  }

  #all(): number[] {
    if (this.#starts === null) {
      this.#starts = [0];
      for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
    }
    return this.#starts;
  }
}
