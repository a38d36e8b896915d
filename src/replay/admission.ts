/** Lets in each deployment once, if it can be replayed, and keeps account of what was left out. */
import { OptionCheck } from '../options.ts';
import { keyOf, type Refusal, refusalOf } from './check-recording.ts';
import type { ReadRecording, Recording, Recordings, SkippedRecording } from './recording.ts';
import { RecordingReader } from './recording-reader.ts';
import { SkipList } from './skip-list.ts';

/** The door of a replay. */
export class Admission {
  /** Has checked its recordings already. */
  readonly #reader: RecordingReader | null;
  readonly #skips = new SkipList();
  readonly #seen = new Set<string>();
  #count = 0;

  /**
   * @param caller - the public function that was given the recordings.
   * @throws RolloutGuardError `INVALID_OPTION` - a path, or one recording alone.
   */
  constructor(recordings: Recordings, caller: string) {
    const isMany =
      typeof recordings === 'object' &&
      recordings !== null &&
      (Symbol.asyncIterator in recordings || Symbol.iterator in recordings);
    if (!isMany) {
      const mend = 'Use a list of recordings, or readRecordings() for files.';
      new OptionCheck('INVALID_OPTION', caller).fail('recordings', recordings, mend);
    }
    this.#reader = recordings instanceof RecordingReader ? recordings : null;
  }

  /** The recording with its place, or `null` when it is left out. */
  admit(given: Recording | ReadRecording): ReadRecording | null {
    this.#count++;
    const read = isRead(given) ? given : { recording: given, source: 'memory', line: null };
    if (this.#reader !== null) return read;
    const refusal = refusalOf(read.recording) ?? this.#repeated(read.recording);
    if (refusal === null) return read;
    const { source, line } = read;
    const message = source === 'memory' ? `Recording ${this.#count}: ${refusal.message}` : refusal.message;
    this.#skips.add({ source, line, code: refusal.code, message });
    return null;
  }

  /** What was left out so far. */
  get left(): { skipped: SkippedRecording[]; skippedCount: number } {
    const { skipped, skippedCount } = this.#reader ?? { skipped: this.#skips.listed, skippedCount: this.#skips.count };
    return { skipped: [...skipped], skippedCount };
  }

  #repeated(recording: Recording): Refusal | null {
    const key = keyOf(recording);
    if (this.#seen.has(key)) {
      const message = `${recording.service} ${recording.deploymentId} came before; the first recording counts.`;
      return { code: 'DUPLICATE', message };
    }
    this.#seen.add(key);
    return null;
  }
}

function isRead(given: Recording | ReadRecording): given is ReadRecording {
  return typeof given === 'object' && given !== null && 'recording' in given && 'source' in given;
}
