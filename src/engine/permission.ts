/** What a level of authority makes of a verdict. One place for all decisions, so that no way around it exists. */
import type { Authority, AuthorityLevel, Verdict } from '../ports/decision.ts';
import { authorityOf } from './authority.ts';
import type { AuthorityRules } from './authority-rules.ts';
import type { DecisionContext } from './decision-context.ts';

/** A verdict as far as the authority goes. */
export interface Permission {
  verdict: Verdict;
  mayAdvance: boolean;
  /** `null`: the policy has no rules of authority, so automation may do everything. */
  authority: Authority | null;
}

/** What becomes of a verdict below full authority; verdicts that are not named stay. */
const LIMITED: Readonly<Record<AuthorityLevel, Partial<Record<Verdict, Verdict>>>> = {
  shadow: { rollback: 'continue', escalate: 'continue', hold: 'continue', promote: 'continue' },
  notify: { rollback: 'escalate', hold: 'continue', promote: 'continue' },
  hold: { rollback: 'escalate', promote: 'continue' },
  rollback: {},
};

/**
 * Limits a verdict to what the record of the service has earned. Without a record nothing is earned.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - `context.past` is no record.
 */
export function permitted(
  policy: { readonly authority: AuthorityRules | null },
  { past = [], nowMs }: DecisionContext,
  verdict: Verdict,
): Permission {
  const goesOn = (what: Verdict): boolean => what === 'continue' || what === 'promote';
  if (policy.authority === null) return { verdict, mayAdvance: goesOn(verdict), authority: null };
  const { level, ...earned } = authorityOf(policy.authority, past, nowMs);
  const allowed = LIMITED[level][verdict] ?? verdict;
  return {
    verdict: allowed,
    // Who may only notify stops nothing, so its escalation does not stop the rollout either.
    mayAdvance: goesOn(allowed) || level === 'notify',
    authority: { level, verdict, ...earned },
  };
}

const WOULD: Readonly<Record<Verdict, string>> = {
  rollback: 'Would roll back',
  escalate: 'Would call a human',
  hold: 'Would hold',
  continue: 'Continuing',
  promote: 'Would promote',
};

/**
 * Puts a verdict and its ground into a sentence; where the authority keeps it from happening, a second one says so.
 *
 * @param ground - a clause, without capital and stop.
 */
export function sentenceOf(verdict: Verdict, ground: string, { authority, verdict: allowed }: Permission): string {
  if (authority !== null && isLimited(authority, allowed)) {
    const lead =
      allowed === 'escalate'
        ? authority.level === 'notify'
          ? 'A human should look'
          : 'A human must act'
        : WOULD[verdict];
    return `${lead}: ${ground}. ${authority.reason}`;
  }
  switch (verdict) {
    case 'rollback':
      return `Rolling back: ${ground}.`;
    case 'escalate':
      return `A human must act: ${ground}; policy does not allow an automatic rollback.`;
    case 'hold':
      return `Holding: ${ground}.`;
    case 'promote':
      return `Promoting: ${ground}.`;
    default:
      return `Continuing: ${ground}.`;
  }
}

/** True where the level makes a difference to what happens. An escalation that may not stop the rollout is one. */
function isLimited({ level, verdict }: Authority, allowed: Verdict): boolean {
  return verdict !== allowed || (verdict === 'escalate' && level === 'notify');
}
