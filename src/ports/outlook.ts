/** What a decision says of the time ahead: whether a fault would be seen in it at all. */

/**
 * How long one criterion takes to show a fault that was there from the canary's first request, at the traffic of now. It
 * informs, and changes no verdict.
 */
export interface Outlook {
  /** Name of the criterion. */
  criterion: string;
  /** `errors`: `effect` times as many requests fail. `latency`: every request takes `effect` times as long. */
  kind: 'errors' | 'latency';
  /** Size of the fault: 2 = a doubled error rate, or twice as slow. Larger where the policy tolerates that. */
  effect: number;
  /** What that is as a share of the requests, 0 to 1; of criteria on the error rate. */
  rate?: number;
  /** Chance that the fault is found within `secondsNeeded`. */
  power: number;
  /** Seconds of the traffic of now, from the canary's first request on, that it takes; `null` = not within a week. */
  secondsNeeded: number | null;
  /** How many such seconds the canary's requests so far are worth. */
  secondsSeen: number;
  /** Seconds until the time to decide ends; `null` = no end is planned. */
  secondsLeft: number | null;
  /** The canary's share of the traffic now, 0 to 1. */
  canaryShare: number;
  /**
   * The smallest share, in whole percent but given as 0 to 1, that would show the fault in the time left; `null` where it
   * needs no more than it has, where no share would, or where no end is planned.
   */
  shareNeeded: number | null;
  /** The time left cannot show the fault, and what was seen so far does not rule it out. Never true without a planned end. */
  futile: boolean;
  /** The same in words, such as `the 12 minutes left cannot show a doubled error rate: at 5 % of the traffic that takes 34 minutes; 15 % would`. */
  words: string;
}
