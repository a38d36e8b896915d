/** What a field of a metric will be when a run starts: args are put into its text first. */
import { parseGoDuration } from '../../../duration.ts';
import type { Field } from '../field.ts';
import type { Severity } from '../finding.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';

/** The text with its args put in, or `null` where that is not known before a run. */
export type Resolve = (text: string) => string | null;

/** Of a template alone: whoever uses it may give its args any value. */
export const templateText: Resolve = (text) => (text.includes('{{') ? null : text);

const WHOLE = /^[-+]?\d+$/;

/** An int-or-string as Argo reads it: text that is no number counts as 0. `null` when not known before a run. */
export function countOf(field: Field, resolve: Resolve, absent: number): number | null {
  if (field.text === undefined) return field.number ?? absent;
  const text = resolve(field.text);
  return text === null ? null : WHOLE.test(text) ? Number(text) : 0;
}

/** Reports text that Argo counts as 0. */
export function checkNumber(field: Field, resolve: Resolve, report: Report): void {
  const text = field.text === undefined ? null : resolve(field.text);
  if (text === null || WHOLE.test(text)) return;
  report.unsafe(
    'limit-not-a-number',
    field,
    `${shown(text)} is no number.`,
    'It counts as 0.',
    'Write a whole number.',
  );
}

/** Text that is there, not empty, and known before a run. */
export function knownText(field: Field, resolve: Resolve): string | null {
  return field.text ? resolve(field.text) : null;
}

/** Reports a duration that Go cannot read. @returns its seconds if they are known */
export function checkDuration(
  field: Field,
  resolve: Resolve,
  report: Report,
  effect: string,
  severity: Severity = 'rejected',
): number | null {
  const text = knownText(field, resolve);
  if (text === null) return null;
  const seconds = parseGoDuration(text);
  if (seconds === null)
    report[severity]('duration-invalid', field, `${shown(text)} is no duration of Go's.`, effect, durationMend(text));
  return seconds;
}

/** Reports what must take time and is 0 or less. */
export function checkPositive(
  seconds: number | null,
  field: Field,
  report: Report,
  effect: string,
  severity: Severity = 'rejected',
): void {
  if (seconds === null || seconds > 0) return;
  report[severity](
    'duration-not-positive',
    field,
    `${shown(field.value)} is not longer than 0.`,
    effect,
    'Give 1s or more.',
  );
}

function durationMend(text: string): string {
  const days = /^(\d{1,5})d$/.exec(text);
  if (days !== null) return `There are no days: write ${Number(days[1]) * 24}h.`;
  return /^\d{1,9}$/.test(text) ? `Write ${text}s.` : 'Write it as 90s or 1h30m.';
}
