import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { decide } from '../../src/engine/decide.ts';
import { crashLoop, type HardStop, panicErrorRate, sloBurnRate, unansweredShare } from '../../src/engine/hard-stops.ts';
import { definePolicy, type EvidencePolicy, type PolicyOptions } from '../../src/engine/policy.ts';
import type { Decision } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from '../../src/testing/traffic.ts';
import { explicit } from '../helpers/histograms.ts';
import { itSimulates } from '../helpers/simulation.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

type Counts = Partial<TelemetryInterval> & { requests: number; errors: number };
const policyWith = (options: Partial<PolicyOptions> = {}): EvidencePolicy =>
  definePolicy({ warmUpSeconds: 0, criteria: [errorRate()], hardStops: [], ...options });
/** Nothing but a hard stop can act: the criterion on errors is only shown, and latency is not reported. */
const onlyBy = (stop: HardStop): EvidencePolicy =>
  policyWith({ criteria: [latency(), errorRate({ importance: 'informational' })], hardStops: [stop] });

/** So many slots in which one canary pod and four stable ones do the same, after ten of the stable ones alone. */
function telemetryWith(slots: number, canary: Counts, stable: Counts | null): DeploymentTelemetry {
  const intervals: TelemetryInterval[] = [];
  for (let slot = -10; slot < slots; slot++) {
    for (let pod = 0; pod < 4 && stable !== null; pod++)
      intervals.push(interval(slot, 'stable', [0, 0], { ...stable, pod: `stable-${pod}` }));
    if (slot >= 0) intervals.push(interval(slot, 'canary', [0, 0], { ...canary, pod: 'canary-0' }));
  }
  return telemetryOf([], [], { intervals, weights: [], completeUntilMs: DEPLOYED_AT_MS + slots * 10_000 });
}
const decided = (policy: EvidencePolicy, telemetry: DeploymentTelemetry): Decision =>
  decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });

describe('hard stops are found, and told apart', () => {
  const calm: Counts = { requests: 475, errors: 1, unanswered: 0, restarts: 0 };
  it.each([
    [
      'a panic',
      panicErrorRate({ max: 0.3 }),
      { ...calm, requests: 100, errors: 50 },
      /^Rolling back: hard stop, panic error rate: 50 % of the canary's requests, above 30 % \(canary 3,000 of 6,000, stable 240 of 114,000\)\.$/,
    ],
    [
      'a burning error budget',
      sloBurnRate({ objective: 0.999 }),
      { ...calm, requests: 100, errors: 4 },
      /^Rolling back: hard stop, SLO burn rate: 4 % of the canary's requests, above 1\.4 % /,
    ],
    [
      'unanswered requests',
      unansweredShare(),
      { ...calm, requests: 100, errors: 40, unanswered: 40 },
      /^Rolling back: hard stop, unanswered share: 40 % of the canary's requests, above 10 % /,
    ],
  ] as const)('%s', (_, stop, canary, reason) => {
    const decision = decided(onlyBy(stop), telemetryWith(60, canary, calm));
    expect(decision).toMatchObject({
      verdict: 'rollback',
      cause: 'deployment',
      trigger: 'hard-stop',
      guilty: stop.name,
      limits: [{ name: stop.name, status: 'worse' }],
    });
    expect(decision.reason).toMatch(reason);
    expect(decision.limits?.[0]?.logE).toBeGreaterThanOrEqual(decision.limits![0]!.bound);
  });

  it('and none acts on a canary that keeps them all', () => {
    const stops = [panicErrorRate({ max: 0.3 }), sloBurnRate({ objective: 0.99 }), unansweredShare(), crashLoop()];
    const decision = decided(policyWith({ hardStops: stops }), telemetryWith(60, calm, calm));
    expect(decision).toMatchObject({ crossedAtMs: null, cause: null });
    expect(decision.limits?.map(({ name, status }) => [name, status])).toEqual(
      stops.map(({ name }) => [name, 'undecided']),
    );
  });

  const crashing = telemetryWith(60, { ...calm, requests: 100, errors: 0, restarts: 1 }, calm);

  it('a crash loop', () => {
    const decision = decided(onlyBy(crashLoop()), crashing);
    expect(decision).toMatchObject({
      verdict: 'rollback',
      limits: [{ name: 'crash loop', status: 'worse', limit: 2, canary: { bad: 60 }, stable: { bad: 0 } }],
    });
    expect(decision.limits?.[0]?.canary.requests).toBeCloseTo(1 / 6, 9);
    expect(decision.limits?.[0]?.stable.requests).toBeCloseTo(4 / 6, 9);
  });

  // Its evidence grows slowly, and the weights that lie on other parts count as evidence 1 each: together they cross a
  // moment before the limit does alone, and then nobody is named.
  it('a crash loop by its name', () => {
    const decision = decided(onlyBy(crashLoop()), crashing);
    expect(decision).toMatchObject({ trigger: 'hard-stop', guilty: 'crash loop' });
    expect(decision.reason).toMatch(
      /^Rolling back: hard stop, crash loop: 60 restarts in 0\.17 pod-hours of the canary \(limit 2 per pod-hour\), stable 0 in 0\.67\.$/,
    );
  });

  // Where no stable pod has restarted, how much pods differ is not known, and every excess may be such a difference.
  it('a crash loop within five minutes: every canary pod restarts each minute, and no stable one does', () => {
    const telemetry = telemetryWith(30, { ...calm, requests: 100 }, calm);
    const intervals = telemetry.intervals.flatMap((each) => {
      if (each.cohort !== 'canary') return [each];
      const restarts = each.startMs % 60_000 === 0 ? 1 : 0;
      return ['canary-0', 'canary-1', 'canary-2'].map((pod) => ({ ...each, pod, restarts }));
    });
    expect(decided(onlyBy(crashLoop()), { ...telemetry, intervals })).toMatchObject({ verdict: 'rollback' });
  });

  it('the canary alone is held against them: what stable does wrong is not counted', () => {
    const worse = { requests: 475, errors: 300, unanswered: 300, restarts: 5 };
    const stops = [panicErrorRate({ max: 0.3 }), unansweredShare(), crashLoop()];
    const decision = decided(policyWith({ hardStops: stops }), telemetryWith(60, { ...calm, requests: 100 }, worse));
    expect(decision.crossedAtMs).toBeNull();
    for (const limit of decision.limits ?? []) expect(limit.logE).toBeLessThanOrEqual(0);
  });
});

describe('what nobody reports', () => {
  it('is no data, not a canary that never fails to answer and never restarts', () => {
    const policy = policyWith({ hardStops: [unansweredShare(), crashLoop()] });
    const { limits } = decided(policy, telemetryWith(30, { requests: 100, errors: 1 }, { requests: 475, errors: 5 }));
    for (const limit of limits ?? [])
      expect(limit).toMatchObject({ status: 'no-data', logE: 0, canary: { requests: 0, bad: 0 } });
    expect(limits).toHaveLength(2);
  });

  it('by the canary but by stable is known: then it has happened to nobody', () => {
    const stable = { requests: 475, errors: 5, restarts: 0, unanswered: 0 };
    const policy = policyWith({ hardStops: [unansweredShare(), crashLoop()] });
    const { limits } = decided(policy, telemetryWith(30, { requests: 100, errors: 1 }, stable));
    expect(limits?.map(({ status }) => status)).toEqual(['undecided', 'undecided']);
  });

  it('is left out of a decision whose policy has no limits', () => {
    const telemetry = telemetryWith(3, { requests: 100, errors: 1 }, { requests: 475, errors: 5 });
    expect(decided(policyWith(), telemetry)).not.toHaveProperty('limits');
  });
});

describe('max', () => {
  /** Wide margins, so that only the limit can act. */
  const policy = policyWith({ criteria: [errorRate({ max: 0.05, maxRelativeIncrease: 99, promoteWithin: 150 })] });
  const above: Counts = { requests: 500, errors: 60 };

  it('rolls back a canary that is above it and worse than stable', () => {
    const decision = decided(policy, telemetryWith(60, above, { requests: 475, errors: 10 }));
    expect(decision).toMatchObject({
      verdict: 'rollback',
      trigger: 'hard-stop',
      guilty: 'error rate limit',
      limits: [{ name: 'error rate limit', limit: 0.05, status: 'worse', canary: { requests: 30_000, bad: 3600 } }],
    });
  });

  it('holds when stable is above it too: the cause lies elsewhere', () => {
    const decision = decided(policy, telemetryWith(60, above, { requests: 475, errors: 57 }));
    expect(decision).toMatchObject({ verdict: 'hold', cause: 'external', crossedAtMs: null });
    expect(decision.limits?.[0]).toMatchObject({ status: 'undecided' });
    expect(decision.reason).toContain('error rate limit');
  });

  it('rolls back where there is no stable to compare with', () => {
    const decision = decided(policy, telemetryWith(60, { requests: 500, errors: 450 }, null));
    expect(decision).toMatchObject({ verdict: 'rollback', trigger: 'hard-stop', guilty: 'error rate limit' });
  });

  // As with the crash loop above; and then the limit is not known as the ground any more, so that nothing ever happens.
  it('rolls back there also when the rest of the budget tips the scales', () => {
    const generous = policyWith({
      falseRollbackRate: 0.9,
      criteria: [errorRate({ max: 0.05, maxRelativeIncrease: 99, promoteWithin: 150 })],
    });
    const decision = decided(generous, telemetryWith(120, { requests: 20, errors: 2 }, null));
    expect(decision).toMatchObject({ verdict: 'rollback', trigger: 'hard-stop' });
  });

  it('does nothing to a canary below it, however much worse than stable within its margins', () => {
    const decision = decided(policy, telemetryWith(60, { requests: 500, errors: 20 }, { requests: 475, errors: 1 }));
    expect(decision).toMatchObject({ crossedAtMs: null, cause: null });
  });

  it('of a latency is about the share of slower requests', () => {
    const slow = policyWith({
      criteria: [latency({ quantile: 0.9, maxMs: 400, maxRelativeIncrease: 99, promoteWithin: 150 })],
    });
    const served = (fast: number, tail: number): Counts => ({
      requests: fast + tail,
      errors: 0,
      latency: explicit([100, 500], [fast, 0, tail]),
    });
    const stable = served(470, 5);
    const decision = decided(slow, telemetryWith(60, served(300, 200), stable));
    expect(decision).toMatchObject({
      verdict: 'rollback',
      limits: [
        {
          name: 'latency p90 limit',
          status: 'worse',
          limit: expect.closeTo(0.1),
          canary: { requests: 30_000, bad: 12_000 },
        },
      ],
    });
    expect(decided(slow, telemetryWith(60, stable, stable)).crossedAtMs).toBeNull();
  });

  it('takes its part of the weight of its criterion, and no more', () => {
    const [with_, without] = [0.05, null].map((max) =>
      decided(policyWith({ criteria: [errorRate({ max })] }), telemetryWith(3, above, above)),
    );
    const shares = [with_!.evidence[0]!.bound, ...with_!.limits!.map(({ bound }) => bound)].map((bound) =>
      Math.exp(without!.evidence[0]!.bound - bound),
    );
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  });

  // Until the comparison has had its time, "no better" is not known.
  it('does not say that the cause lies outside before stable was shown to be no better', () => {
    const stable = { requests: 475, errors: 40 };
    for (let slots = 1; slots <= 60; slots++) {
      const decision = decided(policy, telemetryWith(slots, { requests: 500, errors: 70 }, stable));
      expect(decision.cause, `after ${slots} slots`).not.toBe('external');
      if (decision.verdict === 'rollback') return;
    }
  });
});

describe('minimumSampleSize', () => {
  const down: Counts = { requests: 50, errors: 45, unanswered: 45 };
  const stable: Counts = { requests: 475, errors: 1, unanswered: 0 };
  const needing = (minimumSampleSize: number): EvidencePolicy =>
    policyWith({ ...onlyBy(unansweredShare()), minimumSampleSize });

  it('lets no fixed limit act before there are so many canary requests', () => {
    expect(decided(needing(0), telemetryWith(4, down, stable)).verdict).toBe('rollback');
    const waiting = decided(needing(1000), telemetryWith(19, down, stable));
    expect(waiting).toMatchObject({ verdict: 'continue', crossedAtMs: null });
    expect(waiting.reason).toContain('950 canary requests, and fixed limits need 1,000');
    const acting = decided(needing(1000), telemetryWith(20, down, stable));
    expect(acting).toMatchObject({ verdict: 'rollback', crossedAtMs: DEPLOYED_AT_MS + 200_000 });
  });

  it('does not keep evidence waiting', () => {
    const policy = policyWith({ minimumSampleSize: 1e6 });
    expect(decided(policy, telemetryWith(6, down, stable))).toMatchObject({ verdict: 'rollback', trigger: 'evidence' });
  });
});

describe('the budget for false rollbacks', () => {
  /** Share of healthy deployments, exactly at a limit and as noisy as services are, that the limit alone rolls back. */
  function rolledBack(withStable: boolean, falseRollbackRate: number, runs: number): number {
    const policy = policyWith({
      falseRollbackRate,
      warmUpSeconds: 60,
      // All the weight but a trace lies on the hard stop.
      criteria: [latency({ weight: 1e-6 })],
      hardStops: [panicErrorRate({ max: 0.02, weight: 1 })],
    });
    let rolled = 0;
    for (let run = 0; run < runs; run++) {
      const traffic = simulateTraffic({
        seed: `limit ${run}`,
        seconds: 900,
        historySeconds: 60,
        requestsPerSecond: 40,
        canaryShare: 0.5,
        errorRate: 0.02,
        pods: { canary: 2, stable: 2 },
        noise: TRAFFIC_NOISE.white,
      });
      const telemetry = simulatedTelemetry(traffic, 10);
      const intervals = telemetry.intervals.filter(({ cohort }) => withStable || cohort === 'canary');
      if (decided(policy, { ...telemetry, intervals }).crossedAtMs !== null) rolled += 1;
    }
    return rolled / runs;
  }

  itSimulates('covers a canary that is just at its limit, with a stable beside it and without', () => {
    expect(rolledBack(false, 0.1, 60)).toBeLessThanOrEqual(0.15);
    expect(rolledBack(true, 0.1, 30)).toBeLessThanOrEqual(0.15);
  });

  it('is shared: the weights of all criteria and limits give the budget and no more', () => {
    const policy = definePolicy({
      falseRollbackRate: 0.02,
      criteria: [errorRate({ max: 0.1, importance: 'critical' }), latency({ maxMs: 500 })],
      hardStops: [panicErrorRate({ max: 0.5 }), sloBurnRate({ objective: 0.999 }), unansweredShare(), crashLoop()],
    });
    const { evidence, limits = [] } = decided(policy, telemetryWith(1, { requests: 1, errors: 0 }, null));
    expect(limits).toHaveLength(6);
    const spent = [...evidence, ...limits].reduce((sum, { bound }) => sum + Math.exp(-bound), 0);
    expect(spent).toBeCloseTo(0.02, 9);
  });
});
