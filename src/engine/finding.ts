/** What was found, before it is put into words. */
import type { Verdict } from '../ports/decision.ts';
import type { Presence } from './presence.ts';

/** Why a verdict is what it is; each has its own sentence. */
export type Because =
  | 'no-data'
  | 'no-traffic'
  | 'silent'
  | 'low-traffic'
  | 'worse'
  | 'external'
  | 'interference'
  | 'limit-broken'
  | 'proven'
  | 'bounded'
  | 'looked-for'
  | 'too-few-samples'
  | 'deadline'
  | 'open';

/** A verdict with its ground. */
export interface Finding {
  verdict: Verdict;
  because: Because;
  presence: Presence;
}
