/** A rollout is judged live and recorded meanwhile; its replay decides the same at the same moment, and another policy's differs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Decision,
  definePolicy,
  errorRate,
  inMemoryMetrics,
  inMemoryRollouts,
  manualClock,
  RollbackDecisionEngine,
  thresholdPolicy,
} from '../../src/index.ts';
import { appendRecording, readRecordings, recordingClient, replay } from '../../src/replay/index.ts';
import { simulatedTelemetry, simulateTraffic } from '../../src/testing/index.ts';
import { cutAt } from '../helpers/cut.ts';

const DEPLOYED_AT_MS = Date.UTC(2026, 0, 1);
const REF = { service: 'simulated', deploymentId: 'simulation' };
const policy = definePolicy({ criteria: [errorRate()], soakSeconds: 300 });

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recorded-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Asks the engine every ten seconds until it rolls back, promotes, or half an hour is over. */
async function rollOut(ratio: number): Promise<{ decisions: Decision[]; path: string }> {
  const traffic = simulateTraffic({
    ...{ seed: 3, seconds: 1800, historySeconds: 600, requestsPerSecond: 300, canaryShare: 0.2, errorRate: 0.01 },
    fault: { atSecond: 120, ratio },
  });
  const whole = simulatedTelemetry(traffic, 10, DEPLOYED_AT_MS);
  const clock = manualClock(DEPLOYED_AT_MS);
  const metrics = recordingClient(
    // It knows neither when the deployment began nor any weight.
    inMemoryMetrics(({ toMs }) => ({ ...cutAt(whole, toMs), deployedAtMs: 0, weights: [] })),
  );
  const rollouts = inMemoryRollouts({
    simulated: {
      ...{ activeDeploymentId: 'simulation', phase: 'progressing', canaryShare: 0.2 },
      ...{ startedAtMs: DEPLOYED_AT_MS, stepStartedAtMs: DEPLOYED_AT_MS },
    },
  });
  const engine = new RollbackDecisionEngine({ policy, metrics, rollouts, clock });
  const decisions: Decision[] = [];
  while (clock.now() < DEPLOYED_AT_MS + 600_000) {
    await clock.advance(10_000);
    decisions.push(await engine.evaluateDeployment(REF.service, REF.deploymentId));
    if (['rollback', 'promote'].includes(decisions.at(-1)!.verdict)) break;
  }
  const path = join(folder, 'history.jsonl');
  await appendRecording(path, metrics.recording(REF)!);
  expect(metrics.problems).toEqual([]);
  return { decisions, path };
}

describe('a recorded rollout', () => {
  it.each([
    ['of a faulty version', 4, 'rollback'],
    ['of a sound version', 1, 'promote'],
  ])('%s is replayed to its own outcome', async (_what, ratio, verdict) => {
    const { decisions, path } = await rollOut(ratio);
    const last = decisions.at(-1)!;
    expect(last.verdict).toBe(verdict);
    const never = thresholdPolicy({ minimumSampleSize: 1_000_000 });
    const report = await replay({ own: policy, never }, readRecordings([path]));
    const [own, other] = report.deployments[0]!.policies;
    const { reason, cause, guilty, decidedAtMs } = last;
    expect(own).toMatchObject({ verdict, reason, cause, guilty });
    expect(own?.rolledBackAtMs ?? own?.promotedAtMs).toBe(decidedAtMs);
    expect(other).toMatchObject({ verdict: 'continue', badAnswersAtLeast: true });
    const changes = decisions.flatMap((decision, i) =>
      decision.verdict === decisions[i - 1]?.verdict ? [] : [{ atMs: decision.decidedAtMs, verdict: decision.verdict }],
    );
    expect(own?.changes).toEqual(changes);
  });
});
