import { describe, expect, it } from 'vitest';
import { type ArmSlot, emptyArm, type Slot } from '../../src/engine/slots.ts';
import { TrafficRate } from '../../src/engine/traffic-rate.ts';

const arm = (requests: number): ArmSlot => ({ ...emptyArm(), requests });
/** A slot of 10 s; with a baseline the rest of the others serves as stable, uncompared. */
const slot = (canary: number, others: number, baseline?: number): Slot => ({
  startMs: 0,
  endMs: 10_000,
  canary: arm(canary),
  stable: arm(baseline ?? others),
  otherRequests: others,
  ...(baseline === undefined ? {} : { others: arm(others) }),
  segments: new Map(),
});
const rateAfter = (slots: readonly (readonly [Slot, number | null])[]): TrafficRate => {
  const rate = new TrafficRate(10_000);
  for (const [each, routedShare] of slots) rate.observe(each, routedShare);
  return rate;
};

describe('the traffic of now', () => {
  it('is not known before anything was seen', () => {
    expect(new TrafficRate(10_000).now(0.05)).toBeNull();
    expect(rateAfter([[slot(0, 0), 0.05]]).now(0.05)).toBeNull();
  });

  it('leaves out the slot in which the canary came, once there is another', () => {
    expect(rateAfter([[slot(2, 95), null]]).now(null)?.requestsPerSecond).toBeCloseTo(9.7, 9);
    const two = rateAfter([
      [slot(2, 95), null],
      [slot(50, 950), null],
    ]);
    expect(two.now(null)).toEqual({ requestsPerSecond: 100, canaryShare: 0.05, baselinePerCanary: null });
  });

  it('begins anew where the weight changed, and believes the router until the canary has told', () => {
    const before = [1, 2, 3, 4].map(() => [slot(50, 950), 0.05] as const);
    expect(rateAfter(before).now(0.05)?.canaryShare).toBeCloseTo(0.05, 12);
    // Changed in the middle of the last slot: nothing of it is known yet but what the router says.
    expect(rateAfter(before).now(0.2)?.canaryShare).toBe(0.2);
    expect(rateAfter([...before, [slot(150, 850), 0.2]]).now(0.2)?.canaryShare).toBe(0.15);
    expect(rateAfter([...before, [slot(29, 850), 0.2]]).now(0.2)?.canaryShare).toBe(0.2);
  });

  it('is taken from the requests where no router says anything', () => {
    const scarce = rateAfter([
      [slot(1, 9), null],
      [slot(1, 9), null],
    ]);
    expect(scarce.now(null)?.canaryShare).toBe(0.1);
  });

  it('follows a change that nobody tells, within minutes', () => {
    const rate = rateAfter([1, 2, 3, 4, 5, 6].map(() => [slot(50, 950), null] as const));
    for (let i = 0; i < 90; i++) rate.observe(slot(500, 500), null);
    expect(rate.now(null)?.canaryShare).toBeGreaterThan(0.45);
  });

  it('counts the fresh baseline pods apart: the canary is compared with them alone', () => {
    const rate = rateAfter([1, 2, 3].map(() => [slot(50, 950, 100), null] as const));
    expect(rate.now(null)).toMatchObject({ canaryShare: 0.05, baselinePerCanary: 2 });
  });

  it('goes on from its state', () => {
    const slots = [slot(7, 90), slot(9, 80), slot(0, 0), slot(12, 100)].map((each) => [each, 0.1] as const);
    const whole = rateAfter(slots);
    const stored = new TrafficRate(10_000, JSON.parse(JSON.stringify(rateAfter(slots.slice(0, 2)).state())));
    for (const [each, share] of slots.slice(2)) stored.observe(each, share);
    expect(stored.now(0.1)).toEqual(whole.now(0.1));
    expect(stored.state()).toEqual(whole.state());
  });
});
