/** What may never depend on the order in which causes are told, and what they may never do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, shuffled, shuffledWithinTimes, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';

const at = ({ completeUntilMs }: DeploymentTelemetry) => ({ nowMs: completeUntilMs + 2000 });
const rollsBack = ({ verdict }: Decision): boolean => verdict === 'rollback' || verdict === 'escalate';
/** Shapes with dependencies, and often with a canary that is worse. */
const anyDependent = anyShape().filter(({ dependencies }) => dependencies.length > 0);

describe('calls to dependencies', () => {
  it('never make a rollback, nor keep one away, nor change any evidence', () => {
    fc.assert(
      fc.property(anyDependent, anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape(shape);
        const { dependencies, ...alone } = telemetry;
        expect(Object.keys(dependencies ?? {})).toHaveLength(shape.dependencies.length);
        const decision = decide(policy, telemetry, at(telemetry));
        const without = decide(policy, alone, at(telemetry));
        expect(rollsBack(decision)).toBe(rollsBack(without));
        for (const key of [
          'evidence',
          'limits',
          'crossedAtMs',
          'guilty',
          'trigger',
          'problems',
          'assumptions',
        ] as const)
          expect(decision[key]).toEqual(without[key]);
        // They can hold what would go on, and nothing else.
        if (decision.verdict !== without.verdict) expect(decision.verdict).toBe('hold');
      }),
      { seed: 1, numRuns: 3 * RUNS },
    );
  });

  it('may be told in any order, of names and of pods', () => {
    fc.assert(
      fc.property(anyDependent, anyPolicy, fc.nat(1000), (shape, policy, seed) => {
        const telemetry = telemetryOfShape(shape, 5);
        const entries = shuffled(Object.entries(telemetry.dependencies ?? {}), seed);
        const dependencies = Object.fromEntries(
          entries.map(([name, calls]) => [name, shuffledWithinTimes(calls, seed)]),
        );
        expect(decide(policy, { ...telemetry, dependencies }, at(telemetry))).toEqual(
          decide(policy, telemetry, at(telemetry)),
        );
      }),
      { seed: 2, numRuns: RUNS },
    );
  });
});

describe('a cause', () => {
  it('is the deployment only where a rollback is due, and interference is suspected only in a hold', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, (shape, policy) => {
        const telemetry = telemetryOfShape(shape);
        const decision = decide(policy, telemetry, at(telemetry));
        expect(decision.cause === 'deployment').toBe(rollsBack(decision));
        if (decision.suspected !== undefined) expect(decision).toMatchObject({ verdict: 'hold', cause: 'unknown' });
        if (decision.cause === 'external') expect(decision.verdict).toBe('hold');
      }),
      { seed: 3, numRuns: 3 * RUNS },
    );
  });
});
