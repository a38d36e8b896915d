import { describe, expect, it } from 'vitest';
import { HealthyTrials } from '../../src/replay/false-rollback-history.ts';
import { expectClose } from '../helpers/close.ts';

/** `count` deployments, of which the first `bad` would have been rolled back. */
function trials(count: number, bad = 0, more: { good?: boolean } = {}): HealthyTrials {
  const made = new HealthyTrials();
  for (let i = 0; i < count; i++) {
    made.add({ deploymentId: `d${i}`, good: more.good === false ? null : i < bad, placebo: i < bad });
  }
  return made;
}

describe('what may be promised', () => {
  it('is what so many deployments without a false rollback prove, and no more', () => {
    expect(trials(299).history(0.01, 0.95)).toMatchObject({ promised: true, rolledBack: [], estimate: 0 });
    const fewer = trials(298).history(0.01, 0.95);
    expect(fewer).toMatchObject({ promised: false, asked: 0.01 });
    expectClose(fewer.supported, 1 - 0.05 ** (1 / 298), 1e-9);
    expect(trials(299).history(0.01, 0.96).promised).toBe(false);
  });

  it('counts a deployment once, however many canaries were made of it', () => {
    const made = new HealthyTrials();
    made.add({ deploymentId: 'both', good: true, placebo: true });
    made.add({ deploymentId: 'placebo', good: false, placebo: true });
    made.add({ deploymentId: 'good', good: true, placebo: null });
    made.add({ deploymentId: 'calm', good: null, placebo: false });
    made.add({ deploymentId: 'untried', good: null, placebo: null });
    expect(made.history(null, 0.95)).toMatchObject({
      ...{ deployments: 4, good: 3, placebos: 3, rolledBack: ['both', 'placebo', 'good'], rolledBackCount: 3 },
      ...{ estimate: 0.75, asked: null, promised: false },
    });
  });

  it('names a hundred deployments and counts the rest', () => {
    const { rolledBack, rolledBackCount } = trials(150, 150).history(null, 0.95);
    expect([rolledBack.length, rolledBackCount]).toEqual([100, 150]);
  });

  it.each([
    [
      trials(40).history(0.01, 0.95),
      'None of 40 deployments (40 labelled good) would have been rolled back for nothing; this supports a rate of 7.3 % at 95 % confidence. 1 % may not be promised: it takes 299 deployments without a false rollback.',
    ],
    [
      trials(40, 1, { good: false }).history(0.01, 0.95),
      '1 of 40 deployments (40 with placebos alone) would have been rolled back for nothing; this supports a rate of 12 % at 95 % confidence. 1 % may not be promised: it takes 473 deployments with no more than this one.',
    ],
    [
      trials(300, 2).history(0.05, 0.9),
      '2 of 300 deployments (300 labelled good) would have been rolled back for nothing; this supports a rate of 1.8 % at 90 % confidence. 5 % may be promised.',
    ],
    [
      trials(0).history(0.01, 0.95),
      'No deployment could be judged that is labelled good, or has four stable pods that are told apart: nothing can be promised. It takes 299 deployments without a false rollback.',
    ],
    [
      trials(5, 5).history(null, 0.95),
      '5 of 5 deployments (5 labelled good) would have been rolled back for nothing; this supports a rate of 100 % at 95 % confidence.',
    ],
  ])('is said in words', ({ words }, said) => {
    expect(words).toBe(said);
  });

  it('is not rounded to more than is supported', () => {
    // 7.217 % must not become 7.2 %.
    for (let n = 1; n < 400; n++) {
      const { words, upper } = trials(n).history(null, 0.95);
      expect(Number(/rate of ([\d.]+) %/.exec(words)![1]) / 100).toBeGreaterThanOrEqual(upper - 1e-12);
    }
  });

  it('is nothing from nothing', () => {
    expect(trials(0).history(0.01, 0.95)).toMatchObject({ estimate: null, upper: 1, supported: 1, promised: false });
  });
});
