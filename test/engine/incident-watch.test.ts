import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { evidenceHistory } from '../../src/engine/decide.ts';
import { IncidentWatch, type IncidentWatchState } from '../../src/engine/incident-watch.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE, type TrafficOptions } from '../../src/testing/traffic.ts';
import { itSimulates } from '../helpers/simulation.ts';

const held = (more: Partial<TrafficOptions>, intervalSeconds = 10): boolean[] => {
  const traffic = simulateTraffic({
    seed: 1,
    seconds: 900,
    historySeconds: 600,
    requestsPerSecond: 200,
    canaryShare: 0.2,
    errorRate: 0.005,
    ...more,
  });
  const policy = definePolicy({ intervalSeconds, criteria: [errorRate()] });
  return evidenceHistory(policy, simulatedTelemetry(traffic, intervalSeconds)).map(({ external }) => external);
};

describe('external incidents', () => {
  const incident = { fromSecond: 300, toSecond: 600, ratio: 20 };

  it.each([2, 10])('hold soon after they begin and let go soon after they end, at %i s intervals', (seconds) => {
    const history = held({ incident, noise: TRAFFIC_NOISE.pods }, seconds);
    const at = (second: number) => history[Math.floor(second / seconds)];
    expect(history.slice(0, 300 / seconds)).not.toContain(true);
    expect(history.slice(330 / seconds, 600 / seconds)).not.toContain(false);
    expect(at(640)).toBe(false);
    expect(history.slice(640 / seconds)).not.toContain(true);
  });

  it('are not seen in a fault of the canary alone', () => {
    expect(held({ fault: { atSecond: 200, ratio: 20 } })).not.toContain(true);
  });

  itSimulates('are rarely seen in ordinary noise', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => held({ seed, noise: TRAFFIC_NOISE.pods }));
    expect(runs.filter((history) => history.includes(true)).length).toBeLessThanOrEqual(2);
  });

  it('cannot be told without telemetry from before the deployment', () => {
    expect(held({ historySeconds: 0, incident })).not.toContain(true);
  });
});

describe('a watch on stable', () => {
  const INTERVAL_SECONDS = 10;
  const watchAfter = (
    before: readonly [requests: number, errors: number],
    slots: readonly (readonly [requests: number, errors: number])[],
    state?: IncidentWatchState,
  ): IncidentWatch => {
    const watch = new IncidentWatch({ requests: before[0], bad: before[1] }, INTERVAL_SECONDS, state);
    slots.forEach(([requests, bad], i) => void watch.observe({ requests, bad }, (i + 1) * 10_000));
    return watch;
  };
  /** A hold that goes on while the last half minute is above 1.5 times the rate before, plus 0.2 points. */
  const HELD: IncidentWatchState = { recent: [], held: true, sinceMs: 0 };
  const heldAt = (errors: number): boolean => watchAfter([100_000, 1000], [[100_000, errors]], HELD).held;

  it('has a reference from 100 requests before the deployment on', () => {
    const incident = Array.from({ length: 6 }, () => [1000, 500] as const);
    expect(watchAfter([99, 1], incident)).toMatchObject({ hasReference: false, held: false });
    expect(watchAfter([100, 1], incident)).toMatchObject({ hasReference: true, held: true });
  });

  it('lets go at the limit, which is 1.5 times the rate before and 0.2 points more', () => {
    expect(heldAt(1710)).toBe(true);
    expect(heldAt(1690)).toBe(false);
    expect(heldAt(1310)).toBe(false);
  });

  it('lets go at exactly the limit: only more than that is degraded', () => {
    // No error before: the limit is 0.002, and 2 of 1000 give the same number.
    const held = (errors: number) => watchAfter([1000, 0], [[1000, errors]], HELD).held;
    expect(held(2)).toBe(false);
    expect(held(3)).toBe(true);
  });

  it('tells the rates of the last minute and of the time before', () => {
    const watch = watchAfter(
      [2000, 30],
      [
        [100, 100],
        [100, 4],
        [100, 3],
        [100, 5],
        [100, 4],
        [100, 4],
        [100, 4],
      ],
    );
    expect(watch.rateBefore).toBe(0.015);
    expect(watch.rateNow).toBe(0.04);
    expect(watchAfter([0, 0], [])).toMatchObject({ rateBefore: 0, rateNow: 0 });
  });

  it('does not hold for an increase that is large in ratio and small in points', () => {
    const slots = Array.from({ length: 6 }, () => [1_000_000, 1500] as const);
    expect(watchAfter([10_000_000, 100], slots).held).toBe(false);
  });

  it('does not hold again on the errors of the minute before, once the last half minute is calm', () => {
    const burst = Array.from({ length: 3 }, () => [1000, 300] as const);
    const calm = Array.from({ length: 3 }, () => [1000, 10] as const);
    expect(watchAfter([60_000, 600], burst).held).toBe(true);
    expect(watchAfter([60_000, 600], [...burst, ...calm]).held).toBe(false);
  });

  it('does not let go because nothing is told for half a minute: silence is no recovery', () => {
    const silent = (slots: number) => Array.from({ length: slots }, () => [0, 0] as const);
    const minute = [...silent(5), [6000, 1800]] as const;
    const everyMinute = [...minute, ...minute, ...minute];
    expect(watchAfter([60_000, 600], minute).held).toBe(true);
    expect(watchAfter([60_000, 600], [...everyMinute, ...silent(5)]).held).toBe(true);
    expect(watchAfter([60_000, 600], [...everyMinute, ...silent(5), [6000, 60]]).held).toBe(false);
    expect(watchAfter([60_000, 600], [...everyMinute, ...silent(6)]).held).toBe(false);
  });

  it('holds for no handful of errors, nor where the reference is too small to tell', () => {
    expect(watchAfter([100_000, 0], [[100, 2]]).held).toBe(false);
    // 5 of 100 before and 11 of 100 now: above the limit, and no proof.
    expect(watchAfter([100, 5], [[100, 22]]).held).toBe(false);
    expect(watchAfter([100_000, 5000], [[100, 22]]).held).toBe(false);
  });

  it('dates an incident by the slot in which it began, as far as the minute goes back', () => {
    const sinceMs = (...errors: number[]) =>
      watchAfter(
        [60_000, 600],
        errors.map((bad) => [1000, bad]),
      ).sinceMs;
    expect(sinceMs(10, 10, 10)).toBeNull();
    expect(sinceMs(10, 10, 10, 300)).toBe(30_000);
    expect(sinceMs(10, 10, 40, 60, 60)).toBe(20_000);
    // Later slots do not move it, and a single calm one does not begin another incident.
    expect(sinceMs(10, 300, 300, 10, 300)).toBe(10_000);
    expect(sinceMs(300, 10, 10, 10)).toBeNull();
    expect(sinceMs(10, 300, ...Array.from({ length: 20 }, () => 300))).toBe(10_000);
  });

  it('finds a fivefold rate within half a minute', () => {
    const calm = Array.from({ length: 6 }, () => [1000, 10] as const);
    const fivefold = Array.from({ length: 3 }, () => [1000, 50] as const);
    expect(watchAfter([60_000, 600], [...calm, ...fivefold]).held).toBe(true);
  });

  it('goes on from its state as if it had never been stored', () => {
    const slots = Array.from({ length: 12 }, (_, i) => [1000, i > 3 && i < 8 ? 300 : 10] as const);
    for (let at = 0; at <= slots.length; at++) {
      const state = watchAfter([10_000, 100], slots.slice(0, at)).state();
      const stored = watchAfter([10_000, 100], slots.slice(at), JSON.parse(JSON.stringify(state)));
      expect(stored.state()).toEqual(watchAfter([10_000, 100], slots).state());
    }
  });
});
