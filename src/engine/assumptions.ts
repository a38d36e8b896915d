/** What a decision takes for granted, and what was left out of it, said so that a reader can object. */
import type { NoiseReading } from './criteria/criterion-judge.ts';
import { percent } from './percent.ts';
import type { DeploymentWalk } from './walk.ts';

/** Lasting differences between healthy arms that are worth a word: a factor of 1.35 in one case of three. */
const WIDE_SPREAD = 0.3;

/** Sentences about the data and the noise. */
export function assumptionsOf(walk: DeploymentWalk): string[] {
  const { judgement, presence, policy, attribution } = walk;
  const readings = judgement.criteria.map(({ criterion, reading }) => ({ name: criterion.name, ...reading() }));
  const errors = readings.find((_, i) => policy.criteria[i]!.kind === 'error-rate') ?? readings[0]!;
  return [
    ...(attribution.hasReference ? [] : [noReference(attribution.before.requests)]),
    ...(presence.hasOneCanaryPod
      ? ['There is one canary pod: a defect of its node cannot be told from a defect of the release.']
      : []),
    ...(errors.noise === null ? [] : spreadAssumption(errors.noise, policy.assumedPodSpread)),
    ...readings.flatMap(({ name, clippedIntervals, noise }) =>
      clippedIntervals > 0 && noise !== null ? [clipped(name, clippedIntervals, noise)] : [],
    ),
  ];
}

function noReference(requests: number): string {
  return `Stable had only ${requests} requests before the deployment, so external incidents cannot be told; canary and stable are still compared at the same time.`;
}

function spreadAssumption({ source, spread }: NoiseReading, assumed: number): string[] {
  if (source === 'assumed') {
    return [
      `Traffic is not told apart by pod: lasting differences between healthy pods are taken to be about ${percent(assumed)}. Pods that differ more can look like a worse release.`,
    ];
  }
  return spread < WIDE_SPREAD
    ? []
    : [
        `Healthy pods of this service differ by about ${percent(spread)} for good; a smaller fault cannot be told from that.`,
      ];
}

function clipped(name: string, blocks: number, { source, clipNats, longestBurstSeconds }: NoiseReading): string {
  const times = blocks === 1 ? 'once' : `${blocks} times`;
  const why =
    source === 'assumed' || !longestBurstSeconds
      ? 'no short burst may decide'
      : `stable pods fail for up to ${Math.round(longestBurstSeconds)} s at a stretch, and a burst may not decide`;
  return `Evidence on ${name} was capped ${times} (now at ${Number(clipNats.toPrecision(2))} nats in 10 s): ${why}.`;
}
