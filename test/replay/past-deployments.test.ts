import { describe, expect, it } from 'vitest';
import { authorityOf } from '../../src/engine/authority.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { pastDeployments } from '../../src/replay/past-deployments.ts';
import { replay } from '../../src/replay/replay.ts';
import { replayOne } from '../../src/replay/replay-one.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const policy = definePolicy({ criteria: [errorRate({ promoteWithin: 3 })], authority: {} });
const cautious = definePolicy({ criteria: [errorRate()], automation: 'escalate' });
const before = repeat(30, [1900, 19] as const);

function recordingOf(deploymentId: string, canary: number, slots = 60, service = 'checkout'): DeploymentTelemetry {
  return telemetryOf(
    repeat(slots, [
      [100, canary],
      [1900, 19],
    ] as const),
    before,
    { deploymentId, service },
  );
}

const HISTORY = [
  recordingOf('broken', 60),
  recordingOf('quiet', 1, 4),
  recordingOf('proven', 0, 300),
  telemetryOf([], before, { deploymentId: 'silent', completeUntilMs: DEPLOYED_AT_MS + 300_000 }),
  recordingOf('elsewhere', 60, 60, 'cart'),
];

describe('pastDeployments', () => {
  it('tells by service what the evidence gave and what came of it', async () => {
    const labels = { broken: { outcome: 'bad' }, quiet: { outcome: 'good' }, elsewhere: { outcome: 'good' } } as const;
    const report = await replay({ policy, cautious }, HISTORY, { labels });
    const at = (index: number) => ({ endedAtMs: HISTORY[index]!.completeUntilMs });
    expect(pastDeployments(report, 'policy')).toEqual({
      checkout: [
        { deploymentId: 'broken', ...at(0), verdict: 'rollback', outcome: 'bad' },
        { deploymentId: 'quiet', ...at(1), verdict: 'continue', outcome: 'good' },
        { deploymentId: 'proven', ...at(2), verdict: 'promote', outcome: 'unknown' },
        { deploymentId: 'silent', ...at(3), verdict: 'hold', outcome: 'unknown' },
      ],
      cart: [{ deploymentId: 'elsewhere', ...at(4), verdict: 'rollback', outcome: 'good' }],
    });
    // To call a human over a good deployment is a false alarm too.
    expect(pastDeployments(report, 'cautious')['cart']).toMatchObject([{ verdict: 'rollback' }]);
    expect(authorityOf(policy.authority!, pastDeployments(report, 'policy')['checkout']!)).toMatchObject({
      ...{ good: 1, falseRollbacks: 0, bad: 1, caught: 1, uncounted: 2 },
    });
  });

  it('takes a policy that goes on without data for no judgement', async () => {
    const goesOn = definePolicy({ criteria: [errorRate()], onMissing: { noData: 'continue' } });
    const report = await replay({ goesOn }, [HISTORY[3]!]);
    expect(pastDeployments(report, 'goesOn')).toMatchObject({ checkout: [{ verdict: 'hold' }] });
  });

  it('counts a good deployment that ended as they all do: with all of the traffic at the canary', async () => {
    const tried = recordingOf('went-well', 1, 30);
    const alone = (index: number) => interval(index, 'canary', [2000, 20]);
    const recording = {
      ...tried,
      completeUntilMs: DEPLOYED_AT_MS + 600_000,
      weights: [...tried.weights, { atMs: DEPLOYED_AT_MS + 300_000, canaryShare: 1 }],
      intervals: [...tried.intervals, ...Array.from({ length: 30 }, (_, i) => alone(30 + i))],
    };
    const careful = definePolicy({ criteria: [errorRate()], soakSeconds: 1200 });
    const report = await replay({ careful }, [recording]);
    expect(report.deployments[0]!.policies[0]).toMatchObject({ because: 'silent', changes: [{ verdict: 'continue' }] });
    expect(pastDeployments(report, 'careful')).toMatchObject({ checkout: [{ verdict: 'continue' }] });
  });

  it('earns nothing with deployments that had too few requests for thresholds, and something with one minute of enough', async () => {
    const quiet = recordingOf('quiet', 1, 60);
    const busyMinute = telemetryOf(
      [
        ...repeat(54, [
          [1, 0],
          [19, 0],
        ] as const),
        ...repeat(6, [
          [600, 1],
          [1900, 19],
        ] as const),
        ...repeat(60, [
          [1, 0],
          [19, 0],
        ] as const),
      ],
      before,
      { deploymentId: 'busy' },
    );
    const thresholds = thresholdPolicy({ minimumSampleSize: 3100, windowSeconds: 60 });
    const report = await replay({ thresholds }, [quiet, busyMinute]);
    for (const { policies } of report.deployments) expect(policies[0]).toMatchObject({ because: 'too-few-samples' });
    expect(pastDeployments(report, 'thresholds')).toMatchObject({
      checkout: [{ verdict: 'hold' }, { verdict: 'continue' }],
    });
  });

  it('takes a recording that ends before the deployment for no judgement', async () => {
    const early = recordingOf('early', 1, 60);
    const recording = { ...early, deployedAtMs: early.completeUntilMs + 60_000 };
    const report = await replay({ thresholds: thresholdPolicy({ minimumSampleSize: 10 }) }, [recording]);
    expect(pastDeployments(report, 'thresholds')).toMatchObject({ checkout: [{ verdict: 'hold' }] });
  });

  it('refuses a policy that was not replayed, and a report without its rows', async () => {
    const report = await replay({ policy }, HISTORY, { keepDeployments: false });
    const refusal = (path: string) => expect.objectContaining({ code: 'INVALID_OPTION', path });
    expect(() => pastDeployments(report, 'other')).toThrow(refusal('policy'));
    expect(() => pastDeployments(report, 'policy')).toThrow(refusal('report.deployments'));
  });
});

describe('replayOne', () => {
  it.each([
    ['evidence', policy],
    ['thresholds', thresholdPolicy({ minimumSampleSize: 100, authority: {} })],
  ] as const)('knows no authority: a record is earned by what the %s say', (_, rules) => {
    for (const recording of HISTORY)
      expect(replayOne(rules, recording)).toEqual(replayOne({ ...rules, authority: null }, recording));
    expect(replayOne(rules, HISTORY[0]!)).toMatchObject({
      verdict: 'rollback',
      reason: expect.stringMatching(/^Rolling back: /),
    });
  });
});
