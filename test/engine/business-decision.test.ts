/** Decisions on business figures, from telemetry to the sentence. */
import { describe, expect, it } from 'vitest';
import { businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { saturation } from '../../src/engine/criteria/saturation.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { Criterion } from '../../src/engine/policy-shape.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, Measure } from '../../src/ports/telemetry.ts';
import { htmlReport, textReport } from '../../src/report/index.ts';
import { contextAt } from '../helpers/sessions.ts';
import { interval, telemetryOf } from '../helpers/telemetry.ts';

const SLOTS = 30;

function telemetry(
  canary: (slot: number) => Record<string, Measure>,
  stable: Record<string, Measure>,
): DeploymentTelemetry {
  const base = telemetryOf(
    Array.from(
      { length: SLOTS },
      () =>
        [
          [0, 0],
          [0, 0],
        ] as const,
    ),
  );
  const before = Array.from({ length: 60 }, (_, i) => interval(i - 60, 'stable', [950, 0], { measures: stable }));
  const during = Array.from({ length: SLOTS }, (_, i) => [
    interval(i, 'canary', [50, 0], { measures: canary(i) }),
    interval(i, 'stable', [950, 0], { measures: stable }),
  ]).flat();
  return { ...base, intervals: [...before, ...during] };
}
function decisionOn(criterion: Criterion, told: DeploymentTelemetry): Decision {
  return decide(definePolicy({ criteria: [criterion], hardStops: [] }), told, contextAt(told.completeUntilMs));
}
const basket = (count: number, value: number): Measure => ({
  ...{ type: 'mean', count, sum: count * value },
  sumOfSquares: 2 * count * value * value,
});

describe('a decision on business figures', () => {
  it('rolls back a canary whose requests succeed and whose customers buy less', () => {
    const told = telemetry(() => ({ basket: basket(50, 12) }), { basket: basket(950, 24) });
    const decision = decisionOn(businessMetric('basket', { better: 'higher' }), told);
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment', guilty: 'basket' });
    expect(decision.reason).toMatch(/basket 0\.5x stable \(95 % CI 0\.\d+-0\.\d+; canary 12, stable 24\)/);
    expect(textReport(decision)).toContain('12 (mean of 1,500)');
    expect(htmlReport({ decision, telemetry: told, history: [] })).toContain('24 (mean of 28,500)');
  });

  it('shows large and small means with three digits', () => {
    const told = telemetry(() => ({ basket: basket(50, 0.012345) }), { basket: basket(950, 123_456.7) });
    const { reason } = decisionOn(businessMetric('basket', { better: 'higher' }), told);
    expect(reason).toContain('canary 0.0123, stable 123,457');
  });

  it('shows a share that is judged by its good side in percent', () => {
    const told = telemetry(() => ({ conversion: { type: 'ratio', bad: 4950, total: 5000 } }), {
      conversion: { type: 'ratio', bad: 92_000, total: 95_000 },
    });
    const decision = decisionOn(businessMetric('conversion', { better: 'higher' }), told);
    expect(decision.verdict).toBe('rollback');
    expect(decision.reason).toContain('; canary 1 %, stable 3.16 %)');
    expect(textReport(decision)).toContain('1,500 of 150,000 (1 %)');
  });

  it('rolls back a resource that is used up twice as fast', () => {
    const told = telemetry(() => ({ cpu: { type: 'gauge', value: 0.8 } }), { cpu: { type: 'gauge', value: 0.4 } });
    expect(decisionOn(saturation('CPU', { compare: 'level', measure: 'cpu' }), told)).toMatchObject({
      verdict: 'rollback',
      guilty: 'CPU',
    });
  });

  it('continues where nothing is reported, and where it is in order', () => {
    const criterion = businessMetric('basket', { better: 'higher' });
    expect(
      decisionOn(
        criterion,
        telemetry(() => ({}), {}),
      ).verdict,
    ).toBe('continue');
    const same = telemetry(() => ({ basket: basket(50, 24) }), { basket: basket(950, 24) });
    expect(['continue', 'promote']).toContain(decisionOn(criterion, same).verdict);
  });

  it('says of which measure the types differ', () => {
    const told = telemetry((slot) => ({ basket: slot < SLOTS - 1 ? basket(50, 24) : { type: 'gauge', value: 24 } }), {
      basket: basket(950, 24),
    });
    const decision = decisionOn(businessMetric('basket size', { better: 'higher', measure: 'basket' }), told);
    expect(decision.problems).toMatchObject([{ source: 'basket size', code: 'MEASURE_TYPES_DIFFER' }]);
    expect(decision.evidence[0]?.status).toBe('no-data');
  });

  it('says that a measure is missing, and nothing of a resource that nobody reports', () => {
    const completion = businessMetric('completion', { better: 'higher', measure: 'checkout_completion' });
    const told = telemetry(() => ({}), { checkout_completion: { type: 'ratio', bad: 95, total: 950 } });
    const decision = decisionOn(completion, told);
    expect(decision.problems).toMatchObject([
      { source: 'completion', code: 'MEASURE_MISSING', message: 'The canary reports no checkout_completion.' },
    ]);
    expect(decision.evidence[0]).toMatchObject({ status: 'no-data', effect: null, provable: false });
    const unknown = telemetry(() => ({}), {});
    expect(decisionOn(completion, unknown).problems[0]?.message).toBe('Nobody reports checkout_completion.');
    const memory = decisionOn(saturation('memory', { compare: 'growth' }), unknown);
    expect(memory).toMatchObject({ problems: [], evidence: [{ provable: false }] });
  });
});
