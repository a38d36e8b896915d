/** What was left out: the first ones by name, and how many in all. A folder of the wrong files must not fill the memory. */
import type { SkippedRecording } from './recording.ts';

/** Skips that are listed; the rest are counted. */
const MOST_LISTED = 1000;

/** A list with an end, and a count without. */
export class SkipList {
  readonly listed: SkippedRecording[] = [];
  count = 0;

  /** Notes what was left out. */
  add(skip: SkippedRecording): void {
    this.count++;
    if (this.listed.length < MOST_LISTED) this.listed.push(skip);
  }
}
