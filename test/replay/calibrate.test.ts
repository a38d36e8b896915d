import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { latency } from '../../src/engine/criteria/latency.ts';
import { policyDigest } from '../../src/engine/digest.ts';
import { definePolicy } from '../../src/engine/policy.ts';
import { webService } from '../../src/engine/presets.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import { timeToDetect } from '../../src/planning/time-to-detect.ts';
import { trafficOf } from '../../src/planning/traffic-of.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { calibrate } from '../../src/replay/calibrate.ts';
import type { Recordings } from '../../src/replay/recording.ts';
import { VERSION } from '../../src/version.ts';
import { historyOf, labelled } from '../helpers/service-history.ts';

const HISTORY = historyOf(12, { seconds: 300, historySeconds: 200 });
/** As a source that knows no pods would have told it. */
function withoutPods(history: readonly DeploymentTelemetry[]): DeploymentTelemetry[] {
  return history.map((recording) => {
    const sums = new Map<string, DeploymentTelemetry['intervals'][number]>();
    for (const { pod: _, ...interval } of recording.intervals) {
      const key = `${interval.cohort} ${interval.startMs}`;
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, interval);
      else sums.set(key, { ...sum, requests: sum.requests + interval.requests, errors: sum.errors + interval.errors });
    }
    return { ...recording, intervals: [...sums.values()] };
  });
}

describe('calibrate', () => {
  it('says what it was made of and by', async () => {
    const found = await calibrate(HISTORY, { labels: { ...labelled(HISTORY, 'good'), 'day-99': { outcome: 'bad' } } });
    expect(found).toMatchObject({
      ...{ schemaVersion: 1, engineVersion: VERSION, policyDigest: policyDigest(webService()), confidence: 0.95 },
      ...{ skipped: [], skippedCount: 0, unusedLabels: ['day-99'] },
      services: [{ service: 'checkout', deployments: 12, good: 12, bad: 0, unlabelled: 0, usable: 12 }],
    });
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('gives traffic that a plan can be made of', async () => {
    const { services } = await calibrate(HISTORY);
    const { traffic } = services[0]!;
    // The simulated history before the canary comes is that of stable's part of the traffic: it must not count.
    expect(traffic!.requestsPerSecond / trafficOf(HISTORY).requestsPerSecond).toBeCloseTo(1, 2);
    expect(traffic!.errorRate).toBeCloseTo(0.01, 3);
    expect(traffic).not.toHaveProperty('latency');
    const { seconds } = timeToDetect(traffic!, { kind: 'errors', ratio: 3 }, { canaryShare: 0.1, power: 0.9 });
    expect(seconds).toBeGreaterThan(0);
  });

  it('judges good deployments as they were, all but the bad ones by a placebo, and each counts once', async () => {
    const trials = async (labels: Parameters<typeof labelled>[1] | null) => {
      const { services } = await calibrate(HISTORY, { labels: labels === null ? {} : labelled(HISTORY, labels) });
      return services[0]!.falseRollbacks;
    };
    expect(await trials('good')).toMatchObject({ deployments: 12, good: 12, placebos: 12, rolledBackCount: 0 });
    expect(await trials(null)).toMatchObject({ deployments: 12, good: 0, placebos: 12 });
    expect(await trials('bad')).toMatchObject({ deployments: 0, good: 0, placebos: 0, upper: 1 });
  });

  it('finds the false rollbacks of a policy that cannot be kept, and refuses to promise its rate', async () => {
    // The error rate is at the threshold: it rolls back half of all healthy canaries, and most placebos.
    const policy = thresholdPolicy({ maxErrorRate: 0.01, minimumSampleSize: 100 });
    const found = await calibrate(HISTORY, { policy, labels: labelled(HISTORY, 'good'), falseRollbackRate: 0.1 });
    const { falseRollbacks } = found.services[0]!;
    expect(falseRollbacks.rolledBackCount).toBeGreaterThan(6);
    expect(falseRollbacks.rolledBackCount).toBeLessThanOrEqual(12);
    expect(falseRollbacks).toMatchObject({ deployments: 12, asked: 0.1, promised: false });
    expect(new Set(falseRollbacks.rolledBack).size).toBe(falseRollbacks.rolledBackCount);
  });

  it('takes a policy that never had enough to judge by for no success', async () => {
    const policy = thresholdPolicy({ minimumSampleSize: 1e9 });
    const found = await calibrate(HISTORY, { policy, labels: labelled(HISTORY, 'good') });
    expect(found.services[0]!.falseRollbacks).toMatchObject({ deployments: 0, good: 0, placebos: 0, upper: 1 });
  });

  it('promises what history supports, at the confidence that was asked for', async () => {
    const asked = async (falseRollbackRate: number, confidence: number): Promise<boolean> =>
      (await calibrate(HISTORY, { falseRollbackRate, confidence })).services[0]!.falseRollbacks.promised;
    // 12 without a false rollback: 22 % at 95 %, 32 % at 99 %.
    expect([await asked(0.25, 0.95), await asked(0.2, 0.95), await asked(0.25, 0.99)]).toEqual([true, false, false]);
  });

  it('asks for the rate of the policy unless told otherwise; thresholds promise none', async () => {
    const policy = definePolicy({ falseRollbackRate: 0.3, criteria: [errorRate()] });
    const of = async (options: Parameters<typeof calibrate>[1]): Promise<number | null> =>
      (await calibrate(HISTORY, options)).services[0]!.falseRollbacks.asked;
    expect([await of({}), await of({ policy }), await of({ policy: thresholdPolicy() })]).toEqual([0.01, 0.3, null]);
  });

  it('learns nothing of a bad deployment, not even of its stable pods', async () => {
    const hurt = historyOf(4, { seconds: 300, errorRate: 0.2 }).map((recording, i) => ({
      ...recording,
      deploymentId: `bad-${i}`,
    }));
    const with_ = await calibrate([...HISTORY, ...hurt], { labels: labelled(hurt, 'bad') });
    const without = await calibrate(HISTORY);
    expect(with_.services[0]).toEqual({ ...without.services[0], deployments: 16, bad: 4 });
  });

  it('keeps services apart, sorted by name', async () => {
    const cart = HISTORY.slice(0, 3).map((recording) => ({ ...recording, service: 'cart' }));
    const { services } = await calibrate([...HISTORY, ...cart]);
    expect(services.map(({ service, deployments }) => [service, deployments])).toEqual([
      ['cart', 3],
      ['checkout', 12],
    ]);
  });

  it('says what it cannot tell where pods are not told apart', async () => {
    const plain = withoutPods(HISTORY);
    const { services } = await calibrate(plain, { labels: labelled(plain, 'good') });
    const [found] = services;
    expect(found).toMatchObject({ usable: 12, errors: null, latency: null, suggested: { assumedPodSpread: null } });
    expect(found!.traffic).not.toHaveProperty('noise');
    expect(found!.falseRollbacks).toMatchObject({ deployments: 12, good: 12, placebos: 0 });
    expect(found!.suggested.margins[0]!.natural).toMatchObject({ from: 'good', deployments: 12 });
    const unlabelled = (await calibrate(plain)).services[0]!;
    expect(unlabelled.falseRollbacks.words).toMatch(/^No deployment could be judged that is labelled good/);
    expect(unlabelled.suggested.margins[0]).toMatchObject({
      natural: null,
      maxRelativeIncrease: 0.25,
      words: expect.stringMatching(/^Fewer than ten deployments/),
    });
  });

  it('suggests margins in the order of the policy, of what it can count', async () => {
    const policy = definePolicy({
      criteria: [latency(), errorRate({ name: 'routes', segments: ['/pay'] }), errorRate({ importance: 'critical' })],
    });
    const { services } = await calibrate(HISTORY, { policy });
    expect(services[0]!.suggested.margins[0]!.words).toMatch(/^Stable reports no latency/);
    expect(services[0]!.suggested.margins.map(({ criterion, natural }) => [criterion, natural?.from])).toEqual([
      ['latency p99', undefined],
      ['error rate', 'placebo'],
    ]);
  });

  it('leaves out what is no recording and what came before, with the reason', async () => {
    const broken = { ...HISTORY[0]!, completeUntilMs: Number.NaN };
    const { skipped, services } = await calibrate([HISTORY[0]!, HISTORY[0]!, broken]);
    expect(skipped.map(({ code }) => code)).toEqual(['DUPLICATE', 'INVALID_TELEMETRY']);
    expect(services[0]!.deployments).toBe(1);
    const empty = { ...HISTORY[0]!, intervals: [] };
    expect((await calibrate([empty])).services[0]).toMatchObject({
      deployments: 1,
      usable: 0,
      traffic: null,
      errors: null,
    });
    expect((await calibrate([])).services).toEqual([]);
  });

  it('reads a stream, tells how far it is, and gives up when it is told to', async () => {
    const controller = new AbortController();
    const done: number[] = [];
    const stream: Recordings = (async function* () {
      yield* HISTORY;
    })();
    const onProgress = (count: number): void => {
      done.push(count);
      if (count === 3) controller.abort();
    };
    await expect(calibrate(stream, { onProgress, signal: controller.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(done).toEqual([1, 2, 3]);
  });

  it.each([
    [{ confidence: 1 }, 'INVALID_OPTION', 'confidence'],
    [{ confidence: 0 }, 'INVALID_OPTION', 'confidence'],
    [{ falseRollbackRate: 0 }, 'INVALID_OPTION', 'falseRollbackRate'],
    [{ labels: { x: { outcome: 'fine' } } }, 'INVALID_OPTION', 'labels.x.outcome'],
    [{ label: {} }, 'INVALID_OPTION', 'options.label'],
    [{ policy: {} }, 'INVALID_POLICY', 'kind'],
  ])('refuses %j', async (options, code, path) => {
    await expect(calibrate([], options as Parameters<typeof calibrate>[1])).rejects.toMatchObject({ code, path });
  });
});
