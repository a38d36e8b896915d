/** Lengths of time as people write them in Go and in Prometheus: `90s`, `30m`, `1h30m`. */

const UNIT_SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1, ms: 0.001 };
const UNITS = Object.keys(UNIT_SECONDS);

/**
 * Seconds of a duration: amounts with the units `d`, `h`, `m`, `s`, `ms`, larger units first and each at most once, such
 * as `1h30m` or `1.5h`. Strict: a number without its unit is nobody's guess.
 *
 * @returns `null` when the text is no such duration.
 */
export function parseDuration(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:d|h|ms|m|s))+$/.test(text)) return null;
  let seconds = 0;
  let last = -1;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(d|h|ms|m|s)/g)) {
    const rank = UNITS.indexOf(unit!);
    if (rank <= last) return null;
    last = rank;
    seconds += Number(amount) * UNIT_SECONDS[unit!]!;
  }
  return Number.isFinite(seconds) ? seconds : null;
}

const GO_UNIT_SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
};

/** Go counts nanoseconds in 64 bits: about 292 years. */
const GO_LONGEST_SECONDS = 2 ** 63 / 1e9;

/**
 * Seconds of a duration as Go's `time.ParseDuration` reads it (https://pkg.go.dev/time#ParseDuration): amounts with the
 * units `ns`, `us`, `ms`, `s`, `m`, `h` in any order, with a sign in front; there are no days.
 *
 * @returns `null` where Go returns an error.
 */
export function parseGoDuration(text: string): number | null {
  const [, sign = '', amounts = ''] = /^([-+]?)(.*)$/s.exec(text)!;
  if (amounts === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(amounts)) return null;
  let seconds = 0;
  for (const [, amount, unit] of amounts.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    seconds += Number(amount) * GO_UNIT_SECONDS[unit!]!;
  }
  if (seconds >= GO_LONGEST_SECONDS) return null;
  return sign === '-' ? -seconds : seconds;
}

/**
 * A length of time as Go writes and reads it, without units of which there are none: `90` is `1m30s`, `3600` is `1h`.
 *
 * @param seconds - at least 0; kept to the millisecond.
 */
export function goDurationText(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (amount: number, unit: string): string => (amount === 0 ? '' : `${amount}${unit}`);
  const whole = Math.floor(ms / 1000);
  const text =
    part(Math.floor(whole / 3600), 'h') +
    part(Math.floor((whole % 3600) / 60), 'm') +
    part(whole % 60, 's') +
    part(ms % 1000, 'ms');
  return text === '' ? '0s' : text;
}
