import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../examples/demo/outcome.ts';
import { policy } from '../../examples/demo/policy.ts';
import { SCENARIO_NAMES, type ScenarioName } from '../../examples/demo/scenarios.ts';
import { thresholdPolicy } from '../../src/index.ts';
import { type ReplayedDeployment, readRecordings, replay } from '../../src/replay/index.ts';

// Real runs of the demo, kept as it wrote them: what was decided live, and the telemetry that was recorded meanwhile.
const recordedFile = (name: ScenarioName, ending: string): string =>
  fileURLToPath(new URL(`./recorded/${name}.${ending}.json`, import.meta.url));

function outcomeOf(name: ScenarioName): Outcome {
  return JSON.parse(readFileSync(recordedFile(name, 'outcome'), 'utf8')) as Outcome;
}

async function replayed(name: ScenarioName): Promise<ReplayedDeployment> {
  const recordings = readRecordings([recordedFile(name, 'telemetry')], { onSkip: () => {} });
  const { deployments } = await replay({ asRun: policy, thresholds: thresholdPolicy() }, recordings);
  return deployments[0]!;
}

describe('a recorded run of the demo', () => {
  test.each(SCENARIO_NAMES)('%s: the policy that it ran with decides the same again', async (name) => {
    const { rollback, verdicts, deployedAtMs } = outcomeOf(name);
    const row = await replayed(name);
    const asRun = row.policies[0]!;
    expect(row.deployedAtMs).toBe(deployedAtMs);
    if (rollback === null) {
      expect(asRun.rolledBackAtMs).toBeNull();
      expect(asRun.escalatedAtMs).toBeNull();
    } else {
      expect(asRun).toMatchObject({ verdict: 'rollback', reason: rollback.reason, cause: rollback.cause });
      // Live, the data of an interval come in a little after its end.
      expect(rollback.decidedAtMs - asRun.rolledBackAtMs!).toBeGreaterThanOrEqual(0);
      expect(rollback.decidedAtMs - asRun.rolledBackAtMs!).toBeLessThan(10_000);
    }
    const live = verdicts.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'promote');
    const again = asRun.changes.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'promote');
    // A live run may begin before the first interval is complete, and may end before the last one is.
    expect(live.join(' ')).toContain(again.slice(1).join(' '));
  });

  test('fixed thresholds decide otherwise: too few requests to see the fault of "errors"', async () => {
    const [asRun, thresholds] = (await replayed('errors')).policies;
    expect(asRun!.verdict).toBe('rollback');
    expect(thresholds!.verdict).toBe('continue');
    expect(thresholds!.badAnswersServed).toBeGreaterThan(asRun!.badAnswersServed);
  });
});
