/** What a program may say about deployment events. */
import { type Checks, flag } from '../options/checks.ts';

/** Options of deployment events. */
export interface EventOptions {
  /**
   * Emit an event when the process starts and when its cohort changes. `ROLLOUTGUARD_DEPLOYMENT_EVENTS` does the same.
   * @defaultValue true
   */
  readonly deploymentEvents?: boolean;
}

/** One check for each option. */
export const EVENT_CHECKS: Checks<EventOptions> = {
  deploymentEvents: flag,
};
