/** How noisy a service is, for plans: learned from recordings, or assumed by a name. */
import type { OptionCheck } from '../options.ts';
import { INFLATION } from '../statistics/dispersion.ts';
import { ASSUMED_POD_SPREAD, CLIP_NATS, type CountHabits, HISTORY_SECONDS } from '../statistics/judge-habits.ts';

/** Noise of a service, as the judge would learn it. Plain JSON. */
export interface ServiceNoiseLevel {
  /** Squared CV, per 10 s, of the noise on the comparison of the arms, with its autocorrelation. */
  readonly squaredCv: number;
  /** Standard deviation of the lasting log ratio of healthy arms. */
  readonly spread: number;
  /** Evidence that 10 s may add at most, in nats. */
  readonly clipNats: number;
  /** How likely which spread is, where it is learned; the shares sum to 1. @defaultValue `spread` for certain */
  readonly spreads?: readonly SpreadShare[];
  /** Pods of the arms that this holds for; with `pods` of the service, other weights are converted. */
  readonly pods?: { readonly canary: number; readonly stable: number };
  /** False: pods are not told apart, so the judge assumes this at first and learns from the arms. @defaultValue true */
  readonly fromPods?: boolean;
  /** The noise as it is, where the judge takes it for another. @defaultValue `squaredCv` less the judge's 25 % for caution, and `spread` */
  readonly actual?: { readonly squaredCv: number; readonly spread: number };
  /** Telemetry that it was learned from, in seconds. @defaultValue 600 */
  readonly learnedSeconds?: number;
  /** The same with more telemetry: what the judge learns while the canary runs. */
  readonly later?: Omit<ServiceNoiseLevel, 'later' | 'edges'>;
  /** Of latency: what differs from edge to edge. The nearest edge counts. */
  readonly edges?: readonly (Omit<ServiceNoiseLevel, 'edges'> & { readonly edgeMs: number })[];
}

/** A spread and how likely it is. */
export interface SpreadShare {
  readonly spread: number;
  readonly share: number;
}

/**
 * A noise by its name, on pods that are told apart, as the judge learns it in ten minutes of history. `independent`: nothing but
 * chance. `calm`: 20 % of noise in 10 s, pods that differ by 3 %. `usual`: what the judge takes a service for before it has learned
 * anything, 30 % and 6 %. `noisy`: 50 %, drifts and bursts on top, pods that differ by 10 %.
 */
export type AssumedNoise = 'independent' | 'calm' | 'usual' | 'noisy';

/** The names in the order of their noise. */
const ASSUMED_NOISES: readonly AssumedNoise[] = ['independent', 'calm', 'usual', 'noisy'];

/** Lasting differences of most services' arms: pods that differ by 6 % (the likelier kind of `pod-spread.ts`), four of them canary. */
const MOST_ARMS_SPREAD = 0.03;

/** Which judge the noise is for. */
export type NoisyCount = 'errors' | 'latency';

/** The arms that the levels below were learned for: one pod of twenty. */
const ONE_OF_TWENTY = { canary: 1, stable: 19 };

/**
 * What the judge learns of 500 requests/s in 10 and in 40 minutes, the middle of 30 simulated deployments:
 * `npm run bench -- planner levels`. Latency: half of the bench's usual noise, all of it, and with pauses; between the p50 and the p97.
 */
const LEARNED: Readonly<Record<NoisyCount, Record<AssumedNoise, ServiceNoiseLevel>>> = {
  errors: {
    independent: {
      ...level(0.07, 0.045, 2.9),
      actual: { squaredCv: 0, spread: 0 },
      later: { ...level(0.025, 0.026, 2.9), learnedSeconds: 2400 },
    },
    calm: {
      ...level(0.1, 0.05, 2.9),
      actual: { squaredCv: 0.055, spread: 0.035 },
      later: { ...level(0.07, 0.037, 2.9), learnedSeconds: 2400 },
    },
    usual: {
      ...level(0.15, 0.056, 2.9),
      actual: { squaredCv: 0.105, spread: 0.052 },
      later: { ...level(0.13, 0.052, 1.9), learnedSeconds: 2400 },
    },
    noisy: {
      ...level(0.42, 0.13, 1.9),
      actual: { squaredCv: 0.34, spread: 0.11 },
      later: { ...level(0.71, 0.11, 1.4), learnedSeconds: 2400 },
    },
  },
  latency: {
    independent: { ...level(0.01, 0.025, 3), actual: { squaredCv: 0, spread: 0 } },
    calm: { ...level(0.02, 0.042, 2.95), actual: { squaredCv: 0.016, spread: 0.036 } },
    usual: { ...level(0.035, 0.075, 2.95), actual: { squaredCv: 0.028, spread: 0.065 } },
    noisy: { ...level(0.057, 0.105, 2.6), actual: { squaredCv: 0.046, spread: 0.1 } },
  },
};

function level(squaredCv: number, spread: number, clipNats: number): ServiceNoiseLevel {
  return { squaredCv, spread, clipNats, pods: ONE_OF_TWENTY };
}

/** The level that a name stands for, or the given one. */
export function noiseLevel(
  check: OptionCheck,
  path: string,
  noise: AssumedNoise | ServiceNoiseLevel | undefined,
  of: NoisyCount,
): ServiceNoiseLevel {
  if (typeof noise === 'object') return checkedLevel(check, path, noise);
  return LEARNED[of][check.oneOf(path, noise, 'usual', ASSUMED_NOISES)];
}

/** What the judge assumes where pods are not told apart, and how a usual service really is. */
export function assumedLevel(habits: CountHabits): ServiceNoiseLevel {
  return {
    squaredCv: habits.dispersionPrior * INFLATION,
    spread: ASSUMED_POD_SPREAD * habits.spreadFactor,
    clipNats: CLIP_NATS,
    fromPods: false,
    actual: { squaredCv: habits.dispersionPrior, spread: MOST_ARMS_SPREAD * habits.spreadFactor },
  };
}

/** Telemetry that a level was learned from, in seconds. */
export function learnedSeconds({ learnedSeconds: seconds = HISTORY_SECONDS }: ServiceNoiseLevel): number {
  return seconds;
}

const KEYS: readonly (keyof ServiceNoiseLevel)[] = [
  ...(['squaredCv', 'spread', 'clipNats', 'spreads', 'pods', 'fromPods', 'actual', 'learnedSeconds', 'later'] as const),
  'edges',
];

function checkedLevel(check: OptionCheck, path: string, level: ServiceNoiseLevel): ServiceNoiseLevel {
  check.knownKeys(path, level, [...KEYS, 'edgeMs']);
  const { spreads, pods, actual, later, edges } = level;
  const number = (name: string, value: number | undefined, bounds: { min?: number; above?: number }): number =>
    check.number(`${path}.${name}`, value ?? null, 0, { ...bounds, max: 1e6 });
  number('squaredCv', level.squaredCv, { min: 0 });
  number('spread', level.spread, { min: 0 });
  number('clipNats', level.clipNats, { above: 0 });
  if (level.learnedSeconds !== undefined) number('learnedSeconds', level.learnedSeconds, { above: 0 });
  const list = (name: string, value: readonly object[] | undefined, known: readonly string[]): void => {
    if (value === undefined) return;
    if (!Array.isArray(value) || value.length === 0)
      check.fail(`${path}.${name}`, value, 'Give a list, or leave it out.');
    for (const [i, one] of value.entries()) check.knownKeys(`${path}.${name}[${i}]`, one, known);
  };
  list('spreads', spreads, ['spread', 'share']);
  spreads?.forEach(({ spread, share }, i) => {
    number(`spreads[${i}].spread`, spread, { min: 0 });
    number(`spreads[${i}].share`, share, { min: 0 });
  });
  if (pods !== undefined) {
    check.knownKeys(`${path}.pods`, pods, ['canary', 'stable']);
    number('pods.canary', pods.canary, { above: 0 });
    number('pods.stable', pods.stable, { above: 0 });
  }
  if (actual !== undefined) {
    check.knownKeys(`${path}.actual`, actual, ['squaredCv', 'spread']);
    number('actual.squaredCv', actual.squaredCv, { min: 0 });
    number('actual.spread', actual.spread, { min: 0 });
  }
  if (later !== undefined) checkedLevel(check, `${path}.later`, later);
  list('edges', edges, [...KEYS, 'edgeMs']);
  edges?.forEach((edge, i) => {
    number(`edges[${i}].edgeMs`, edge.edgeMs, { above: 0 });
    checkedLevel(check, `${path}.edges[${i}]`, edge);
  });
  return level;
}
