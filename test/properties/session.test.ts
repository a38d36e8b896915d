import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { contextAt, reloaded, sessionAfter, sessionOf, stepsOf, tell } from '../helpers/sessions.ts';

const intervalSeconds = fc.constantFrom(2, 5, 10);
const prefix = (telemetry: DeploymentTelemetry, completeUntilMs: number): DeploymentTelemetry => ({
  ...telemetry,
  completeUntilMs,
});

describe('a session', () => {
  it('decides after every step what the whole history up to there gives', () => {
    fc.assert(
      fc.property(
        anyShape(),
        anyPolicy,
        intervalSeconds,
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(7, 10, 30),
        (shape, policy, seconds, delaySeconds, stepSeconds) => {
          const telemetry = telemetryOfShape(shape, seconds);
          const session = sessionOf(policy, { intervalMs: telemetry.intervalMs });
          for (const change of telemetry.weights) session.route(change);
          for (const step of stepsOf(telemetry, delaySeconds, stepSeconds)) {
            tell(session, step);
            if ('interval' in step) continue;
            const context = contextAt(step.completeUntilMs);
            const whole = decide(policy, prefix(telemetry, step.completeUntilMs), context);
            expect(session.decision(context)).toEqual(whole);
            expect(session.finding(context).verdict).toBe(whole.verdict);
          }
        },
      ),
      { seed: 1, numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('is not changed by being stored and restored, at any step and in the middle of a slot', () => {
    fc.assert(
      fc.property(
        anyShape(),
        anyPolicy,
        fc.constantFrom(5, 10),
        fc.integer({ min: 1, max: 15 }),
        (shape, policy, seconds, every) => {
          const telemetry = telemetryOfShape(shape, seconds);
          const whole = sessionOf(policy, { intervalMs: telemetry.intervalMs });
          let stored = sessionOf(policy, { intervalMs: telemetry.intervalMs });
          for (const session of [whole, stored]) for (const change of telemetry.weights) session.route(change);
          stepsOf(telemetry, 3, 10).forEach((step, i) => {
            if (i % every === 0) stored = reloaded(policy, stored);
            for (const session of [whole, stored]) tell(session, step);
            if ('interval' in step) return;
            const context = contextAt(step.completeUntilMs);
            expect(stored.decision(context)).toEqual(whole.decision(context));
            expect(stored.point).toEqual(whole.point);
          });
          expect(stored.toJSON()).toEqual(whole.toJSON());
        },
      ),
      { seed: 2, numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('decides after it was restored what it decided before it was stored', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, ratio: Math.max(shape.ratio, 3), lost: 0 });
        const session = sessionOf(policy);
        for (const step of stepsOf(telemetry, 0, 10)) {
          tell(session, step);
          if ('interval' in step) continue;
          const context = contextAt(step.completeUntilMs);
          expect(reloaded(policy, session).decision(context)).toEqual(session.decision(context));
        }
      }),
      { seed: 5, numRuns: Math.ceil(RUNS / 2) },
    );
  });

  it('does not care when it is asked, nor how often', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.nat(20), (shape, policy, every) => {
        const telemetry = telemetryOfShape(shape);
        const asked = sessionOf(policy);
        for (const change of telemetry.weights) asked.route(change);
        stepsOf(telemetry, 0, 10).forEach((step, i) => {
          tell(asked, step);
          if (i % (every + 1) === 0) asked.decision(contextAt(telemetry.completeUntilMs));
        });
        const context = contextAt(telemetry.completeUntilMs);
        expect(asked.decision(context)).toEqual(sessionAfter(policy, telemetry).decision(context));
      }),
      { seed: 3, numRuns: RUNS },
    );
  });

  it('never takes a crossing back', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape({ ...shape, ratio: 10, errorRate: 0.1 });
        const session = sessionOf(policy);
        let crossedAtMs: number | null = null;
        for (const step of stepsOf(telemetry, 0, 10)) {
          tell(session, step);
          const { crossedAtMs: now } = session.decision(contextAt(telemetry.completeUntilMs));
          if (crossedAtMs !== null) expect(now).toBe(crossedAtMs);
          crossedAtMs = now;
        }
      }),
      { seed: 4, numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
