import { describe, expect, it } from 'vitest';
import { mergePods, PodCount, type PodCounts } from '../../src/statistics/pod-counts.ts';
import { evenly, podCounts } from '../helpers/pods.ts';

describe('adding up what pods did', () => {
  const counts = (...entries: [pod: string, requests: number, bad: number][]): PodCounts[] =>
    entries.map(([pod, requests, bad]) => ({ pod, requests, bad }));

  it('adds by name, and is sorted by name whoever reported first', () => {
    const [early, late] = [counts(['b', 10, 1], ['d', 5, 0]), counts(['a', 1, 1], ['b', 20, 2], ['c', 3, 0])];
    const sum = counts(['a', 1, 1], ['b', 30, 3], ['c', 3, 0], ['d', 5, 0]);
    expect(mergePods(early, late)).toEqual(sum);
    expect(mergePods(late, early)).toEqual(sum);
  });

  it('leaves what it was given as it was', () => {
    const [a, b] = [counts(['x', 1, 1]), counts(['x', 2, 2], ['y', 3, 3])];
    mergePods(a, b);
    expect([a, b]).toEqual([counts(['x', 1, 1]), counts(['x', 2, 2], ['y', 3, 3])]);
  });

  it('adds nothing to nothing', () => {
    expect(mergePods([], [])).toEqual([]);
    expect(mergePods(counts(['x', 1, 0]), [])).toEqual(counts(['x', 1, 0]));
    expect(mergePods([], counts(['x', 1, 0]))).toEqual(counts(['x', 1, 0]));
  });
});

/** The number of pods after blocks of 10 s, each with the requests of every pod. */
function podsAfter(blocks: readonly (readonly number[])[], armRequests?: number): number {
  const count = new PodCount();
  for (const requests of blocks) {
    const total = requests.reduce((a, b) => a + b, 0);
    count.learn(podCounts(requests, []), armRequests ?? total, 1);
  }
  return count.pods;
}
const repeat = (times: number, block: readonly number[]): (readonly number[])[] =>
  Array.from({ length: times }, () => block);

describe('the number of pods', () => {
  it('is that of the pods that carry traffic', () => {
    expect(podsAfter(repeat(3, [100, 90, 110]))).toBe(3);
  });

  it('leaves out one that gets next to nothing: it is no witness', () => {
    expect(podsAfter(repeat(3, [100, 100, 1]))).toBe(2);
  });

  it('is nothing before anything was seen, and when nobody serves', () => {
    expect(new PodCount().pods).toBe(0);
    expect(podsAfter(repeat(3, [0, 0]))).toBe(0);
  });

  it('is nothing while a part of the traffic is not told apart by pod', () => {
    expect(podsAfter(repeat(3, [100, 100]), 250)).toBe(0);
    expect(podsAfter(repeat(3, [100, 100]), 201)).toBe(2);
  });

  it('follows pods that come and go within minutes', () => {
    const before = repeat(60, [100, 100, 0, 0]);
    expect(podsAfter([...before, ...repeat(60, [0, 0, 100, 100])])).toBe(2);
    expect(podsAfter([...before, ...repeat(60, [50, 50, 50, 50])])).toBe(4);
    expect(podsAfter([...before, ...repeat(60, [100, 0, 0, 0])])).toBe(1);
  });

  it('is not moved by one interval in which a pod is silent', () => {
    expect(podsAfter([...repeat(30, [100, 100, 100]), [0, 100, 100]])).toBe(3);
  });

  it('forgets pods that are gone for good, so that churn costs no memory', () => {
    const count = new PodCount();
    for (let i = 0; i < 2000; i++)
      count.learn(
        evenly(1, [0]).map((pod) => ({ ...pod, pod: `pod-${i}` })),
        1,
        1,
      );
    expect(count.state().traffic.length).toBeLessThan(300);
  });

  it('goes on from its state', () => {
    const whole = new PodCount();
    const first = new PodCount();
    for (const requests of repeat(5, [100, 80, 10])) {
      whole.learn(podCounts(requests, []), 190, 1);
      first.learn(podCounts(requests, []), 190, 1);
    }
    const rest = new PodCount(JSON.parse(JSON.stringify(first.state())));
    for (const requests of repeat(9, [100, 0, 70])) {
      whole.learn(podCounts(requests, []), 170, 3);
      rest.learn(podCounts(requests, []), 170, 3);
      expect(rest.pods).toBe(whole.pods);
    }
    expect(rest.state()).toEqual(whole.state());
  });
});
