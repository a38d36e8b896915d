import { describe, expect, test } from 'vitest';
import { type ServiceNoiseLevel, timeToDetect, trafficOf } from '../../src/planning/index.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE, type TrafficNoise } from '../../src/testing/index.ts';
import { expectClose } from '../helpers/close.ts';
import { explicit } from '../helpers/histograms.ts';
import { interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

function recording({ noise = {}, seed = 1 }: { noise?: TrafficNoise; seed?: number } = {}): DeploymentTelemetry {
  const traffic = simulateTraffic({
    seed,
    seconds: 900,
    historySeconds: 600,
    requestsPerSecond: 300,
    canaryShare: 0.1,
    errorRate: 0.02,
    noise,
  });
  return simulatedTelemetry(traffic, 10);
}

/** The same without the names of pods. */
function withoutPods(telemetry: DeploymentTelemetry): DeploymentTelemetry {
  return { ...telemetry, intervals: telemetry.intervals.map(({ pod: _, ...one }) => one) };
}

const noiseOf = (telemetry: DeploymentTelemetry): ServiceNoiseLevel => trafficOf(telemetry).noise as ServiceNoiseLevel;

describe('trafficOf', () => {
  test('learns traffic from both arms and the error rate from stable, whatever the canary does', () => {
    const healthy = recording();
    const intervals = healthy.intervals.map((one) =>
      one.cohort === 'canary' ? { ...one, errors: one.requests } : one,
    );
    const traffic = trafficOf({ ...healthy, intervals });
    expectClose(traffic.requestsPerSecond, 300, 0.02);
    expectClose(traffic.errorRate, 0.02, 0.05);
    expect(traffic.pods).toBe(20);
    expect(traffic).toEqual(trafficOf(healthy));
  });

  test('tells noisy services from calm ones, and pods that differ from pods that do not', () => {
    const [calm, noisy, differing] = [{}, TRAFFIC_NOISE.mixed, { podDeviation: 0.3 }].map((noise) =>
      noiseOf(recording({ noise })),
    ) as [ServiceNoiseLevel, ServiceNoiseLevel, ServiceNoiseLevel];
    expect(noisy.squaredCv).toBeGreaterThan(1.5 * calm.squaredCv);
    expect(noisy.clipNats).toBeLessThan(calm.clipNats);
    expect(differing.spread).toBeGreaterThan(2 * calm.spread);
    const fault = { kind: 'errors', ratio: 2 } as const;
    const seconds = (noise: ServiceNoiseLevel): number =>
      timeToDetect({ requestsPerSecond: 300, errorRate: 0.02, noise }, fault, { canaryShare: 0.1, power: 0.9 })
        .seconds ?? Infinity;
    expect(seconds(noisy)).toBeGreaterThan(seconds(calm));
    expect(seconds(differing)).toBeGreaterThan(seconds(calm));
  });

  test('knows more of the same service later on', () => {
    const { learnedSeconds, later } = noiseOf(recording());
    expect([learnedSeconds, later?.learnedSeconds]).toEqual([600, 1500]);
    const sum = later!.spreads!.reduce((total, { share }) => total + share, 0);
    expectClose(sum, 1, 1e-9);
  });

  test('assumes the usual where pods are not told apart, and measures the noise between the arms', () => {
    const calm = noiseOf(withoutPods(recording()));
    const noisy = noiseOf(withoutPods(recording({ noise: { whiteCv: 1 } })));
    expect(calm).toMatchObject({ fromPods: false, spread: 0.16, clipNats: 2.5 });
    expect(noisy.actual!.squaredCv).toBeGreaterThan(calm.actual!.squaredCv);
    expect(trafficOf(withoutPods(recording())).pods).toBeUndefined();
  });

  test('takes the middle of several recordings, so that one bad day says little', () => {
    const days = [1, 2, 3, 4].map((seed) => recording({ seed }));
    const worst = recording({ seed: 5, noise: { whiteCv: 3 } });
    const middle = trafficOf([...days, worst]).noise as ServiceNoiseLevel;
    const usual = trafficOf(days).noise as ServiceNoiseLevel;
    expect(middle.squaredCv).toBeLessThan(1.5 * usual.squaredCv);
    expect(noiseOf(worst).squaredCv).toBeGreaterThan(3 * usual.squaredCv);
  });

  test('learns latency edge by edge', () => {
    const latency = explicit([50, 100, 200, 400], [400, 300, 200, 80, 20]);
    const telemetry = telemetryOf(
      repeat(30, [
        [100, 1],
        [900, 9],
      ] as const),
    );
    const intervals = telemetry.intervals.map((one) => ({ ...one, latency }));
    const traffic = trafficOf({ ...telemetry, intervals });
    expect(traffic.latency).toMatchObject({ upperBounds: [50, 100, 200, 400] });
    const { edges } = traffic.latencyNoise as ServiceNoiseLevel;
    expect(edges!.map(({ edgeMs }) => edgeMs)).toEqual([50, 200, 400]);
    const slower = timeToDetect(traffic, { kind: 'latency', slower: 2 }, { canaryShare: 0.1 });
    expect(slower.seconds).not.toBeNull();
  });

  test('reads a recording whose intervals are named absurdly long', () => {
    const traffic = trafficOf({ ...recording(), intervalMs: 1e308 });
    expect(Number.isFinite(traffic.requestsPerSecond)).toBe(true);
    expect((traffic.noise as ServiceNoiseLevel).squaredCv).toBeGreaterThanOrEqual(0);
  });

  test('leaves segments out, since they are parts of what is counted already', () => {
    const telemetry = telemetryOf(
      repeat(10, [
        [100, 1],
        [900, 9],
      ] as const),
    );
    const more = [interval(3, 'stable', [500, 250], { segment: '/checkout' })];
    const both = { ...telemetry, intervals: [...telemetry.intervals, ...more] };
    expect(trafficOf(both)).toEqual(trafficOf(telemetry));
  });

  test.each([
    [
      'a recording without stable',
      telemetryOf([
        [
          [100, 1],
          [0, 0],
        ],
      ]),
      'telemetry.intervals',
    ],
    ['no recording', [], 'telemetry.intervals'],
    ['rates without counts', { kind: 'aggregates' } as unknown as DeploymentTelemetry, 'telemetry.kind'],
    ['nonsense in a list', [null] as unknown as DeploymentTelemetry[], 'telemetry[0].kind'],
  ])('refuses %s', (_name, telemetry, path) => {
    expect(() => trafficOf(telemetry)).toThrow(expect.objectContaining({ code: 'INVALID_TELEMETRY', path }) as Error);
  });
});
