/** What plans take the judge for is what the judge does, and what a policy has by default. */
import { expect, test } from 'vitest';
import { evidenceOptions } from '../../src/engine/criteria/criterion-judge.ts';
import { ERROR_NOISE, LATENCY_NOISE } from '../../src/engine/criteria/metric-noise.ts';
import { definePolicy, errorRate } from '../../src/index.ts';
import * as habits from '../../src/statistics/judge-habits.ts';

const SETTINGS = { intervalSeconds: 10, warmUpSeconds: 60, assumedPodSpread: habits.ASSUMED_POD_SPREAD };

test('weights, caps and windows are those of every judge', () => {
  const { ERROR_HABITS: errors } = habits;
  const options = evidenceOptions(SETTINGS, { ...errors, learnFromPods: true });
  expect(options).toMatchObject({
    startWeight: habits.START_WEIGHT,
    clipNats: habits.CLIP_NATS,
    naturalSpread: habits.ASSUMED_POD_SPREAD * errors.spreadFactor,
    symmetricClip: true,
    dispersion: {
      kind: 'pods',
      prior: errors.dispersionPrior,
      priorWeight: habits.PRIOR_WEIGHT,
      windowsSeconds: habits.POD_WINDOWS_SECONDS,
      armWindowsSeconds: habits.ARM_WINDOWS_SECONDS,
    },
  });
});

test('defaults are those of a policy', () => {
  const policy = definePolicy({ criteria: [errorRate()] });
  expect(policy).toMatchObject({
    assumedPodSpread: habits.ASSUMED_POD_SPREAD,
    historySeconds: habits.HISTORY_SECONDS,
    warmUpSeconds: SETTINGS.warmUpSeconds,
  });
});

test.each([
  ['errors', ERROR_NOISE, habits.ERROR_HABITS],
  ['latency', LATENCY_NOISE, habits.LATENCY_HABITS],
] as const)('the noise of %s is that of its judge', (_name, noise, { largestColdStart: _, ...same }) => {
  expect(noise).toEqual({ ...same, learnFromPods: true });
});
