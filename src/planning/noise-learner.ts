/**
 * What the judge would learn of a service's noise from a recording: with its own classes, from the stable pods, as of the moment
 * when the canary starts and as of the recording's end.
 */

import { ArmDispersion, INFLATION } from '../statistics/dispersion.ts';
import {
  ARM_WINDOWS_SECONDS,
  ASSUMED_POD_SPREAD,
  CLIP_NATS,
  type CountHabits,
  HISTORY_SECONDS,
  POD_WINDOWS_SECONDS,
  PRIOR_WEIGHT,
} from '../statistics/judge-habits.ts';
import type { PodCounts } from '../statistics/pod-counts.ts';
import { armSpread, SPREADS } from '../statistics/pod-spread.ts';
import { ServiceNoise } from '../statistics/service-noise.ts';
import { addCounts, noCounts } from '../statistics/share-likelihood.ts';
import { assumedLevel, type ServiceNoiseLevel, type SpreadShare } from './service-noise-level.ts';

/** What one arm did in one block of wall time. */
export interface ArmBlock {
  readonly pods: readonly PodCounts[];
  readonly requests: number;
  readonly bad: number;
}

/** What a recording says of one count. */
export interface Recorded {
  readonly blockSeconds: number;
  /** In the order of time; those from before the deployment come first. */
  readonly blocks: readonly ArmBlock[];
  readonly before: number;
  /** The canary, block by block. */
  readonly canary: readonly ArmBlock[];
}

/** Noise learned from one recording. */
export function noiseOf(recorded: Recorded, habits: CountHabits): ServiceNoiseLevel {
  const { blocks, blockSeconds, before, canary } = recorded;
  const canaryPods = canary.find(({ pods }) => pods.length > 0)?.pods ?? [];
  const history = Math.ceil(HISTORY_SECONDS / blockSeconds);
  // Without a history the first ten minutes stand for it: a canary never soils what stable does.
  const until = before > 0 ? before : Math.min(history, blocks.length);
  const from = Math.max(0, until - history);
  const noise = new ServiceNoise(
    {
      dispersion: {
        kind: 'pods',
        prior: habits.dispersionPrior,
        priorWeight: PRIOR_WEIGHT,
        windowsSeconds: POD_WINDOWS_SECONDS,
        armWindowsSeconds: ARM_WINDOWS_SECONDS,
        common: habits.common,
      },
      naturalSpread: ASSUMED_POD_SPREAD * habits.spreadFactor,
      clipNats: CLIP_NATS,
    },
    blockSeconds,
  );
  const learn = (first: number, end: number): Omit<ServiceNoiseLevel, 'later'> => {
    for (const block of blocks.slice(first, end)) noise.learnBefore(block.pods, block.requests, block.bad);
    noise.see(canaryPods, blocks[end - 1]?.pods ?? []);
    return levelOf(noise, (end - from) * blockSeconds);
  };
  const level = learn(from, until);
  if (!noise.fromPods) return { ...assumedLevel(habits), actual: actualOf(recorded, habits) };
  const later = learn(until, blocks.length);
  if (blocks.length - from < (until - from) * WORTH_TELLING) return level;
  const { pods: _, ...rest } = later;
  return { ...level, later: rest };
}

/** So much more telemetry tells something more. */
const WORTH_TELLING = 1.2;

function levelOf(noise: ServiceNoise, learnedSeconds: number): ServiceNoiseLevel {
  const { squaredCv, spread, clipNats } = noise;
  const pods = noise.state().pods;
  if (!noise.fromPods || pods === null) return { squaredCv, spread, clipNats };
  const [canary, stable] = [Math.max(pods.canaryPods, 1), pods.stablePods];
  const spreads = SPREADS.map((one, i) => ({
    spread: armSpread(one, canary, stable),
    share: Math.max(Math.exp(pods.spread.logWeights[i]!), LEAST_SHARE),
  }));
  return { squaredCv, spread, clipNats, spreads, pods: { canary, stable }, learnedSeconds };
}

/** Below this a spread is out of the question. */
const LEAST_SHARE = 1e-12;

/** Where pods are not told apart: the scatter of the canary around stable, and the lasting differences of most services. */
function actualOf(recorded: Recorded, habits: CountHabits): NonNullable<ServiceNoiseLevel['actual']> {
  const { dispersionPrior: prior, common } = habits;
  const arms = { prior, priorWeight: PRIOR_WEIGHT, windowsSeconds: ARM_WINDOWS_SECONDS, common };
  const dispersion = new ArmDispersion(arms, recorded.blockSeconds);
  const totals = noCounts();
  recorded.blocks.slice(recorded.before).forEach(({ requests, bad }, i) => {
    const canary = recorded.canary[recorded.before + i]!;
    const block = {
      canaryRequests: canary.requests,
      canaryBad: canary.bad,
      stableRequests: requests,
      stableBad: bad,
    };
    addCounts(totals, block);
    dispersion.learn(block, totals);
  });
  return { squaredCv: dispersion.squaredCv / INFLATION, spread: assumedLevel(habits).actual!.spread };
}

/** What several recordings say together: their middle, since one with a rare burst says little of the next. */
export function middleNoise(levels: readonly ServiceNoiseLevel[]): ServiceNoiseLevel {
  const learned = levels.filter(({ fromPods }) => fromPods !== false);
  if (learned.length === 0) {
    const actual = levels.map((level) => level.actual!);
    return {
      ...levels[0]!,
      actual: {
        squaredCv: median(actual.map(({ squaredCv }) => squaredCv)),
        spread: median(actual.map(({ spread }) => spread)),
      },
    };
  }
  const later = learned.flatMap((level) => (level.later ? [level.later] : []));
  return {
    ...middleLevel(learned),
    pods: {
      canary: median(learned.map(({ pods }) => pods!.canary)),
      stable: median(learned.map(({ pods }) => pods!.stable)),
    },
    ...(later.length > 0 ? { later: middleLevel(later) } : {}),
  };
}

function middleLevel(levels: readonly Omit<ServiceNoiseLevel, 'later'>[]): Omit<ServiceNoiseLevel, 'later'> {
  return {
    squaredCv: median(levels.map(({ squaredCv }) => squaredCv)),
    spread: median(levels.map(({ spread }) => spread)),
    clipNats: median(levels.map(({ clipNats }) => clipNats)),
    spreads: middleSpreads(levels.map(({ spreads }) => spreads!)),
    learnedSeconds: median(levels.map(({ learnedSeconds }) => learnedSeconds!)),
  };
}

/** Geometric means: an arithmetic one would take its wide spreads from the few recordings that know least. */
function middleSpreads(all: readonly (readonly SpreadShare[])[]): SpreadShare[] {
  const means = SPREADS.map((_, i) => ({
    spread: median(all.map((one) => one[i]!.spread)),
    share: Math.exp(all.reduce((sum, one) => sum + Math.log(one[i]!.share), 0) / all.length),
  }));
  const total = means.reduce((sum, { share }) => sum + share, 0);
  return means.map(({ spread, share }) => ({ spread, share: share / total }));
}

/** The middle value, the mean of the two in the middle of an even number. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
