import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import type { Because } from '../../src/engine/finding.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { DecisionSession } from '../../src/engine/session.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { sessionOf } from '../helpers/sessions.ts';
import { DEPLOYED_AT_MS } from '../helpers/telemetry.ts';

const POLICY = definePolicy({ criteria: [errorRate()], hardStops: [], falseRollbackRate: 0.005 });

interface Simulated {
  requestsPerSecond: number;
  canaryShare: number;
  errorRate: number;
  ratio: number;
  noise: keyof typeof TRAFFIC_NOISE;
}

/** A session that is told simulated intervals, and judges them one after the other when asked. */
function simulated(seed: string, seconds: number, { ratio, noise, ...traffic }: Simulated): DecisionSession {
  const session = sessionOf(POLICY);
  const fault = { atSecond: 0, ratio };
  const options = { ...traffic, seed, seconds, historySeconds: 300, noise: TRAFFIC_NOISE[noise], fault };
  const { intervals } = simulatedTelemetry(simulateTraffic(options), 10, DEPLOYED_AT_MS);
  for (const interval of intervals) session.observe(interval);
  return session;
}

/** What became of a canary if its time to decide had ended after each of some times: a decision before it, or the ground at it. */
function endsOf(session: DecisionSession, ends: readonly number[]): Because[] {
  let decided: Because | null = null;
  const found: Because[] = [];
  for (let second = 10; second <= ends.at(-1)!; second += 10) {
    const nowMs = DEPLOYED_AT_MS + second * 1000;
    session.completeUntil(nowMs);
    const { verdict, because } = session.finding({ nowMs });
    if (verdict === 'rollback' || verdict === 'promote') decided ??= because;
    if (ends.includes(second)) found.push(decided ?? session.finding({ nowMs, plannedEndMs: nowMs }).because);
  }
  return found;
}

function runsOf(runs: number, ends: readonly number[], cell: Simulated): Because[] {
  return Array.from({ length: runs }, (_, run) => `${JSON.stringify(cell)} ${run}`).flatMap((seed) =>
    endsOf(simulated(seed, ends.at(-1)!, cell), ends),
  );
}

const countOf = (grounds: readonly Because[], ground: Because): number =>
  grounds.filter((each) => each === ground).length;

describe('the outlook, by simulation', () => {
  it.each<Simulated>([
    { requestsPerSecond: 500, canaryShare: 0.05, errorRate: 0.01, ratio: 2, noise: 'none' },
    { requestsPerSecond: 50, canaryShare: 0.5, errorRate: 0.01, ratio: 2, noise: 'none' },
  ])('says when a doubled error rate is found about 8 times in 10: %j', (cell) => {
    const healthy = simulated('learn', 60, { ...cell, ratio: 1 });
    const nowMs = DEPLOYED_AT_MS + 60_000;
    healthy.completeUntil(nowMs);
    const [outlook] = healthy.decision({ nowMs }).outlook ?? [];
    const needed = Math.round(outlook!.secondsNeeded! / 10) * 10;
    const third = Math.round(needed / 30) * 10;
    const found = runsOf(30, [third, needed], cell);
    const foundAt = (i: number): number =>
      countOf(
        found.filter((_, at) => at % 2 === i),
        'worse',
      );
    expect(foundAt(1)).toBeGreaterThanOrEqual(18);
    expect(foundAt(0)).toBeLessThanOrEqual(15);
  });
});

describe('what was looked for in vain, by simulation', () => {
  const ends = [900, 1200, 1500, 1800];
  it.each<[noise: Simulated['noise'], ratio: number, most: number]>([
    ['pods', 1.6, 5],
    ['mixed', 1.6, 5],
    ['pods', 2, 0],
    ['mixed', 2, 0],
  ])('is seldom there, with %s noise and a ratio of %s', (noise, ratio, most) => {
    const cell = { requestsPerSecond: 500, canaryShare: 0.2, errorRate: 0.01, ratio, noise };
    expect(countOf(runsOf(20, ends, cell), 'looked-for')).toBeLessThanOrEqual(most);
  });
});
