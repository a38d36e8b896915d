/** What the latency of a simulated deployment is made of: the terms of the simulation study, and the check of them. */
import { type Check, factor, type Rule, rate, share } from './check.ts';

/**
 * Noise of the logarithm of all times, per 10 s: `arsd` log-sd of each pod's drift and `ar` its coefficient, `white` of
 * independent noise of each pod, `pod` of lasting differences between pods, `com` of a drift that all pods share (its
 * coefficient is 0.9).
 */
export interface LatencyNoise {
  ar?: number;
  arsd?: number;
  white?: number;
  pod?: number;
  com?: number;
}

/** Options of the latency. Times are log-normal with a median of 60 ms and a log-sd of 0.8. Units are of 10 s. */
export interface LatencyOptions {
  /** Factor on all times at the canary from `onset` on. */
  shift?: number;
  /** `[quantile, factor]`: the canary's values above that quantile are stretched from `onset` on; a number is a factor above p90. */
  tail?: number | readonly [number, number];
  /** Share of the canary's requests that are slower than everything, from `onset` on. */
  timeouts?: number;
  onset?: number;
  /** Units in which the fault grows to its size. */
  ramp?: number;
  /** Pauses: 5 % of a pod's requests take 5 times as long, with this chance in each unit; `true` is 0.003. */
  gc?: boolean | number;
  /** `true` is 4 to 5 % of noise at each pod, as the study has it; a number is a factor on it. */
  noise?: boolean | number | LatencyNoise;
  /** Factor on the times of both arms in units 48 to 84, or `[from, to, factor]`: an incident. */
  both?: number | readonly [number, number, number];
  /** Factor on the times of a cold canary at its start; decays within 2 minutes. */
  cold?: number;
}

/** The noise that `noise: true` means. */
const USUAL_LATENCY_NOISE: Required<LatencyNoise> = { ar: 0.9, arsd: 0.05, white: 0.04, pod: 0.03, com: 0.1 };
/** Chance of a pause that `gc: true` means. */
export const USUAL_PAUSES = 0.003;
/** Units of an incident that gives only a factor. */
const BOTH_UNITS = [48, 84] as const;

/** Names that `od` may have for latency, besides those of errors. */
export const LATENCY_PRESETS: Readonly<Record<string, LatencyOptions>> = {
  noise: { noise: true },
  gc: { noise: true, gc: true },
  'gc-noise': { noise: true, gc: true },
};

const NOISE_RULES: Record<keyof LatencyNoise, Rule> = {
  ar: (check, path, value) => check.number(path, value, -1, 1),
  arsd: rate,
  white: rate,
  pod: rate,
  com: rate,
};

/** How the options are checked that errors do not have. */
export const LATENCY_RULES: Record<Exclude<keyof LatencyOptions, 'onset' | 'ramp' | 'cold'>, Rule> = {
  shift: factor,
  tail(check, path, value) {
    if (!Array.isArray(value)) return check.number(path, value, 1);
    const [quantile, stretch] = check.tuple(path, value, 2);
    check.number(`${path}[0]`, quantile, 0, 0.9999);
    check.number(`${path}[1]`, stretch, 1);
  },
  timeouts: share,
  gc(check, path, value) {
    if (typeof value !== 'boolean') check.number(path, value, 0, 1);
  },
  noise: noiseRule,
  both(check, path, value) {
    if (!Array.isArray(value)) return factor(check, path, value);
    const [from, to, times] = check.tuple(path, value, 3);
    check.integer(`${path}[0]`, from, -10_000);
    check.integer(`${path}[1]`, to, from as number);
    factor(check, `${path}[2]`, times);
  },
};

function noiseRule(check: Check, path: string, value: unknown): void {
  if (typeof value === 'boolean') return;
  if (typeof value === 'number') rate(check, path, value);
  else check.entries(path, value, NOISE_RULES, 'a noise of latency');
}

/** The noise in numbers; `null` = none. */
export function latencyNoise(noise: LatencyOptions['noise']): Required<LatencyNoise> | null {
  if (noise === undefined || noise === false || noise === 0) return null;
  if (noise === true) return USUAL_LATENCY_NOISE;
  const { ar, arsd, white, pod, com } = USUAL_LATENCY_NOISE;
  if (typeof noise !== 'number') return { ar, arsd: 0, white: 0, pod: 0, com: 0, ...noise };
  return { ar, arsd: arsd * noise, white: white * noise, pod: pod * noise, com: com * noise };
}

/** When both arms are slow, and by which factor; `null` = never. */
export function slowTime({ both }: LatencyOptions): readonly [from: number, to: number, factor: number] | null {
  if (both === undefined || both === 1) return null;
  return typeof both === 'number' ? [...BOTH_UNITS, both] : both;
}
