/** The arms of a recording, slot by slot, as a calibration compares them: the real ones, and those of a placebo. */
import { SlotStream } from '../engine/slot-stream.ts';
import type { ArmSlot, Slot } from '../engine/slots.ts';
import { countWitnesses, type PodCounts } from '../statistics/pod-counts.ts';
import type { Counter, Counts } from './counters.ts';
import type { ArmsBlock } from './natural-ratios.ts';
import type { Recording } from './recording.ts';

/** The slots of the whole service in which anything was reported. */
export function slotsOf({ intervals, deployedAtMs, completeUntilMs }: Recording, slotMs: number): Slot[] {
  const stream = new SlotStream({ slotMs, deployedAtMs, segments: [] });
  for (const interval of intervals) if (interval.segment === undefined) stream.add(interval);
  return [...stream.completeUntil(completeUntilMs, () => false)];
}

/** Pods of an arm that really served, over the whole recording; 0 where pods are not told apart. */
export function podsOf(arms: readonly ArmSlot[]): number {
  const requests = new Map<string, number>();
  for (const { pods } of arms)
    for (const { pod, requests: own } of pods) requests.set(pod, (requests.get(pod) ?? 0) + own);
  return requests.size === 0 ? 0 : countWitnesses([...requests.values()]);
}

/** What each pod of an arm did, as far as it reports what is counted. */
export function podCounts({ pods }: ArmSlot, counter: Counter): PodCounts[] {
  return pods.flatMap((part) => {
    const counts = counter.count(part);
    return counts !== null && counts.requests > 0 ? [{ pod: part.pod, ...counts }] : [];
  });
}

/** Canary and stable as they were. */
export function* armsOf(slots: readonly Slot[], counter: Counter): Generator<ArmsBlock> {
  for (const slot of slots) {
    const [canary, stable] = [counter.count(slot.canary), counter.count(slot.stable)];
    if (canary !== null && stable !== null) yield { canary, stable };
  }
}

/** The stable pods in two casts: those that play the canary, and the others. */
export function* castOf(slots: readonly Slot[], counter: Counter, players: readonly string[]): Generator<ArmsBlock> {
  for (const { stable } of slots) {
    const pods = podCounts(stable, counter);
    yield {
      canary: sumOf(pods.filter(({ pod }) => players.includes(pod))),
      stable: sumOf(pods.filter(({ pod }) => !players.includes(pod))),
    };
  }
}

function sumOf(pods: readonly PodCounts[]): Counts {
  return pods.reduce((sum, { requests, bad }) => ({ requests: sum.requests + requests, bad: sum.bad + bad }), {
    requests: 0,
    bad: 0,
  });
}
