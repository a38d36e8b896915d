import { describe, expect, it } from 'vitest';
import { PresenceWatch } from '../../src/engine/presence.ts';
import { type ArmSlot, emptyArm, type Slot } from '../../src/engine/slots.ts';

const SLOT_MS = 10_000;

/** The i-th slot: requests of the canary's pods (or of the whole canary) and of all others. */
function slotOf(i: number, canary: number | Record<string, number>, others: number, slotMs = SLOT_MS): Slot {
  const pods = typeof canary === 'number' ? {} : canary;
  const requests = typeof canary === 'number' ? canary : Object.values(canary).reduce((a, b) => a + b, 0);
  const arm: ArmSlot = {
    ...emptyArm(),
    requests,
    pods: Object.entries(pods).map(([pod, count]) => ({
      pod,
      requests: count,
      errors: 0,
      unanswered: 0,
      restarts: null,
      latency: null,
      bucketsDiffer: false,
    })),
  };
  return {
    startMs: i * slotMs,
    endMs: (i + 1) * slotMs,
    canary: arm,
    stable: { ...emptyArm(), requests: others },
    otherRequests: others,
    segments: new Map(),
  };
}

function watchOf(
  slots: readonly (readonly [canary: number, others: number])[],
  share: number | null = null,
  slotMs = SLOT_MS,
): PresenceWatch {
  const watch = new PresenceWatch(slotMs);
  if (share !== null) watch.route({ atMs: 0, canaryShare: share });
  slots.forEach(([canary, others], i) => {
    watch.observe(slotOf(i, canary, others, slotMs));
  });
  return watch;
}
const repeat = (times: number, pair: readonly [number, number]): (readonly [number, number])[] =>
  Array.from({ length: times }, () => pair);

describe('telemetry is missing', () => {
  it('before both cohorts have had a request', () => {
    expect(watchOf([]).presence(0)).toBe('no-data');
    expect(watchOf([[10, 0]]).presence(0)).toBe('no-data');
    expect(watchOf([[0, 100]]).presence(0)).toBe('no-data');
    expect(watchOf([[10, 100]]).presence(0)).toBe('present');
  });

  it('while stable was only seen before the canary was: they cannot be compared', () => {
    const watch = watchOf([...repeat(5, [0, 100]), [10, 0]]);
    expect(watch.seen).toEqual({ canary: true, stable: false });
    expect(watch.presence(0)).toBe('no-data');
    watch.observe(slotOf(6, 10, 100));
    expect(watch.presence(0)).toBe('present');
  });

  it('no longer when stable pauses after it was seen beside the canary', () => {
    expect(
      watchOf([
        [10, 100],
        [10, 0],
        [10, 0],
      ]).seen.stable,
    ).toBe(true);
  });

  it('when it is older than a minute, or than six intervals that are longer', () => {
    const watch = watchOf(repeat(6, [10, 100]));
    expect(watch.presence(60_000)).toBe('present');
    expect(watch.presence(60_001)).toBe('no-data');
    const slow = watchOf(repeat(6, [10, 100]), null, 60_000);
    expect(slow.presence(360_000)).toBe('present');
    expect(slow.presence(360_001)).toBe('no-data');
  });
});

describe('traffic is missing', () => {
  it('when some is routed to the canary and none arrives', () => {
    expect(watchOf([...repeat(6, [10, 100]), ...repeat(6, [0, 100])], 0.1).presence(0)).toBe('no-traffic');
  });

  it('and that is not the same as no telemetry, though the canary was never seen', () => {
    expect(watchOf(repeat(6, [0, 100]), 0.1).presence(0)).toBe('no-traffic');
    expect(watchOf(repeat(6, [0, 100]), 0).presence(0)).toBe('no-data');
    expect(watchOf(repeat(6, [0, 100])).presence(0)).toBe('no-data');
  });

  it('is scarce when far less arrives than is routed', () => {
    expect(watchOf(repeat(6, [10, 1000]), 0.5).presence(0)).toBe('low-traffic');
    expect(watchOf(repeat(6, [900, 1000]), 0.5).presence(0)).toBe('present');
  });

  it('of a canary that has just caught up is not missing any more', () => {
    expect(watchOf([...repeat(6, [0, 100]), ...repeat(6, [10, 100])], 0.1).presence(0)).toBe('present');
  });
});

describe('the routed share', () => {
  it('is that of the latest change, in whatever order they were told', () => {
    const watch = new PresenceWatch(SLOT_MS);
    for (const [atMs, canaryShare] of [
      [20_000, 0.5],
      [0, 0.05],
      [10_000, 0.2],
    ] as const)
      watch.route({ atMs, canaryShare });
    expect([-1, 0, 9_999, 10_000, 25_000].map((atMs) => watch.routedShare(atMs))).toEqual([null, 0.05, 0.05, 0.2, 0.5]);
  });

  it('of a moment that is told twice is the one that was told last', () => {
    const watch = new PresenceWatch(SLOT_MS);
    watch.route({ atMs: 0, canaryShare: 0.5 });
    watch.route({ atMs: 0, canaryShare: 0.1 });
    expect(watch.routedShare(0)).toBe(0.1);
  });
});

describe('the number of canary pods', () => {
  const withPods = (...slots: Record<string, number>[]): boolean => {
    const watch = new PresenceWatch(SLOT_MS);
    slots.forEach((pods, i) => {
      watch.observe(slotOf(i, pods, 100));
    });
    return watch.hasOneCanaryPod;
  };

  it('is known to be one when one was named, ever', () => {
    expect(withPods({ a: 10 }, { a: 10 })).toBe(true);
    expect(withPods({ a: 10 }, { b: 10 })).toBe(false);
    expect(withPods({ a: 10, b: 10 }, { a: 10 })).toBe(false);
  });

  it('is not known where pods are not named', () => {
    expect(withPods({})).toBe(false);
    expect(watchOf([[10, 100]]).hasOneCanaryPod).toBe(false);
  });

  it('leaves out pods that serve nobody', () => {
    expect(withPods({ a: 10, idle: 0 })).toBe(true);
  });
});

it('goes on from its state', () => {
  const slots = [...repeat(5, [10, 100] as const), ...repeat(9, [0, 100] as const), ...repeat(4, [60, 100] as const)];
  for (let at = 0; at <= slots.length; at++) {
    const whole = watchOf(slots.slice(0, at), 0.3);
    const stored = new PresenceWatch(SLOT_MS, JSON.parse(JSON.stringify(whole.state())));
    slots.slice(at).forEach(([canary, others], i) => {
      for (const watch of [whole, stored]) watch.observe(slotOf(at + i, { a: canary }, others));
      expect(stored.presence(0)).toBe(whole.presence(0));
    });
    expect(stored.state()).toEqual(whole.state());
    expect(stored.traffic).toEqual(whole.traffic);
  }
});

it('remembers no more than it looks back at', () => {
  const watch = watchOf(repeat(500, [10, 100]), 0.1);
  expect(watch.state().recent.length).toBeLessThanOrEqual(6);
});
