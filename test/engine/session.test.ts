import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { DecisionSession, type SessionOptions } from '../../src/engine/session.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { SourceProblem, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { contextAt, sessionAfter, sessionOf } from '../helpers/sessions.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ warmUpSeconds: 0, criteria: [errorRate()], hardStops: [] });
const CALM: readonly [Arm, Arm] = [
  [100, 1],
  [1900, 19],
];
const BEFORE = repeat(30, [1000, 10] as const);
const endOf = (slots: number): number => DEPLOYED_AT_MS + slots * 10_000;

/** A session that has judged so many slots. */
function judged(slots: readonly (readonly [Arm, Arm])[]): DecisionSession {
  return sessionAfter(policy, telemetryOf(slots, BEFORE));
}
const snapshot = (session: DecisionSession): string => JSON.stringify(session);

describe('telling a session', () => {
  it('judges only what is complete', () => {
    const session = judged(repeat(3, CALM));
    const before = session.decision(contextAt(endOf(3)));
    session.observe(interval(3, 'canary', [100, 100]));
    session.observe(interval(3, 'stable', [1900, 19]));
    expect(session.decision(contextAt(endOf(3)))).toEqual(before);
    session.completeUntil(endOf(4) - 1);
    expect(session.decision(contextAt(endOf(3))).evidence).toEqual(before.evidence);
    session.completeUntil(endOf(4));
    expect(session.decision(contextAt(endOf(4))).verdict).toBe('rollback');
  });

  it('may be done in any order across pods and cohorts', () => {
    const told = (order: readonly number[]): DecisionSession => {
      const session = sessionOf(policy);
      const intervals = ['a', 'b'].flatMap((pod) => [
        interval(0, 'canary', [50, 1], { pod }),
        interval(0, 'stable', [900, 9], { pod }),
      ]);
      for (const i of order) session.observe(intervals[i]!);
      session.completeUntil(endOf(1));
      return session;
    };
    expect(told([3, 0, 2, 1]).decision(contextAt(endOf(1)))).toEqual(told([0, 1, 2, 3]).decision(contextAt(endOf(1))));
  });

  it('may ask the router again and again: a share that is in force already is not kept', () => {
    const [once, often] = [sessionOf(policy), sessionOf(policy)];
    for (const [second, canaryShare] of [0.05, 0.05, 0.2, 0.2, 0.2, 0.05].entries()) {
      const change = { atMs: DEPLOYED_AT_MS + second * 1000, canaryShare };
      often.route(change);
      if ([0, 2, 5].includes(second)) once.route(change);
    }
    expect(snapshot(often)).toBe(snapshot(once));
    expect(snapshot(once).match(/canaryShare/g)).toHaveLength(3);
  });

  it('keeps no reference to what it was told', () => {
    const session = sessionOf(policy);
    const change = { atMs: DEPLOYED_AT_MS, canaryShare: 0.5 };
    const problem = { source: 'prometheus', code: 'SLOW', message: 'It took 9 s.', atMs: DEPLOYED_AT_MS };
    session.route(change);
    session.report(problem);
    const before = snapshot(session);
    change.canaryShare = 0;
    problem.code = 'CHANGED';
    expect(snapshot(session)).toBe(before);
  });

  it('keeps no reference to an interval: its owner may use the object again', () => {
    const session = sessionOf(policy);
    const reused = interval(0, 'canary', [100, 1]);
    session.observe(reused);
    const before = snapshot(session);
    reused.errors = 100;
    expect(snapshot(session)).toBe(before);
  });

  it('gives out a decision that nobody can change for it', () => {
    const session = judged(repeat(3, CALM));
    session.report({ source: 'prometheus', code: 'SLOW', message: 'It took 9 s.', atMs: 0 });
    const before = snapshot(session);
    const decision = session.decision(contextAt(endOf(3)));
    decision.problems.length = 0;
    decision.evidence[0]!.canary.bad = 1000;
    decision.evidence[0]!.stable.requests = 1000;
    decision.assumptions.push('nothing');
    expect(snapshot(session)).toBe(before);
    expect(session.decision(contextAt(endOf(3))).problems).toHaveLength(1);
  });
});

describe('calls to a dependency', () => {
  it('are taken in as decide() takes them', () => {
    const dependencies = { db: [interval(-1, 'stable', [1000, 1]), interval(0, 'stable', [500, 300])] };
    const telemetry = telemetryOf(repeat(3, CALM), BEFORE, { dependencies });
    const context = contextAt(telemetry.completeUntilMs);
    const decision = sessionAfter(policy, telemetry).decision(context);
    expect(decision).toEqual(decide(policy, telemetry, context));
    expect(decision.attribution?.dependencies).toMatchObject([{ name: 'db', now: 0.6, before: 0.001 }]);
  });

  it('are refused when they are nonsense, and nothing of them is taken in', () => {
    const session = sessionOf(policy);
    const before = JSON.stringify(session);
    const refusal = (path: string) => expect.objectContaining({ code: 'INVALID_TELEMETRY', path });
    expect(() => session.observeDependency('', interval(0, 'stable', [1, 0]))).toThrow(refusal('dependencies'));
    expect(() => session.observeDependency('db', interval(0, 'stable', [1, 2]))).toThrow(
      refusal('dependencies.db.errors'),
    );
    expect(JSON.stringify(session)).toBe(before);
    session.observeDependency('db', interval(0, 'stable', [1, 0]));
    session.observeDependency('cache', interval(0, 'stable', [1, 0]));
    expect(() => session.observeDependency('db', interval(0, 'stable', [1, 0]))).toThrow(
      refusal('dependencies.db.startMs'),
    );
  });

  it('are listed when they come too late, and change nothing else', () => {
    const session = judged(repeat(6, CALM));
    const before = session.decision(contextAt(endOf(6)));
    session.observeDependency('db', interval(2, 'canary', [100, 100], { pod: 'slow' }));
    const after = session.decision(contextAt(endOf(6)));
    expect(after).toEqual({ ...before, problems: after.problems });
    expect(after.problems).toEqual([
      {
        source: 'telemetry',
        code: 'LATE_INTERVAL',
        message: `The interval ${endOf(2)} to ${endOf(3)} of calls to db of canary pod slow came after its time had been judged, and was left out.`,
        atMs: endOf(3),
      },
    ]);
  });
});

describe('an interval that comes too late', () => {
  it('is refused and listed, and changes nothing else', () => {
    const session = judged(repeat(6, CALM));
    const before = session.decision(contextAt(endOf(6)));
    session.observe(interval(2, 'canary', [100, 100], { pod: 'slow' }));
    session.observe(interval(5, 'stable', [1, 1]));
    const after = session.decision(contextAt(endOf(6)));
    expect(after).toEqual({ ...before, problems: after.problems });
    expect(after.problems).toEqual([
      {
        source: 'telemetry',
        code: 'LATE_INTERVAL',
        message: `The interval ${endOf(2)} to ${endOf(3)} of canary pod slow came after its time had been judged, and was left out.`,
        atMs: endOf(3),
      },
      {
        source: 'telemetry',
        code: 'LATE_INTERVAL',
        message: `The interval ${endOf(5)} to ${endOf(6)} of stable came after its time had been judged, and was left out.`,
        atMs: endOf(6),
      },
    ]);
  });

  it('is listed ten times, and counted from then on', () => {
    const session = judged(repeat(30, CALM));
    for (let i = 0; i < 25; i++) session.observe(interval(i, 'stable', [1, 0]));
    const { problems } = session.decision(contextAt(endOf(30)));
    expect(problems).toHaveLength(11);
    expect(problems.at(-1)).toEqual({
      source: 'telemetry',
      code: 'LATE_INTERVAL',
      message: '15 more intervals came after their time had been judged.',
      atMs: contextAt(endOf(30)).nowMs,
    });
  });

  it('is not late while nothing has been judged, however old it is', () => {
    const session = sessionOf(policy);
    session.observe(interval(-100, 'stable', [1000, 10]));
    session.completeUntil(endOf(-50));
    session.observe(interval(-49, 'stable', [1000, 10]));
    session.completeUntil(endOf(1));
    const decision = session.decision(contextAt(endOf(1)));
    expect(decision.problems).toEqual([]);
  });
});

describe('an interval that is told twice', () => {
  const overlap = (session: DecisionSession, twice: TelemetryInterval): void => {
    const before = snapshot(session);
    expect(() => session.observe(twice)).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY', path: 'interval.startMs', value: twice.startMs }),
    );
    expect(snapshot(session)).toBe(before);
  };

  it('is refused, and nothing of it is taken in', () => {
    const session = sessionOf(policy);
    session.observe(interval(0, 'canary', [100, 1], { pod: 'a' }));
    overlap(session, interval(0, 'canary', [100, 1], { pod: 'a' }));
  });

  it('is refused when it overlaps in part', () => {
    const session = sessionOf(policy);
    session.observe(interval(0, 'canary', [100, 1], { pod: 'a' }));
    overlap(session, { ...interval(0, 'canary', [100, 1], { pod: 'a' }), startMs: endOf(1) - 1, endMs: endOf(2) });
  });

  it('is another one if it is of another cohort, pod or segment', () => {
    const session = sessionOf(policy);
    const same = interval(0, 'canary', [100, 1], { pod: 'a' });
    for (const other of [
      same,
      { ...same, pod: 'b' },
      { ...same, cohort: 'stable' as const },
      { ...same, segment: '/' },
    ])
      session.observe(other);
    session.completeUntil(endOf(1));
    expect(session.decision(contextAt(endOf(1))).evidence[0]).toMatchObject({
      canary: { requests: 200, bad: 2 },
      stable: { requests: 100, bad: 1 },
    });
  });

  // Its series is forgotten with the watermark, although an interval across the watermark is no late one.
  it('is refused across the watermark too', () => {
    const session = sessionOf(policy);
    session.observe(interval(0, 'canary', [100, 1], { pod: 'a' }));
    session.completeUntil(endOf(1));
    overlap(session, { ...interval(0, 'canary', [100, 1], { pod: 'a' }), startMs: endOf(1) - 5000, endMs: endOf(2) });
  });
});

describe('what is impossible is refused, and changes nothing', () => {
  const good = interval(0, 'canary', [100, 1]);
  it.each([
    ['no interval', null, 'interval'],
    ['more errors than requests', { ...good, errors: 101 }, 'interval.errors'],
    ['negative requests', { ...good, requests: -1 }, 'interval.requests'],
    ['requests that are no number', { ...good, requests: Number.NaN }, 'interval.requests'],
    ['an end before the start', { ...good, endMs: good.startMs }, 'interval.endMs'],
    ['an unknown cohort', { ...good, cohort: 'green' }, 'interval.cohort'],
    ['negative restarts', { ...good, restarts: -1 }, 'interval.restarts'],
    ['more unanswered than errors', { ...good, unanswered: 2 }, 'interval.unanswered'],
  ])('an interval with %s', (_, bad, path) => {
    const session = judged(repeat(3, CALM));
    const before = snapshot(session);
    expect(() => session.observe(bad as TelemetryInterval)).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY', path }),
    );
    expect(snapshot(session)).toBe(before);
  });

  it.each([
    ['no time', { canaryShare: 0.5 }, 'change.atMs'],
    ['a share above 1', { atMs: 0, canaryShare: 5 }, 'change.canaryShare'],
    ['nothing', null, 'change.atMs'],
  ])('a weight with %s', (_, change, path) => {
    const session = judged(repeat(3, CALM));
    const before = snapshot(session);
    expect(() => session.route(change as never)).toThrow(expect.objectContaining({ code: 'INVALID_TELEMETRY', path }));
    expect(snapshot(session)).toBe(before);
  });

  it.each([
    ['no time', { source: 's', code: 'c', message: 'm' }, 'problem.atMs'],
    ['no source', { code: 'c', message: 'm', atMs: 0 }, 'problem.source'],
    ['a message that is no text', { source: 's', code: 'c', message: 7, atMs: 0 }, 'problem.message'],
  ])('a problem with %s', (_, problem, path) => {
    const session = judged(repeat(3, CALM));
    const before = snapshot(session);
    expect(() => session.report(problem as SourceProblem)).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY', path }),
    );
    expect(snapshot(session)).toBe(before);
  });
});

describe('the watermark', () => {
  it('may be told again and go back: that changes nothing', () => {
    const session = judged(repeat(6, CALM));
    const before = snapshot(session);
    for (const slots of [6, 5, -100]) session.completeUntil(endOf(slots));
    expect(snapshot(session)).toBe(before);
  });

  it.each([
    ['no number', Number.NaN],
    ['infinite', Number.POSITIVE_INFINITY],
    ['missing', undefined as never],
    ['a text', '2027-01-15' as never],
    ['in microseconds', endOf(7) * 1000],
  ])('is refused when it is %s', (_, watermarkMs) => {
    const session = judged(repeat(6, CALM));
    const before = snapshot(session);
    expect(() => session.completeUntil(watermarkMs)).toThrow(
      expect.objectContaining({ code: 'INVALID_TELEMETRY', path: 'watermarkMs' }),
    );
    expect(snapshot(session)).toBe(before);
  });

  // decide() takes the same telemetry: what lies before the first interval needs no walking through.
  it('may be far from a rollout whose beginning nobody knows', () => {
    const session = new DecisionSession(policy, { service: 's', deploymentId: 'd', deployedAtMs: 0 });
    for (const { intervals } of [telemetryOf(repeat(3, CALM), BEFORE)])
      for (const each of intervals) session.observe(each);
    session.completeUntil(endOf(3));
    expect(session.decision(contextAt(endOf(3))).verdict).toBe('continue');
  });
});

describe('a session is refused', () => {
  const options = { service: 's', deploymentId: 'd', deployedAtMs: 0 };
  it.each([
    ['without a service', { ...options, service: '' }, 'service'],
    ['without a deployment', { service: 's', deployedAtMs: 0 }, 'deploymentId'],
    ['without a time', { service: 's', deploymentId: 'd' }, 'deployedAtMs'],
    ['with an interval of no length', { ...options, intervalMs: 0 }, 'intervalMs'],
    ['with an unknown option', { ...options, deployedAt: 0 }, 'options.deployedAt'],
    ['with no options', null, 'options'],
  ])('%s', (_, bad, path) => {
    expect(() => new DecisionSession(policy, bad as unknown as SessionOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path }),
    );
  });

  it('with a policy of thresholds, and with none', () => {
    expect(() => new DecisionSession(thresholdPolicy() as never, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path: 'policy' }),
    );
    expect(() => new DecisionSession({} as never, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_POLICY' }),
    );
  });
});
