/** Random policies that are sound, and ways to break them. */
import fc from 'fast-check';
import type { AuthorityRules } from '../../src/engine/authority-rules.ts';
import { type BusinessMetricCriterion, businessMetric } from '../../src/engine/criteria/business-metric.ts';
import { type ErrorRateCriterion, errorRate } from '../../src/engine/criteria/error-rate.ts';
import { type LatencyCriterion, latency } from '../../src/engine/criteria/latency.ts';
import { type SaturationCriterion, saturation } from '../../src/engine/criteria/saturation.ts';
import { crashLoop, type HardStop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import { type ThresholdPolicy, thresholdPolicy } from '../../src/engine/thresholds.ts';

const number = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Inside (0, 1), and far enough from its ends for sums and products to stay there. */
const share: fc.Arbitrary<number> = number(1e-6, 1 - 1e-6);
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const text: fc.Arbitrary<string> = fc
  .string({ minLength: 1, maxLength: 12, unit: 'binary' })
  .filter((each) => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(each));
const word = (...words: string[]): fc.Arbitrary<never> => fc.constantFrom(...words) as fc.Arbitrary<never>;

/** Importance with a weight that fits it. */
const standing = fc
  .record({ importance: word('critical', 'normal', 'informational'), weight: number(1e-3, 1e3) })
  .map(({ importance, weight }) => (importance === 'informational' ? { importance } : { importance, weight }));

/** Any sound criterion on the error rate. */
export const anyErrorRate: fc.Arbitrary<ErrorRateCriterion> = fc
  .record({
    standing,
    name: text,
    maxRelativeIncrease: number(0, 100),
    minAbsoluteIncrease: number(0, 0.5),
    beyond: number(1e-3, 10),
    above: orNull(number(1e-6, 0.4)),
    segments: orNull(fc.uniqueArray(text, { minLength: 1, maxLength: 4 })),
  })
  .map(({ standing, beyond, above, ...rest }) =>
    errorRate({
      ...standing,
      ...rest,
      promoteWithin: 1 + rest.maxRelativeIncrease + beyond,
      max: above === null ? null : rest.minAbsoluteIncrease + above,
    }),
  );

/** Any sound criterion on the latency. */
export const anyLatency: fc.Arbitrary<LatencyCriterion> = fc
  .record({
    standing,
    name: text,
    quantile: share,
    maxRelativeIncrease: number(0, 100),
    beyond: number(1e-3, 10),
    maxMs: orNull(number(1e-3, 1e6)),
  })
  .map(({ standing, beyond, ...rest }) =>
    latency({ ...standing, ...rest, promoteWithin: 1 + rest.maxRelativeIncrease + beyond }),
  );

/** Any sound criterion on a business figure. */
const anyBusinessMetric: fc.Arbitrary<BusinessMetricCriterion> = fc
  .record({ standing, name: text, measure: text, higher: fc.boolean(), change: share, beyond: number(1.01, 10) })
  .map(({ standing, name, measure, higher, change, beyond }) =>
    higher
      ? businessMetric(name, {
          ...standing,
          ...{ measure, better: 'higher', maxRelativeDrop: change, promoteWithin: beyond / (1 - change) },
        })
      : businessMetric(name, {
          ...standing,
          ...{ measure, better: 'lower', maxRelativeIncrease: change, promoteWithin: beyond * (1 + change) },
        }),
  );

/** Any sound criterion on a resource. */
const anySaturation: fc.Arbitrary<SaturationCriterion> = fc
  .record({
    standing,
    name: text,
    measure: text,
    compare: word('level', 'growth'),
    maxRelativeIncrease: number(0, 100),
    beyond: number(1e-3, 10),
  })
  .map(({ standing, name, beyond, ...rest }) =>
    saturation(name, { ...standing, ...rest, promoteWithin: 1 + rest.maxRelativeIncrease + beyond }),
  );

const stopOptions = { name: text, weight: number(1e-3, 1e3) };

/** Any sound hard stop. */
const anyHardStop: fc.Arbitrary<HardStop> = fc.oneof(
  fc.record({ ...stopOptions, max: share }).map(panicErrorRate),
  fc
    .record({ ...stopOptions, objective: share, limit: number(1e-6, 0.999) })
    .map(({ objective, limit, ...rest }) => sloBurnRate({ ...rest, objective, maxBurnRate: limit / (1 - objective) })),
  fc.record({ ...stopOptions, max: share }).map(unansweredShare),
  fc.record({ ...stopOptions, maxRestartsPerPodHour: number(1e-3, 1e3) }).map(crashLoop),
);

/** Any sound rules of authority, or none. */
export const anyAuthority: fc.Arbitrary<AuthorityRules | null> = orNull(
  fc.tuple(...[fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(5), fc.nat(5), fc.nat(5), fc.nat(10)]).map((numbers) => {
    const good = numbers.slice(0, 3).sort((a, b) => a - b);
    const forgiven = numbers.slice(3, 6).sort((a, b) => b - a);
    const [notify, hold, rollback] = good.map((goodDeployments, i) => ({
      goodDeployments,
      maxFalseRollbacks: forgiven[i]!,
    }));
    const fits = Math.max(...good.map((each, i) => each + forgiven[i]!), 1);
    return { notify: notify!, hold: hold!, rollback: rollback!, window: fits + numbers[6]! };
  }),
);

/** Any sound policy that judges by evidence. */
export const anyEvidencePolicy: fc.Arbitrary<EvidencePolicy> = fc
  .record({
    falseRollbackRate: share,
    intervalSeconds: number(1, 300),
    warmUpSeconds: number(0, 1e5),
    soakSeconds: number(0, 1e5),
    historySeconds: number(0, 1e9),
    later: orNull(number(1, 1e6)),
    assumedPodSpread: number(0, 3),
    minimumSampleSize: fc.nat(),
    onInconclusive: word('hold', 'promote-if-bounded'),
    automation: word('rollback', 'escalate'),
    authority: anyAuthority,
    onMissing: fc.record(
      {
        noData: word('hold', 'continue'),
        noTraffic: word('hold', 'continue'),
        tooFewSamples: word('hold', 'continue'),
        sourceFailed: word('hold', 'continue'),
      },
      { requiredKeys: [] },
    ),
    criteria: fc.array(fc.oneof(anyErrorRate, anyLatency, anyBusinessMetric, anySaturation), { maxLength: 4 }),
    hardStops: fc.array(anyHardStop, { maxLength: 4 }),
  })
  .map(({ later, criteria, hardStops, ...rest }) =>
    definePolicy({
      ...rest,
      deadlineSeconds:
        later === null ? null : later + Math.max(rest.intervalSeconds, rest.warmUpSeconds, rest.soakSeconds),
      // The first one decides; names are told apart by their place.
      criteria: [errorRate(), ...criteria].map((criterion, i) => ({ ...criterion, name: `${i} ${criterion.name}` })),
      hardStops: hardStops.map((stop, i) => ({ ...stop, name: `stop ${i} ${stop.name}` })),
    }),
  );

/** Any sound policy of fixed thresholds. */
export const anyThresholdPolicy: fc.Arbitrary<ThresholdPolicy> = fc
  .record(
    {
      maxErrorRate: number(0, 1),
      maxRelativeErrorIncrease: number(0, 1e6),
      minAbsoluteErrorIncrease: number(0, 1),
      maxP99LatencyMs: number(0, 1e9),
      maxRelativeLatencyIncrease: number(0, 1e6),
      minimumSampleSize: fc.nat(),
      windowSeconds: number(1e-3, 1e9),
      automation: word('rollback', 'escalate'),
      authority: anyAuthority,
    },
    { requiredKeys: [] },
  )
  .map(thresholdPolicy);
