/** A whole deployment: errors and latency stay as they were, every answer is 200, and fewer people finish their checkout. */
import {
  businessMetric,
  type Cohort,
  type DeploymentTelemetry,
  decide,
  saturation,
  type TelemetryInterval,
  webService,
} from 'rolloutguard';
import { textReport } from 'rolloutguard/report';

// A preset and what matters here besides.
const policy = webService({
  criteria: [
    businessMetric('checkout_completion', { better: 'higher', maxRelativeDrop: 0.05 }),
    saturation('memory', { compare: 'growth', importance: 'informational' }),
  ],
});

const deployedAtMs = Date.UTC(2026, 0, 1, 12);
const INTERVAL_MS = 10_000;

/** What one pod reports of ten seconds: 60 of 100 checkouts are finished, but only 45 on the canary from minute 4 on. */
function interval(cohort: Cohort, pod: number, index: number): TelemetryInterval {
  const startMs = deployedAtMs + index * INTERVAL_MS;
  const isBroken = cohort === 'canary' && index >= 24;
  const wobble = (((index + 60) * 7 + pod * 5) % 11) - 5;
  return {
    startMs,
    endMs: startMs + INTERVAL_MS,
    cohort,
    pod: `${cohort}-${pod}`,
    requests: 1000,
    errors: 2 + (wobble > 3 ? 1 : 0),
    latency: {
      type: 'explicit',
      unit: 'ms',
      upperBounds: [50, 100, 250, 500],
      counts: [500 - wobble, 390, 100, 9, 6 + wobble],
    },
    measures: {
      checkout_completion: { type: 'ratio', bad: (isBroken ? 55 : 40) + wobble, total: 100 },
      memory: { type: 'gauge', value: 3e8 + pod * 1e6, podAgeSeconds: cohort === 'canary' ? index * 10 : 86_400 },
    },
  };
}

const minutes = (from: number, to: number): number[] => Array.from({ length: (to - from) * 6 }, (_, i) => from * 6 + i);
const telemetry: DeploymentTelemetry = {
  schemaVersion: 1,
  kind: 'intervals',
  service: 'shop',
  deploymentId: 'deploy-42',
  intervalMs: INTERVAL_MS,
  deployedAtMs,
  completeUntilMs: deployedAtMs + 8 * 60_000,
  weights: [{ atMs: deployedAtMs, canaryShare: 0.25 }],
  intervals: [
    ...minutes(-10, 8).flatMap((index) => [0, 1, 2, 3, 4, 5].map((pod) => interval('stable', pod, index))),
    ...minutes(0, 8).flatMap((index) => [0, 1].map((pod) => interval('canary', pod, index))),
  ],
};

for (const minute of [3, 5, 8]) {
  const nowMs = deployedAtMs + minute * 60_000;
  const { verdict, reason } = decide(
    policy,
    { ...telemetry, completeUntilMs: nowMs, intervals: telemetry.intervals.filter(({ endMs }) => endMs <= nowMs) },
    { nowMs },
  );
  console.log(`minute ${minute}: ${verdict} - ${reason}`);
}
console.log(`\n${textReport(decide(policy, telemetry, { nowMs: telemetry.completeUntilMs }))}`);
