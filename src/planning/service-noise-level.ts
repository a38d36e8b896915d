/** How noisy a service is, for plans: learned from a recording, or assumed by a name. */
import type { OptionCheck } from '../options.ts';

/** Noise of a service, as the judge would learn it. */
export interface ServiceNoiseLevel {
  /** Squared CV, per 10 s, of the noise on the comparison of the arms, with its autocorrelation. */
  readonly squaredCv: number;
  /** Standard deviation of the lasting log ratio of healthy arms. */
  readonly spread: number;
  /** Evidence that 10 s may add at most, in nats. */
  readonly clipNats: number;
}

/**
 * A noise by its name. `independent`: nothing but chance. `usual`: what the judge assumes of a service before it has learned
 * anything. `calm` and `noisy` lie on both sides of it.
 */
export type AssumedNoise = 'independent' | 'calm' | 'usual' | 'noisy';

/** The names in the order of their noise. */
const ASSUMED_NOISES: readonly AssumedNoise[] = ['independent', 'calm', 'usual', 'noisy'];

/** What is counted: the judge assumes less noise of latency than of errors. */
export type NoisyCount = 'errors' | 'latency';

const LEVELS: Readonly<Record<NoisyCount, Readonly<Record<AssumedNoise, ServiceNoiseLevel>>>> = {
  errors: {
    independent: { squaredCv: 0.0025, spread: 0.03, clipNats: 3 },
    calm: { squaredCv: 0.03, spread: 0.08, clipNats: 3 },
    usual: { squaredCv: 0.125, spread: 0.16, clipNats: 2.5 },
    noisy: { squaredCv: 1, spread: 0.25, clipNats: 2 },
  },
  latency: {
    independent: { squaredCv: 0.0025, spread: 0.03, clipNats: 3 },
    calm: { squaredCv: 0.01, spread: 0.04, clipNats: 3 },
    usual: { squaredCv: 0.025, spread: 0.08, clipNats: 2.5 },
    noisy: { squaredCv: 0.2, spread: 0.15, clipNats: 2 },
  },
};

/** The level that a name stands for, or the checked one. */
export function noiseLevel(
  check: OptionCheck,
  path: string,
  noise: AssumedNoise | ServiceNoiseLevel | undefined,
  of: NoisyCount,
): ServiceNoiseLevel {
  if (typeof noise !== 'object') return LEVELS[of][check.oneOf(path, noise, 'usual', ASSUMED_NOISES)];
  check.knownKeys(path, noise, ['squaredCv', 'spread', 'clipNats']);
  return {
    squaredCv: check.number(`${path}.squaredCv`, noise.squaredCv ?? null, 0, { min: 0, max: 1e6 }),
    spread: check.number(`${path}.spread`, noise.spread ?? null, 0, { min: 0, max: 10 }),
    clipNats: check.number(`${path}.clipNats`, noise.clipNats ?? null, 0, { above: 0, max: 1e6 }),
  };
}
