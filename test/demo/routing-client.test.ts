import { beforeEach, describe, expect, test } from 'vitest';
import { DemoRollout } from '../../examples/demo/routing-client.ts';

const ref = { service: 'shop', deploymentId: 'deploy-42' };
let nowMs: number;
let routed: number[];
let rollout: DemoRollout;

beforeEach(() => {
  nowMs = 1_000;
  routed = [];
  const router = {
    setCanaryWeight: async (percent: number) => void routed.push(percent),
    observedCanaryShare: async () => (routed.at(-1) ?? 0) / 100,
  };
  rollout = new DemoRollout(ref, router, { now: () => nowMs, sleep: async () => {} });
});

describe('DemoRollout', () => {
  test('keeps the history of weights, and says when it started and when its step did', async () => {
    await rollout.setWeight(5);
    nowMs = 11_000;
    await rollout.setWeight(20);
    expect(rollout.weights).toEqual([
      { atMs: 1_000, canaryShare: 0.05 },
      { atMs: 11_000, canaryShare: 0.2 },
    ]);
    expect(await rollout.getStatus(ref)).toEqual({
      activeDeploymentId: 'deploy-42',
      phase: 'progressing',
      canaryShare: 0.2,
      startedAtMs: 1_000,
      stepStartedAtMs: 11_000,
    });
  });

  test('abort sends all traffic back, once, and no step can be taken after it', async () => {
    await rollout.setWeight(20);
    expect(await rollout.abort({ ...ref, reason: 'worse' })).toEqual({ status: 'aborted' });
    expect(await rollout.abort({ ...ref, reason: 'worse' })).toEqual({ status: 'already-aborted' });
    expect(routed).toEqual([20, 0]);
    await expect(rollout.setWeight(50)).rejects.toMatchObject({ code: 'BAD_CALL' });
    await expect(rollout.promote(ref)).rejects.toMatchObject({ code: 'BAD_CALL' });
    expect(routed).toEqual([20, 0]);
    expect((await rollout.getStatus(ref)).phase).toBe('aborted');
  });

  test('an abort of another deployment changes nothing and names the active one', async () => {
    await rollout.setWeight(20);
    const answer = await rollout.abort({ service: 'shop', deploymentId: 'deploy-41', reason: 'late' });
    expect(answer).toEqual({ status: 'superseded', activeDeploymentId: 'deploy-42' });
    expect(routed).toEqual([20]);
    expect(rollout.phase).toBe('progressing');
  });

  test('promote sends all traffic to the canary, and it cannot be aborted then', async () => {
    await rollout.setWeight(50);
    await rollout.promote(ref);
    await rollout.promote(ref);
    expect(routed).toEqual([50, 100]);
    expect(await rollout.abort({ ...ref, reason: 'late' })).toEqual({ status: 'already-promoted' });
    expect(routed).toEqual([50, 100]);
  });

  test('knows no other service', async () => {
    const other = { service: 'billing', deploymentId: 'deploy-42' };
    await expect(rollout.getStatus(other)).rejects.toThrow('no rollout of billing');
    await expect(rollout.abort({ ...other, reason: 'x' })).rejects.toThrow('no rollout of billing');
    expect(routed).toEqual([]);
  });
});
