/**
 * Notices that an arm serves requests and does not report what is to be judged. Without that a misspelt measure, or one
 * that the new version has lost, looks like one that has not differed yet.
 */
import type { SlotTime } from './criterion-judge.ts';

/** State of {@link MissingValues}, plain JSON: the silence of each arm, `null` = the arm has reported last. */
export interface MissingValuesState {
  canary: Silent | null;
  stable: Silent | null;
}

/** What one arm did in one slot. */
export interface Voice {
  /** It had requests that there was something to report of. */
  asked: boolean;
  reported: boolean;
}

/** Start of the first slot of a silence, and end of the last one, in seconds since the judge began. */
interface Silent {
  sinceSeconds: number;
  untilSeconds: number;
}

/** Seconds without a report after which one is missing. A scrape that fails once or twice is none. */
const MISSING_AFTER_SECONDS = 60;

/** Remembers since when each arm has been silent. Slots in which an arm has no requests say nothing about it. */
export class MissingValues {
  #canary: Silent | null;
  #stable: Silent | null;

  constructor(state?: MissingValuesState) {
    this.#canary = state?.canary ?? null;
    this.#stable = state?.stable ?? null;
  }

  /** Takes in the next judged slot. */
  observe(canary: Voice, stable: Voice, time: SlotTime): void {
    this.#canary = after(this.#canary, canary, time);
    this.#stable = after(this.#stable, stable, time);
  }

  /** Who should report and does not, as the subject of a sentence; `null` while both do. */
  get who(): 'Nobody' | 'The canary' | 'Stable' | null {
    const [canary, stable] = [isMissing(this.#canary), isMissing(this.#stable)];
    if (canary && stable) return 'Nobody';
    if (canary) return 'The canary';
    return stable ? 'Stable' : null;
  }

  state(): MissingValuesState {
    return { canary: this.#canary && { ...this.#canary }, stable: this.#stable && { ...this.#stable } };
  }
}

/** What is missing, as a sentence. */
export function missingWords(who: 'Nobody' | 'The canary' | 'Stable', what: string): string {
  return who === 'Nobody' ? `Nobody reports ${what}.` : `${who} reports no ${what}.`;
}

function after(
  silent: Silent | null,
  { asked, reported }: Voice,
  { startSeconds, endSeconds }: SlotTime,
): Silent | null {
  if (reported) return null;
  if (!asked) return silent;
  return { sinceSeconds: silent?.sinceSeconds ?? startSeconds, untilSeconds: endSeconds };
}

function isMissing(silent: Silent | null): boolean {
  return silent !== null && silent.untilSeconds - silent.sinceSeconds >= MISSING_AFTER_SECONDS - 1e-9;
}
