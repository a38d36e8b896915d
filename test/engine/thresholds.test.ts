import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/engine/decide.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { AggregateTelemetry, DeploymentMetrics } from '../../src/ports/telemetry.ts';
import { repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = thresholdPolicy();
const metrics = (errorRate: number, p99LatencyMs: number | null = 80, requestsPerSecond = 10): DeploymentMetrics => ({
  errorRate,
  p99LatencyMs,
  requestsPerSecond,
  timestampMs: 0,
});
const aggregates = (canary: DeploymentMetrics | null, stable: DeploymentMetrics | null): AggregateTelemetry => ({
  schemaVersion: 1,
  kind: 'aggregates',
  service: 's',
  deploymentId: 'd',
  windowSeconds: 300,
  atMs: 5,
  canary,
  stable,
});
const judge = (canary: DeploymentMetrics | null, stable: DeploymentMetrics | null, rules = policy) =>
  decide(rules, aggregates(canary, stable), { nowMs: 5 });

describe('thresholdPolicy', () => {
  it('has the plain rules as defaults', () => {
    expect(thresholdPolicy()).toEqual({
      schemaVersion: 1,
      authority: null,
      kind: 'thresholds',
      maxErrorRate: 0.01,
      maxRelativeErrorIncrease: 0.5,
      minAbsoluteErrorIncrease: 0.001,
      maxP99LatencyMs: 500,
      maxRelativeLatencyIncrease: 0.3,
      minimumSampleSize: 1000,
      windowSeconds: 300,
      automation: 'rollback',
    });
    expect(thresholdPolicy({ maxErrorRate: 0.02 })).toEqual({ ...thresholdPolicy(), maxErrorRate: 0.02 });
  });

  it.each([
    ['maxErrorRate', -1],
    ['maxErrorRate', 1.1],
    ['windowSeconds', 0],
    ['minimumSampleSize', Number.NaN],
    ['minimumSampleSize', 0.5],
    ['automation', 'ask'],
  ])('refuses %s = %s', (path, value) => {
    expect(() => thresholdPolicy({ [path]: value })).toThrow(expect.objectContaining({ code: 'INVALID_POLICY', path }));
  });

  it('refuses options that are misspelt', () => {
    expect(() => thresholdPolicy({ maxErorRate: 0.1 } as never)).toThrow(
      expect.objectContaining({ path: 'options.maxErorRate' }),
    );
  });
});

describe('the plain rules, in their order', () => {
  it.each([
    ['above 1 %', metrics(0.0101), metrics(0.0101), 'rollback', 'error rate'],
    ['exactly 1 %', metrics(0.01), metrics(0.01), 'continue', null],
    ['50 % over stable and 0.1 points above', metrics(0.0052), metrics(0.003), 'rollback', 'error rate'],
    ['exactly 50 % over stable', metrics(0.006), metrics(0.004), 'continue', null],
    ['50 % over stable, less than 0.1 points', metrics(0.0009), metrics(0), 'continue', null],
    ['0.1 points above, less than 50 %', metrics(0.009), metrics(0.007), 'continue', null],
    ['above a stable rate of zero', metrics(0.002), metrics(0), 'rollback', 'error rate'],
    ['exactly 0.1 points above a stable rate of zero', metrics(0.001), metrics(0), 'continue', null],
    ['p99 over 500 ms and 30 % over stable', metrics(0, 700), metrics(0, 500), 'rollback', 'latency p99'],
    ['p99 over 500 ms and exactly 30 % over stable', metrics(0, 650), metrics(0, 500), 'continue', null],
    ['p99 over 500 ms like stable', metrics(0, 700), metrics(0, 690), 'continue', null],
    ['p99 30 % over stable, below 500 ms', metrics(0, 400), metrics(0, 100), 'continue', null],
    ['p99 over 500 ms, stable p99 of zero', metrics(0, 501), metrics(0, 0), 'rollback', 'latency p99'],
    ['p99 of exactly 500 ms, stable p99 of zero', metrics(0, 500), metrics(0, 0), 'continue', null],
    ['errors and latency both: the first rule is named', metrics(0.5, 9000), metrics(0, 10), 'rollback', 'error rate'],
    ['no latency known', metrics(0, null), metrics(0, null), 'continue', null],
    ['no latency of the canary known', metrics(0, null), metrics(0, 80), 'continue', null],
    ['no latency of stable known', metrics(0, 9000), metrics(0, null), 'continue', null],
    ['fewer than 1,000 requests', metrics(0.9, 9000, 3), metrics(0), 'continue', null],
    ['999 requests', metrics(0.9, 9000, 3.33), metrics(0), 'continue', null],
    ['1,000 requests', metrics(0.9, 9000, 1000 / 300), metrics(0), 'rollback', 'error rate'],
    ['no stable to compare with', metrics(0.005), null, 'continue', null],
    ['no stable, and above 1 %', metrics(0.0101), null, 'rollback', 'error rate'],
    ['a stable without requests, which has no rate', metrics(0.005, 900), metrics(0, 0, 0), 'continue', null],
    ['a canary without requests', metrics(0, 80, 0), metrics(0), 'continue', null],
    ['no canary', null, metrics(0), 'hold', null],
  ] as const)('%s', (_, canary, stable, verdict, guilty) => {
    expect(judge(canary, stable)).toMatchObject({
      verdict,
      guilty,
      shouldRollback: verdict === 'rollback',
      mayAdvance: verdict === 'continue',
    });
  });

  it('knows no cause', () => {
    expect(judge(metrics(0.5), metrics(0))).toMatchObject({ cause: 'unknown', trigger: 'threshold', crossedAtMs: 5 });
    expect(judge(metrics(0), metrics(0))).toMatchObject({ cause: null, trigger: null, crossedAtMs: null });
    expect(judge(null, metrics(0))).toMatchObject({ cause: null, trigger: 'source', crossedAtMs: null });
  });

  it('passes on what the source had to say', () => {
    const problems = [{ source: 'otlp', code: 'LATE', message: '3 late points', atMs: 1 }];
    const telemetry = telemetryOf([], [], { problems });
    expect(decide(policy, telemetry, { nowMs: telemetry.completeUntilMs }).problems).toEqual(problems);
    expect(judge(metrics(0), metrics(0)).problems).toEqual([]);
  });

  it('escalates where the policy or the caller forbids automation, and says so', () => {
    const bad = metrics(0.5);
    const byPolicy = judge(bad, null, thresholdPolicy({ automation: 'escalate' }));
    const byCaller = decide(policy, aggregates(bad, null), { nowMs: 5, automation: 'escalate' });
    const allowed = { nowMs: 5, automation: 'rollback' } as const;
    const notOverruled = decide(thresholdPolicy({ automation: 'escalate' }), aggregates(bad, null), allowed);
    for (const decision of [byPolicy, byCaller, notOverruled]) {
      expect(decision).toMatchObject({
        verdict: 'escalate',
        shouldRollback: false,
        mayAdvance: false,
        cause: 'unknown',
        trigger: 'threshold',
        guilty: 'error rate',
        reason: 'A human must act: error rate 50 % is above 1 %; policy does not allow an automatic rollback.',
      });
    }
  });

  it.each([
    ['error rate 2 % is above 1 %', 'Rolling back', metrics(0.02), metrics(0)],
    ['error rate 0.52 % against 0.3 % of stable', 'Rolling back', metrics(0.0052), metrics(0.003)],
    ['p99 700 ms against 500 ms of stable', 'Rolling back', metrics(0, 700), metrics(0, 500)],
    ['900 canary requests in 300 s, and the thresholds need 1000', 'Continuing', metrics(0, 80, 3), metrics(0)],
    ['no metrics of stable to compare with', 'Continuing', metrics(0), null],
    ['no threshold is exceeded', 'Continuing', metrics(0), metrics(0)],
    ['no metrics of the canary', 'Holding', null, metrics(0)],
  ])('gives the reason: %s', (clause, lead, canary, stable) => {
    expect(judge(canary, stable).reason).toBe(`${lead}: ${clause}.`);
  });

  it.each([
    ['what breaks a rule is worse', metrics(0.02, 80), metrics(0.005, 80), ['worse', 'undecided']],
    ['both may be worse', metrics(0.02, 900), metrics(0.005, 80), ['worse', 'worse']],
    ['what breaks none is undecided, never proven', metrics(0, 80), metrics(0, 80), ['undecided', 'undecided']],
    ['too few samples are no health', metrics(0, 80, 1), metrics(0, 80), ['too-few-samples', 'too-few-samples']],
    ['no canary', null, metrics(0, 80), ['no-data', 'no-data']],
    ['no stable: only the absolute rule was applied', metrics(0, 80), null, ['undecided', 'no-data']],
    ['no p99', metrics(0, null), metrics(0, 80), ['undecided', 'no-data']],
  ])('says of each criterion where it stands: %s', (_, canary, stable, statuses) => {
    const { evidence } = judge(canary, stable);
    expect(evidence.map(({ name, status }) => [name, status])).toEqual([
      ['error rate', statuses[0]],
      ['latency p99', statuses[1]],
    ]);
  });

  it('shows counts and ratios, and claims no evidence', () => {
    const [errors, slow] = judge(metrics(0.02, 300, 10), metrics(0.008, 200, 100)).evidence;
    expect(errors).toEqual({
      name: 'error rate',
      status: 'worse',
      logE: 0,
      peakLogE: 0,
      bound: 0,
      effect: { kind: 'ratio', estimate: 2.5, low: null, high: null },
      canary: { requests: 3000, bad: 60 },
      stable: { requests: 30000, bad: 240 },
      dispersion: 0,
      clippedIntervals: 0,
      logNonInferiority: null,
    });
    expect(slow).toMatchObject({
      effect: { kind: 'ratio', estimate: 1.5, low: null, high: null },
      canary: { requests: 3000, bad: 0 },
    });
  });

  it('has no ratio to a stable of zero, of nothing, or without requests', () => {
    const effects = (stable: DeploymentMetrics | null) =>
      judge(metrics(0.02, 300), stable).evidence.map(({ effect }) => effect);
    expect(effects(metrics(0, 0))).toEqual([null, null]);
    expect(effects(null)).toEqual([null, null]);
    expect(effects(metrics(0.01, 100, 0))).toEqual([null, null]);
    expect(effects(metrics(Number.MIN_VALUE, Number.MIN_VALUE))).toEqual([null, null]);
  });

  it('gives finite numbers for any rates', () => {
    const any = fc.option(
      fc.record({
        errorRate: fc.double({ min: 0, max: 1, noNaN: true }),
        p99LatencyMs: fc.option(fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), { nil: null }),
        requestsPerSecond: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        timestampMs: fc.nat(),
      }),
      { nil: null },
    );
    fc.assert(
      fc.property(any, any, (canary, stable) => {
        const decision = judge(canary, stable);
        expect(JSON.parse(JSON.stringify(decision))).toEqual(decision);
        expect(decision.mayAdvance).toBe(decision.verdict === 'continue');
        if (canary === null) expect(decision.verdict).toBe('hold');
      }),
    );
  });

  it('looks again after ten seconds, unless the rollout is over', () => {
    expect(judge(metrics(0), metrics(0)).nextCheckAtMs).toBe(10_005);
    expect(judge(null, null).nextCheckAtMs).toBe(10_005);
    expect(judge(metrics(0.5), metrics(0)).nextCheckAtMs).toBe(null);
    const over = { nowMs: 20, plannedEndMs: 20 };
    expect(decide(policy, aggregates(metrics(0), metrics(0)), over).nextCheckAtMs).toBe(null);
    expect(decide(policy, aggregates(metrics(0), metrics(0)), { ...over, nowMs: 19 }).nextCheckAtMs).toBe(10_019);
  });

  it('reads the last five minutes of intervals', () => {
    const bad = [
      [100, 50],
      [1900, 0],
    ] as const;
    const good = [
      [100, 0],
      [1900, 0],
    ] as const;
    const recent = telemetryOf([...repeat(40, good), ...repeat(3, bad)]);
    expect(decide(policy, recent, { nowMs: recent.completeUntilMs })).toMatchObject({ verdict: 'rollback' });
    const longAgo = telemetryOf([...repeat(3, bad), ...repeat(40, good)]);
    expect(decide(policy, longAgo, { nowMs: longAgo.completeUntilMs })).toMatchObject({ verdict: 'continue' });
  });
});
