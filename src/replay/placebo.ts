/**
 * A placebo is a deployment that never was: a stable pod or two of a recording play the canary against the others. They run the
 * same version, so whoever rolls it back is wrong. Even a short history, without a label, then says something.
 */
import { policyDigest } from '../engine/digest.ts';
import type { TelemetryInterval } from '../ports/telemetry.ts';
import type { Recording } from './recording.ts';

/** Stable pods that must be there; the smallest group that is left to compare with has three. */
const FEWEST_STABLE_PODS = 4;
/** From so many on two pods may play the canary, where the canary had two. */
const ENOUGH_FOR_TWO = 6;
/** Share of an even split of the traffic that a pod must carry, to play the canary or to count. */
const COUNTED_SHARE = 0.25;
/** Share of stable's requests that must be told apart by pod. */
const NAMED_SHARE = 0.99;

/**
 * The pods that play the canary; `null` where there are too few stable ones, or they are not told apart. The same
 * recording always gets the same pods, and which ones has nothing to do with how they did.
 *
 * @param canaryPods - how many the real canary had.
 */
export function placeboPods(recording: Recording, canaryPods: number): readonly string[] | null {
  const { deployedAtMs, service, deploymentId } = recording;
  const requests = new Map<string, number>();
  let all = 0;
  for (const { cohort, segment, pod, endMs, requests: own } of recording.intervals) {
    if (cohort !== 'stable' || segment !== undefined || endMs <= deployedAtMs) continue;
    all += own;
    if (pod !== undefined) requests.set(pod, (requests.get(pod) ?? 0) + own);
  }
  const named = [...requests.values()].reduce((sum, own) => sum + own, 0);
  if (named <= 0 || named < NAMED_SHARE * all) return null;
  const witnesses = [...requests].filter(([, own]) => own >= (COUNTED_SHARE * named) / requests.size);
  if (witnesses.length < FEWEST_STABLE_PODS) return null;
  const count = canaryPods >= 2 && witnesses.length >= ENOUGH_FOR_TWO ? 2 : 1;
  return witnesses
    .map(([pod]) => ({ pod, rank: policyDigest({ service, deploymentId, pod }) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ pod }) => pod);
}

/**
 * The recording with these stable pods as its canary. What they did before the deployment is left out, as a canary has no past;
 * so is the real canary, and fresh pods of the old version.
 */
export function placeboOf(recording: Recording, pods: readonly string[]): Recording {
  const players = new Set(pods);
  const cast = (intervals: readonly TelemetryInterval[]): TelemetryInterval[] =>
    intervals.flatMap((interval) => {
      const { cohort, pod, endMs } = interval;
      if (cohort === 'canary' || cohort === 'baseline') return [];
      if (pod === undefined || !players.has(pod)) return [interval];
      return endMs <= recording.deployedAtMs ? [] : [{ ...interval, cohort: 'canary' as const }];
    });
  const { dependencies } = recording;
  return {
    ...recording,
    // Nobody routed a share of the traffic to these pods, so none can be missing.
    weights: [],
    intervals: cast(recording.intervals),
    ...(dependencies && {
      dependencies: Object.fromEntries(Object.entries(dependencies).map(([name, calls]) => [name, cast(calls)])),
    }),
  };
}
