/** Policies that use every part of the engine, for properties that must hold under all of them. */
import fc from 'fast-check';
import { businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { saturation } from '../../src/engine/criteria/saturation.ts';
import { crashLoop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import { SEGMENT } from './random-telemetry.ts';

export const PLAIN: EvidencePolicy = definePolicy({ criteria: [errorRate()], hardStops: [] });

/** Several criteria with limits, segments, an informational one, all hard stops. */
export const FULL: EvidencePolicy = definePolicy({
  warmUpSeconds: 20,
  minimumSampleSize: 50,
  deadlineSeconds: 200,
  criteria: [
    errorRate({ max: 0.2, importance: 'critical' }),
    latency({ maxMs: 800 }),
    errorRate({ name: 'payments', segments: [SEGMENT] }),
    errorRate({ name: 'shown', importance: 'informational' }),
  ],
  hardStops: [panicErrorRate({ max: 0.5 }), sloBurnRate({ objective: 0.99 }), unansweredShare(), crashLoop()],
});

/** Measures of every type, in both directions. */
const MEASURES: EvidencePolicy = definePolicy({
  warmUpSeconds: 20,
  criteria: [
    businessMetric('completion', { better: 'higher' }),
    businessMetric('failure', { better: 'lower', measure: 'completion', importance: 'critical' }),
    businessMetric('spent', { better: 'higher', maxRelativeDrop: 0.1 }),
    businessMetric('orders', { better: 'lower' }),
    saturation('memory', { compare: 'level' }),
    saturation('leak', { compare: 'growth', measure: 'memory' }),
  ],
});

/** One of a few policies that differ in everything. */
export const anyPolicy: fc.Arbitrary<EvidencePolicy> = fc.constantFrom(
  PLAIN,
  FULL,
  MEASURES,
  definePolicy({ warmUpSeconds: 0, soakSeconds: 60, criteria: [latency(), errorRate({ weight: 3 })] }),
  definePolicy({
    warmUpSeconds: 0,
    automation: 'escalate',
    onMissing: { noData: 'continue', noTraffic: 'continue', tooFewSamples: 'hold' },
    minimumSampleSize: 5000,
    criteria: [errorRate({ maxRelativeIncrease: 0, minAbsoluteIncrease: 0, max: 0.02 })],
  }),
);
