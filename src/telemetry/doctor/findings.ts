/** Everything that the doctor can say. A code is stable and means one thing; docs/telemetry-doctor.md is made of this. */
import { FINDINGS_OF_EXPORT } from './findings-export.ts';
import { FINDINGS_OF_SETUP } from './findings-setup.ts';

/** A code: how bad it is, what it means, and what to do about it. */
export interface FindingRule {
  readonly severity: 'error' | 'warning' | 'info';
  readonly about: string;
  readonly mend: string;
}

/** All codes. */
export const FINDINGS: typeof FINDINGS_OF_SETUP & typeof FINDINGS_OF_EXPORT = {
  ...FINDINGS_OF_SETUP,
  ...FINDINGS_OF_EXPORT,
};

/** What the doctor can say. */
export type FindingCode = keyof typeof FINDINGS;

/** The rule of a code, also of one that another release may have. */
export function ruleOf(code: string): FindingRule | undefined {
  return Object.hasOwn(FINDINGS, code) ? FINDINGS[code as FindingCode] : undefined;
}
