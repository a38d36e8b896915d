/** What a program may say about what other services learn of it. */
import { type Check, type Checks, flag, listOf, refuse } from '../options/checks.ts';
import { parseHostPattern } from './hosts.ts';

/** Options of the propagation between services. */
export interface PropagationOptions {
  /**
   * Hosts that are told which service, deployment and cohort calls them, as baggage entries `rolloutguard.caller.*`:
   * `payments`, `payments:8080`, `*.shop.svc.cluster.local` (one or more labels), `10.0.0.7`, `[fd00::7]:8080`. Without a
   * port any port is meant. `ROLLOUTGUARD_PROPAGATE_TO` takes the same as a comma-separated list. @defaultValue none
   */
  readonly propagateTo?: readonly string[];
  /**
   * Stamp on spans and log records what callers say of themselves. Switch it off where strangers can call: they can write what
   * they like. `ROLLOUTGUARD_ACCEPT_CALLER` does the same. @defaultValue true
   */
  readonly acceptCaller?: boolean;
}

/** The value stays out of the message: a URL may hold a password. */
const hostPattern: Check = (value, path) => {
  const parsed = typeof value === 'string' ? parseHostPattern(value) : 'be a string';
  if (typeof parsed === 'string') refuse(`must ${parsed}`, { path });
};

/** One check for each option. */
export const PROPAGATION_CHECKS: Checks<PropagationOptions> = {
  propagateTo: listOf(hostPattern),
  acceptCaller: flag,
};
