/** Whose fault it is, from telemetry to the decision's cause, sentence and figures. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide, evidenceHistory } from '../../src/engine/decide.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, LatencyHistogram, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { explicit } from '../helpers/histograms.ts';
import { type Arm, DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate()], hardStops: [] });
const withLatency = definePolicy({ criteria: [errorRate(), latency()], hardStops: [] });
const secondsAfter = (seconds: number): number => DEPLOYED_AT_MS + seconds * 1000;

type Pair = readonly [canary: Arm, stable: Arm];
const CALM: Pair = [
  [100, 1],
  [1900, 19],
];
const INCIDENT: Pair = [
  [100, 20],
  [1900, 380],
];
const WORSE: Pair = [
  [100, 60],
  [1900, 19],
];
const BEFORE = repeat(60, [2000, 20] as const);

/** Calls to a dependency in every slot: before the deployment, then as given. */
function calls(before: Arm, then: readonly Pair[]): TelemetryInterval[] {
  return [
    ...repeat(60, before).map((arm, i) => interval(i - 60, 'stable', arm)),
    ...then.flatMap(([canary, stable], i) => [interval(i, 'canary', canary), interval(i, 'stable', stable)]),
  ];
}
const HEALTHY_CALLS: Pair = [
  [200, 0],
  [3800, 4],
];
const FAILING_CALLS: Pair = [
  [200, 24],
  [3800, 456],
];

function decided(
  slots: readonly Pair[],
  more: Partial<DeploymentTelemetry> = {},
  rules: typeof policy = policy,
): Decision {
  const telemetry = telemetryOf(slots, BEFORE, { weights: [], ...more });
  return decide(rules, telemetry, { nowMs: telemetry.completeUntilMs });
}

describe('an incident of errors', () => {
  const decision = decided([...repeat(12, CALM), ...repeat(6, INCIDENT)]);

  it('holds with a cause outside, and says what stable shows', () => {
    expect(decision).toMatchObject({ verdict: 'hold', cause: 'external', mayAdvance: false });
    expect(decision).not.toHaveProperty('suspected');
    expect(decision.reason).toBe(
      'Holding: stable itself fails 20 % of its requests, 1 % before the deployment, and the canary is not worse; the cause lies outside.',
    );
  });

  it('is none when only the fresh pods that the canary is compared with are cold', () => {
    const cold = (slots: number, from: number): TelemetryInterval[] =>
      Array.from({ length: slots }, (_, i) => interval(from + i, 'baseline', [100, 20]));
    const pairs: Pair[] = repeat(12, CALM);
    const telemetry = telemetryOf(pairs, BEFORE, { weights: [] });
    telemetry.intervals.push(...cold(12, 0));
    expect(evidenceHistory(policy, telemetry).map(({ external }) => external)).not.toContain(true);
    // And it is one when all of the old version fail.
    const all = telemetryOf([...repeat(6, CALM), ...repeat(6, INCIDENT)], BEFORE, { weights: [] });
    all.intervals.push(...cold(12, 0));
    expect(evidenceHistory(policy, all).map(({ external }) => external)).toEqual([
      ...repeat(6, false),
      ...repeat(6, true),
    ]);
  });

  it('is dated by its first slot, in rates of the last minute and of the time before', () => {
    expect(decision.attribution?.incident).toEqual({
      kind: 'errors',
      signal: 'error rate',
      sinceMs: secondsAfter(120),
      now: 0.2,
      before: 0.01,
    });
  });

  it('shows both arms against before, and no difference between their changes', () => {
    const { stableVsBefore, canaryVsBefore, differenceInDifferences } = decision.attribution!;
    expect(stableVsBefore!.ratio).toBeCloseTo(20, 0);
    expect(canaryVsBefore!.ratio).toBeCloseTo(20, 0);
    expect(differenceInDifferences!.ratio).toBeCloseTo(1, 1);
    for (const { ratio, low, high } of [stableVsBefore!, canaryVsBefore!, differenceInDifferences!]) {
      expect(low).toBeLessThan(ratio);
      expect(high).toBeGreaterThan(ratio);
    }
  });

  it('shows nothing against before where there is nothing from before', () => {
    const telemetry = telemetryOf(repeat(6, CALM));
    expect(decide(policy, telemetry, { nowMs: telemetry.completeUntilMs }).attribution).toMatchObject({
      stableVsBefore: null,
      canaryVsBefore: null,
      differenceInDifferences: { ratio: expect.any(Number) },
      incident: null,
      dependencies: [],
    });
  });
});

describe('a difference in differences', () => {
  it('is wider than the interval of the error rate, by what healthy pods differ', () => {
    const { attribution, evidence } = decided(repeat(12, WORSE));
    const { ratio, low, high } = attribution!.differenceInDifferences!;
    const { effect } = evidence[0]!;
    expect(ratio).toBe(effect?.estimate);
    expect(low).toBeLessThan(effect!.low!);
    expect(high).toBeGreaterThan(effect!.high!);
  });

  it('is not given without a criterion on the errors of the whole service', () => {
    const parts = definePolicy({ criteria: [errorRate({ segments: ['/pay'] }), latency()] });
    expect(decided(repeat(6, CALM), {}, parts).attribution?.differenceInDifferences).toBeNull();
  });
});

describe('an incident of latency', () => {
  const histogram = (slow: number, requests: number): LatencyHistogram =>
    explicit(
      [50, 100, 250],
      [0.5, 0.4, 0.1 - slow, slow].map((share) => share * requests),
    );
  const slowFrom = (slot: number): DeploymentTelemetry => {
    const telemetry = telemetryOf(repeat(12, CALM), BEFORE, { weights: [] });
    for (const each of telemetry.intervals)
      each.latency = histogram(each.startMs >= secondsAfter(slot * 10) ? 0.08 : 0.01, each.requests);
    return telemetry;
  };
  const at = (telemetry: DeploymentTelemetry) => ({ nowMs: telemetry.completeUntilMs });

  it('holds where latency is judged, and is told by the share of slow requests', () => {
    const decision = decide(withLatency, slowFrom(6), at(slowFrom(6)));
    expect(decision).toMatchObject({ verdict: 'hold', cause: 'external' });
    expect(decision.reason).toBe(
      "Holding: 8 % of stable's requests take longer than 250 ms, 1 % before the deployment, and the canary is not worse; the cause lies outside.",
    );
    expect(decision.attribution?.incident).toMatchObject({ kind: 'latency', signal: 'latency', before: 0.01 });
  });

  it('holds nothing where nobody judges latency, or it is only shown', () => {
    expect(decide(policy, slowFrom(6), at(slowFrom(6))).verdict).toBe('continue');
    const shown = latency({ importance: 'informational' });
    const informed = definePolicy({ criteria: [errorRate(), shown], hardStops: [] });
    expect(decide(informed, slowFrom(6), at(slowFrom(6)))).toMatchObject({ verdict: 'continue', cause: null });
  });

  it('is not seen in a usual service', () => {
    expect(decide(withLatency, slowFrom(12), at(slowFrom(12))).cause).toBeNull();
  });
});

describe('an incident of a dependency', () => {
  it('holds and is named, at both arms', () => {
    const dependencies = { db: calls([4000, 4], [...repeat(6, HEALTHY_CALLS), ...repeat(6, FAILING_CALLS)]) };
    const decision = decided(repeat(12, CALM), { dependencies });
    expect(decision).toMatchObject({ verdict: 'hold', cause: 'external' });
    expect(decision.reason).toBe(
      'Holding: 12 % of the calls to db fail at both arms, 0.1 % before the deployment, and the canary is not worse; the cause lies outside.',
    );
    expect(decision.attribution).toMatchObject({
      incident: { kind: 'dependency', signal: 'db', sinceMs: secondsAfter(60), now: 0.12, before: 0.001 },
      dependencies: [
        { name: 'db', now: 0.12, before: 0.001, canary: 0.06, canaryRatio: { ratio: expect.closeTo(1, 1) } },
      ],
    });
  });

  it('names what is behind an incident of errors', () => {
    const failing = [...repeat(6, HEALTHY_CALLS), ...repeat(6, FAILING_CALLS)];
    const dependencies = { cache: calls([4000, 4], repeat(12, HEALTHY_CALLS)), db: calls([4000, 4], failing) };
    const decision = decided([...repeat(6, CALM), ...repeat(6, INCIDENT)], { dependencies });
    expect(decision.reason).toBe(
      'Holding: stable itself fails 20 % of its requests, 1 % before the deployment; 12 % of the calls to db fail at both arms, 0.1 % before the deployment, and the canary is not worse; the cause lies outside.',
    );
    expect(decision.attribution?.incident?.signal).toBe('error rate');
    expect(decision.attribution?.dependencies.map(({ name }) => name)).toEqual(['cache', 'db']);
  });

  it('ends with the dependency', () => {
    const recovered = [...repeat(4, HEALTHY_CALLS), ...repeat(4, FAILING_CALLS), ...repeat(4, HEALTHY_CALLS)];
    const telemetry = telemetryOf(repeat(12, CALM), BEFORE, { dependencies: { db: calls([4000, 4], recovered) } });
    const external = evidenceHistory(policy, telemetry).map((point) => point.external);
    expect(external.slice(5, 8)).toEqual([true, true, true]);
    expect(external.slice(0, 4)).not.toContain(true);
    expect(external.at(-1)).toBe(false);
  });

  it('is not seen at one that was not known before, nor does it matter who else is silent', () => {
    const dependencies = { db: calls([0, 0], repeat(12, FAILING_CALLS)), cache: [] };
    const { verdict, attribution } = decided(repeat(12, CALM), { dependencies });
    expect(verdict).toBe('continue');
    expect(attribution?.dependencies).toEqual([
      expect.objectContaining({ name: 'db', now: 0.12, before: null, canary: 0.12 }),
    ]);
  });

  it('learns calls of slots in which the service itself was silent', () => {
    const dependencies = { db: calls([4000, 4], repeat(12, FAILING_CALLS)) };
    const telemetry = telemetryOf(repeat(12, CALM), [], { dependencies, weights: [] });
    const { attribution } = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
    expect(attribution?.dependencies[0]?.before).toBe(0.001);
    expect(attribution?.incident?.signal).toBe('db');
  });
});

describe('a dependency that fails at the canary alone', () => {
  const alone: Pair = [
    [200, 80],
    [3800, 190],
  ];
  const dependencies = { db: calls([4000, 200], repeat(12, alone)) };

  it('supports the deployment as the cause of a rollback, and says where to look', () => {
    const decision = decided(repeat(12, WORSE), { dependencies });
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment' });
    expect(decision.reason).toMatch(
      /\); its calls to db fail 8x as often as stable's \(40 % and 5 %\), so look at its endpoint, configuration and credentials there\.$/,
    );
  });

  it('rolls nothing back and holds nothing', () => {
    const decision = decided(repeat(12, CALM), { dependencies });
    expect(decision).toMatchObject({ verdict: 'continue', cause: null });
    expect(decision.attribution?.dependencies[0]?.canaryRatio?.ratio).toBeCloseTo(8, 0);
  });
});

describe('an incident right after the canary got more traffic', () => {
  const weights = [
    { atMs: secondsAfter(0), canaryShare: 0.01 },
    { atMs: secondsAfter(300), canaryShare: 0.05 },
  ];
  const slots = (calm: number): Pair[] => [...repeat(calm, CALM), ...repeat(6, INCIDENT)];

  it('is a suspicion of interference: held, with no known cause, and with what to do', () => {
    const decision = decided(slots(31), { weights });
    expect(decision).toMatchObject({ verdict: 'hold', cause: 'unknown', suspected: 'interference', trigger: null });
    expect(decision.reason).toBe(
      'Holding: stable itself fails 20 % of its requests, 1 % before the deployment, since the canary got more traffic, and the canary is not worse; it may overload something that stable needs: lower its weight and see whether stable recovers.',
    );
  });

  it('is external later, and where nobody tells the weights', () => {
    expect(decided(slots(20), { weights })).toMatchObject({ cause: 'external' });
    expect(decided(slots(31))).toMatchObject({ cause: 'external' });
  });

  it('is the deployment when the canary is worse', () => {
    const decision = decided([...repeat(30, CALM), ...repeat(12, WORSE)], { weights });
    expect(decision).toMatchObject({ verdict: 'rollback', cause: 'deployment' });
    expect(decision).not.toHaveProperty('suspected');
  });
});
