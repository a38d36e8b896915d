import { describe, expect, it } from 'vitest';
import { futilityWords, outlookWords } from '../../src/engine/outlook-words.ts';
import type { Outlook } from '../../src/ports/outlook.ts';

type Told = Omit<Outlook, 'words'>;
const FUTILE: Told = {
  criterion: 'error rate',
  kind: 'errors',
  effect: 2,
  power: 0.8,
  secondsNeeded: 2040,
  secondsSeen: 10,
  secondsLeft: 720,
  canaryShare: 0.05,
  shareNeeded: 0.15,
  futile: true,
};
const said = (more: Partial<Told>): string => outlookWords({ ...FUTILE, ...more });

describe('an outlook in words', () => {
  it('says what cannot be shown, how long it would take, and the weight that would', () => {
    expect(said({})).toBe(
      'the 12 minutes left cannot show a doubled error rate: at 5 % of the traffic that takes 34 minutes; 15 % would',
    );
  });

  it.each<[Partial<Told>, string]>([
    [{ shareNeeded: null }, '; no larger share would'],
    [{ secondsSeen: 600 }, 'that takes 34 minutes, and what was seen is worth 10 minutes; 15 % would'],
    [{ secondsNeeded: null }, 'that takes more than a week'],
    [{ effect: 11, criterion: 'failed jobs' }, "cannot show 11 times stable's failed jobs: "],
    [{ effect: 10, rate: 0.01 }, "cannot show 10 times stable's error rate: "],
    [{ effect: 36, rate: 0.00183 }, 'cannot show an error rate of 0.18 %: '],
    [{ effect: 36, rate: 0.00183, criterion: 'failed payments' }, 'cannot show failed payments of 0.18 %: '],
    [{ criterion: 'latency p99', kind: 'latency' }, "cannot show twice stable's latency p99: "],
    [{ effect: 101.3 }, "cannot show 100 times stable's error rate: "],
    // Time left is rounded down and time needed up, so that no sentence promises more than there is.
    [
      { secondsLeft: 119, secondsNeeded: 121 },
      'the 119 s left cannot show a doubled error rate: at 5 % of the traffic that takes 3 minutes',
    ],
    [{ secondsLeft: 7100, secondsNeeded: 7201 }, 'the 118 minutes left'],
    [{ secondsNeeded: 7201 }, 'takes 3 hours'],
    [{ secondsNeeded: 180_000 }, 'takes 3 days'],
  ])('with %j says "%s"', (more, words) => {
    expect(said(more)).toContain(words);
  });

  it('says how long it takes where that is no problem', () => {
    expect(said({ futile: false, shareNeeded: null })).toBe(
      "at 5 % of the traffic a doubled error rate is found within 34 minutes of the canary's first request, 8 times in 10",
    );
    expect(said({ futile: false, secondsNeeded: null, secondsLeft: null })).toBe(
      'at 5 % of the traffic a doubled error rate is not found within a week',
    );
  });

  it('the reason tells the one that needs the most, and nothing where nothing is futile', () => {
    const outlook = (more: Partial<Told>): Outlook => ({ ...FUTILE, ...more, words: said(more) });
    const slow = outlook({ criterion: 'latency p99', secondsNeeded: 9000 });
    const never = outlook({ criterion: 'payments', secondsNeeded: null });
    expect(futilityWords([outlook({}), slow])).toBe(`; ${slow.words}`);
    expect(futilityWords([never, outlook({}), slow])).toBe(`; ${never.words}`);
    expect(futilityWords([outlook({ futile: false })])).toBe('');
    expect(futilityWords([])).toBe('');
  });
});
