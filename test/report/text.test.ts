import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attribution, CriterionEvidence, Decision, LimitFinding } from '../../src/ports/decision.ts';
import { jsonReport, textReport } from '../../src/report/index.ts';
import { canaryReport } from './canary-fixture.ts';

/** What a terminal obeys, and what turns the direction of text. */
const STEERING = /[\p{Cc}\u202a-\u202e]/u;

const ROLLBACK: Decision = {
  schemaVersion: 1,
  engineVersion: '0.1.0',
  policyDigest: 'sha256:0123',
  service: 'checkout',
  deploymentId: 'deploy-42',
  decidedAtMs: Date.UTC(2026, 10, 22, 12, 6, 1, 200),
  verdict: 'rollback',
  shouldRollback: true,
  mayAdvance: false,
  cause: 'deployment',
  trigger: 'evidence',
  reason: 'Rolling back: error rate 8.1x stable.',
  guilty: 'error rate',
  crossedAtMs: Date.UTC(2026, 10, 22, 12, 3, 50),
  evidence: [
    {
      name: 'error rate',
      status: 'worse',
      logE: 6.2,
      peakLogE: 7.25,
      bound: 5.298,
      effect: { kind: 'ratio', estimate: 8.12, low: 5.9, high: 11.4 },
      canary: { requests: 4200, bad: 168 },
      stable: { requests: 119_097, bad: 732 },
      dispersion: 0.031,
      clippedIntervals: 3,
      logNonInferiority: null,
      detail: 'status 500 or above',
    },
    {
      name: 'checkout completion',
      status: 'undecided',
      logE: -0.4,
      peakLogE: 0.9,
      bound: 5.298,
      effect: { kind: 'difference', estimate: -0.012, low: null, high: 0.02 },
      canary: { requests: 0, bad: 0 },
      stable: { requests: 900, bad: 30 },
      dispersion: 0,
      clippedIntervals: 1,
      logNonInferiority: 1.5,
    },
  ],
  problems: [
    { source: 'otlp', code: 'LATE_DATA', message: '12 points came late.', atMs: Date.UTC(2026, 10, 22, 12, 2) },
  ],
  assumptions: ['Canary and stable get the same mix of requests.'],
  nextCheckAtMs: null,
};

const HOLD: Decision = {
  ...ROLLBACK,
  verdict: 'hold',
  shouldRollback: false,
  cause: null,
  suspected: 'interference',
  trigger: 'source',
  reason: 'Holding: no telemetry of canary yet.',
  guilty: null,
  crossedAtMs: null,
  evidence: [],
  problems: [],
  assumptions: [],
  nextCheckAtMs: ROLLBACK.decidedAtMs + 10_000,
};

const LIMITS: LimitFinding[] = [
  {
    name: 'unanswered share',
    status: 'worse',
    limit: 0.1,
    logE: 9.105,
    bound: 8.294,
    canary: { requests: 50, bad: 31 },
    stable: { requests: 9500, bad: 1 },
  },
  {
    name: 'crash loop',
    status: 'undecided',
    limit: 6,
    logE: 2.5,
    bound: 8.294,
    // One pod for 10 s.
    canary: { requests: 10 / 3600, bad: 2 },
    stable: { requests: 0, bad: 0 },
  },
  {
    name: 'latency p99 limit',
    status: 'no-data',
    limit: 0.01,
    logE: 0,
    bound: 8.294,
    canary: { requests: 0, bad: 0 },
    stable: { requests: 0, bad: 0 },
  },
];

describe('the causes in a text report', () => {
  const attribution: Attribution = {
    stableVsBefore: { ratio: 1.1, low: 0.8, high: 1.5 },
    canaryVsBefore: { ratio: 9, low: 6, high: 13 },
    differenceInDifferences: { ratio: 8.1, low: 5.9, high: null },
    incident: { kind: 'dependency', signal: 'db', sinceMs: Date.UTC(2026, 10, 22, 12), now: 0.12, before: 0.001 },
    dependencies: [{ name: 'db\u202e', now: 0.12, before: null, canary: 0.11, canaryRatio: null }],
  };

  it('are figures of both arms against before, the incident, and every dependency', () => {
    expect(textReport({ ...ROLLBACK, attribution })).toContain(`
Causes
  stable       1.1x the error rate of stable before the deployment (95 % interval 0.8x to 1.5x)
  canary       9x the error rate of stable before the deployment (95 % interval 6x to 13x)
  difference   8.1x the change of stable (95 % sure: at least 5.9x)
  incident     db, since 2026-11-22T12:00:00Z: 12 % bad, 0.1 % before the deployment
  calls to     db\\u{202e}: failed calls of stable 12 %, before unknown, of the canary 11 %
`);
  });

  it('are left out where nothing is known of them', () => {
    const nothing = {
      stableVsBefore: null,
      canaryVsBefore: null,
      differenceInDifferences: null,
      incident: null,
      dependencies: [],
    };
    expect(textReport({ ...ROLLBACK, attribution: nothing })).toBe(textReport(ROLLBACK));
  });
});

describe('textReport', () => {
  it('tells a rollback with everything it rests on', () => {
    expect(textReport(ROLLBACK)).toBe(`\
ROLLBACK: Rolling back: error rate 8.1x stable.
  meaning      The canary is worse than tolerated. All traffic goes back to stable.

  service      checkout
  deployment   deploy-42
  decided      2026-11-22T12:06:01.200Z
  cause        deployment
  trigger      evidence
  crossed      2026-11-22T12:03:50Z (2 min 11 s before the decision), by error rate alone
  may advance  no
  next check   none, nothing more can come

Criteria (2)
- error rate: worse (worse than tolerated)
  counted      status 500 or above
  effect       8.12x stable (95 % interval 5.9x to 11.4x)
  canary       168 of 4,200 (4 %)
  stable       732 of 119,097 (0.615 %)
  log evidence [####################] 6.20, decides alone at 5.30
               e-value 493, peak of its log 7.25
  clipped      3 blocks of 10 s capped, so that no short burst decides
  noise        dispersion 0.031
- checkout completion: undecided (not enough evidence either way)
  effect       -0.012 against stable (95 % sure: at most +0.02)
  canary       no requests
  stable       30 of 900 (3.33 %)
  log evidence [--------------------] -0.40, decides alone at 5.30
               e-value 0.67, peak of its log 0.90
  to promote   e-value 4.5, log 1.50
  clipped      1 block of 10 s capped, so that no short burst decides

Problems (1)
- otlp: 12 points came late. [LATE_DATA, 2026-11-22T12:02:00Z]

Assumptions (1)
- Canary and stable get the same mix of requests.

  policy       sha256:0123
  engine       0.1.0
`);
  });

  it('tells a hold without evidence', () => {
    expect(textReport(HOLD)).toBe(`\
HOLD: Holding: no telemetry of canary yet.
  meaning      Do not advance, and do not roll back.

  service      checkout
  deployment   deploy-42
  decided      2026-11-22T12:06:01.200Z
  cause        none (suspected: interference)
  trigger      source
  crossed      no
  may advance  no
  next check   2026-11-22T12:06:11.200Z (+10 s)

Criteria (0)

  policy       sha256:0123
  engine       0.1.0
`);
  });

  it('tells what the limits counted, and nothing of what nobody reports', () => {
    const text = textReport({ ...HOLD, limits: LIMITS });
    expect(text).toContain(`
Criteria (0)

Limits (3)
  units        A limit is a share of requests; for restarts it is restarts per pod-hour, and counts are restarts of pod-hours.
- unanswered share: worse (above the limit, and worse than stable where there is one)
  limit        0.1
  canary       31 of 50 (0.62, above the limit)
  stable       1 of 9,500 (0.000105, within the limit)
  log evidence [####################] 9.11, decides alone at 8.29
               e-value 9,000
- crash loop: undecided (not shown to be above the limit and worse than stable)
  limit        6
  canary       2 of 0.00278 (720, above the limit)
  stable       nothing counted
  log evidence [######--------------] 2.50, decides alone at 8.29
               e-value 12
- latency p99 limit: no-data (nobody reports what it counts)
  limit        0.01

  policy`);
  });

  it.each([{ ...HOLD }, { ...HOLD, limits: [] }])('does not speak of limits when there are none', (decision) => {
    expect(textReport(decision)).not.toContain('Limits');
  });

  it('calls a rate that is exactly the limit within it', () => {
    const limits = [{ ...LIMITS[0]!, canary: { requests: 100, bad: 10 } }];
    expect(textReport({ ...HOLD, limits })).toContain('canary       10 of 100 (0.1, within the limit)');
  });

  it('tells how long both arms took to answer, and what is not known of it', () => {
    const latency = {
      quantile: 0.99,
      canary: { ms: 480, lowMs: 410, highMs: 650 },
      stable: { ms: 310, lowMs: 300, highMs: null },
    };
    const lines = (evidence: CriterionEvidence) => textReport({ ...ROLLBACK, evidence: [evidence] });
    const [criterion] = ROLLBACK.evidence;
    expect(lines({ ...criterion!, latency })).toContain(
      '  latency      p99 480 ms (410-650), stable 310 ms (above 300)\n',
    );
    expect(lines({ ...criterion!, latency: { ...latency, quantile: 0.999, stable: null } })).toContain(
      '  latency      p99.9 480 ms (410-650), stable unknown\n',
    );
    expect(lines(criterion!)).not.toContain('  latency');
  });

  it('marks a criterion that never decides, and names no bound at which it would', () => {
    const [judged, shown] = ROLLBACK.evidence;
    const text = textReport({ ...ROLLBACK, evidence: [judged!, { ...shown!, informational: true }] });
    expect(text).toContain(
      '- checkout completion: undecided (not enough evidence either way) [informational: never decides]',
    );
    expect(text).toContain('] -0.40, called worse at 5.30');
    expect(text.match(/informational/g)).toHaveLength(1);
    expect(text.match(/decides alone/g)).toHaveLength(1);
  });

  it('lets no text steer the terminal or the CI runner', () => {
    const hostile = '\u001b[2J\r\n::error file=x::owned\u202e';
    const text = textReport({
      ...ROLLBACK,
      reason: hostile,
      service: hostile,
      guilty: hostile,
      problems: [{ source: hostile, code: hostile, message: hostile, atMs: 0 }],
      assumptions: [hostile],
      evidence: [{ ...ROLLBACK.evidence[0]!, name: hostile, detail: hostile }],
      limits: [{ ...LIMITS[0]!, name: hostile }],
    });
    expect(text.replaceAll('\n', '')).not.toMatch(STEERING);
    expect(text).not.toMatch(/^\s*::/m);
    expect(text).toContain('\\u{1b}[2J ::error file=x::owned\\u{202e}');
    expect(text.split('\n')).toHaveLength(
      textReport({ ...ROLLBACK, evidence: [ROLLBACK.evidence[0]!], limits: [LIMITS[0]!] }).split('\n').length,
    );
  });

  it('takes any numbers (property)', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), fc.double(), (a, b, c) => {
        const criterion = { ...ROLLBACK.evidence[0]!, logE: a, peakLogE: b, bound: c, canary: { requests: a, bad: b } };
        const counts = { requests: b, bad: c };
        const text = textReport({
          ...ROLLBACK,
          limits: [{ ...LIMITS[0]!, limit: a, logE: b, bound: c, canary: counts, stable: { requests: c, bad: a } }],
          decidedAtMs: a,
          crossedAtMs: b,
          nextCheckAtMs: c,
          evidence: [criterion],
        });
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
      }),
    );
  });
});

describe('jsonReport', () => {
  it('gives back the same decision', () => {
    expect(JSON.parse(jsonReport(ROLLBACK))).toEqual(ROLLBACK);
    const { decision } = canaryReport();
    expect(JSON.parse(jsonReport(decision))).toEqual(decision);
  });

  it('has the same bytes in whatever order the keys were set, and says the important things first', () => {
    const reversed = JSON.parse(JSON.stringify(ROLLBACK, (_key, value) => reverseKeys(value))) as Decision;
    expect(Object.keys(reversed)[0]).not.toBe('schemaVersion');
    expect(jsonReport(reversed)).toBe(jsonReport(ROLLBACK));
    expect(jsonReport(ROLLBACK).split('\n').slice(0, 6)).toEqual([
      '{',
      '  "schemaVersion": 1,',
      '  "service": "checkout",',
      '  "deploymentId": "deploy-42",',
      '  "verdict": "rollback",',
      '  "reason": "Rolling back: error rate 8.1x stable.",',
    ]);
    expect(jsonReport(ROLLBACK).endsWith('}\n')).toBe(true);
  });

  it('puts the limits right after the evidence', () => {
    const keys = Object.keys(JSON.parse(jsonReport({ ...ROLLBACK, limits: LIMITS })) as Decision);
    expect(keys.slice(keys.indexOf('evidence'))).toEqual([
      'evidence',
      'limits',
      'problems',
      'assumptions',
      'policyDigest',
      'engineVersion',
    ]);
  });

  it('keeps fields of a newer version', () => {
    const newer = { ...ROLLBACK, zeta: 1, alpha: { b: 1, a: 2 } };
    expect(JSON.parse(jsonReport(newer))).toEqual(newer);
  });

  it('is safe to print and still means the same (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonReport({ ...ROLLBACK, reason: `${text}\u009b\u202e` });
        expect(json.replaceAll('\n', '')).not.toMatch(STEERING);
        expect((JSON.parse(json) as Decision).reason).toBe(`${text}\u009b\u202e`);
      }),
    );
  });
});

function reverseKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}
