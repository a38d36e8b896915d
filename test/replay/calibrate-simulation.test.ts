import { describe, expect } from 'vitest';
import { calibrate } from '../../src/replay/calibrate.ts';
import type { ServiceCalibration } from '../../src/replay/calibration.ts';
import { TRAFFIC_NOISE, type TrafficNoise, type TrafficOptions } from '../../src/testing/traffic.ts';
import { historyOf, labelled } from '../helpers/service-history.ts';
import { itSimulates } from '../helpers/simulation.ts';

/** The judge's safety factor, which is in every learned CV. */
const INFLATION = 1.25;

async function calibrated(noise: TrafficNoise, more: Partial<TrafficOptions> = {}): Promise<ServiceCalibration> {
  const history = historyOf(20, { noise, ...more });
  return (await calibrate(history, { labels: labelled(history, 'good') })).services[0]!;
}

describe('calibration of a simulated service', () => {
  itSimulates.each([0.5, 0.7, 1])('recovers a CV of %d of single pods within a factor of 1.5', async (whiteCv) => {
    const { errors } = await calibrated({ whiteCv });
    const ratio = errors!.podSquaredCv / (INFLATION * whiteCv ** 2);
    expect(ratio).toBeGreaterThan(1 / 1.5);
    expect(ratio).toBeLessThan(1.5);
    expect(errors!.squaredCv).toBeCloseTo(errors!.podSquaredCv * (1 + 1 / 8), 9);
  });

  itSimulates.each([0.1, 0.2, 0.4])('recovers a spread of %d of the pods within a quarter', async (podDeviation) => {
    const { errors, suggested } = await calibrated({ podDeviation, whiteCv: 0.3 });
    expect(errors!.spread).toBeGreaterThan(0.75 * podDeviation);
    expect(errors!.spread).toBeLessThan(1.25 * podDeviation);
    expect(suggested.assumedPodSpread).toBeGreaterThanOrEqual(errors!.spread);
  });

  itSimulates('tells pods that are alike from pods that differ, and calm services from noisy ones', async () => {
    const [alike, noisy] = [await calibrated({}), await calibrated(TRAFFIC_NOISE.mixed)];
    expect(alike.errors).toMatchObject({ spread: expect.closeTo(0.02, 2), longestBurstSeconds: 10 });
    expect(noisy.errors!.podSquaredCv).toBeGreaterThan(10 * alike.errors!.podSquaredCv);
    expect(noisy.errors!.clipNats).toBeLessThan(alike.errors!.clipNats);
    expect(noisy.traffic!.noise).toMatchObject({ squaredCv: noisy.errors!.squaredCv });
  });

  itSimulates('keeps the default margins where canaries are like stable, however different pods are', async () => {
    for (const noise of [{}, { whiteCv: 0.7 }, { podDeviation: 0.3 }]) {
      const { suggested } = await calibrated(noise);
      expect(suggested.margins[0]).toMatchObject({ maxRelativeIncrease: 0.25, minAbsoluteIncrease: 0.0005 });
    }
  });

  itSimulates(
    'covers what healthy canaries always show: a ratio, and in points what is too much for a ratio',
    async () => {
      const warm = await calibrated({}, { fault: { atSecond: 0, ratio: 1.5 } });
      const [wider] = warm.suggested.margins;
      expect(wider!.natural!.median).toBeCloseTo(1.5, 1);
      expect(wider!.maxRelativeIncrease).toBeGreaterThanOrEqual(0.5);
      expect(wider!.maxRelativeIncrease).toBeLessThan(0.75);
      const rare = await calibrated(
        {},
        { errorRate: 0.001, requestsPerSecond: 2000, fault: { atSecond: 0, ratio: 4 } },
      );
      const [points] = rare.suggested.margins;
      expect(points).toMatchObject({ maxRelativeIncrease: 0.25, words: expect.stringContaining('in points') });
      expect(points!.minAbsoluteIncrease).toBeGreaterThanOrEqual(0.003);
      expect(points!.minAbsoluteIncrease).toBeLessThan(0.005);
    },
  );
});
