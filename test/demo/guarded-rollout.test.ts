import { beforeEach, describe, expect, test } from 'vitest';
import { type RollOutEnd, rollOut } from '../../examples/demo/guarded-rollout.ts';
import { DemoRollout } from '../../examples/demo/routing-client.ts';
import {
  type Decision,
  type ManualClock,
  manualClock,
  type RollbackDecisionEngine,
  type Verdict,
} from '../../src/index.ts';
import { canaryPlan } from '../../src/rollouts/index.ts';

const ref = { service: 'shop', deploymentId: 'deploy-42' };
const plan = canaryPlan({
  steps: [
    { weight: 5, pauseSeconds: 4 },
    { weight: 50, pauseSeconds: 4 },
  ],
});

let clock: ManualClock;
let routed: [atMs: number, percent: number][];
let rollout: DemoRollout;

beforeEach(() => {
  clock = manualClock(0);
  routed = [];
  const router = {
    setCanaryWeight: async (percent: number) => void routed.push([clock.now(), percent]),
    observedCanaryShare: async () => (routed.at(-1)?.[1] ?? 0) / 100,
  };
  rollout = new DemoRollout(ref, router, clock);
});

/** An engine that gives these verdicts in turn, the last one for ever, and aborts the rollout when it is told to. */
function engineThatSays(...verdicts: Verdict[]): RollbackDecisionEngine {
  let asked = 0;
  const engine: Pick<RollbackDecisionEngine, 'evaluateDeployment' | 'executeRollback'> = {
    async evaluateDeployment() {
      const verdict = verdicts[Math.min(asked, verdicts.length - 1)]!;
      asked += 1;
      const mayAdvance = verdict === 'continue' || verdict === 'promote';
      return { ...ref, verdict, mayAdvance, shouldRollback: verdict === 'rollback', reason: verdict } as Decision;
    },
    async executeRollback() {
      const abort = await rollout.abort({ ...ref, reason: 'worse' });
      return { abort, trafficRestored: true, eventEmitted: true };
    },
  };
  return engine as RollbackDecisionEngine;
}

async function play(engine: RollbackDecisionEngine, signal = new AbortController().signal): Promise<RollOutEnd> {
  const end = rollOut({
    ref,
    plan,
    engine,
    rollout,
    clock,
    intervalMs: 2_000,
    deadlineMs: 60_000,
    signal,
    onDecision: () => {},
  });
  end.catch(() => {});
  await clock.advance(120_000);
  return end;
}

describe('rollOut', () => {
  test('walks through the plan and promotes', async () => {
    const end = await play(engineThatSays('continue'));
    expect(end.ending).toBe('promoted');
    expect(routed).toEqual([
      [0, 5],
      [4_000, 50],
      [8_000, 100],
    ]);
  });

  test('rolls back at once, and routes nothing to the canary afterwards', async () => {
    const end = await play(engineThatSays('continue', 'continue', 'rollback'));
    expect(end).toMatchObject({ ending: 'rolled-back', rollback: { trafficRestored: true, restoredAtMs: 6_000 } });
    expect(routed).toEqual([
      [0, 5],
      [4_000, 50],
      [6_000, 0],
    ]);
  });

  test('stands still while it is held, and goes on afterwards', async () => {
    await play(engineThatSays('hold', 'hold', 'hold', 'hold', 'hold', 'continue'));
    expect(routed).toEqual([
      [0, 5],
      [12_000, 50],
      [16_000, 100],
    ]);
  });

  test('does not wait for its pauses on promote', async () => {
    await play(engineThatSays('promote'));
    expect(routed).toEqual([
      [0, 5],
      [2_000, 50],
      [4_000, 100],
    ]);
  });

  test('gives up at its deadline, without a verdict on the canary', async () => {
    const end = await play(engineThatSays('hold'));
    expect(end).toMatchObject({ ending: 'unfinished', rollback: null });
    expect(clock.now()).toBe(120_000);
    expect(routed).toEqual([[0, 5]]);
  });

  test('ends with the reason of its signal', async () => {
    const interrupt = new AbortController();
    const end = rollOut({
      ref,
      plan,
      engine: engineThatSays('hold'),
      rollout,
      clock,
      intervalMs: 2_000,
      deadlineMs: 60_000,
      signal: interrupt.signal,
      onDecision: () => interrupt.abort(new Error('ended by SIGINT')),
    });
    end.catch(() => {});
    await clock.advance(120_000);
    await expect(end).rejects.toThrow('ended by SIGINT');
  });
});
