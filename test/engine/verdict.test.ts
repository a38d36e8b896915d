import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import type { DecisionContext } from '../../src/engine/decision-context.ts';
import { panicErrorRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { definePolicy, type EvidencePolicy, type OnMissing, type PolicyOptions } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { sessionAfter } from '../helpers/sessions.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

type Pair = readonly [canary: Arm, stable: Arm];
const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
  definePolicy({ warmUpSeconds: 0, soakSeconds: 60, criteria: [errorRate()], hardStops: [], ...options });

/** Half of the traffic each, so that the canary is proven within minutes. */
const CALM: Pair = [
  [1000, 10],
  [1000, 10],
];
const FAULTY: Pair = [
  [1000, 60],
  [1000, 10],
];
const INCIDENT: Pair = [
  [1000, 300],
  [1000, 300],
];
const SILENT: Pair = [
  [0, 0],
  [1000, 10],
];
const SILENT_INCIDENT: Pair = [
  [0, 0],
  [1000, 300],
];
const SCARCE_INCIDENT: Pair = [
  [30, 9],
  [1000, 300],
];
const BEFORE = repeat(30, [1000, 10] as const);
const PROVEN = repeat(120, CALM);

const halves = (slots: readonly Pair[], before: readonly Arm[] = BEFORE): DeploymentTelemetry =>
  telemetryOf(slots, before, { weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: 0.5 }] });
const decided = (policy: EvidencePolicy, telemetry: DeploymentTelemetry, context: Partial<DecisionContext> = {}) =>
  decide(policy, telemetry, { nowMs: telemetry.completeUntilMs, ...context });
const because = (policy: EvidencePolicy, telemetry: DeploymentTelemetry, ageMs = 0): string =>
  sessionAfter(policy, telemetry).finding({ nowMs: telemetry.completeUntilMs + ageMs }).because;

describe('the precedence of grounds', () => {
  const LIMIT = policyWith({ criteria: [errorRate({ max: 0.02 })] });
  const scenarios: [
    first: string,
    then: string,
    policy: EvidencePolicy,
    telemetry: DeploymentTelemetry,
    ageMs?: number,
  ][] = [
    ['no-data', 'worse', policyWith(), halves(repeat(20, FAULTY)), 95_000],
    ['no-data', 'proven', policyWith(), halves(PROVEN), 95_000],
    ['worse', 'no-traffic', policyWith(), halves([...repeat(20, FAULTY), ...repeat(12, SILENT)])],
    ['worse', 'external', policyWith(), halves([...repeat(20, FAULTY), ...repeat(6, INCIDENT)])],
    ['worse', 'deadline', policyWith({ deadlineSeconds: 100 }), halves(repeat(20, FAULTY))],
    ['no-traffic', 'external', policyWith(), halves([...repeat(6, CALM), ...repeat(6, SILENT_INCIDENT)])],
    ['no-traffic', 'proven', policyWith(), halves([...PROVEN, ...repeat(12, SILENT)])],
    ['low-traffic', 'external', policyWith(), halves([...repeat(6, CALM), ...repeat(12, SCARCE_INCIDENT)])],
    ['external', 'limit-broken', LIMIT, halves([...repeat(6, CALM), ...repeat(6, INCIDENT)])],
    ['external', 'proven', policyWith(), halves([...PROVEN, ...repeat(4, INCIDENT)])],
    ['limit-broken', 'proven', LIMIT, halves([...PROVEN, ...repeat(60, INCIDENT)], repeat(30, [1000, 300]))],
    ['proven', 'deadline', policyWith({ deadlineSeconds: 100 }), halves(PROVEN)],
    [
      'proven',
      'too-few-samples',
      policyWith({ minimumSampleSize: 1e6, hardStops: [panicErrorRate({ max: 0.9 })] }),
      halves(PROVEN),
    ],
    [
      'deadline',
      'too-few-samples',
      policyWith({ deadlineSeconds: 60, minimumSampleSize: 1e6, hardStops: [panicErrorRate({ max: 0.9 })] }),
      halves(repeat(6, CALM)),
    ],
    [
      'too-few-samples',
      'open',
      policyWith({ minimumSampleSize: 6001, hardStops: [panicErrorRate({ max: 0.9 })] }),
      halves(repeat(6, CALM)),
    ],
    [
      'open',
      'nothing',
      policyWith({ minimumSampleSize: 6000, hardStops: [panicErrorRate({ max: 0.9 })] }),
      halves(repeat(6, CALM)),
    ],
  ];
  it.each(scenarios)('%s before %s', (first, _, policy, telemetry, ageMs) => {
    expect(because(policy, telemetry, ageMs)).toBe(first);
  });

  it('takes a fixed limit for ground enough where there is no stable to compare with', () => {
    const alone = halves([]);
    for (let slot = 0; slot < 12; slot++) alone.intervals.push(interval(slot, 'canary', [100, 60], { unanswered: 60 }));
    alone.completeUntilMs += 120_000;
    expect(because(policyWith({ hardStops: [unansweredShare()] }), alone)).toBe('worse');
    expect(because(policyWith(), alone)).toBe('no-data');
  });

  it('holds when telemetry has ended, also after a limit was broken that no stable was there to judge by', () => {
    const alone = halves([]);
    for (let slot = 0; slot < 12; slot++) alone.intervals.push(interval(slot, 'canary', [100, 60], { unanswered: 60 }));
    alone.completeUntilMs += 120_000;
    expect(because(policyWith({ hardStops: [unansweredShare()] }), alone, 3_600_000)).toBe('no-data');
  });
});

describe('what is done on each ground', () => {
  const quiet = policyWith();
  const few = policyWith({ minimumSampleSize: 1e6, hardStops: [panicErrorRate({ max: 0.9 })] });
  const late = policyWith({ deadlineSeconds: 60 });
  const limit = policyWith({ criteria: [errorRate({ max: 0.02 })] });
  const next = (telemetry: DeploymentTelemetry): number => telemetry.completeUntilMs + 10_000;

  it.each([
    ['worse', quiet, halves(repeat(20, FAULTY)), 'rollback', 'deployment', 'evidence', /^Rolling back: error rate /],
    [
      'no traffic',
      quiet,
      halves([...PROVEN, ...repeat(12, SILENT)]),
      'hold',
      'unknown',
      null,
      /^Holding: 50 % of the traffic /,
    ],
    [
      'external',
      quiet,
      halves([...repeat(6, CALM), ...repeat(6, INCIDENT)]),
      'hold',
      'external',
      null,
      /^Holding: stable itself fails .* 1 % before the deployment, .* the cause lies outside\.$/,
    ],
    [
      'limit broken',
      limit,
      halves(repeat(60, INCIDENT), repeat(30, [1000, 300])),
      'hold',
      'external',
      null,
      /^Holding: the canary is above a limit \(error rate limit\)/,
    ],
    ['proven', quiet, halves(PROVEN), 'promote', null, null, /^Promoting: proven not worse: error rate\.$/],
    ['deadline', late, halves(repeat(6, CALM)), 'hold', null, null, /^Holding: the time to decide, 60 s, is over/],
    [
      'too few samples',
      few,
      halves(repeat(6, CALM)),
      'continue',
      null,
      null,
      /^Continuing: 6,000 canary requests, and fixed limits need 1,000,000; /,
    ],
    [
      'open',
      quiet,
      halves(repeat(3, CALM)),
      'continue',
      null,
      null,
      /^Continuing: no evidence that the canary is worse; /,
    ],
  ] as const)('%s', (ground, policy, telemetry, verdict, cause, trigger, reason) => {
    const decision = decided(policy, telemetry);
    expect(decision).toMatchObject({ verdict, cause, trigger, shouldRollback: verdict === 'rollback' });
    expect(decision.mayAdvance).toBe(verdict === 'continue' || verdict === 'promote');
    expect(decision.reason).toMatch(reason);
    // One sentence, for a reader who is tired.
    expect(decision.reason).not.toMatch(/\.\s|\n|undefined|NaN|null/);
    const isFinal = ground === 'worse' || ground === 'deadline';
    expect(decision.nextCheckAtMs).toBe(isFinal ? null : next(telemetry));
  });

  it('looks again one interval from now, not from when the data ended', () => {
    const telemetry = halves(repeat(3, CALM));
    const nowMs = telemetry.completeUntilMs + 25_000;
    expect(decided(quiet, telemetry, { nowMs }).nextCheckAtMs).toBe(nowMs + 10_000);
  });

  it('does not look again after the planned end', () => {
    const telemetry = halves(repeat(3, CALM));
    const nowMs = telemetry.completeUntilMs;
    expect(decided(quiet, telemetry, { plannedEndMs: nowMs }).nextCheckAtMs).toBeNull();
    expect(decided(quiet, telemetry, { plannedEndMs: nowMs + 1 }).nextCheckAtMs).toBe(nowMs + 10_000);
  });
});

describe('the end of the time to decide', () => {
  const ended = halves(repeat(60, CALM));
  const MINUTES = policyWith({ deadlineSeconds: 600 });
  const few: Pair = [
    [100, 1],
    [100, 1],
  ];
  const perfect: Pair = [
    [20, 0],
    [20, 0],
  ];

  it('promotes what is not proven but has an interval within its margin, and says so', () => {
    const decision = decided(MINUTES, ended);
    expect(decision).toMatchObject({ verdict: 'promote', mayAdvance: true, cause: null, nextCheckAtMs: null });
    expect(decision.evidence[0]).toMatchObject({ status: 'undecided', provable: true });
    expect(decision.evidence[0]!.effect!.high).toBeLessThan(1.5);
    expect(decision.reason).toMatch(/^Promoting: the time to decide, 600 s, is over; .* \(error rate 1x stable /);
    expect(because(MINUTES, ended)).toBe('bounded');
  });
  it('comes no sooner than it does', () => {
    expect(because(policyWith({ deadlineSeconds: 601 }), ended)).toBe('open');
  });
  it('holds for ever where the policy wants proof', () => {
    const decision = decided(policyWith({ deadlineSeconds: 600, onInconclusive: 'hold' }), ended);
    expect(decision).toMatchObject({ verdict: 'hold', cause: null, nextCheckAtMs: null });
  });
  it('without a promotion names what stands against it, and nothing that is not so', () => {
    const leaning = halves(
      repeat(60, [
        [1000, 16],
        [1000, 10],
      ] as const),
    );
    const gone = halves([...repeat(30, CALM), ...repeat(30, SILENT)]);
    const words = (telemetry: DeploymentTelemetry, options: Partial<PolicyOptions>, context = {}): string => {
      const { reason, verdict } = decided(policyWith(options), telemetry, context);
      expect(verdict).toBe('hold');
      return /^Holding: .* without proof either way, ([^(]*) \(/.exec(reason)?.[1] ?? reason;
    };
    const end = { deadlineSeconds: 600 };
    expect(words(ended, { ...end, onInconclusive: 'hold' })).toBe('and the policy wants one');
    expect(words(ended, { soakSeconds: 900 }, { plannedEndMs: ended.completeUntilMs })).toBe(
      'before the canary has run for 900 s',
    );
    expect(words(leaning, end)).toBe('and the evidence leans to worse');
    const two = [errorRate(), errorRate({ name: 'lenient', maxRelativeIncrease: 1, promoteWithin: 3 })];
    expect(words(leaning, { ...end, criteria: two })).toBe('and the evidence leans to worse: error rate');
    const goesOn = { noData: 'continue', noTraffic: 'continue' } as const;
    expect(words(gone, { ...end, onMissing: goesOn, soakSeconds: 600 })).toBe(
      'and there is nothing to compare: no request of the canary any more',
    );
  });
  it('holds while the interval still has room for more than the margin, or there is none', () => {
    const minute = policyWith({ deadlineSeconds: 60, soakSeconds: 60 });
    expect(because(minute, halves(repeat(6, few), repeat(30, [100, 1] as const)))).toBe('deadline');
    expect(because(minute, halves(repeat(6, perfect), repeat(30, [20, 0] as const)))).toBe('deadline');
  });
  it('holds where one of two criteria has room', () => {
    const both = policyWith({
      deadlineSeconds: 600,
      criteria: [errorRate(), errorRate({ name: 'strict', maxRelativeIncrease: 0.1, promoteWithin: 1.2 })],
    });
    expect(because(both, ended)).toBe('deadline');
    const shown = errorRate({
      name: 'strict',
      maxRelativeIncrease: 0.1,
      promoteWithin: 1.2,
      importance: 'informational',
    });
    expect(because(policyWith({ deadlineSeconds: 600, criteria: [errorRate(), shown] }), ended)).toBe('bounded');
  });
  it('is also the end that the caller plans, but nothing is promoted before its soak', () => {
    const context = { plannedEndMs: ended.completeUntilMs };
    expect(decided(policyWith(), ended, context)).toMatchObject({ verdict: 'promote', nextCheckAtMs: null });
    expect(decided(policyWith(), ended, context).reason).toMatch(/^Promoting: the planned end has come; /);
    expect(decided(policyWith(), ended, { plannedEndMs: ended.completeUntilMs + 1 }).verdict).toBe('continue');
    expect(decided(policyWith({ soakSeconds: 601 }), ended, context).verdict).toBe('hold');
  });
});

describe('what is missing is treated as the policy says, and never rolls back', () => {
  const missing = (what: object): EvidencePolicy =>
    policyWith({ minimumSampleSize: 1e6, hardStops: [panicErrorRate({ max: 0.9 })], onMissing: what });
  const none = halves(repeat(3, SILENT));
  const cases: [what: keyof OnMissing, telemetry: DeploymentTelemetry, trigger: string | null][] = [
    ['noData', { ...none, intervals: [] }, 'source'],
    ['noTraffic', halves([...repeat(3, CALM), ...repeat(12, SILENT)]), null],
    ['tooFewSamples', halves(repeat(3, CALM)), null],
  ];

  it.each(cases)('%s', (what, telemetry, trigger) => {
    for (const verdict of ['hold', 'continue'] as const) {
      const others = verdict === 'hold' ? 'continue' : 'hold';
      const all = { noData: others, noTraffic: others, tooFewSamples: others, sourceFailed: others };
      const decision = decided(missing({ ...all, [what]: verdict }), telemetry);
      const cause = what === 'noTraffic' && verdict === 'hold' ? 'unknown' : null;
      expect(decision).toMatchObject({ verdict, trigger, cause, mayAdvance: verdict === 'continue' });
      expect(decision.reason).toMatch(verdict === 'hold' ? /^Holding: / : /^Continuing: /);
    }
  });

  it('they are four different things to a reader', () => {
    const statuses = cases.map(([, telemetry]) => decided(missing({}), telemetry).evidence[0]?.status);
    expect(statuses).toEqual(['no-data', 'no-traffic', 'too-few-samples']);
  });
});

describe('who acts', () => {
  const telemetry = halves(repeat(20, FAULTY));
  it.each([
    ['rollback', undefined, 'rollback'],
    ['rollback', 'rollback', 'rollback'],
    ['rollback', 'escalate', 'escalate'],
    ['escalate', undefined, 'escalate'],
    ['escalate', 'rollback', 'escalate'],
    ['escalate', 'escalate', 'escalate'],
  ] as const)('the policy says %s and the caller %s: %s', (automation, asked, verdict) => {
    const context = asked === undefined ? {} : { automation: asked };
    const decision = decided(policyWith({ automation }), telemetry, context);
    expect(decision).toMatchObject({
      verdict,
      shouldRollback: verdict === 'rollback',
      mayAdvance: false,
      cause: 'deployment',
      guilty: 'error rate',
    });
    expect(decision.reason).toMatch(
      verdict === 'rollback' ? /^Rolling back: error rate / : /^A human must act: error rate /,
    );
  });

  it('nobody has to while nothing is worse', () => {
    expect(decided(policyWith({ automation: 'escalate' }), halves(PROVEN)).verdict).toBe('promote');
  });
});

describe('a canary that gets far less than is routed to it', () => {
  const scarce: Pair = [
    [30, 0],
    [1000, 10],
  ];
  const telemetry = halves([...repeat(6, CALM), ...repeat(12, scarce)]);

  it('is held, and the decision lists the shares as a problem', () => {
    const decision = decided(policyWith(), telemetry);
    expect(decision).toMatchObject({ verdict: 'hold', mayAdvance: false, cause: 'unknown', crossedAtMs: null });
    expect(decision.problems).toEqual([
      {
        source: 'traffic',
        code: 'TRAFFIC_SHARE_LOW',
        message: 'The canary gets 2.9 % of the requests, and 50 % are routed to it.',
        atMs: telemetry.completeUntilMs,
      },
    ]);
    expect(decision.reason).toBe(
      'Holding: the canary gets 2.9 % of the requests and 50 % are routed to it: what never arrives cannot be judged.',
    );
  });

  it('is rolled back all the same when what does arrive fails, with the problem listed', () => {
    const failing: Pair = [
      [30, 20],
      [1000, 10],
    ];
    const decision = decided(policyWith(), halves([...repeat(6, CALM), ...repeat(12, failing)]));
    expect(decision.verdict).toBe('rollback');
    expect(decision.problems).toMatchObject([{ code: 'TRAFFIC_SHARE_LOW' }]);
  });
});
