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
