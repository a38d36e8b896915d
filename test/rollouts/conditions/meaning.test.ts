/** Conditions mean what their options say, whatever the result: by the expression language's own rules. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkExpression } from '../../../src/rollouts/expression/check.ts';
import { evaluateCondition } from '../../../src/rollouts/expression/evaluate.ts';
import { resultTypeOf } from '../../../src/rollouts/expression/provider-results.ts';
import { type ArgoTarget, type Conditions, conditions } from '../../../src/rollouts/index.ts';
import { Field } from '../../../src/rollouts/validation/field.ts';
import { expected } from './expected-phase.ts';
import { SHAPES, type Shape } from './random-conditions.ts';

const noData = fc.constantFrom('inconclusive', 'fail', 'pass', 'error');
const optionsOf = (shape: Shape) =>
  fc.record({ passes: shape.statements, fails: fc.option(shape.statements), noData, result: shape.results });

/** As Argo puts the two together (Argo: utils/evaluate/evaluate.go). */
function phase({ successCondition, failureCondition }: Conditions, shape: Shape, result: unknown, target: ArgoTarget) {
  const type = resultTypeOf(new Field(shape.provider), target)!;
  try {
    const good = evaluateCondition(successCondition, { result: inGo(shape, result), type }, target);
    const bad = evaluateCondition(failureCondition, { result: inGo(shape, result), type }, target);
    return bad ? 'Failed' : good ? 'Successful' : 'Inconclusive';
  } catch (error) {
    // Any other error is one that the condition should have asked about before.
    expect(String(error)).toContain('no data');
    return 'Error';
  }
}

function inGo(shape: Shape, result: unknown): unknown {
  return 'cloudWatch' in shape.provider ? (result as number[][]).map((Values) => ({ Values })) : result;
}

describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
  test.each(['1.8', '1.10'] as const)('every measurement comes out as it should, on Argo %s', (target) => {
    fc.assert(
      fc.property(optionsOf(shape), ({ passes, fails, noData: policy, result }) => {
        const written = conditions({ passes: passes.built, fails: fails?.built, noData: policy });
        expect({ written, result, phase: phase(written, shape, result, target) }).toEqual({
          ...{ written, result, phase: expected(passes, fails, policy, result) },
        });
      }),
      { numRuns: 200 },
    );
  });

  test('the checker has nothing against them', () => {
    const severities = new Set<string>();
    fc.assert(
      fc.property(optionsOf(shape), ({ passes, fails, noData: policy }) => {
        const written = conditions({ passes: passes.built, fails: fails?.built, noData: policy });
        for (const target of ['1.8', '1.9', '1.10'] as const) {
          const result = resultTypeOf(new Field(shape.provider), target)!;
          for (const text of [written.successCondition, written.failureCondition]) {
            for (const { severity } of checkExpression(text, { kind: 'condition', result }, target))
              severities.add(severity);
          }
        }
      }),
      { numRuns: 100 },
    );
    // Advice is given where the result may also be of another shape, and where a statement of no parts says nothing of it.
    expect([...severities].filter((severity) => severity !== 'advice')).toEqual([]);
  });
});

test('no condition opens what Argo takes for an argument', () => {
  for (const { statements } of Object.values(SHAPES)) {
    fc.assert(
      fc.property(statements, ({ built }) => {
        expect(Object.values(conditions({ passes: built })).join(' ')).not.toContain('{{');
      }),
      { numRuns: 50 },
    );
  }
});
