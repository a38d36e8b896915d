import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide, failedDecision } from '../../src/engine/decide.ts';
import { permitted, sentenceOf } from '../../src/engine/permission.ts';
import { definePolicy, type Policy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { AuthorityLevel, Decision, PastDeployment, Verdict } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { contextAt, sessionAfter } from '../helpers/sessions.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const RECORD: Readonly<Record<AuthorityLevel, number>> = { shadow: 0, notify: 5, hold: 15, rollback: 30 };
const goodOnes = (count: number): PastDeployment[] =>
  repeat(count, 0).map((_, i) => ({ deploymentId: `d${i}`, endedAtMs: i, verdict: 'promote', outcome: 'good' }));
const LEVELS = Object.keys(RECORD) as AuthorityLevel[];
const VERDICTS: Verdict[] = ['rollback', 'escalate', 'hold', 'continue', 'promote'];

const before = repeat(30, [1000, 10] as const);
const BROKEN = telemetryOf(
  repeat(12, [
    [100, 40],
    [1900, 19],
  ] as const),
  before,
);
const SILENT = telemetryOf([], before);
const PLAIN = definePolicy({ criteria: [errorRate()] });
const RULES = definePolicy({ criteria: [errorRate()], authority: {} });

function at(level: AuthorityLevel, telemetry: DeploymentTelemetry, policy: Policy = RULES): Decision {
  return decide(policy, telemetry, { ...contextAt(telemetry.completeUntilMs), past: goodOnes(RECORD[level]) });
}

describe('what a level lets happen', () => {
  it('is a table', () => {
    const table = LEVELS.map((level) => {
      const past = goodOnes(RECORD[level]);
      return [
        level,
        VERDICTS.map((each) => {
          const { verdict, mayAdvance } = permitted(RULES, { nowMs: 1000, past }, each);
          return `${each} -> ${verdict}${mayAdvance ? '' : ', stays'}`;
        }),
      ];
    });
    expect(Object.fromEntries(table)).toEqual({
      shadow: VERDICTS.map((each) => `${each} -> continue`),
      notify: [
        'rollback -> escalate',
        'escalate -> escalate',
        'hold -> continue',
        'continue -> continue',
        'promote -> continue',
      ],
      hold: [
        'rollback -> escalate, stays',
        'escalate -> escalate, stays',
        'hold -> hold, stays',
        'continue -> continue',
        'promote -> continue',
      ],
      rollback: [
        'rollback -> rollback, stays',
        'escalate -> escalate, stays',
        'hold -> hold, stays',
        'continue -> continue',
        'promote -> promote',
      ],
    });
  });

  it('is everything where the policy has no rules, whatever the record is', () => {
    const past = goodOnes(2).map((entry) => ({ ...entry, verdict: 'rollback' as const }));
    const context = contextAt(BROKEN.completeUntilMs);
    expect(decide(PLAIN, BROKEN, { ...context, past })).toEqual(decide(PLAIN, BROKEN, context));
    expect(decide(PLAIN, BROKEN, context)).not.toHaveProperty('authority');
  });

  it('is nothing without a record', () => {
    expect(decide(RULES, BROKEN, contextAt(BROKEN.completeUntilMs))).toMatchObject({
      verdict: 'continue',
      shouldRollback: false,
      mayAdvance: true,
      authority: { level: 'shadow', verdict: 'rollback', good: 0 },
    });
  });

  it('changes what happens, and not what was found', () => {
    const full = at('rollback', BROKEN);
    expect(full).toMatchObject({ verdict: 'rollback', shouldRollback: true, authority: { level: 'rollback' } });
    for (const level of LEVELS) {
      const decision = at(level, BROKEN);
      const { verdict, shouldRollback, mayAdvance, reason, authority, nextCheckAtMs, ...found } = decision;
      expect(shouldRollback).toBe(level === 'rollback');
      expect(authority?.verdict).toBe('rollback');
      expect(decision).toMatchObject(found);
      // What is kept from happening may be let happen when the record has grown: nobody may stop asking.
      expect(nextCheckAtMs === null).toBe(level === 'rollback');
      expect(found).toEqual({ ...found, ...pick(full, Object.keys(found) as (keyof Decision)[]) });
    }
  });

  it('is not earned by what is not over yet', () => {
    const { nowMs } = contextAt(BROKEN.completeUntilMs);
    const past = goodOnes(30).map((entry, i) => ({ ...entry, endedAtMs: nowMs - 29 + i }));
    const level = (more: object[] = []) =>
      decide(RULES, BROKEN, { nowMs, past: [...past.slice(0, 29), ...more] as typeof past }).authority;
    expect(level([past[29]!])).toMatchObject({ level: 'rollback', good: 30, uncounted: 0 });
    expect(level([{ ...past[29]!, endedAtMs: nowMs + 1 }])).toMatchObject({ level: 'hold', good: 29, uncounted: 1 });
  });

  it('is obeyed at once when the record grows: a crossing is remembered', () => {
    const session = sessionAfter(RULES, BROKEN);
    const context = contextAt(BROKEN.completeUntilMs);
    const ask = (count: number): Verdict[] => {
      const asked = { ...context, past: goodOnes(count) };
      return [session.decision(asked).verdict, session.finding(asked).verdict];
    };
    expect(ask(29)).toEqual(['escalate', 'escalate']);
    expect(ask(30)).toEqual(['rollback', 'rollback']);
    expect(session.finding({ ...context, past: [] })).toMatchObject({ verdict: 'continue', because: 'worse' });
  });

  it('holds for fixed thresholds and for failed sources too', () => {
    const thresholds = thresholdPolicy({ authority: {} });
    expect(at('shadow', BROKEN, thresholds)).toMatchObject({
      verdict: 'continue',
      cause: 'unknown',
      reason: expect.stringMatching(/^Would roll back: error rate 40 % is above 1 %\. Automation only watches: /),
    });
    expect(at('hold', BROKEN, thresholds).nextCheckAtMs).toBe(contextAt(BROKEN.completeUntilMs).nowMs + 10_000);
    expect(at('rollback', BROKEN, thresholds).nextCheckAtMs).toBeNull();
    expect(at('rollback', BROKEN, thresholds).reason).toBe('Rolling back: error rate 40 % is above 1 %.');
    const problem = { source: 'prometheus', code: 'CLIENT_FAILED', message: 'connection refused', atMs: 0 };
    const failed = (level: AuthorityLevel): Decision =>
      failedDecision(RULES, BROKEN, { nowMs: 1000, past: goodOnes(RECORD[level]) }, problem);
    expect(failed('notify')).toMatchObject({
      verdict: 'continue',
      mayAdvance: true,
      reason: expect.stringMatching(
        /^Would hold, because prometheus cannot be used: .* Automation may notify, and stop nothing: /,
      ),
    });
    expect(failed('hold')).toMatchObject({ verdict: 'hold', mayAdvance: false });
    expect(failed('hold').reason).toMatch(/^Holding, because .* Missing data rolls nothing back\.$/);
  });

  it('lets a rollout go on that would be held for want of data', () => {
    expect(at('notify', SILENT)).toMatchObject({ verdict: 'continue', mayAdvance: true, trigger: 'source' });
    expect(at('hold', SILENT)).toMatchObject({ verdict: 'hold', mayAdvance: false });
  });

  it('refuses a record that is none', () => {
    const past = [{ deploymentId: 'x' }] as PastDeployment[];
    expect(() => decide(RULES, BROKEN, { nowMs: 0, past })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path: 'past[0].endedAtMs' }),
    );
  });
});

describe('the sentence', () => {
  const said = (level: AuthorityLevel, verdict: Verdict): string =>
    sentenceOf(verdict, 'so it is', permitted(RULES, { nowMs: 1000, past: goodOnes(RECORD[level]) }, verdict));

  it.each([
    ['shadow', 'rollback', 'Would roll back: so it is. Automation only watches: 0 good'],
    ['shadow', 'escalate', 'Would call a human: so it is. Automation only watches: 0 good'],
    ['shadow', 'hold', 'Would hold: so it is. Automation only watches: 0 good'],
    ['shadow', 'promote', 'Would promote: so it is. Automation only watches: 0 good'],
    ['notify', 'rollback', 'A human should look: so it is. Automation may notify, and stop nothing: 5 good'],
    ['notify', 'escalate', 'A human should look: so it is. Automation may notify, and stop nothing: 5 good'],
    ['hold', 'rollback', 'A human must act: so it is. Automation may hold the rollout, and not roll back: 15 good'],
    ['hold', 'promote', 'Would promote: so it is. Automation may hold the rollout, and not roll back: 15 good'],
  ] as const)('puts the finding first, then what %s lets happen: %s', (level, verdict, lead) => {
    const sentence = said(level, verdict);
    expect(sentence.startsWith(lead), sentence).toBe(true);
  });

  it('is the usual one wherever the level changes nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LEVELS), fc.constantFrom(...VERDICTS), (level, verdict) => {
        const permission = permitted(RULES, { nowMs: 1000, past: goodOnes(RECORD[level]) }, verdict);
        const plain = permitted(PLAIN, { nowMs: 0 }, verdict);
        const isSame = permission.verdict === plain.verdict && permission.mayAdvance === plain.mayAdvance;
        expect(said(level, verdict) === sentenceOf(verdict, 'so it is', plain)).toBe(isSame);
      }),
    );
  });
});

function pick<T extends object>(whole: T, keys: (keyof T)[]): Partial<T> {
  return Object.fromEntries(keys.map((key) => [key, whole[key]])) as Partial<T>;
}
