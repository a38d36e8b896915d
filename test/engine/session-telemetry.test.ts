import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { intervalsFromTotals, type RunningTotals } from '../../src/engine/running-totals.ts';
import type { DecisionSession } from '../../src/engine/session.ts';
import type { TelemetryInterval } from '../../src/ports/telemetry.ts';
import { contextAt, sessionAfter, sessionOf } from '../helpers/sessions.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ warmUpSeconds: 0, criteria: [errorRate()], hardStops: [] });
const CALM: readonly [Arm, Arm] = [
  [100, 1],
  [1900, 19],
];
const FIVEFOLD: readonly [Arm, Arm] = [
  [100, 5],
  [1900, 19],
];
const BEFORE = repeat(30, [1000, 10] as const);
const endOf = (slots: number): number => DEPLOYED_AT_MS + slots * 10_000;

/** A session that has judged so many slots. */
function judged(slots: readonly (readonly [Arm, Arm])[]): DecisionSession {
  return sessionAfter(policy, telemetryOf(slots, BEFORE));
}

describe('the evidence', () => {
  it('is remembered from its first crossing on, however well the canary does afterwards', () => {
    const session = judged(repeat(20, FIVEFOLD));
    const { crossedAtMs, verdict } = session.decision(contextAt(endOf(20)));
    expect(verdict).toBe('rollback');
    for (let slot = 20; slot < 200; slot++) {
      session.observe(interval(slot, 'canary', [100, 0]));
      session.observe(interval(slot, 'stable', [1900, 19]));
    }
    session.completeUntil(endOf(200));
    expect(session.decision(contextAt(endOf(200)))).toMatchObject({ verdict: 'rollback', crossedAtMs });
    expect(session.logE).toBeLessThan(Math.log(100));
  });

  it('is shown with its bound, and there is none before the canary has served', () => {
    const session = sessionOf(policy);
    expect(session.point).toBeNull();
    expect(session.logE).toBe(0);
    session.observe(interval(-1, 'stable', [1000, 10]));
    session.completeUntil(endOf(0));
    expect(session.point).toBeNull();
    const later = judged(repeat(5, FIVEFOLD));
    expect(later.point).toMatchObject({ atMs: endOf(5), logE: later.logE, bound: -Math.log(0.01), external: false });
    expect(later.point?.criteria).toEqual([{ name: 'error rate', logE: later.logE, effect: expect.any(Object) }]);
  });
});

describe('gaps', () => {
  it('are no evidence: a break of both cohorts leaves it where it was', () => {
    const session = judged(repeat(6, FIVEFOLD));
    const before = session.logE;
    session.completeUntil(endOf(18));
    expect(session.logE).toBe(before);
  });

  it('of stable or of the canary are no evidence either', () => {
    for (const [cohort, arm] of [
      ['canary', [100, 90]],
      ['stable', [1900, 1900]],
    ] as const) {
      const session = judged(repeat(6, CALM));
      const before = session.logE;
      for (let slot = 6; slot < 9; slot++) session.observe(interval(slot, cohort, arm));
      session.completeUntil(endOf(9));
      expect(session.logE).toBe(before);
    }
  });

  it('are held on, and judging goes on when telemetry comes back', () => {
    const session = judged(repeat(3, FIVEFOLD));
    expect(session.decision({ nowMs: endOf(3) + 90_000 })).toMatchObject({ verdict: 'hold', trigger: 'source' });
    for (let slot = 12; slot < 30; slot++) {
      session.observe(interval(slot, 'canary', [100, 5]));
      session.observe(interval(slot, 'stable', [1900, 19]));
    }
    session.completeUntil(endOf(30));
    expect(session.decision(contextAt(endOf(30))).verdict).toBe('rollback');
  });
});

describe('counters that restart', () => {
  /** Readings of counters every 10 s, with a restart of the canary's process before the given slot. */
  const readings = (slots: number, restartAt: number): RunningTotals[] => {
    const totals: RunningTotals[] = [];
    for (const [cohort, pod, requests, errors] of [
      ['stable', 'stable-0', 950, 9],
      ['stable', 'stable-1', 950, 10],
      ['canary', 'canary-0', 100, 1],
    ] as const) {
      for (let slot = 0; slot <= slots; slot++) {
        const since = cohort === 'canary' && slot >= restartAt ? slot - restartAt + 1 : slot + 500;
        totals.push({ atMs: endOf(slot), cohort, pod, requests: since * requests, errors: since * errors });
      }
    }
    return totals;
  };
  const decided = (restartAt: number) => {
    const intervals = intervalsFromTotals(readings(40, restartAt)).sort((a, b) => a.startMs - b.startMs);
    const telemetry = telemetryOf([], [], { intervals, weights: [], completeUntilMs: endOf(40) });
    expect(sessionAfter(policy, telemetry).decision(contextAt(endOf(40)))).toEqual(
      decide(policy, telemetry, contextAt(endOf(40))),
    );
    return decide(policy, telemetry, contextAt(endOf(40)));
  };

  it('look like what they are: the deployment goes on as if they had not', () => {
    const expected = decided(1000);
    expect(decided(20)).toEqual(expected);
    expect(expected.evidence[0]).toMatchObject({ canary: { requests: 4000, bad: 40 } });
  });
});

describe('pods and cohorts', () => {
  const podded = (slots: number, pods: (slot: number) => TelemetryInterval[]): DecisionSession => {
    const session = sessionOf(policy);
    for (let slot = 0; slot < slots; slot++) for (const each of pods(slot)) session.observe(each);
    session.completeUntil(endOf(slots));
    return session;
  };

  it('come and go: a healthy deployment stays one, and a faulty one is found', () => {
    // Every minute one stable pod is replaced, and the canary grows from one pod to four.
    const replaced = (canaryErrors: number) => (slot: number) => [
      ...[0, 1, 2, 3].map((i) => {
        const generation = Math.floor((slot + i * 6) / 24);
        return interval(slot, 'stable', [475, 5], { pod: `stable-${i}-${generation}` });
      }),
      ...[0, 1, 2, 3]
        .filter((i) => slot >= i * 10)
        .map((i) => interval(slot, 'canary', [100, canaryErrors], { pod: `canary-${i}` })),
    ];
    expect(podded(90, replaced(1)).finding(contextAt(endOf(90))).verdict).toMatch(/continue|promote/);
    expect(podded(90, replaced(6)).finding(contextAt(endOf(90))).verdict).toBe('rollback');
  });

  it('of several stable ReplicaSets are compared as one', () => {
    const [one, two] = [['blue', 'blue'] as const, ['blue', 'green'] as const].map((sets) =>
      podded(30, (slot) => [
        ...sets.map((set, i) => interval(slot, 'stable', [950, 9 + i], { pod: `api-${set}-${i}` })),
        interval(slot, 'canary', [100, 5], { pod: 'api-canary-0' }),
      ]).decision(contextAt(endOf(30))),
    );
    expect(two).toEqual(one);
  });

  it('of the baseline are what the canary is compared with, from their first request on', () => {
    // Stable fails less than its fresh pods do: compared with stable the canary would be rolled back.
    const [until, from] = [10, 40];
    const session = podded(60, (slot) => [
      interval(slot, 'stable', [1900, slot < until ? 19 : 3]),
      ...(slot >= until ? [interval(slot, 'baseline', slot < from ? [0, 0] : [500, 25])] : []),
      interval(slot, 'canary', [100, slot < until ? 1 : slot < from ? 0 : 5]),
    ]);
    const decision = session.decision(contextAt(endOf(60)));
    expect(decision.crossedAtMs).toBeNull();
    expect(decision.evidence[0]).toMatchObject({
      canary: { requests: 6000 },
      stable: { requests: from * 1900 + (60 - from) * 500 },
    });
  });

  it('of the baseline stay it when they fall silent: stable does not step in again', () => {
    const session = podded(20, (slot) => [
      interval(slot, 'stable', [1900, 0]),
      interval(slot, 'baseline', slot < 10 ? [500, 5] : [0, 0]),
      interval(slot, 'canary', [100, 1]),
    ]);
    expect(session.decision(contextAt(endOf(20))).evidence[0]?.stable.requests).toBe(5000);
  });
});

describe('weights that change', () => {
  it('are no evidence: the same rates at another split stay the same rates', () => {
    const step = (slot: number): readonly [Arm, Arm] =>
      slot < 30
        ? [
            [100, 1],
            [1900, 19],
          ]
        : [
            [1000, 10],
            [1000, 10],
          ];
    const session = judged(Array.from({ length: 60 }, (_, slot) => step(slot)));
    expect(session.decision(contextAt(endOf(60)))).toMatchObject({ crossedAtMs: null });
    expect(session.decision(contextAt(endOf(60))).evidence[0]!.peakLogE).toBeLessThan(0.5);
  });

  it('are followed: what was routed then is what should have arrived then', () => {
    const session = sessionOf(policy);
    session.route({ atMs: DEPLOYED_AT_MS, canaryShare: 0 });
    session.route({ atMs: endOf(10), canaryShare: 0.5 });
    for (let slot = 0; slot < 16; slot++) {
      session.observe(interval(slot, 'canary', slot < 10 ? [10, 0] : [0, 0]));
      session.observe(interval(slot, 'stable', [1900, 19]));
    }
    session.completeUntil(endOf(10));
    expect(session.decision(contextAt(endOf(10))).evidence[0]?.status).not.toBe('no-traffic');
    session.completeUntil(endOf(16));
    expect(session.decision(contextAt(endOf(16)))).toMatchObject({
      verdict: 'hold',
      evidence: [{ status: 'no-traffic' }],
    });
  });
});
