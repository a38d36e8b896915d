/** Axes: which values get a tick, and where a value lies. */

/** A labelled place on an axis. */
export interface Tick {
  value: number;
  label: string;
}

/** An axis of values: the range it covers and its ticks, ascending. */
export interface ValueAxis {
  low: number;
  high: number;
  ticks: number[];
}

/** Beyond this, a difference of two numbers may overflow. */
const LARGEST = 1e300;
/** Below this, a number has no power of ten to divide by. */
const SMALLEST = 1e-300;
/** A range this small beside its values cannot be divided: its ticks would be one number. */
const NEGLIGIBLE = 1e-9;

/**
 * An axis that covers `low` to `high` and ends on round numbers: ticks are multiples of 1, 2 or 5 times a power of ten.
 * An empty range, or one too small beside its values, is widened to zero, and to 0..1 if it is zero.
 *
 * @param wanted - about how many ticks; there may be a few more or fewer.
 */
export function valueAxis(low: number, high: number, wanted = 5): ValueAxis {
  let from = Math.min(finite(low), finite(high));
  let to = Math.max(finite(low), finite(high));
  if (to - from <= Math.max(Math.abs(from), Math.abs(to)) * NEGLIGIBLE) {
    if (to > 0) from = 0;
    else if (from < 0) to = 0;
    else to = 1;
  }
  const step = niceStep((to - from) / Math.max(1, wanted - 1));
  const first = Math.floor(from / step + 1e-9);
  const last = Math.ceil(to / step - 1e-9);
  const ticks: number[] = [];
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)));
  return { low: ticks[0]!, high: ticks[ticks.length - 1]!, ticks };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Up to which span which unit is readable, and the steps that people count in. */
const TIME_UNITS = [
  { upTo: 3 * SECOND, unit: 1, name: 'ms', steps: [1, 2, 5, 10, 20, 50, 100, 200, 500] },
  { upTo: 5 * MINUTE, unit: SECOND, name: 's', steps: [1, 2, 5, 10, 20, 30, 60] },
  { upTo: 5 * HOUR, unit: MINUTE, name: 'min', steps: [1, 2, 5, 10, 15, 20, 30, 60] },
  { upTo: 5 * DAY, unit: HOUR, name: 'h', steps: [1, 2, 3, 4, 6, 12, 24] },
] as const;

/**
 * Ticks of a time axis, relative to its origin: round numbers of seconds, minutes, hours or days.
 *
 * @param fromMs - start of the axis relative to the origin; may be negative.
 * @param wanted - at most about this many ticks. There are none on an empty axis.
 */
export function timeTicks(fromMs: number, toMs: number, wanted = 9): Tick[] {
  const from = finite(fromMs);
  const to = finite(toMs);
  if (to - from <= Math.max(Math.abs(from), Math.abs(to)) * NEGLIGIBLE) return [];
  const span = to - from;
  const scale = TIME_UNITS.find((unit) => span <= unit.upTo);
  const unit = scale?.unit ?? DAY;
  const needed = span / unit / wanted;
  const step = scale?.steps.find((candidate) => candidate >= needed) ?? Math.max(1, niceStep(needed));
  const ticks: Tick[] = [];
  for (let i = Math.ceil(from / unit / step); i * step * unit <= to; i++) {
    const amount = Number((i * step).toPrecision(12));
    ticks.push({ value: amount * unit, label: amount === 0 ? '0' : `${amount} ${scale?.name ?? 'd'}` });
  }
  return ticks;
}

/** Where `value` lies between `low` and `high`: 0 to 1 inside, and no further outside than ten times the range. */
export function position(value: number, low: number, high: number): number {
  if (!(high > low) || Number.isNaN(value)) return 0;
  return Math.min(Math.max((value - low) / (high - low), -10), 10);
}

function niceStep(raw: number): number {
  const size = raw > 0 && Number.isFinite(raw) ? raw : 1;
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function finite(value: number): number {
  if (Number.isNaN(value) || Math.abs(value) < SMALLEST) return 0;
  return Math.min(Math.max(value, -LARGEST), LARGEST);
}
