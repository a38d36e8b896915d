/** How often causes are told right in simulated traffic. Small numbers of runs, so the bounds are loose. */
import { describe, expect } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import type { Because } from '../../src/engine/finding.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { DecisionSession } from '../../src/engine/session.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE, type TrafficOptions } from '../../src/testing/traffic.ts';
import { itSimulates } from '../helpers/simulation.ts';
import { DEPLOYED_AT_MS } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()], hardStops: [] });
const SLOT_SECONDS = 10;
const RUNS = 20;
/** The canary's weight grows every five minutes. */
const STEP_SECONDS = [0, 300, 600];

/** The ground of the verdict after every slot. */
function grounds(run: number, more: Partial<TrafficOptions>): Because[] {
  const traffic = simulateTraffic({
    seed: `attribution ${run}`,
    seconds: 900,
    historySeconds: 600,
    requestsPerSecond: 200,
    canaryShare: 0.2,
    errorRate: 0.01,
    noise: TRAFFIC_NOISE.pods,
    ...more,
  });
  const telemetry = simulatedTelemetry(traffic, SLOT_SECONDS, DEPLOYED_AT_MS);
  const session = new DecisionSession(policy, {
    service: 'simulated',
    deploymentId: 'simulation',
    deployedAtMs: DEPLOYED_AT_MS,
  });
  // Steps of the weight that the traffic does not follow: what counts is when they are told.
  STEP_SECONDS.forEach((second, i) => {
    session.route({ atMs: DEPLOYED_AT_MS + second * 1000, canaryShare: 0.05 * 2 ** i });
  });
  for (const interval of telemetry.intervals) session.observe(interval);
  return Array.from({ length: 90 }, (_, i) => {
    const endMs = DEPLOYED_AT_MS + (i + 1) * SLOT_SECONDS * 1000;
    session.completeUntil(endMs);
    return session.finding({ nowMs: endMs }).because;
  });
}
const runs = (more: (run: number) => Partial<TrafficOptions>): Because[][] =>
  Array.from({ length: RUNS }, (_, run) => grounds(run, more(run)));
const shareOf = (list: readonly boolean[]): number => list.filter(Boolean).length / list.length;
const isHold = (because: Because): boolean => because === 'external' || because === 'interference';

describe('in simulated traffic', () => {
  itSimulates('a twentyfold incident is held from the fourth slot on, and let go within two minutes', () => {
    const histories = runs(() => ({ incident: { fromSecond: 400, toSecond: 700, ratio: 20 } }));
    const held = histories.flatMap((history) => history.slice(43, 70).map(isHold));
    expect(shareOf(held)).toBeGreaterThanOrEqual(0.95);
    expect(shareOf(histories.map((history) => !history.slice(82).some(isHold)))).toBeGreaterThanOrEqual(0.95);
    expect(histories.flatMap((history) => history.slice(0, 40)).filter(isHold)).toEqual([]);
  });

  itSimulates('a service without an incident is hardly ever held', () => {
    expect(
      shareOf(
        runs(() => ({}))
          .flat()
          .map(isHold),
      ),
    ).toBeLessThanOrEqual(0.01);
  });

  itSimulates('a fivefold fault inside a twentyfold incident is still found', () => {
    const incident = { fromSecond: 300, toSecond: 900, ratio: 20 };
    const histories = runs(() => ({ incident, fault: { atSecond: 400, ratio: 5 } }));
    expect(shareOf(histories.map((history) => history.indexOf('worse') >= 40))).toBeGreaterThanOrEqual(0.95);
    const found = histories.map((history) => history.indexOf('worse') - 40).sort((a, b) => a - b);
    expect(found[RUNS / 2]).toBeLessThanOrEqual(15);
  });

  itSimulates('interference is suspected when stable degrades fivefold at a step', () => {
    const histories = runs(() => ({ incident: { fromSecond: 310, toSecond: 900, ratio: 5 } }));
    expect(shareOf(histories.map((history) => history.slice(31, 40).includes('interference')))).toBeGreaterThan(0.9);
    // The next step changes nothing about it, so after a minute the cause lies outside.
    expect(shareOf(histories.map((history) => history.at(-1) === 'external'))).toBeGreaterThan(0.8);
  });

  itSimulates('interference is suspected in few incidents that have nothing to do with it', () => {
    const spread = (run: number) => 40 + Math.floor((run * 540) / RUNS);
    const histories = runs((run) => ({
      incident: { fromSecond: spread(run), toSecond: spread(run) + 200, ratio: 20 },
    }));
    expect(shareOf(histories.map((history) => history.some(isHold)))).toBe(1);
    expect(shareOf(histories.map((history) => history.includes('interference')))).toBeLessThanOrEqual(0.2);
  });
});
