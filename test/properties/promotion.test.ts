/** What holds for every promotion, whatever the telemetry. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import type { Because } from '../../src/engine/finding.ts';
import { definePolicy, type EvidencePolicy, type PolicyOptions } from '../../src/engine/policy.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { sessionOf } from '../helpers/sessions.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
  definePolicy({ soakSeconds: 60, criteria: [errorRate()], hardStops: [], ...options });

/** Canaries around the margin: a traffic split, an error rate, and how many times as often the canary fails. */
const anyCanary = fc
  .record({
    share: fc.constantFrom(0.05, 0.2, 0.5),
    requests: fc.constantFrom(200, 2000, 20_000),
    rate: fc.constantFrom(0.0005, 0.004, 0.02, 0.2),
    ratios: fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 8, maxLength: 40 }),
    bursts: fc.array(fc.constantFrom(1, 1, 1, 1, 10), { minLength: 40, maxLength: 40 }),
  })
  .map(({ share, requests, rate, ratios, bursts }) => {
    const [canary, stable] = [Math.round(requests * share), Math.round(requests * (1 - share))];
    const failed = (of: number, times: number): number => Math.min(of, Math.round(of * rate * times));
    return {
      ...telemetryOf([]),
      completeUntilMs: DEPLOYED_AT_MS + ratios.length * 10_000,
      weights: [{ atMs: DEPLOYED_AT_MS, canaryShare: share }],
      intervals: [
        ...Array.from({ length: 20 }, (_, i) => interval(i - 20, 'stable', [stable, failed(stable, 1)])),
        ...ratios.flatMap((ratio, i) => [
          interval(i, 'canary', [canary, failed(canary, ratio)]),
          interval(i, 'stable', [stable, failed(stable, bursts[i]!)]),
        ]),
      ],
    } satisfies DeploymentTelemetry;
  });

/** The grounds after every 10 s of a deployment. */
function groundsOf(policy: EvidencePolicy, telemetry: DeploymentTelemetry): Because[] {
  const session = sessionOf(policy);
  for (const change of telemetry.weights) session.route(change);
  for (const each of telemetry.intervals) session.observe(each);
  const grounds: Because[] = [];
  for (let atMs = DEPLOYED_AT_MS; atMs <= telemetry.completeUntilMs; atMs += 10_000) {
    session.completeUntil(atMs);
    grounds.push(session.finding({ nowMs: atMs }).because);
  }
  return grounds;
}

describe('a promotion', () => {
  it('by proof is not lost by a wider margin', () => {
    fc.assert(
      fc.property(anyCanary, fc.double({ min: 0.01, max: 2, noNaN: true }), (telemetry, wider) => {
        const narrow = groundsOf(policyWith(), telemetry);
        const wide = groundsOf(policyWith({ criteria: [errorRate({ promoteWithin: 1.5 + wider })] }), telemetry);
        narrow.forEach((because, i) => {
          if (because === 'proven') expect(wide[i]).toBe('proven');
        });
      }),
      { seed: 1, numRuns: RUNS },
    );
  });

  it('comes no earlier with a longer soak', () => {
    fc.assert(
      fc.property(anyCanary, fc.integer({ min: 0, max: 400 }), (telemetry, more) => {
        const short = groundsOf(policyWith(), telemetry);
        const long = groundsOf(policyWith({ soakSeconds: 60 + more }), telemetry);
        long.forEach((because, i) => {
          if (because !== 'proven') return;
          expect(short[i]).toBe('proven');
          expect(i * 10).toBeGreaterThanOrEqual(60 + more);
        });
      }),
      { seed: 2, numRuns: RUNS },
    );
  });

  it('has a proof of a criterion that decides, or at the end of the time an interval or a search in vain', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.boolean(), (shape, policy, ends) => {
        const telemetry = telemetryOfShape(shape);
        const session = sessionOf(policy, { intervalMs: telemetry.intervalMs });
        for (const change of telemetry.weights) session.route(change);
        for (const each of telemetry.intervals) session.observe(each);
        session.completeUntil(telemetry.completeUntilMs);
        const nowMs = telemetry.completeUntilMs;
        const context = { nowMs, ...(ends ? { plannedEndMs: nowMs } : {}) };
        const { verdict, evidence } = session.decision(context);
        if (verdict !== 'promote') return;
        const { because } = session.finding(context);
        expect(['proven', 'bounded', 'looked-for']).toContain(because);
        const deciding = evidence.filter(({ informational }) => !informational);
        expect(
          deciding.some(({ status, effect }) => status === 'non-inferior' || (because !== 'proven' && effect !== null)),
        ).toBe(true);
        for (const { status } of deciding) expect(status).not.toBe('worse');
        if (because === 'proven')
          for (const { status, provable } of deciding) expect(status === 'non-inferior').toBe(provable);
      }),
      { seed: 3, numRuns: RUNS },
    );
  });
});
