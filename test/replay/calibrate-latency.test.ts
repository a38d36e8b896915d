/** Calibration of latency: the edge, the noise at it, and a slowdown that healthy canaries always have. */
import { describe, expect, it } from 'vitest';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { calibrate } from '../../src/replay/calibrate.ts';
import { normal, poisson, seededRandom } from '../../src/testing/random.ts';
import { explicit } from '../helpers/histograms.ts';
import { labelled } from '../helpers/service-history.ts';
import { DEPLOYED_AT_MS, interval, telemetryOf } from '../helpers/telemetry.ts';

const BOUNDS = Array.from({ length: 24 }, (_, i) => Math.round(10 * 1.25 ** i * 10) / 10);

/** Log-normal times around 50 ms; a canary takes so many times as long, and each pod so many times more or less. */
function deploymentOf(day: number, { slower = 1, podDeviation = 0 } = {}): DeploymentTelemetry {
  const random = seededRandom('latency', day);
  const pods = ['canary-0', ...Array.from({ length: 6 }, (_, i) => `stable-${i}`)].map((pod, i) => ({
    pod,
    cohort: i === 0 ? ('canary' as const) : ('stable' as const),
    medianMs: 50 * (i === 0 ? slower : 1) * Math.exp(podDeviation * normal(random)),
  }));
  const intervals: TelemetryInterval[] = [];
  for (let i = -12; i < 36; i++) {
    for (const { pod, cohort, medianMs } of pods) {
      if (i < 0 && cohort === 'canary') continue;
      const counts = expectedCounts(medianMs, 300).map((mean) => poisson(random, mean));
      const requests = counts.reduce((sum, count) => sum + count, 0);
      intervals.push(interval(i, cohort, [requests, 0], { pod, latency: explicit(BOUNDS, counts) }));
    }
  }
  return telemetryOf([], [], {
    intervals,
    completeUntilMs: DEPLOYED_AT_MS + 360_000,
    deploymentId: `day-${day}`,
  });
}

/** How many of `total` fall into each bucket. */
function expectedCounts(medianMs: number, total: number): number[] {
  const below = [...BOUNDS.map((bound) => cumulative(Math.log(bound / medianMs) / 0.5)), 1];
  return below.map((share, i) => total * (share - (below[i - 1] ?? 0)));
}

/** The normal distribution, within 1e-7 (Abramowitz and Stegun 26.2.17). */
function cumulative(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

const calibrated = async (options: Parameters<typeof deploymentOf>[1]) => {
  const history = Array.from({ length: 12 }, (_, day) => deploymentOf(day, options));
  const { services } = await calibrate(history, { labels: labelled(history, 'good') });
  const { latency, suggested, traffic } = services[0]!;
  return { latency, traffic, margin: suggested.margins.find(({ kind }) => kind === 'latency')! };
};

describe('calibration of latency', () => {
  it('counts at the edge nearest to the quantile, and keeps the default where canaries are as fast', async () => {
    const { latency, margin, traffic } = await calibrated({});
    // 1 % of log-normal times around 50 ms take longer than 160 ms.
    expect(latency!.counted).toBe('requests slower than 146 ms');
    expect(latency!.spread).toBeLessThan(0.06);
    expect(latency!.podSquaredCv).toBeLessThan(0.03);
    expect(margin).toMatchObject({ criterion: 'latency p99', maxRelativeIncrease: 0.1, minAbsoluteIncrease: null });
    expect(traffic!.latency).toBeDefined();
    expect(traffic!.latencyNoise).toMatchObject({ squaredCv: latency!.squaredCv });
  });

  it('translates what canaries always show into time: 18 % longer', async () => {
    const { margin } = await calibrated({ slower: 1.18 });
    expect(margin.maxRelativeIncrease).toBeGreaterThanOrEqual(0.16);
    expect(margin.maxRelativeIncrease).toBeLessThan(0.25);
    expect(margin.words).toMatch(/as many requests slower than 146 ms.*a margin of \d+ % covers that\.$/);
  });

  it('learns that pods differ, and leaves that to the judge', async () => {
    const { latency, margin } = await calibrated({ podDeviation: 0.05 });
    expect(latency!.spread).toBeGreaterThan(0.1);
    expect(margin.maxRelativeIncrease).toBe(0.1);
  });

  it('suggests nothing where canaries are beyond the next bucket', async () => {
    const { margin } = await calibrated({ slower: 2 });
    expect(margin).toMatchObject({
      maxRelativeIncrease: 0.1,
      words: expect.stringContaining('that is more than a margin should cover'),
    });
  });
});
