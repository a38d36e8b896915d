import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import type { EvidencePolicy } from '../../src/engine/policy.ts';
import type { Decision, PastDeployment } from '../../src/ports/decision.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { contextAt, reloaded, sessionAfter } from '../helpers/sessions.ts';

const earned = (goodDeployments: number) => ({ goodDeployments, maxFalseRollbacks: 0 });
const AUTHORITY = { notify: earned(1), hold: earned(2), rollback: earned(3), window: 3 };
const goodOnes = (count: number): PastDeployment[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ deploymentId: `d${i}`, endedAtMs: i },
    ...({ verdict: 'continue', outcome: 'good' } as const),
  }));

/** Decisions at every level, from `shadow` to `rollback`, and without rules. */
function decided(policy: EvidencePolicy, shape: Parameters<typeof telemetryOfShape>[0]): [Decision[], Decision] {
  const telemetry = telemetryOfShape(shape);
  const context = contextAt(telemetry.completeUntilMs);
  const rules = { ...policy, authority: AUTHORITY };
  const levels = [0, 1, 2, 3].map((count) => decide(rules, telemetry, { ...context, past: goodOnes(count) }));
  return [levels, decide(policy, telemetry, context)];
}

describe('authority', () => {
  it('never does more than the evidence says, and lets more happen level by level', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const [levels, full] = decided(policy, shape);
        const [shadow, notify, hold, rollback] = levels;
        expect([shadow!.verdict, shadow!.shouldRollback, shadow!.mayAdvance]).toEqual(['continue', false, true]);
        expect([notify!.shouldRollback, hold!.shouldRollback, notify!.mayAdvance]).toEqual([false, false, true]);
        // Who may hold stops exactly what full authority would stop.
        expect(hold!.mayAdvance).toBe(full.mayAdvance);
        expect(rollback!.verdict).toBe(full.verdict);
        for (const { authority, verdict } of levels) {
          expect(authority?.verdict).toBe(full.verdict);
          expect([full.verdict, 'escalate', 'continue']).toContain(verdict);
        }
      }),
      { seed: 1, numRuns: RUNS },
    );
  });

  it('changes nothing of what was found', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const [levels, full] = decided(policy, shape);
        for (const decision of levels) {
          const { verdict, shouldRollback, mayAdvance, reason, policyDigest } = full;
          const { authority: _, ...found } = decision;
          expect({ ...found, verdict, shouldRollback, mayAdvance, reason, policyDigest }).toEqual(full);
        }
      }),
      { seed: 2, numRuns: RUNS },
    );
  });

  it('is the same in a session that was stored, and in its finding', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.nat(3), (shape, policy, count) => {
        const rules = { ...policy, authority: AUTHORITY };
        const telemetry = telemetryOfShape(shape);
        const session = reloaded(rules, sessionAfter(rules, telemetry));
        const context = { ...contextAt(telemetry.completeUntilMs), past: goodOnes(count) };
        const decision = decide(rules, telemetry, context);
        expect(session.decision(context)).toEqual(decision);
        expect(session.finding(context).verdict).toBe(decision.verdict);
      }),
      { seed: 3, numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
