import { describe, expect, it } from 'vitest';
import type { CountPlan, PlannedCount } from '../../src/engine/criteria/count-plan.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { secondsToShow } from '../../src/engine/fault-times.ts';
import type { JudgedCriterion } from '../../src/engine/judgement.ts';
import { wasLookedFor } from '../../src/engine/looked-for.ts';
import { definePolicy, type EvidencePolicy, type PolicyOptions } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { sessionOf } from '../helpers/sessions.ts';
import { type Arm, DEPLOYED_AT_MS, repeat, telemetryOf } from '../helpers/telemetry.ts';

/** 1,000 requests of each arm in 10 s, after `seconds`, 1 % errors. */
const countAfter = (seconds: number, more: Partial<PlannedCount> = {}): PlannedCount => ({
  rate: 0.01,
  totals: { canaryRequests: 100 * seconds, canaryBad: seconds, stableRequests: 100 * seconds, stableBad: seconds },
  squaredCv: 0.01,
  learnedSquaredCv: 0.05,
  clipNats: 2.5,
  spread: 0.02,
  naturalSpread: 0.05,
  ratioHigh: 1.6,
  withinMargin: false,
  toleratedRatio: 1.25,
  absoluteTolerance: 0.0005,
  promoteWithin: 1.5,
  common: false,
  ...more,
});
const planOf = (counts: readonly PlannedCount[], sharing = counts.length): CountPlan => ({
  kind: 'errors',
  effect: 2,
  shownBy: [],
  atMargin: counts.map((count) => ({ count, ratio: count.promoteWithin })),
  sharing,
  isPart: false,
});
const criterion = (plan: CountPlan | null): JudgedCriterion =>
  ({ bound: Math.log(200), plan: () => plan }) as unknown as JudgedCriterion;
const lookedFor = (seconds: number, more: Partial<PlannedCount> = {}): boolean =>
  wasLookedFor(criterion(planOf([countAfter(seconds, more)])), seconds);

describe('a fault at the margin was looked for', () => {
  const traffic = { canaryRequests: 1000, stableRequests: 1000 };
  const needed = (count: PlannedCount, nats = 0): number =>
    secondsToShow({ count, ratio: count.promoteWithin }, traffic, Math.log(200) + nats)!;

  it('from the time on at which it would have been found, at the traffic that there was', () => {
    const seconds = needed(countAfter(1));
    expect(seconds).toBeGreaterThan(600);
    expect(lookedFor(seconds * 1.1)).toBe(true);
    expect(lookedFor(seconds / 1.1)).toBe(false);
  });

  it('never where the policy tolerates it', () => {
    expect(lookedFor(1e5, { absoluteTolerance: 0.006 })).toBe(false);
  });

  it('in every count that a promotion depends on, but those that rule it out', () => {
    const [shown, rare] = [countAfter(86_400), countAfter(86_400, { rate: 1e-5, absoluteTolerance: 0 })];
    const both = (one: PlannedCount, other: PlannedCount): boolean =>
      wasLookedFor(criterion(planOf([one, other])), 86_400);
    expect(both(shown, shown)).toBe(true);
    expect(both(shown, rare)).toBe(false);
    expect(both(rare, shown)).toBe(false);
    expect(both(shown, { ...rare, withinMargin: true })).toBe(true);
  });

  it('later where counts share the evidence of the criterion', () => {
    const alone = needed(countAfter(1));
    const seconds = needed(countAfter(1), Math.log(7));
    expect(seconds).toBeGreaterThan(alone + 60);
    const of7 = (at: number): boolean => wasLookedFor(criterion(planOf([countAfter(at)], 7)), at);
    expect(of7(seconds * 1.1)).toBe(true);
    expect(of7(seconds / 1.1)).toBe(false);
  });

  it('by nobody where nothing can be planned', () => {
    expect(wasLookedFor(criterion(null), 1e6)).toBe(false);
    expect(wasLookedFor(criterion(planOf([])), 1e6)).toBe(false);
  });
});

describe('the end of the time to decide, where silence is a finding', () => {
  const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
    definePolicy({
      warmUpSeconds: 0,
      soakSeconds: 60,
      assumedPodSpread: 0.03,
      criteria: [errorRate()],
      hardStops: [],
      ...options,
    });
  /** 4,000 requests each in 10 s; the canary fails so many times as often, evenly. */
  const steady = (ratio: number, slots: number): DeploymentTelemetry =>
    telemetryOf(
      Array.from({ length: slots }, (_, i): [Arm, Arm] => [
        [4000, Math.floor((i + 1) * 40 * ratio) - Math.floor(i * 40 * ratio)],
        [4000, 40],
      ]),
      repeat(30, [4000, 40] as const),
      { weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: 0.5 }] },
    );
  /** The grounds if the end had been planned for each minute. */
  const groundsOf = (telemetry: DeploymentTelemetry): string[] => {
    const session = sessionOf(policyWith());
    for (const change of telemetry.weights) session.route(change);
    for (const interval of telemetry.intervals) session.observe(interval);
    const grounds: string[] = [];
    for (let atMs = DEPLOYED_AT_MS + 60_000; atMs <= telemetry.completeUntilMs; atMs += 60_000) {
      session.completeUntil(atMs);
      grounds.push(session.finding({ nowMs: atMs, plannedEndMs: atMs }).because);
    }
    return grounds;
  };

  it('promotes a canary within the margin before its interval is, and no sooner than a fault would have shown', () => {
    const grounds = groundsOf(steady(1.33, 240));
    expect([...new Set(grounds)]).toEqual(['deadline', 'looked-for', 'bounded']);
    const lookedForAt = grounds.indexOf('looked-for');
    expect(lookedForAt).toBeGreaterThan(10);
    const telemetry = steady(1.33, (lookedForAt + 1) * 6);
    const ended = { nowMs: telemetry.completeUntilMs, plannedEndMs: telemetry.completeUntilMs };
    const decision = decide(policyWith(), telemetry, ended);
    expect(decision).toMatchObject({ verdict: 'promote', mayAdvance: true, nextCheckAtMs: null });
    expect(decision.evidence[0]!.effect!.high).toBeGreaterThan(1.5);
    expect(decision.reason).toMatch(
      /^Promoting: the planned end has come; a fault beyond the margin for promotion, there from the start, would have been found by now 8 times in 10, and none was \(error rate 1\.3x stable /,
    );
    expect(decide(policyWith({ onInconclusive: 'hold' }), telemetry, ended).verdict).toBe('hold');
    const strict = errorRate({ name: 'strict', promoteWithin: 1.3 });
    expect(decide(policyWith({ criteria: [errorRate(), strict] }), telemetry, ended).verdict).toBe('hold');
  });

  it('promotes nothing that leans to worse, however long it was looked for', () => {
    expect(new Set(groundsOf(steady(1.45, 180)))).toEqual(new Set(['deadline', 'worse']));
  });
});
