/** A file of recordings as a year of deployments would leave it: canary and stable pods, errors and latency every 10 s. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { DeploymentTelemetry, TelemetryInterval } from '../src/index.ts';
import { simulatedTelemetry, simulateTraffic } from '../src/testing/index.ts';
import { RandomStream } from './decisions/random.ts';

/** Recordings that differ; the rest are the same under other ids. */
const DISTINCT = 8;
const UPPER_BOUNDS_MS: readonly number[] = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];
/** Of requests with a median of 60 ms. */
const SHARES: readonly number[] = [0, 0.01, 0.12, 0.28, 0.33, 0.22, 0.03, 0.008, 0.002, 0, 0, 0];

/** Intervals of 10 s since the deployment, those before it, and pods of both arms. */
export const SHAPE = { intervals: 180, before: 60, pods: 20 } as const;

/** Writes recordings as JSON Lines. */
export async function writeHistory(path: string, recordings: number): Promise<void> {
  const distinct = Array.from({ length: DISTINCT }, (_, seed) => recordingOf(seed));
  const file = createWriteStream(path);
  for (let i = 0; i < recordings; i++) {
    const line = JSON.stringify({ ...distinct[i % DISTINCT]!, deploymentId: `deploy-${i}` });
    if (!file.write(`${line}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

function recordingOf(seed: number): DeploymentTelemetry {
  const traffic = simulateTraffic({
    seed,
    seconds: SHAPE.intervals * 10,
    historySeconds: SHAPE.before * 10,
    requestsPerSecond: 500,
    canaryShare: 0.05,
    errorRate: 0.01,
    pods: { canary: 1, stable: SHAPE.pods - 1 },
    noise: { whiteCv: 0.3, podDeviation: 0.1 },
  });
  const random = new RandomStream(`replay/${seed}`);
  const recording = simulatedTelemetry(traffic, 10);
  return { ...recording, intervals: recording.intervals.map((interval) => withLatency(interval, random)) };
}

function withLatency(interval: TelemetryInterval, random: RandomStream): TelemetryInterval {
  const counts = SHARES.map((share) => Math.round(share * interval.requests * (1 + 0.1 * random.normal())));
  return { ...interval, latency: { type: 'explicit', unit: 'ms', upperBounds: [...UPPER_BOUNDS_MS], counts } };
}
