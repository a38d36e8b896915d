import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorityOf } from '../../src/engine/authority.ts';
import type { AuthorityRules } from '../../src/engine/authority-rules.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { PastDeployment } from '../../src/ports/decision.ts';
import { anyAuthority } from '../helpers/policies.ts';

const DEFAULTS = definePolicy({ criteria: [errorRate()], authority: {} }).authority!;
const LEVELS = ['shadow', 'notify', 'hold', 'rollback'];
const rank = (rules: AuthorityRules, past: readonly PastDeployment[]): number =>
  LEVELS.indexOf(authorityOf(rules, past).level);

/** A record, the oldest first: `g` good and left alone, `f` good and rolled back, `b` bad and caught, `m` bad and missed. */
function record(letters: string): PastDeployment[] {
  return [...letters].map((letter, i) => ({
    deploymentId: `deploy-${i}`,
    endedAtMs: 1000 * (i + 1),
    verdict: 'fb'.includes(letter) ? 'rollback' : 'continue',
    outcome: 'gf'.includes(letter) ? 'good' : 'bad',
  }));
}

const anyPast: fc.Arbitrary<PastDeployment> = fc.record({
  deploymentId: fc.nat(60).map(String),
  endedAtMs: fc.nat(50),
  verdict: fc.constantFrom('rollback', 'hold', 'continue', 'promote'),
  outcome: fc.constantFrom('good', 'good', 'good', 'bad', 'unknown'),
});
const anyRules = anyAuthority.filter((rules) => rules !== null);
const anyRecord = fc.array(anyPast, { maxLength: 80 });

describe('authorityOf', () => {
  it.each([
    ['', 'shadow'],
    ['gggg', 'shadow'],
    ['ggggg', 'notify'],
    ['g'.repeat(14), 'notify'],
    ['g'.repeat(15), 'hold'],
    ['g'.repeat(29), 'hold'],
    ['g'.repeat(30), 'rollback'],
    [`f${'g'.repeat(30)}`, 'rollback'],
    [`ff${'g'.repeat(30)}`, 'hold'],
    [`${'g'.repeat(40)}fff`, 'notify'],
    [`${'g'.repeat(40)}ffff`, 'shadow'],
  ])('earns by default with %s: %s', (letters, level) => {
    expect(authorityOf(DEFAULTS, record(letters)).level).toBe(level);
  });

  it('gives authority back when a false rollback has left the window', () => {
    expect(authorityOf(DEFAULTS, record(`ff${'g'.repeat(48)}`)).level).toBe('hold');
    expect(authorityOf(DEFAULTS, record(`ff${'g'.repeat(49)}`)).level).toBe('rollback');
  });

  it('is neither raised nor lowered by bad deployments, caught or missed, and shows them', () => {
    const good = 'g'.repeat(30);
    expect(authorityOf(DEFAULTS, record(`bbmmm${good}`))).toMatchObject({ level: 'rollback', bad: 5, caught: 2 });
    // They push nothing out of the window either.
    expect(authorityOf(DEFAULTS, record(`ff${good}${'m'.repeat(60)}`)).level).toBe('hold');
  });

  it('counts neither unknown outcomes nor what could not be judged', () => {
    const past = record('g'.repeat(30)).map((entry, i) => ({
      ...entry,
      ...(i < 20 ? { outcome: 'unknown' as const } : i < 26 ? { verdict: 'hold' as const } : {}),
    }));
    expect(authorityOf(DEFAULTS, past)).toMatchObject({ level: 'shadow', good: 4, uncounted: 26 });
  });

  it('counts a deployment once, by how it ended last', () => {
    const [first] = record('g') as [PastDeployment];
    const again = { ...first, verdict: 'rollback' as const, endedAtMs: 9000 };
    expect(authorityOf(DEFAULTS, [again, first, first])).toMatchObject({ good: 0, falseRollbacks: 1 });
    // At one time: an outcome that is known stands, and of those what speaks against.
    const same = { ...first, verdict: 'rollback' as const };
    const unknown = { ...same, outcome: 'unknown' as const };
    expect(authorityOf(DEFAULTS, [unknown, first])).toMatchObject({ good: 1, falseRollbacks: 0 });
    expect(authorityOf(DEFAULTS, [same, first])).toMatchObject({ good: 0, falseRollbacks: 1 });
  });

  it('lets nothing from the future keep false rollbacks out of the window', () => {
    const future = record('g'.repeat(60)).map((entry, i) => ({ ...entry, deploymentId: `x${i}`, endedAtMs: 1e6 + i }));
    const past = [...record('gggggffff'), ...future];
    expect(authorityOf(DEFAULTS, past).level).toBe('rollback');
    expect(authorityOf(DEFAULTS, past, 10_000)).toMatchObject({ level: 'shadow', falseRollbacks: 4, uncounted: 60 });
    // An entry of the future does not hide what is known of the same deployment.
    const again = record('ggggg').map((entry) => ({ ...entry, verdict: 'rollback' as const, endedAtMs: 1e6 }));
    expect(authorityOf(DEFAULTS, [...record('ggggg'), ...again], 10_000)).toMatchObject({ good: 5, uncounted: 0 });
  });

  it('takes what became of a deployment later for the truth, for better and for worse', () => {
    const [early] = record('f') as [PastDeployment];
    const later = { ...early, verdict: 'continue' as const, endedAtMs: 9000 };
    for (const past of [
      [early, later],
      [later, early],
    ])
      expect(authorityOf(DEFAULTS, past)).toMatchObject({ good: 1, falseRollbacks: 0 });
    const bad = { ...early, outcome: 'bad' as const };
    expect(authorityOf(DEFAULTS, [early, bad])).toMatchObject({ falseRollbacks: 1, bad: 0 });
    expect(authorityOf(DEFAULTS, [{ ...bad, verdict: 'continue' }, bad])).toMatchObject({ bad: 1, caught: 1 });
  });

  it('knows the last deployments by when they ended, not by their names', () => {
    const rules = { ...DEFAULTS, window: 33 };
    const past = record(`${'g'.repeat(33)}ff`);
    const renamed = past.map((entry, i) => ({
      ...entry,
      deploymentId: `d${String(past.length - i).padStart(3, '0')}`,
    }));
    for (const each of [past, renamed]) expect(authorityOf(rules, each)).toMatchObject({ good: 31, falseRollbacks: 2 });
    const [old, ...rest] = renamed;
    expect(authorityOf(rules, [{ ...old!, verdict: 'rollback' }, ...rest])).toMatchObject({ falseRollbacks: 2 });
  });

  it('keeps, of deployments that ended at the same time, the false rollbacks in the window', () => {
    const past = record('fggggg').map((entry) => ({ ...entry, endedAtMs: 1 }));
    expect(authorityOf({ ...DEFAULTS, window: 5 }, past)).toMatchObject({ good: 4, falseRollbacks: 1 });
  });

  it('says what it may do and what it takes for more', () => {
    expect(authorityOf(DEFAULTS, record('ggggfm'))).toMatchObject({
      next: { level: 'notify', needs: '1 more good deployment left alone' },
      reason:
        'Automation only watches: 4 good deployments left alone, 1 falsely rolled back; to notify it needs 1 more good deployment left alone.',
    });
    const [one] = record('g') as [PastDeployment];
    const uncounted = { ...one, deploymentId: 'x', outcome: 'unknown' as const };
    expect(authorityOf(DEFAULTS, [...record('g'.repeat(30)), uncounted])).toMatchObject({
      next: null,
      reason: 'Automation may roll back: 30 good deployments left alone, 0 falsely rolled back, 1 that does not count.',
    });
  });

  it('needs exactly what it says it needs', () => {
    fc.assert(
      fc.property(anyRules, anyRecord, (rules, past) => {
        const { level, next } = authorityOf(rules, past);
        expect(next === null).toBe(level === 'rollback');
        const needed = Number.parseInt(next?.needs ?? '0', 10);
        const more = (n: number): PastDeployment[] => [
          ...past,
          ...record('g'.repeat(n)).map((entry) => ({ ...entry, endedAtMs: entry.endedAtMs + 100 })),
        ];
        if (next === null) return;
        expect(rank(rules, more(needed))).toBeGreaterThanOrEqual(LEVELS.indexOf(next.level));
        expect(rank(rules, more(needed - 1))).toBeLessThan(LEVELS.indexOf(next.level));
      }),
    );
  });

  it('never falls by a good deployment that was left alone, never rises by a false rollback, whenever they were', () => {
    fc.assert(
      fc.property(anyRules, anyRecord, anyPast, (rules, past, entry) => {
        const before = rank(rules, past);
        const add = (verdict: PastDeployment['verdict']): number =>
          rank(rules, [...past, { ...entry, deploymentId: 'new', verdict, outcome: 'good' }]);
        expect(add('continue')).toBeGreaterThanOrEqual(before);
        expect(add('rollback')).toBeLessThanOrEqual(before);
      }),
    );
  });

  it('does not depend on the order of the record, nor on entries told twice', () => {
    fc.assert(
      fc.property(anyRules, anyRecord, fc.integer(), (rules, past, seed) => {
        const turn = past.length === 0 ? 0 : Math.abs(seed) % past.length;
        const other = [...past.slice(turn), ...past.slice(0, turn).reverse(), ...past];
        expect(authorityOf(rules, other)).toEqual(authorityOf(rules, past));
      }),
    );
  });

  it.each([
    [{}, 'past'],
    [['deploy-1'], 'past[0]'],
    [[null], 'past[0]'],
    [[...record('g'), { ...record('g')[0], deploymentId: '' }], 'past[1].deploymentId'],
    [[{ ...record('g')[0], endedAtMs: undefined }], 'past[0].endedAtMs'],
    [[{ ...record('g')[0], endedAtMs: Number.NaN }], 'past[0].endedAtMs'],
    [[{ ...record('g')[0], verdict: 'escalate' }], 'past[0].verdict'],
    [[{ ...record('g')[0], outcome: undefined }], 'past[0].outcome'],
  ])('refuses what is no record: %j', (past, path) => {
    expect(() => authorityOf(DEFAULTS, past as PastDeployment[])).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path, mend: expect.stringMatching(/^Use .+\.$/) }),
    );
  });
});

describe('rules of authority', () => {
  const of = (authority: object): unknown => definePolicy({ criteria: [errorRate()], authority });

  it('fill what is left out with defaults', () => {
    expect(DEFAULTS).toEqual({
      notify: { goodDeployments: 5, maxFalseRollbacks: 3 },
      hold: { goodDeployments: 15, maxFalseRollbacks: 2 },
      rollback: { goodDeployments: 30, maxFalseRollbacks: 1 },
      window: 50,
    });
    expect(of({ rollback: { goodDeployments: 40 } })).toMatchObject({
      authority: { ...DEFAULTS, rollback: { goodDeployments: 40, maxFalseRollbacks: 1 } },
    });
  });

  it.each([
    [{ hold: { goodDeployments: 31 } }, 'authority.hold.goodDeployments'],
    [{ notify: { goodDeployments: 16 } }, 'authority.notify.goodDeployments'],
    [{ rollback: { maxFalseRollbacks: 3 } }, 'authority.hold.maxFalseRollbacks'],
    [{ notify: { maxFalseRollbacks: 1 } }, 'authority.notify.maxFalseRollbacks'],
    [{ window: 30 }, 'authority.rollback.goodDeployments'],
    [{ window: 0 }, 'authority.window'],
    [{ hold: { goodDeployments: 1.5 } }, 'authority.hold.goodDeployments'],
    [{ shadow: {} }, 'authority.shadow'],
  ])('are refused where they contradict each other: %j', (authority, path) => {
    const mend = expect.stringMatching(/\.$/);
    expect(() => of(authority)).toThrow(expect.objectContaining({ code: 'INVALID_POLICY', path, mend }));
  });

  it('may be as strict for a lower level as for a higher one, and fill the window', () => {
    const same = { goodDeployments: 9, maxFalseRollbacks: 1 };
    expect(of({ notify: same, hold: same, rollback: same, window: 10 })).toMatchObject({ authority: { window: 10 } });
  });

  it('may ask for nothing: full authority until a false rollback takes it away', () => {
    const none = { goodDeployments: 0, maxFalseRollbacks: 0 };
    const rules = { notify: none, hold: none, rollback: none, window: 20 };
    expect(authorityOf(rules, []).level).toBe('rollback');
    expect(authorityOf(rules, record('f')).level).toBe('shadow');
  });
});
