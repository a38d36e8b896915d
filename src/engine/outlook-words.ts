/** What the time ahead can show, in words. */
import type { Outlook } from '../ports/outlook.ts';
import { percent } from './percent.ts';

/** What was seen so far is worth a word from here on. */
const WORTH_A_WORD_SECONDS = 60;

/** A larger multiple is one of next to nothing; then the rate itself says more. */
const LARGEST_TIMES = 10;

/** Such as `the 12 minutes left cannot show a doubled error rate: at 5 % of the traffic that takes 34 minutes; 15 % would`. */
export function outlookWords(outlook: Omit<Outlook, 'words'>): string {
  const { futile, secondsNeeded, secondsSeen, secondsLeft, shareNeeded } = outlook;
  const fault = faultWords(outlook);
  const at = `at ${percent(outlook.canaryShare)} of the traffic`;
  const needed = secondsNeeded === null ? 'more than a week' : duration(secondsNeeded, Math.ceil);
  if (!futile) {
    return secondsNeeded === null
      ? `${at} ${fault} is not found within a week`
      : `${at} ${fault} is found within ${needed} of the canary's first request, ${chance(outlook.power)}`;
  }
  const seen =
    secondsSeen < WORTH_A_WORD_SECONDS ? '' : `, and what was seen is worth ${duration(secondsSeen, Math.floor)}`;
  const mend = shareNeeded === null ? 'no larger share would' : `${percent(shareNeeded)} would`;
  return `the ${duration(secondsLeft ?? 0, Math.floor)} left cannot show ${fault}: ${at} that takes ${needed}${seen}; ${mend}`;
}

/** Of the outlooks that are futile the one that needs the most; empty without one. */
export function futilityWords(outlooks: readonly Outlook[]): string {
  const [worst] = outlooks
    .filter(({ futile }) => futile)
    .sort((a, b) => (b.secondsNeeded ?? Infinity) - (a.secondsNeeded ?? Infinity));
  return worst === undefined ? '' : `; ${worst.words}`;
}

function faultWords({ criterion, effect, rate }: Pick<Outlook, 'criterion' | 'effect' | 'rate'>): string {
  if (effect > LARGEST_TIMES && rate !== undefined)
    return `${criterion === 'error rate' ? 'an error rate' : criterion} of ${percent(rate)}`;
  if (effect !== 2) return `${Number(effect.toPrecision(2))} times stable's ${criterion}`;
  return criterion === 'error rate' ? 'a doubled error rate' : `twice stable's ${criterion}`;
}

function chance(power: number): string {
  return `${Number((power * 10).toPrecision(2))} times in 10`;
}

/** Time in the unit that people would use. */
function duration(seconds: number, round: (value: number) => number): string {
  if (seconds < 120) return `${round(seconds)} s`;
  if (seconds < 7200) return `${round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${round(seconds / 3600)} hours` : `${round(seconds / 86_400)} days`;
}
