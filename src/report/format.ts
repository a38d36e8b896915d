/**
 * Numbers, shares, durations and times as people read them. Nothing here depends on the locale or the time zone, so a
 * report has the same bytes everywhere.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands where a number is not known. */
export const UNKNOWN = 'unknown';

/** An integer with thousands separators: `5,000`. */
export function formatCount(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (Math.abs(value) >= 1e15) return exponential(value, 3);
  return group(String(Math.round(value * 100) / 100));
}

/** A number with three significant digits, without zeros at its end: `0.0123`, `12.3`, `1.5`, `1,230`, `1.23e9`. */
export function formatNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return exponential(value, digits);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return group(trimZeros(value.toFixed(Math.min(decimals, 20))));
}

/** A share of 0 to 1 as percent: `1.23 %`. */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  if (percent > 0 && percent < 0.001) return '< 0.001 %';
  return `${formatNumber(percent)} %`;
}

/** A latency in milliseconds: `0.52 ms`, `250 ms`, `1.25 s`. */
export function formatLatency(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  return Math.abs(ms) < SECOND ? `${formatNumber(ms)} ms` : `${formatNumber(ms / SECOND)} s`;
}

/** A log of evidence, or its bound, with two decimals: `4.61`. */
export function formatLog(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  if (Math.abs(value) >= 1e4) return exponential(value, 3);
  const text = value.toFixed(2);
  return text === '-0.00' ? '0.00' : text;
}

/** A length of time by its two largest units: `2.5 s`, `40 s`, `2 min 40 s`, `1 h 5 min`, `3 d 2 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  const size = Math.abs(ms);
  const sign = ms < 0 && size >= 50 ? '-' : '';
  if (size < 10 * SECOND) return `${sign}${trimZeros((size / SECOND).toFixed(1))} s`;
  const seconds = Math.round(size / SECOND) * SECOND;
  if (seconds < MINUTE) return `${sign}${seconds / SECOND} s`;
  if (seconds < HOUR) return sign + pair(seconds, MINUTE, 'min', SECOND, 's');
  if (seconds < DAY) return sign + pair(seconds, HOUR, 'h', MINUTE, 'min');
  const days = pair(seconds, DAY, 'd', HOUR, 'h');
  return sign + (size >= 1e6 * DAY ? `${formatNumber(size / DAY)} d` : days);
}

/** A time relative to another: `+2 min 40 s`, `-30 s`, `0 s`. */
export function formatOffset(ms: number): string {
  const text = formatDuration(ms);
  return text.startsWith('-') || text === '0 s' || text === UNKNOWN ? text : `+${text}`;
}

/** A time relative to another, to the millisecond if need be, in little room: `+2:40`, `+1:05:20`, `-0:02.5`. */
export function formatClock(ms: number): string {
  if (!Number.isFinite(ms)) return UNKNOWN;
  const total = Math.abs(Math.round(ms));
  const twoDigits = (amount: number): string => String(amount).padStart(2, '0');
  const hours = Math.floor(total / HOUR);
  const minutes = Math.floor((total % HOUR) / MINUTE);
  const seconds = twoDigits(Math.floor((total % MINUTE) / SECOND));
  const rest =
    total % SECOND === 0
      ? ''
      : `.${String(total % SECOND)
          .padStart(3, '0')
          .replace(/0+$/, '')}`;
  const sign = total === 0 ? '' : ms < 0 ? '-' : '+';
  return `${sign}${hours > 0 ? `${hours}:${twoDigits(minutes)}` : minutes}:${seconds}${rest}`;
}

/** A latency for a tick; `top` is the end of its axis, whose unit all ticks share. */
export function formatLatencyTick(ms: number, top: number): string {
  const [value, unit] = top < SECOND ? [ms, 'ms'] : [ms / SECOND, 's'];
  return `${formatNumber(value)} ${unit}`;
}

/** Unix milliseconds as UTC in ISO 8601, with milliseconds only where there are any. */
export function formatUtc(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15
    ? new Date(ms).toISOString().replace('.000Z', 'Z')
    : `${UNKNOWN} time`;
}

/** An e-value from its log: `2.3`, `150`, `1.2e9`. */
export function formatEValue(logE: number): string {
  if (!Number.isFinite(logE)) return UNKNOWN;
  return logE > 700 ? `1e${Math.floor(logE / Math.LN10)}` : formatNumber(Math.exp(logE), 2);
}

function pair(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const rounded = Math.floor(ms / small);
  const rest = rounded % (big / small);
  const whole = `${group(String(Math.floor(rounded / (big / small))))} ${bigName}`;
  return rest === 0 ? whole : `${whole} ${rest} ${smallName}`;
}

function exponential(value: number, digits: number): string {
  return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
}

function trimZeros(text: string): string {
  return text.includes('.') && !text.includes('e') ? text.replace(/\.?0+$/, '') : text;
}

function group(text: string): string {
  const [whole, fraction] = text.split('.');
  const grouped = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
