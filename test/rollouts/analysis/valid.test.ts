/** From valid options builders make nothing that Argo would refuse, whatever is combined. */
import fc from 'fast-check';
import { test } from 'vitest';
import {
  type AnalysisTemplate,
  type AnalysisTemplateBuilder,
  analysisTemplate,
  arg,
  businessMetricTemplate,
  clusterAnalysisTemplate,
  errorRateTemplate,
  type GoDuration,
  latencyTemplate,
  type Metric,
  type MetricLimits,
  metric,
  type ReadyOptions,
  rolloutguardVerdict,
  saturationTemplate,
  successRatioTemplate,
} from '../../../src/rollouts/index.ts';
import { SHAPES } from '../conditions/random-conditions.ts';

const TARGETS = ['1.8', '1.9', '1.10'] as const;
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const duration = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom('s', 'm', 'h'))
  .map(([amount, unit]): GoDuration => `${amount}${unit as 's'}`);
const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);
const noData = fc.constantFrom('inconclusive', 'fail', 'pass', 'error');
const share = fc.constantFrom(0.001, 0.5, 1, arg('limit'));

/** Limits that fit one another: a count leaves room for every limit, and gates count nothing. */
const limits: fc.Arbitrary<MetricLimits> = fc
  .record({
    interval: duration,
    count: fc.integer({ min: 2, max: 50 }),
    kind: fc.constantFrom('once', 'several', 'endless', 'gate', 'wait', 'by arguments'),
    failures: fc.nat({ max: 1 }),
    patience: optional(duration),
    tolerateOutage: optional(duration),
    initialDelay: optional(duration),
  })
  .map(({ interval, count, kind, failures, patience, ...others }): MetricLimits => {
    if (kind === 'once') return others;
    const repeated = { interval, patience, ...others };
    if (kind === 'several') return { ...repeated, count, failureLimit: failures };
    if (kind === 'endless') return { ...repeated, failureLimit: failures };
    if (kind === 'gate') return { ...repeated, consecutiveSuccessLimit: 1 };
    if (kind === 'wait') return { ...repeated, failureLimit: -1, consecutiveSuccessLimit: count };
    return { ...others, interval: arg('interval'), count: arg('count'), failureLimit: arg('failures') };
  });

const metrics: fc.Arbitrary<Metric> = fc.constantFrom(...Object.values(SHAPES)).chain((shape) =>
  fc
    .record({ name, limits, passes: shape.statements, fails: fc.option(shape.statements), noData })
    .map(({ name: own, passes, fails, noData: policy, limits: given }) =>
      metric<unknown>(
        own,
        { provider: shape.provider, result: {} },
        {
          ...given,
          passes: () => passes.built,
          fails: fails === null ? undefined : () => fails.built,
          noData: policy,
        },
      ),
    ),
);

test('metrics and templates', () => {
  const value = optional(fc.string());
  fc.assert(
    fc.property(
      ...[fc.uniqueArray(metrics, { minLength: 1, maxLength: 4, selector: (one) => one.name }), name, name, value],
      (made, own, argument, given) => {
        const first = made[0]!.name;
        const template = analysisTemplate(own)
          .namespace('production')
          .metrics(...made)
          .arg(argument, given);
        const kept = template.dryRun(first).retain(first, 5).include('other').labels({ team: 'shop' });
        for (const target of TARGETS) kept.build({ target });
        clusterAnalysisTemplate(own)
          .metrics(...made)
          .build();
      },
    ),
    { numRuns: 60 },
  );
});

const ready: fc.Arbitrary<ReadyOptions> = fc.record(
  {
    name,
    service: fc.string({ minLength: 1 }).filter((text) => !text.includes('{{')),
    by: fc.constantFrom('cohort', 'podTemplateHash'),
    window: fc.constantFrom('2m', '90s', '1h'),
    interval: fc.constantFrom('10s', '1m', '1h30m'),
    count: fc.oneof(fc.constant('unlimited' as const), fc.integer({ min: 2, max: 100 })),
    initialDelay: fc.constant('2m'),
    failureLimit: fc.constantFrom(0, 1),
    patience: fc.constantFrom('30s', '5m', '2h'),
    tolerateOutage: fc.constantFrom('10s', '1h'),
    noData,
  },
  { requiredKeys: [] },
);
const READY: readonly ((
  options: ReadyOptions,
  limit: number | '{{args.limit}}',
) => AnalysisTemplateBuilder<AnalysisTemplate>)[] = [
  (options, limit) => errorRateTemplate({ ...options, max: limit, maxTimesStable: 2, minRequests: 5 }),
  (options, limit) => successRatioTemplate({ ...options, min: limit, errors: 'code="500"' }),
  (options, limit) => latencyTemplate({ ...options, maxSeconds: limit, maxTimesStable: limit, quantile: 0.5 }),
  (options, limit) => businessMetricTemplate({ ...options, good: 'a', total: 'b', minTimesStable: limit }),
  (options, limit) => saturationTemplate({ ...options, max: limit }),
];

test('ready templates', () => {
  fc.assert(
    fc.property(
      ready,
      share,
      fc.constantFrom(...READY),
      fc.constantFrom(...TARGETS),
      (options, limit, make, target) => {
        make(options, limit).build({ target });
      },
    ),
    { numRuns: 200 },
  );
});

test('verdicts', () => {
  const options = fc.record(
    {
      until: fc.constantFrom('advance', 'promote'),
      interval: fc.constantFrom('5s', '1m'),
      patience: fc.constantFrom('1s', '1h'),
      tolerateOutage: fc.constantFrom('1m', '1h'),
      method: fc.constantFrom('GET', 'POST'),
      token: fc.constant({ name: 'judge', key: 'token' }),
      timeoutSeconds: fc.integer({ min: 1, max: 60 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      options,
      fc.constantFrom('guard', 'gate', 'wait'),
      fc.constantFrom(...TARGETS),
      (given, mode, target) => {
        const { until, ...others } = given;
        const own = mode === 'guard' || until === undefined ? others : given;
        rolloutguardVerdict({ url: 'http://rolloutguard.ops', mode, ...own }).build({ target });
      },
    ),
    { numRuns: 100 },
  );
});
