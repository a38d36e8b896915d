/** The axes of a planner's curve: both logarithmic, in units that people count in. */
import type { PlanCurve } from '../planning/plan-curve.ts';
import { formatNumber } from './format.ts';
import { least, most } from './numbers.ts';
import type { Tick } from './scale.ts';

/** An axis whose equal lengths are equal factors. */
export interface LogAxis {
  low: number;
  high: number;
  ticks: Tick[];
}

const MINUTES: readonly Tick[] = [
  { value: 1 / 6, label: '10 s' },
  { value: 0.5, label: '30 s' },
  { value: 1, label: '1 min' },
  { value: 2, label: '2 min' },
  { value: 5, label: '5 min' },
  { value: 10, label: '10 min' },
  { value: 30, label: '30 min' },
  { value: 60, label: '1 h' },
  { value: 180, label: '3 h' },
  { value: 720, label: '12 h' },
  { value: 1440, label: '1 d' },
  { value: 4320, label: '3 d' },
  { value: 10_080, label: '7 d' },
];
/** The densest of these that still leaves room between its ticks. */
const EFFECTS: readonly (readonly number[])[] = [
  [1.05, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2, 2.5, 3, 4, 5, 7, 10, 15, 20, 30, 50, 70, 100],
  [1.1, 1.25, 1.5, 2, 3, 5, 7, 10, 20, 30, 50, 100, 200, 500, 1000],
  [1.5, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
];
const MOST_EFFECT_TICKS = 9;

/** The axis of time, in minutes. */
export function minutesAxis({ minutes }: PlanCurve): LogAxis {
  const values = minutes.flatMap((line) => line.filter((value) => value !== null));
  const [from, to] = values.length === 0 ? [1, 60] : [least(values), most(values)];
  const low = MINUTES.findLast(({ value }) => value <= from)?.value ?? Math.max(from, 1e-3);
  const high = MINUTES.find(({ value }) => value >= to && value > low)?.value ?? Math.max(to, low * 2);
  return { low, high, ticks: MINUTES.filter(({ value }) => value >= low && value <= high) };
}

/** The axis of effects: ratios. */
export function effectsAxis({ effects }: PlanCurve): LogAxis {
  const from = effects.length === 0 ? 1.5 : least(effects);
  const to = effects.length === 0 ? 20 : most(effects);
  const [low, high] = to > from ? [from, to] : [from / 1.5, from * 1.5];
  const choices = EFFECTS.map((list) => list.filter((value) => value >= low && value <= high));
  const chosen = choices.find((list) => list.length <= MOST_EFFECT_TICKS) ?? [];
  const ticks = (chosen.length < 2 ? [from, to] : chosen).map((value) => ({ value, label: `${formatNumber(value)}x` }));
  return { low, high, ticks };
}
