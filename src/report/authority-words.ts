/** What the authority of the judge makes of its verdict, in words. */
import type { Decision } from '../ports/decision.ts';
import { meaningOf, VERDICT_MEANING } from './words.ts';

/** What the verdict asks for. Where the authority limits it, its usual meaning would be wrong. */
export function verdictMeaning({ verdict, mayAdvance, authority }: Decision): string {
  if (authority === undefined || authority.verdict === verdict) {
    const goesOn = verdict === 'escalate' && mayAdvance ? ' The rollout goes on.' : '';
    return `${meaningOf(VERDICT_MEANING, verdict)}${goesOn}`;
  }
  const what = mayAdvance ? 'The rollout goes on.' : 'The rollout does not advance.';
  const human = verdict === 'escalate' ? (mayAdvance ? ' A human should look.' : ' A human must act.') : '';
  return `The evidence says ${authority.verdict}, and the record of this service allows less.${human} ${what}`;
}

/** The level, what the evidence says, and the record that it rests on; nothing without rules. */
export function authorityLines({ authority }: Decision): string[] {
  if (authority === undefined) return [];
  const { level, verdict, reason, bad, caught } = authority;
  const found = bad === 0 ? [] : [`Of ${bad} bad ${bad === 1 ? 'deployment' : 'deployments'} it caught ${caught}.`];
  return [`${level} (the evidence says ${verdict})`, reason, ...found];
}
