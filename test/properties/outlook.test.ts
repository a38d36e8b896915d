/** What holds for every outlook, whatever the telemetry and the policy. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecisionContext } from '../../src/engine/decision-context.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { sessionAfter } from '../helpers/sessions.ts';

/** Seconds to a planned end; `null` = none. */
const anyEnd = fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: null });

describe('an outlook', () => {
  it('has figures that fit each other, and is told where it is futile', () => {
    fc.assert(
      fc.property(anyShape({ huge: true }), anyPolicy, anyEnd, (shape, policy, seconds) => {
        const telemetry = telemetryOfShape(shape);
        const nowMs = telemetry.completeUntilMs;
        const context = { nowMs, ...(seconds === null ? {} : { plannedEndMs: nowMs + seconds * 1000 }) };
        const session = sessionAfter(policy, telemetry);
        const { outlook = [], reason } = session.decision(context);
        for (const each of outlook) {
          const { secondsNeeded, secondsSeen, secondsLeft, canaryShare, shareNeeded, effect, futile } = each;
          expect(JSON.parse(JSON.stringify(each))).toEqual(each);
          expect(effect).toBeGreaterThanOrEqual(1);
          for (const time of [secondsNeeded, secondsSeen, secondsLeft]) expect(time ?? 0).toBeGreaterThanOrEqual(0);
          expect(canaryShare).toBeGreaterThan(0);
          expect(canaryShare).toBeLessThan(1);
          if (seconds !== null) expect(secondsLeft).toBeLessThanOrEqual(seconds);
          if (!futile) expect(shareNeeded).toBeNull();
          if (futile) {
            expect(secondsLeft).not.toBeNull();
            expect(secondsNeeded ?? Infinity).toBeGreaterThan(secondsLeft! + secondsSeen);
          }
          if (shareNeeded === null) continue;
          expect(shareNeeded).toBeGreaterThan(canaryShare);
          expect(shareNeeded).toBeLessThanOrEqual(0.5);
        }
        const futile = outlook.filter((each) => each.futile);
        const isOpen = ['open', 'too-few-samples'].includes(session.finding(context).because);
        if (isOpen && futile.length > 0) expect(futile.some(({ words }) => reason.includes(words))).toBe(true);
        else expect(reason).not.toContain('left cannot show');
      }),
      { seed: 11, numRuns: 2 * RUNS },
    );
  });

  it('changes no verdict', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.integer({ min: 1, max: 3600 }), (shape, policy, seconds) => {
        const session = sessionAfter(policy, telemetryOfShape(shape));
        const nowMs = telemetryOfShape(shape).completeUntilMs;
        const finding = (more: Partial<DecisionContext>): unknown => session.finding({ nowMs, ...more });
        expect(finding({ plannedEndMs: nowMs + seconds * 1000 })).toEqual(finding({}));
      }),
      { seed: 12, numRuns: RUNS },
    );
  });

  it('needs no more time where less is left', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.tuple(anyEnd, anyEnd), (shape, policy, ends) => {
        const telemetry = telemetryOfShape(shape);
        const session = sessionAfter(policy, telemetry);
        const nowMs = telemetry.completeUntilMs;
        const [sooner, later] = ends
          .map((seconds) => nowMs + (seconds ?? 30_000) * 1000)
          .sort((a, b) => a - b)
          .map((plannedEndMs) => session.decision({ nowMs, plannedEndMs }).outlook ?? []);
        later!.forEach((each, i) => {
          const same = sooner![i]!;
          expect(same.secondsNeeded).toBe(each.secondsNeeded);
          if (each.futile) expect(same.futile).toBe(true);
          if (each.shareNeeded !== null) expect(same.shareNeeded ?? 1).toBeGreaterThanOrEqual(each.shareNeeded);
          if (same.futile && same.shareNeeded !== null && each.futile) expect(each.shareNeeded).not.toBeNull();
        });
      }),
      { seed: 13, numRuns: RUNS },
    );
  });
});
