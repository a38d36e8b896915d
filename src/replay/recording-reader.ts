/** Recordings that were read and checked, and an account of what was not. */
import { RolloutGuardError } from '../errors.ts';
import type { ReadRecording, SkippedRecording } from './recording.ts';
import type { SkipList } from './skip-list.ts';

/**
 * What `readRecordings()` returns: iterate over it with `for await`, once. Each recording is checked, and each deployment comes
 * once.
 */
export class RecordingReader implements AsyncIterable<ReadRecording> {
  readonly #recordings: AsyncGenerator<ReadRecording>;
  readonly #skips: SkipList;
  #begun = false;

  /** For `readRecordings()`. */
  constructor(recordings: AsyncGenerator<ReadRecording>, skips: SkipList) {
    this.#recordings = recordings;
    this.#skips = skips;
  }

  /** @throws RolloutGuardError `INVALID_OPTION` the second time: what has been read is gone, and nothing would come. */
  [Symbol.asyncIterator](): AsyncGenerator<ReadRecording> {
    if (this.#begun) {
      const mend = 'Call readRecordings() again: what it returns can be gone through once.';
      throw new RolloutGuardError('INVALID_OPTION', 'These recordings have been read already', { mend });
    }
    this.#begun = true;
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
