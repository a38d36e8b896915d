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
const judge = (canary: DeploymentMetrics | null, stable: DeploymentMetrics | null) =>
  decide(
    policy,
    {
      schemaVersion: 1,
      kind: 'aggregates',
      service: 's',
      deploymentId: 'd',
      windowSeconds: 300,
      atMs: 5,
      canary,
      stable,
    } satisfies AggregateTelemetry,
    { nowMs: 5 },
  );

describe('the plain rules, in their order', () => {
  it.each([
    ['above 1 %', metrics(0.0101), metrics(0.0101), 'rollback', 'error rate'],
    ['exactly 1 %', metrics(0.01), metrics(0.01), 'continue', null],
    ['50 % over stable and 0.1 points above', metrics(0.0052), metrics(0.003), 'rollback', 'error rate'],
    ['50 % over stable, less than 0.1 points', metrics(0.0009), metrics(0), 'continue', null],
    ['0.1 points above, less than 50 %', metrics(0.009), metrics(0.007), 'continue', null],
    ['above a stable rate of zero', metrics(0.002), metrics(0), 'rollback', 'error rate'],
    ['p99 over 500 ms and 30 % over stable', metrics(0, 700), metrics(0, 500), 'rollback', 'latency p99'],
    ['p99 over 500 ms like stable', metrics(0, 700), metrics(0, 690), 'continue', null],
    ['p99 30 % over stable, below 500 ms', metrics(0, 400), metrics(0, 100), 'continue', null],
    ['no latency known', metrics(0, null), metrics(0, null), 'continue', null],
    ['fewer than 1,000 requests', metrics(0.9, 9000, 3), metrics(0), 'continue', null],
    ['no stable to compare with', metrics(0.005), null, 'continue', null],
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
  });

  it('escalates where automation may not act', () => {
    const telemetry = {
      schemaVersion: 1,
      kind: 'aggregates',
      service: 's',
      deploymentId: 'd',
      windowSeconds: 300,
      atMs: 5,
      canary: metrics(0.5),
      stable: null,
    } as const;
    expect(decide(policy, telemetry, { nowMs: 5, automation: 'escalate' })).toMatchObject({
      verdict: 'escalate',
      shouldRollback: false,
    });
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
