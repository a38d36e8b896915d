/** The noise of a plan at one weight: what the judge takes it for, and what it is. */
import type { JudgedCount, Knowledge, LearnedNoise } from '../statistics/detection-model.ts';
import { INFLATION } from '../statistics/dispersion.ts';
import { mixedSpreadPrior, type RatioPrior, spreadPrior } from '../statistics/ratio-grid.ts';
import { learnedSeconds, type ServiceNoiseLevel } from './service-noise-level.ts';

/**
 * Noise of the comparison at a canary's share.
 *
 * @param servicePods - pods of the whole service, `null` = not known: the noise is then the same at all weights.
 */
export function plannedNoise(
  level: ServiceNoiseLevel,
  canaryShare: number,
  servicePods: number | null,
): Pick<JudgedCount, 'noise' | 'learned'> {
  const scale = podScale(level, canaryShare, servicePods);
  const { later, fromPods = true } = level;
  const actual = actualNoise(level);
  const first = knowledge(level, scale);
  const learned: LearnedNoise =
    later && learnedSeconds(later) > first.learnedSeconds
      ? { ...first, later: knowledge(later, scale), fromArms: !fromPods }
      : { ...first, fromArms: !fromPods };
  return {
    noise: {
      squaredCv: actual.squaredCv * scale,
      spread: actual.spread * Math.sqrt(scale),
    },
    learned,
  };
}

/**
 * The noise as it is. The judge is cautious: it adds 25 % to what it measures, starts from a noise that calm services do not have,
 * and takes a spread for as wide as it may be.
 */
export function actualNoise({ actual, ...level }: ServiceNoiseLevel): { squaredCv: number; spread: number } {
  if (actual !== undefined) return actual;
  const last = level.later ?? level;
  const spread = last.spreads?.reduce((sum, one) => sum + one.share * one.spread, 0) ?? last.spread;
  return { squaredCv: Math.min(level.squaredCv, last.squaredCv) / INFLATION, spread };
}

function knowledge(level: ServiceNoiseLevel, scale: number): Knowledge {
  const { squaredCv, clipNats } = level;
  return {
    squaredCv: squaredCv * scale,
    clipNats,
    natural: natural(level, Math.sqrt(scale)),
    learnedSeconds: learnedSeconds(level),
  };
}

function natural({ spread, spreads }: ServiceNoiseLevel, scale: number): RatioPrior {
  if (spreads === undefined) return spreadPrior(0, spread * scale);
  return mixedSpreadPrior(
    0,
    spreads.map((one) => one.spread * scale),
    spreads.map(({ share }) => Math.log(Math.max(share, 1e-300))),
  );
}

/** The variance of the difference of two groups of pods, as a multiple of that which was learned. */
function podScale({ pods }: ServiceNoiseLevel, canaryShare: number, servicePods: number | null): number {
  if (pods === undefined || servicePods === null) return 1;
  const canary = Math.max(Math.round(canaryShare * servicePods), 1);
  const stable = Math.max(servicePods - canary, 1);
  return (1 / canary + 1 / stable) / (1 / pods.canary + 1 / pods.stable);
}
