import { parseGoDuration } from '../duration.ts';
import { OptionCheck } from '../options.ts';
import type { GoDuration } from './types/values.ts';

/**
 * A length of time that is only known at run time, checked: `goDuration(process.env.PAUSE ?? '5m')`. In a literal the
 * compiler checks it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when Go would not read it, or it is below 0.
 */
export function goDuration(text: string): GoDuration {
  return durationOf(new OptionCheck('INVALID_OPTION', 'goDuration'), 'text', text);
}

/** The same for the options of a builder. */
export function durationOf(check: OptionCheck, path: string, value: unknown): GoDuration {
  const seconds = typeof value === 'string' ? parseGoDuration(value) : null;
  if (seconds === null || seconds < 0) {
    check.fail(path, value, 'Use a duration of Go, such as 30s, 5m or 1h30m (there are no days).');
  }
  return value as GoDuration;
}
