import { describe, expect, it } from 'vitest';
import { businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide } from '../../src/engine/decide.ts';
import type { DecisionContext } from '../../src/engine/decision-context.ts';
import { definePolicy, type EvidencePolicy, type PolicyOptions } from '../../src/engine/policy.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { Outlook } from '../../src/ports/outlook.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { explicit } from '../helpers/histograms.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

type Pair = readonly [canary: Arm, stable: Arm];
const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
  definePolicy({ criteria: [errorRate()], hardStops: [], ...options });
const POLICY = policyWith();

/** 50 requests/s of which 5 % go to the canary, 1 % errors. */
const SCARCE: Pair = [
  [25, 0],
  [475, 5],
];
const UNLUCKY: Pair = [
  [25, 1],
  [475, 5],
];
const BEFORE = repeat(30, [500, 5] as const);
const slotsOf = (slots: number): Pair[] => Array.from({ length: slots }, (_, i) => (i % 4 === 3 ? UNLUCKY : SCARCE));
const scarce = (slots: number): DeploymentTelemetry => telemetryOf(slotsOf(slots), BEFORE);
/** The same requests with another part of them at the canary. */
const shared = (share: number, slots: number): DeploymentTelemetry =>
  telemetryOf(
    repeat(slots, [
      [500 * share, 0],
      [500 * (1 - share), 5],
    ] as const),
    BEFORE,
    { weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: share }] },
  );
const decided = (
  telemetry: DeploymentTelemetry,
  context: Partial<DecisionContext> = {},
  policy: EvidencePolicy = POLICY,
): Decision => decide(policy, telemetry, { nowMs: telemetry.completeUntilMs, ...context });
const endIn = ({ completeUntilMs }: DeploymentTelemetry, minutes: number): Partial<DecisionContext> => ({
  plannedEndMs: completeUntilMs + minutes * 60_000,
});
const only = ({ outlook = [] }: Decision): Outlook => {
  expect(outlook).toHaveLength(1);
  return outlook[0]!;
};

describe('a window that cannot show a doubled error rate', () => {
  it('is said at once, with the weight that would', () => {
    const telemetry = scarce(1);
    const decision = decided(telemetry, endIn(telemetry, 60));
    const outlook = only(decision);
    expect(outlook).toMatchObject({
      criterion: 'error rate',
      kind: 'errors',
      effect: 2,
      power: 0.8,
      secondsLeft: 3600,
      canaryShare: 0.05,
      futile: true,
    });
    expect(outlook.secondsNeeded).toBeGreaterThan(3600);
    expect(outlook.shareNeeded).toBeGreaterThan(0.05);
    expect(decision.reason).toBe(
      `Continuing: no evidence that the canary is worse; not proven yet: error rate (evidence 1 of 20); not promoted before it has run for 170 s more; ${outlook.words}.`,
    );
  });

  it('names the rate where stable hardly ever fails, and a multiple of it would be one of nothing', () => {
    const perfect = telemetryOf(
      repeat(6, [
        [25, 0],
        [475, 0],
      ] as const),
      repeat(30, [500, 0] as const),
    );
    const outlook = only(decided(perfect, endIn(perfect, 20)));
    expect(outlook.effect).toBeGreaterThan(10);
    // More than is tolerated in any case, 0.05 points, and less than anybody would overlook.
    expect(outlook.rate).toBeGreaterThan(0.0005);
    expect(outlook.rate).toBeLessThan(0.003);
    expect(outlook.words).toMatch(/ cannot show an error rate of 0\.\d+ %: /);
  });

  it('changes neither verdict nor advance: it informs', () => {
    const telemetry = scarce(1);
    const { outlook: _, reason: __, ...informed } = decided(telemetry, endIn(telemetry, 12));
    const { outlook: ___, reason: ____, ...open } = decided(telemetry);
    expect(informed).toEqual(open);
    expect(informed).toMatchObject({ verdict: 'continue', mayAdvance: true });
  });

  it('is one at the weight below, and none at the weight that is named', () => {
    const needed = only(decided(scarce(1), endIn(scarce(1), 30))).shareNeeded!;
    const at = (share: number): Outlook => only(decided(shared(share, 1), endIn(shared(share, 1), 30)));
    expect(at(needed).futile).toBe(false);
    expect(at(needed - 0.02).futile).toBe(true);
  });

  it('has no weight to name where none would do, nor beyond half of the traffic', () => {
    expect(only(decided(scarce(1), endIn(scarce(1), 1)))).toMatchObject({ futile: true, shareNeeded: null });
    const most = shared(0.6, 1);
    expect(only(decided(most, endIn(most, 1)))).toMatchObject({ futile: true, shareNeeded: null });
  });

  it('is told without an end, too, but in the figures alone', () => {
    const decision = decided(scarce(1));
    expect(only(decision)).toMatchObject({ secondsLeft: null, futile: false, shareNeeded: null });
    expect(only(decision).words).toMatch(/^at 5 % of the traffic a doubled error rate is found within \d+ minutes/);
    expect(decision.reason).not.toContain('doubled');
  });

  it('ends with the policy or with the plan of the caller, whichever comes first', () => {
    const telemetry = scarce(6);
    const left = (deadlineSeconds: number, minutes: number): number | null =>
      only(decided(telemetry, endIn(telemetry, minutes), policyWith({ deadlineSeconds }))).secondsLeft;
    expect(left(600, 12)).toBe(540);
    expect(left(1800, 12)).toBe(720);
  });

  it('is none when what was seen makes up for what is left', () => {
    const late: Pair = [
      [25, 1],
      [475, 15],
    ];
    const telemetry = telemetryOf(repeat(30, late), repeat(30, [500, 15] as const));
    const needed = only(decided(telemetry)).secondsNeeded!;
    const at = (secondsLeft: number): Outlook =>
      only(decided(telemetry, { plannedEndMs: telemetry.completeUntilMs + secondsLeft * 1000 }));
    expect(at(needed * 1.1 - 300)).toMatchObject({ secondsSeen: 300, futile: false });
    expect(at(needed * 0.9 - 300).futile).toBe(true);
  });

  it('is none once the interval rules the fault out', () => {
    const even: Pair = [
      [250, 13],
      [250, 13],
    ];
    const telemetry = telemetryOf(repeat(40, even), repeat(30, [500, 26] as const));
    const decision = decided(telemetry, endIn(telemetry, 1));
    expect(decision.evidence[0]!.effect!.high).toBeLessThan(2);
    expect(only(decision)).toMatchObject({ futile: false });
  });

  it('speaks of the weight of now, not of the one before', () => {
    const steps = telemetryOf(
      [
        ...slotsOf(30),
        ...repeat(1, [
          [250, 2],
          [250, 2],
        ] as const),
      ],
      BEFORE,
      {
        weights: [
          { atMs: DEPLOYED_AT_MS, canaryShare: 0.05 },
          { atMs: DEPLOYED_AT_MS + 300_000, canaryShare: 0.5 },
        ],
      },
    );
    const now = only(decided(steps));
    expect(now.canaryShare).toBe(0.5);
    expect(now.secondsNeeded).toBeLessThan(only(decided(scarce(30))).secondsNeeded! / 3);
    // 30 slots at 25 requests and one at 250, at 25 a second.
    expect(now.secondsSeen).toBe(40);
  });
});

describe('the fault that is looked out for', () => {
  it('is beyond what the policy tolerates', () => {
    const effect = (options: Parameters<typeof errorRate>[0]): number =>
      only(decided(scarce(3), {}, policyWith({ criteria: [errorRate(options)] }))).effect;
    expect(effect({ maxRelativeIncrease: 0.1 })).toBe(2);
    expect(effect({ maxRelativeIncrease: 1 })).toBeCloseTo(3.2, 9);
    // 1 % errors, 2 points tolerated: a fault has 4 points more.
    expect(effect({ minAbsoluteIncrease: 0.02 })).toBeCloseTo(5, 0);
  });

  it('is never more than all requests', () => {
    const failing: Pair = [
      [25, 20],
      [475, 380],
    ];
    const telemetry = telemetryOf(repeat(3, failing), repeat(30, [500, 400] as const));
    const outlook = only(decided(telemetry, endIn(telemetry, 12)));
    expect(outlook.effect).toBeLessThan(1.3);
    expect(outlook.effect).toBeGreaterThan(1.2);
  });

  it('of several segments is in the one that shows it last', () => {
    const route = (segment: string, canary: number, stable: number, at: number): TelemetryInterval[] => [
      interval(at, 'canary', [canary, 0], { segment }),
      interval(at, 'stable', [stable, Math.round(stable / 100)], { segment }),
    ];
    const telemetry = scarce(6);
    telemetry.intervals.push(
      ...Array.from({ length: 6 }, (_, at) => [...route('/big', 20, 400, at), ...route('/small', 5, 100, at)]).flat(),
    );
    const bySegment = (...segments: string[]): Outlook =>
      only(decided(telemetry, {}, policyWith({ criteria: [errorRate({ segments })] })));
    const [big, both] = [bySegment('/big'), bySegment('/big', '/small')];
    expect(both.secondsNeeded).toBeGreaterThan(3 * big.secondsNeeded!);
    expect(both.secondsSeen).toBe(60);
  });

  it('is compared with the fresh baseline pods where there are any', () => {
    const telemetry = scarce(12);
    const withBaseline = {
      ...telemetry,
      intervals: [...telemetry.intervals, ...Array.from({ length: 12 }, (_, at) => interval(at, 'baseline', [25, 0]))],
    };
    expect(only(decided(withBaseline)).secondsNeeded).toBeGreaterThan(only(decided(telemetry)).secondsNeeded! * 1.3);
  });
});

describe('the outlook of a criterion', () => {
  /** Median 60 ms, p99 about 300 ms. */
  const SHARES = [0.02, 0.13, 0.3, 0.4, 0.12, 0.02, 0.009, 0.001];
  const BOUNDS = [10, 25, 50, 100, 250, 500, 1000];
  const timed = (telemetry: DeploymentTelemetry): DeploymentTelemetry => ({
    ...telemetry,
    intervals: telemetry.intervals.map((each) => ({
      ...each,
      latency: explicit(
        BOUNDS,
        SHARES.map((share) => Math.round(share * each.requests)),
      ),
    })),
  });

  it('on latency is of requests that take twice as long, which shows soon in the median', () => {
    const telemetry = timed(scarce(6));
    const decision = decided(telemetry, endIn(telemetry, 30), policyWith({ criteria: [errorRate(), latency()] }));
    expect(decision.outlook?.map(({ criterion, kind, effect }) => [criterion, kind, effect])).toEqual([
      ['error rate', 'errors', 2],
      ['latency p99', 'latency', 2],
    ]);
    const [errors, slow] = decision.outlook!;
    expect(slow!.secondsNeeded).toBeLessThan(errors!.secondsNeeded! / 4);
    expect(slow!.futile).toBe(false);
  });

  it('on latency takes longer with fewer requests, until it is futile too', () => {
    const few = timed(
      telemetryOf(
        repeat(2, [
          [2, 0],
          [38, 0],
        ] as const),
        repeat(30, [40, 0] as const),
      ),
    );
    const policy = policyWith({ criteria: [latency()] });
    const seconds = only(decided(few, {}, policy)).secondsNeeded!;
    expect(seconds).toBeGreaterThan(only(decided(timed(scarce(2)), {}, policy)).secondsNeeded!);
    expect(only(decided(few, { plannedEndMs: few.completeUntilMs + 10_000 }, policy))).toMatchObject({
      futile: true,
      criterion: 'latency p99',
    });
  });

  it('is left out where it never decides or cannot be planned', () => {
    const criteria = [
      errorRate({ name: 'shown', importance: 'informational' }),
      businessMetric('orders', { better: 'higher' }),
      errorRate(),
    ];
    expect(only(decided(scarce(6), {}, policyWith({ criteria }))).criterion).toBe('error rate');
    expect(decided(scarce(6), {}, policyWith({ criteria: criteria.slice(0, 2) }))).not.toHaveProperty('outlook');
  });

  it('is left out once it is proven, once the canary is worse, at the end, and without data', () => {
    const none = (decision: Decision, verdict: string): void => {
      expect(decision.verdict).toBe(verdict);
      expect(decision).not.toHaveProperty('outlook');
    };
    const proven = shared(0.5, 90);
    none(decided(proven), 'promote');
    none(decided(proven, {}, policyWith({ soakSeconds: 3600 })), 'continue');
    const worse = telemetryOf(repeat(20, [[25, 25], SCARCE[1]] as const), BEFORE);
    none(decided(worse), 'rollback');
    none(decided(scarce(6), endIn(scarce(6), 0)), 'hold');
    none(decided(scarce(6), { nowMs: scarce(6).completeUntilMs + 600_000 }), 'hold');
    none(decided(telemetryOf([], BEFORE)), 'hold');
  });

  it('is left out where one of the two gets all of the traffic', () => {
    const routed = (canaryShare: number): Decision => {
      const telemetry = scarce(6);
      return decided({
        ...telemetry,
        weights: [...telemetry.weights, { atMs: telemetry.completeUntilMs, canaryShare }],
      });
    };
    expect(routed(0.99).outlook).toHaveLength(1);
    expect(routed(1)).not.toHaveProperty('outlook');
    expect(routed(0)).not.toHaveProperty('outlook');
  });

  it('is there while an incident holds the rollout, which costs time that may be needed', () => {
    const incident: Pair = [
      [25, 8],
      [475, 150],
    ];
    const telemetry = telemetryOf([...repeat(6, SCARCE), ...repeat(6, incident)], BEFORE);
    const decision = decided(telemetry, endIn(telemetry, 2));
    expect(decision.verdict).toBe('hold');
    expect(decision.outlook).toHaveLength(1);
  });
});
