import type { JudgedCounts } from '../ports/decision.ts';

/** Bad share of the requests, 0 without any; restarts per pod-hour where those are counted. */
export function rateOf({ requests, bad }: JudgedCounts): number {
  return requests > 0 ? bad / requests : 0;
}
