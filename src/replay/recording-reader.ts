/** Recordings that were read and checked, and an account of what was not. */
import type { ReadRecording, SkippedRecording } from './recording.ts';
import type { SkipList } from './skip-list.ts';

/**
 * What `readRecordings()` returns: iterate over it with `for await`, once. Each recording is checked, and each deployment comes
 * once.
 */
export class RecordingReader implements AsyncIterable<ReadRecording> {
  readonly #recordings: AsyncGenerator<ReadRecording>;
  readonly #skips: SkipList;

  /** For `readRecordings()`. */
  constructor(recordings: AsyncGenerator<ReadRecording>, skips: SkipList) {
    this.#recordings = recordings;
    this.#skips = skips;
  }

  [Symbol.asyncIterator](): AsyncGenerator<ReadRecording> {
    return this.#recordings;
  }

  /** What was left out so far: the first 1,000. */
  get skipped(): readonly SkippedRecording[] {
    return this.#skips.listed;
  }

  /** How many were left out so far. */
  get skippedCount(): number {
    return this.#skips.count;
  }
}
