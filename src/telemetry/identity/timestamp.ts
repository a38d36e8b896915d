/**
 * When a deployment began, as pipelines write it: ISO 8601 (`date -Iseconds`, `git log --format=%cI` or `%ci`) or seconds
 * or milliseconds since 1970 (`date +%s`). Strict: a time that is read wrong puts a marker beside the wrong deployment.
 */

/** Times outside of these years are slips: 0, a build's fixed date, a count in other units. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(Z|[+-]\d\d:?(?:\d\d)?))?$/i;

/** The time in ISO 8601, UTC, with milliseconds; null when it is none, has no time zone, or is not of this century. */
export function readTimestamp(text: string): string | null {
  const ms = /^\d{9,13}$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
  return ms !== null && ms >= EARLIEST_MS && ms < LATEST_MS ? new Date(ms).toISOString() : null;
}

/** In the years that count, seconds and milliseconds have no number in common. */
function fromEpoch(count: number): number {
  return count * 1000 < LATEST_MS ? count * 1000 : count;
}

function fromIso(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const number = (group: number): number => Number(match[group] ?? 0);
  const month = number(2) - 1;
  const [day, hour, minute, second] = [number(3), number(4), number(5), number(6)];
  const [fraction = '', zone = 'Z'] = [match[7], match[8]];
  const ms = Date.UTC(number(1), month, day, hour, minute, second, Number(fraction.slice(0, 3).padEnd(3, '0')));
  // Date.UTC takes the 30th of February for the 2nd of March.
  const date = new Date(ms);
  const same = date.getUTCMonth() === month && date.getUTCDate() === day && date.getUTCHours() === hour;
  const offset = offsetMinutes(zone);
  return same && minute < 60 && second < 60 && offset !== null ? ms - offset * 60_000 : null;
}

function offsetMinutes(zone: string): number | null {
  if (/^z$/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
