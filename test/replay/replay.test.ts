/** Many recordings under several policies: scores, comparisons, and what was left out. */
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import type { Labels } from '../../src/replay/labels.ts';
import { replay } from '../../src/replay/replay.ts';
import { replayOne } from '../../src/replay/replay-one.ts';
import type { ReplayedDeployment } from '../../src/replay/replay-report.ts';
import { VERSION } from '../../src/version.ts';
import { DEPLOYED_AT_MS, repeat, telemetryOf } from '../helpers/telemetry.ts';

const mine = definePolicy({ criteria: [errorRate()], hardStops: [] });
const old = thresholdPolicy({ maxErrorRate: 0.05, maxRelativeErrorIncrease: 10, minimumSampleSize: 500 });

type Slot = readonly [canary: readonly [number, number], stable: readonly [number, number]];
const slot = (canaryErrors: number, stableErrors = 19): Slot => [
  [100, canaryErrors],
  [1900, stableErrors],
];

function recordingOf(deploymentId: string, slots: readonly Slot[]): DeploymentTelemetry {
  return telemetryOf(slots, repeat(30, [1900, 19] as const), { deploymentId });
}

const HISTORY: DeploymentTelemetry[] = [
  recordingOf('quiet', repeat(60, slot(1))),
  // Both arms fail: thresholds blame the canary.
  recordingOf('incident', [...repeat(20, slot(1)), ...repeat(40, slot(20, 380))]),
  recordingOf('down', repeat(60, slot(60))),
  // Too little for a threshold of 5 %.
  recordingOf('leaky', [...repeat(60, slot(1)), ...repeat(120, slot(4))]),
  recordingOf('nobody knows', repeat(60, slot(90))),
];
const LABELS: Labels = {
  quiet: { outcome: 'good' },
  'checkout/incident': { outcome: 'good' },
  down: { outcome: 'bad' },
  leaky: { outcome: 'bad', badFromMs: DEPLOYED_AT_MS + 600_000 },
  'not recorded': { outcome: 'bad' },
};

describe('replay', () => {
  it('scores policies, compares them, and says which labels were of no use', async () => {
    const report = await replay({ mine, old }, HISTORY, { labels: LABELS });
    expect(report).toMatchObject({ schemaVersion: 1, engineVersion: VERSION, skipped: [], skippedCount: 0 });
    expect(report.policies).toEqual([
      { name: 'mine', digest: policyDigest(mine) },
      { name: 'old', digest: policyDigest(old) },
    ]);
    expect(report.unusedLabels).toEqual(['not recorded']);
    const [down, leaky] = [report.deployments[2]!, report.deployments[3]!];
    const seconds = (row: ReplayedDeployment, policy: number, fromMs = DEPLOYED_AT_MS): number =>
      (row.policies[policy]!.rolledBackAtMs! - fromMs) / 1000;
    const [mineDown, oldDown] = [seconds(down, 0), seconds(down, 1)];
    const mineLeaky = seconds(leaky, 0, DEPLOYED_AT_MS + 600_000);
    expect(oldDown).toBe(50); // 500 requests at last
    expect(mineDown).toBeLessThan(oldDown);
    expect(mineLeaky).toBeGreaterThan(0);
    const counts = { deployments: 5, good: 2, bad: 2, unlabelled: 1, rolledBackUnlabelled: 1, rolledBackEarly: 0 };
    expect(report.scores).toMatchObject([
      {
        ...counts,
        ...{ policy: 'mine', policyDigest: policyDigest(mine), falseRollbacks: 0, caught: 2, missed: 0 },
        medianSecondsToRollback: Math.min(mineDown, mineLeaky),
        p90SecondsToRollback: Math.max(mineDown, mineLeaky),
        badAnswersServed: 60 * (mineDown / 10) + 60 + 4 * (mineLeaky / 10),
      },
      {
        ...counts,
        ...{ policy: 'old', falseRollbacks: 1, caught: 1, missed: 1, promotedGood: 0, promotedBad: 0 },
        ...{ medianSecondsToRollback: 50, p90SecondsToRollback: 50, badAnswersServed: 300 + 60 + 480 },
      },
    ]);
    const badAnswersSaved = report.scores[1]!.badAnswersServed - report.scores[0]!.badAnswersServed;
    const saved = { bothCaught: 1, medianSecondsSaved: 50 - mineDown, totalSecondsSaved: 50 - mineDown };
    expect(report.comparisons).toEqual([
      {
        ...{ policy: 'mine', against: 'old', ...saved, badAnswersSaved, falseRollbacksSaved: 1 },
        ...{ onlyThisCaught: ['checkout/leaky'], onlyThisCount: 1, onlyOtherCaught: [], onlyOtherCount: 0 },
      },
      {
        ...{ policy: 'old', against: 'mine', bothCaught: 1 },
        ...{ medianSecondsSaved: mineDown - 50, totalSecondsSaved: mineDown - 50 },
        ...{ badAnswersSaved: -badAnswersSaved, falseRollbacksSaved: -1 },
        ...{ onlyThisCaught: [], onlyThisCount: 0, onlyOtherCaught: ['checkout/leaky'], onlyOtherCount: 1 },
      },
    ]);
  });

  it('tells each deployment as replayOne() tells it, with its label and where it came from', async () => {
    const [recording] = HISTORY;
    const given = { recording: recording!, source: 'history.jsonl', line: 7 };
    const report = await replay({ mine, old }, [given], { labels: LABELS });
    expect(report.deployments).toEqual([
      {
        ...{ service: 'checkout', deploymentId: 'quiet', source: 'history.jsonl', line: 7 },
        ...{ deployedAtMs: DEPLOYED_AT_MS, endedAtMs: DEPLOYED_AT_MS + 600_000, label: { outcome: 'good' } },
        policies: [replayOne(mine, recording!, 'mine'), replayOne(old, recording!, 'old')],
      },
    ]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('streams: rows as they come, progress, and nothing kept when told so', async () => {
    const seen: string[] = [];
    let waiting = 0;
    async function* live(): AsyncGenerator<DeploymentTelemetry> {
      for (const recording of HISTORY) {
        waiting++;
        yield recording;
        // The next one is asked for only when this one is done.
        expect(seen).toHaveLength(2 * waiting);
      }
    }
    const report = await replay({ mine }, live(), {
      labels: LABELS,
      keepDeployments: false,
      onDeployment: ({ deploymentId }) => void seen.push(deploymentId),
      onProgress: (done) => void seen.push(String(done)),
    });
    expect(seen).toEqual(['quiet', '1', 'incident', '2', 'down', '3', 'leaky', '4', 'nobody knows', '5']);
    expect(report.deployments).toEqual([]);
    expect(report.scores).toEqual((await replay({ mine }, HISTORY, { labels: LABELS })).scores);
  });

  it('compares with the baseline alone where one is named', async () => {
    const report = await replay({ a: mine, b: old, c: old }, [], { baseline: 'b' });
    expect(report.comparisons.map(({ policy, against }) => `${policy} ${against}`)).toEqual(['a b', 'c b']);
    expect((await replay({ a: mine, b: old, c: old }, [])).comparisons).toHaveLength(6);
  });

  it('takes what was bad before it was deployed for bad from the start', async () => {
    const [none, inSeconds] = await Promise.all(
      [{}, { badFromMs: DEPLOYED_AT_MS / 1000 }].map((from) =>
        replay({ mine, old }, [HISTORY[2]!], { labels: { down: { outcome: 'bad', ...from } } }),
      ),
    );
    expect(inSeconds!.scores).toEqual(none!.scores);
    expect(none!.scores[0]!.medianSecondsToRollback).toBeLessThan(100);
  });

  it('tells luck from a catch: acting before a deployment became bad', async () => {
    const labels: Labels = { down: { outcome: 'bad', badFromMs: DEPLOYED_AT_MS + 300_000 } };
    const { scores } = await replay({ old }, [HISTORY[2]!], { labels });
    expect(scores[0]).toMatchObject({
      bad: 1,
      caught: 0,
      missed: 0,
      rolledBackEarly: 1,
      medianSecondsToRollback: null,
    });
  });

  it('counts a bad deployment that was promoted', async () => {
    const busy: Slot = [
      [10_000, 100],
      [190_000, 1900],
    ];
    const late = recordingOf('late', [...repeat(180, busy), ...repeat(30, slot(60))]);
    const labels: Labels = { late: { outcome: 'bad', badFromMs: DEPLOYED_AT_MS + 1_800_000 } };
    const { scores } = await replay({ mine }, [late], { labels });
    expect(scores[0]).toMatchObject({ bad: 1, caught: 0, missed: 1, promotedBad: 1, promotedGood: 0 });
  });

  it('says for which share of their time good deployments were held', async () => {
    // Nothing reaches the canary for the first 100 s of 600.
    const empty: Slot = [
      [0, 0],
      [2000, 20],
    ];
    const held = { ...recordingOf('held', [...repeat(10, empty), ...repeat(50, slot(1))]), weights: [] };
    const never = definePolicy({ criteria: [errorRate()], hardStops: [], soakSeconds: 100_000 });
    const labels: Labels = { held: { outcome: 'good' } };
    expect((await replay({ never }, [held], { labels })).scores[0]!.heldShare).toBeCloseTo(1 / 6, 10);
  });

  it('leaves out what is no recording, and one deployment that comes twice, by name', async () => {
    const [good] = HISTORY;
    const newer = { ...good, schemaVersion: 2 } as unknown as DeploymentTelemetry;
    const broken = recordingOf('broken', [slot(101)]);
    const given = [mine as unknown as DeploymentTelemetry, good!, newer, broken, good!];
    const report = await replay({ mine }, given);
    expect(report.deployments).toHaveLength(1);
    expect(report.skippedCount).toBe(4);
    expect(report.skipped).toEqual([
      expect.objectContaining({
        code: 'NOT_A_RECORDING',
        message: expect.stringMatching(/^Recording 1: This is a policy/),
      }),
      expect.objectContaining({ code: 'UNKNOWN_VERSION', message: expect.stringContaining('made by a newer version') }),
      expect.objectContaining({ code: 'INVALID_TELEMETRY', message: expect.stringContaining('intervals[30].errors') }),
      expect.objectContaining({ code: 'DUPLICATE', message: expect.stringContaining('the first recording counts') }),
    ]);
  });

  it('keeps a bounded list of what was left out, and counts all of it', async () => {
    const report = await replay({ mine }, repeat(1500, {} as DeploymentTelemetry));
    expect(report.skipped).toHaveLength(1000);
    expect(report.skippedCount).toBe(1500);
  });

  it('gives up between two deployments when told to', async () => {
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 2) controller.abort(new Error('enough'));
    };
    let asked = 0;
    function* counted(): Generator<DeploymentTelemetry> {
      for (const recording of HISTORY) {
        asked++;
        yield recording;
      }
    }
    const { signal } = controller;
    await expect(replay({ mine }, counted(), { onProgress, signal })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(asked).toBeLessThanOrEqual(3);
    await expect(replay({ mine }, HISTORY, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it.each([
    ['no policy', {}, {}, 'policies'],
    ['a baseline that is no policy', { mine }, { baseline: 'old' }, 'Name one of the policies: mine.'],
    ['a malformed label', { mine }, { labels: { a: { outcome: 'odd' } } }, 'labels.a'],
    ['an unknown option', { mine }, { label: {} }, 'options.label'],
  ])('refuses %s', async (_what, policies, options, message) => {
    await expect(replay(policies, [], options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['a path', 'history.jsonl'],
    ['one recording alone', HISTORY[0]],
    ['nothing', undefined],
  ])('refuses %s where a list of recordings is wanted', async (_what, recordings) => {
    await expect(replay({ mine }, recordings as never)).rejects.toThrow('readRecordings() for files');
  });

  it('refuses a policy that is none', async () => {
    await expect(replay({ mine: { kind: 'evidence' } as never }, [])).rejects.toMatchObject({ code: 'INVALID_POLICY' });
  });
});
