/** What the start, or planning one, has reported. */
import { visibleText } from '../../../visible-text.ts';
import type { Check } from '../facts.ts';
import { ruleOf } from '../findings.ts';

/** Checks of the doctor find it too, and say more. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['DUPLICATE_API']);

/** Longest message, in characters. */
const MAX_LENGTH = 1_000;

/** Each problem as a finding. */
export const checkProblems: Check = ({ problems }) =>
  problems
    .filter(({ code }) => !SAID_ELSEWHERE.has(code))
    .map(({ code, message }) => {
      const { severity, mend } = ruleOf(code) ?? { severity: 'warning' as const, mend: '' };
      return { code, severity, message: visibleText(message.slice(0, MAX_LENGTH)), mend };
    });
