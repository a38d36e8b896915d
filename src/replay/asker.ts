/** Asks one policy about one deployment, again and again, each time with what was known by then. */
import type { Decision, Verdict } from '../ports/decision.ts';

/** A verdict and its ground in one word. */
export interface Answer {
  verdict: Verdict;
  because: string;
  /** It goes on, or acts, by what the data say, and not for want of them. */
  judged: boolean;
}

/** Moments must not go back. */
export interface Asker {
  /** What {@link decision} would say at a moment, without the numbers. */
  ask(nowMs: number): Answer;
  /** What `decide()` says of the recording cut at that moment. */
  decision(nowMs: number): Decision;
}
