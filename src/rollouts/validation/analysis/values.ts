/** What a field of a metric will be when a run starts: args are put into its text first. */
import { parseGoDuration } from '../../../duration.ts';
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';

/** The text with its args put in, or `null` where that is not known before a run. */
export type Resolve = (text: string) => string | null;

/** Of a template alone: whoever uses it may give its args any value. */
export const templateText: Resolve = (text) => (text.includes('{{') ? null : text);

/** An int-or-string as Argo reads it: text that is no number counts as 0. `null` when not known before a run. */
export function countOf(field: Field, resolve: Resolve, absent: number): number | null {
  if (field.text === undefined) return field.number ?? absent;
  const text = resolve(field.text);
  return text === null ? null : /^[-+]?\d+$/.test(text) ? Number(text) : 0;
}

/** Text that is there, not empty, and known before a run. */
export function knownText(field: Field, resolve: Resolve): string | null {
  return field.text === undefined || field.text === '' ? null : resolve(field.text);
}

/** Reports a duration that Go cannot read, with what it says if it can. @returns seconds, or `null` when not known. */
export function checkDuration(
  field: Field,
  resolve: Resolve,
  report: Report,
  effect: string,
  severity: 'rejected' | 'unsafe' = 'rejected',
): number | null {
  const text = knownText(field, resolve);
  if (text === null) return null;
  const seconds = parseGoDuration(text);
  if (seconds === null) {
    const message = `${shown(text)} is no duration that Go reads.`;
    report[severity]('duration-invalid', field, message, effect, durationMend(text));
  }
  return seconds;
}

function durationMend(text: string): string {
  const days = /^(\d+)d$/.exec(text);
  if (days !== null) return `There are no days: write ${Number(days[1]) * 24}h.`;
  return /^\d+$/.test(text) ? `Give the unit, such as ${text}s.` : 'Write it as 90s, 5m or 1h30m.';
}

/** Reports an interval of 0 or less. */
export function checkPositive(seconds: number | null, field: Field, report: Report): void {
  if (seconds === null || seconds > 0) return;
  const effect = 'Measured again and again without a pause, for as long as the run lasts.';
  report.unsafe('duration-not-positive', field, 'The interval is not longer than 0.', effect, 'Write 10s or more.');
}
