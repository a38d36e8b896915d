/** The sentences for the person on call, word by word: whoever changes one changes what people read at night. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/engine/attribution.ts';
import type { Because } from '../../src/engine/finding.ts';
import { type ReasonInput, reasonFor } from '../../src/engine/reason.ts';
import type { DeploymentWalk } from '../../src/engine/walk.ts';
import type {
  CriterionEvidence,
  EffectEstimate,
  JudgedCounts,
  LimitFinding,
  Verdict,
} from '../../src/ports/decision.ts';
import type { Outlook } from '../../src/ports/outlook.ts';

/** What a sentence reads from a walk. */
interface Told {
  crossing?: { guilty: string | null } | null;
  incidents?: Incident[];
  dependencies?: {
    name: string;
    worseAtCanary: boolean;
    canary: JudgedCounts;
    stable: JudgedCounts;
    canaryRatio: object;
  }[];
  brokenLimits?: { name: string; byStable: boolean }[];
  canaryRequests?: number;
  limits?: { name: string; kind: string }[];
  seen?: { canary: boolean; stable: boolean };
  routed?: number | null;
  elapsedMs?: number;
  logE?: number;
  bound?: number;
  traffic?: { expected: number | null; observed: number | null };
}

function walkThatTells(told: Told): DeploymentWalk {
  const walk = {
    policy: { deadlineSeconds: 900, minimumSampleSize: 1000, soakSeconds: 180, onInconclusive: 'promote-if-bounded' },
    elapsedMs: told.elapsedMs ?? 900_000,
    completeUntilMs: 1_000_000,
    presence: {
      seen: told.seen ?? { canary: true, stable: true },
      routedShare: () => told.routed ?? null,
      traffic: told.traffic ?? { expected: null, observed: null },
      silentArm: () => null,
    },
    judgement: {
      criteria: [],
      crossing: told.crossing ?? null,
      brokenLimits: told.brokenLimits ?? [],
      canaryRequests: told.canaryRequests ?? 0,
      limits: told.limits ?? [],
      logE: told.logE ?? 0,
      bound: told.bound ?? -Math.log(0.01),
    },
    attribution: { incidents: told.incidents ?? [], dependencies: told.dependencies ?? [] },
  };
  return walk as unknown as DeploymentWalk;
}

const effect = (estimate: number, low: number | null, high: number | null): EffectEstimate => ({
  kind: 'ratio',
  estimate,
  low,
  high,
});
const criterion = (name: string, more: Partial<CriterionEvidence> = {}): CriterionEvidence => ({
  name,
  status: 'undecided',
  logE: 0,
  peakLogE: 0,
  bound: 5,
  effect: null,
  canary: { requests: 612, bad: 41 },
  stable: { requests: 11_212, bad: 58 },
  dispersion: 0,
  clippedIntervals: 0,
  ...more,
});
const incident = (now: number, before: number, more: Partial<Incident> = {}): Incident => ({
  kind: 'errors',
  signal: 'error rate',
  sinceMs: 0,
  now,
  before,
  ...more,
});
const ERRORS = criterion('error rate', { effect: effect(8.34, 5.12, 13.9) });
const LATENCY = criterion('latency p99', { detail: 'requests slower than 250 ms' });

function reason(
  verdict: Verdict,
  because: Because,
  told: Told = {},
  evidence: CriterionEvidence[] = [],
  more: { limits?: LimitFinding[]; outlook?: Outlook[]; ageMs?: number } = {},
): string {
  const { limits = [], outlook = [], ageMs = 0 } = more;
  const input: ReasonInput = {
    verdict,
    because,
    presence: 'present',
    walk: walkThatTells(told),
    evidence,
    limits,
    outlook,
    nowMs: 1_000_000 + ageMs,
    permission: { verdict, mayAdvance: false, authority: null },
  };
  return reasonFor(input);
}

describe('a canary that is worse', () => {
  const GUILTY = { crossing: { guilty: 'error rate' } };

  it('is named by the criterion that has shown it, with its numbers', () => {
    expect(reason('rollback', 'worse', GUILTY, [LATENCY, ERRORS])).toBe(
      'Rolling back: error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212).',
    );
  });

  it('is said to lie on top of an incident where stable suffers too', () => {
    expect(reason('rollback', 'worse', { ...GUILTY, incidents: [incident(0.3, 0.01)] }, [ERRORS])).toBe(
      'Rolling back: error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212), on top of an incident that hits stable too.',
    );
  });

  it('calls a human where policy forbids to act', () => {
    expect(reason('escalate', 'worse', GUILTY, [ERRORS])).toBe(
      'A human must act: error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212); policy does not allow an automatic rollback.',
    );
  });

  it('is told by all criteria where none alone has shown it', () => {
    expect(reason('rollback', 'worse', { crossing: { guilty: null } }, [ERRORS, LATENCY])).toBe(
      'Rolling back: the criteria together show that the canary is worse than tolerated (error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212); latency p99, requests slower than 250 ms: no difference yet).',
    );
    expect(
      reason('rollback', 'worse', { crossing: { guilty: null }, incidents: [incident(0.3, 0.01)] }, [LATENCY]),
    ).toMatch(/ no difference yet\), on top of an incident that hits stable too\.$/);
  });

  it('is not told by a criterion that has no part in the sum', () => {
    const shown = criterion('errors of bots', { effect: effect(9, 5, 14), informational: true });
    const together = reason('rollback', 'worse', { crossing: { guilty: null } }, [ERRORS, shown, LATENCY]);
    expect(together).toBe(reason('rollback', 'worse', { crossing: { guilty: null } }, [ERRORS, LATENCY]));
  });

  const limit = (name: string, value: number, canary: [number, number], stable: [number, number]): LimitFinding => ({
    name,
    status: 'worse',
    limit: value,
    logE: 9,
    bound: 5,
    canary: { requests: canary[0], bad: canary[1] },
    stable: { requests: stable[0], bad: stable[1] },
  });

  it('above a limit is told by that limit, as a share of requests', () => {
    const limits = [
      limit('panic error rate', 0.3, [6000, 0], [114_000, 0]),
      limit('unanswered share', 0.1, [50, 31], [950, 0]),
    ];
    const told = {
      crossing: { guilty: 'unanswered share' },
      limits: [{ name: 'unanswered share', kind: 'unanswered' }],
    };
    expect(reason('rollback', 'worse', told, [ERRORS], { limits })).toBe(
      "Rolling back: hard stop, unanswered share: 62 % of the canary's requests, above 10 % (canary 31 of 50, stable 0 of 950).",
    );
    expect(reason('rollback', 'worse', { ...told, incidents: [incident(0.3, 0.01)] }, [ERRORS], { limits })).toMatch(
      /stable 0 of 950\), on top of an incident that hits stable too\.$/,
    );
  });

  it('above a limit on restarts is told in pod-hours', () => {
    const limits = [limit('crash loop', 2, [1 / 6, 60], [2 / 3, 0])];
    // Another limit of another kind beside it does not change its words.
    const told = {
      crossing: { guilty: 'crash loop' },
      limits: [
        { name: 'panic error rate', kind: 'error-rate' },
        { name: 'crash loop', kind: 'restarts' },
      ],
    };
    expect(reason('rollback', 'worse', told, [ERRORS], { limits })).toBe(
      'Rolling back: hard stop, crash loop: 60 restarts in 0.17 pod-hours of the canary (limit 2 per pod-hour), stable 0 in 0.67.',
    );
  });
});

describe('what is missing', () => {
  it.each([
    [{ canary: false, stable: true }, 'no telemetry of canary yet'],
    [{ canary: true, stable: false }, 'no telemetry of stable yet'],
    [{ canary: false, stable: false }, 'no telemetry of canary and stable yet'],
  ])('is named: %j', (seen, words) => {
    expect(reason('hold', 'no-data', { seen }, [ERRORS])).toBe(`Holding: ${words}, so nothing can be judged.`);
  });

  it('is the end of the telemetry, where both were seen', () => {
    expect(reason('hold', 'no-data', {}, [ERRORS], { ageMs: 94_600 })).toBe(
      'Holding: telemetry ends 95 s ago, so nothing can be judged.',
    );
  });

  it('is said too where the policy goes on without', () => {
    expect(reason('continue', 'no-data', { seen: { canary: false, stable: true } })).toBe(
      'Continuing: no telemetry of canary yet, so nothing can be judged.',
    );
  });

  it('is traffic that is routed and not seen', () => {
    expect(reason('hold', 'no-traffic', { routed: 0.05 })).toBe(
      'Holding: 5 % of the traffic is routed to the canary and no request of it is seen, neither answered nor unanswered.',
    );
  });

  it('is most of the traffic', () => {
    expect(reason('hold', 'low-traffic', { traffic: { expected: 0.2, observed: 0.0123 } })).toBe(
      'Holding: the canary gets 1.2 % of the requests and 20 % are routed to it: what never arrives cannot be judged.',
    );
  });
});

describe('a cause outside', () => {
  it('is an incident of stable itself', () => {
    expect(reason('hold', 'external', { incidents: [incident(0.3, 0.0101)] }, [ERRORS])).toBe(
      'Holding: stable itself fails 30 % of its requests, 1 % before the deployment, and the canary is not worse; the cause lies outside.',
    );
  });

  const limits = (...byStable: boolean[]) => byStable.map((by, i) => ({ name: `limit ${i + 1}`, byStable: by }));

  it('is blamed for limits only where stable breaks every one of them', () => {
    expect(reason('hold', 'limit-broken', { brokenLimits: limits(true, true) })).toBe(
      'Holding: the canary is above a limit (limit 1, limit 2), and so is stable; the cause lies outside.',
    );
    for (const byStable of [limits(true, false), limits(false, true), limits(false, false)]) {
      expect(reason('hold', 'limit-broken', { brokenLimits: byStable })).toBe(
        'Holding: the canary is above a limit (limit 1, limit 2), and not shown to be worse than stable.',
      );
    }
  });
});

describe('no proof', () => {
  const PROVEN = criterion('latency p99', { status: 'non-inferior', provable: true });
  const open = (logNonInferiority: number) => ({ ...ERRORS, provable: true, logNonInferiority });

  it('in time is told with the intervals, with what has a proof and with what can have none', () => {
    expect(reason('hold', 'deadline', {}, [criterion('payments'), open(0), PROVEN])).toBe(
      'Holding: the time to decide, 900 s, is over without proof either way, and more than the margin for promotion is still possible (payments no difference yet, cannot be proven on these data; error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212); latency p99 proven).',
    );
    expect(reason('hold', 'deadline', { elapsedMs: 899_999 }, [PROVEN])).toMatch(
      /^Holding: the planned end has come without /,
    );
  });

  it('in time, but narrow intervals: they are named as the ground', () => {
    const shown = criterion('shown', { informational: true });
    const near = criterion('error rate', { effect: effect(0.97, 0.8, 1.31), provable: true });
    expect(reason('promote', 'bounded', {}, [near, PROVEN, shown])).toBe(
      'Promoting: the time to decide, 900 s, is over; what is not proven has an interval within the margin for promotion (error rate 0.97x stable (95 % CI 0.8-1.3; canary 41 of 612, stable 58 of 11,212); latency p99 proven).',
    );
  });

  it('for want of requests says how many there are and are needed', () => {
    expect(reason('hold', 'too-few-samples', { canaryRequests: 950 }, [open(0)])).toBe(
      'Holding: 950 canary requests, and fixed limits need 1,000; not proven yet: error rate (evidence 1 of 20).',
    );
  });

  it('yet tells what is proven from what is open and what cannot be proven', () => {
    const said = (...evidence: CriterionEvidence[]) => reason('continue', 'open', {}, evidence);
    const lead = 'Continuing: no evidence that the canary is worse; ';
    expect(said(open(2), PROVEN, criterion('payments'), criterion('shown', { informational: true }))).toBe(
      `${lead}proven not worse: latency p99; not proven yet: error rate (evidence 7.3 of 20); cannot be proven on these data: payments.`,
    );
    expect(said(PROVEN)).toBe(`${lead}proven not worse: latency p99.`);
  });

  it('but evidence that has come half the way is not called none, and never reads as enough', () => {
    const lead = (logE: number, bound?: number) =>
      reason('continue', 'open', { logE, ...(bound === undefined ? {} : { bound }) }, [PROVEN]).split('; ')[0];
    expect(lead(Math.log(9.9))).toBe('Continuing: no evidence that the canary is worse');
    expect(lead(Math.log(42.9))).toBe('Continuing: not enough evidence that the canary is worse (e-value 42 of 100)');
    expect(lead(Math.log(99.999))).toContain('(e-value 99 of 100)');
    expect(lead(Math.log(333.2), -Math.log(0.003))).toContain('(e-value 333 of 334)');
    expect(lead(Math.log(2.4), -Math.log(0.2))).toContain('(e-value 2 of 5)');
  });

  it.each([
    [-1000, 'below 0.1'],
    [Math.log(0.25), '0.2'],
    [Math.log(12.7), '12'],
    [Math.log(19.99), '19'],
    [1000, '19'],
  ])('with a log evidence of %s reads as %s of 20, which is never 20 without proof', (logNonInferiority, words) => {
    expect(reason('continue', 'open', {}, [open(logNonInferiority)])).toContain(`error rate (evidence ${words} of 20)`);
  });

  it('but a soak to wait for is told', () => {
    expect(reason('continue', 'open', { elapsedMs: 100_500 }, [PROVEN])).toBe(
      'Continuing: no evidence that the canary is worse; proven not worse: latency p99; not promoted before it has run for 80 s more.',
    );
  });

  it('of what cannot be proven does not stop a promotion, and is named', () => {
    expect(reason('promote', 'proven', {}, [PROVEN])).toBe('Promoting: proven not worse: latency p99.');
    expect(reason('promote', 'proven', {}, [PROVEN, ERRORS])).toBe(
      'Promoting: proven not worse: latency p99; cannot be proven on these data: error rate.',
    );
  });
});

describe('numbers in a sentence', () => {
  const said = (more: Partial<CriterionEvidence>): string =>
    reason('rollback', 'worse', { crossing: { guilty: 'error rate' } }, [criterion('error rate', more)]);

  it.each([
    [0.0123, '0.012x'],
    [1, '1x'],
    [99.4, '99x'],
    // Two digits would make 120 of 123: from a hundred on, whole numbers.
    [123.4, '123x'],
    [100.4, '100x'],
    [1000, '1,000x'],
    [12_345.6, 'over 1,000x'],
  ])('a ratio of %s is %s', (estimate, words) => {
    expect(said({ effect: effect(estimate, 1, 2) })).toContain(`error rate ${words} stable`);
  });

  it.each([
    [null, null, 'not bounded'],
    [null, 14, 'below 14'],
    [5.1, null, 'above 5.1'],
    [0.52, 256.4, '0.52-256'],
    [190, 1000, '190-1,000'],
    [190, 2400, 'above 190'],
    [190_000, 260_000, 'above 1,000'],
  ])('an interval from %s to %s is %s', (low, high, words) => {
    expect(said({ effect: effect(2, low, high) })).toContain(`(95 % CI ${words}; canary`);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567.4, '1,234,567'],
    [999_999_999_999_999, '999,999,999,999,999'],
    [1e15, '1.00e+15'],
  ])('a count of %s is %s, whatever the locale', (bad, words) => {
    expect(said({ effect: effect(2, 1, 3), canary: { requests: 5, bad } })).toContain(`canary ${words} of 5,`);
  });
});
