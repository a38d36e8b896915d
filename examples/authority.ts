/**
 * Authority is earned: the same broken canary, judged after more and more good deployments. The record comes from a replay
 * of simulated history; yours comes from recordings of past deployments and what you know of them.
 */
import { decide, definePolicy, errorRate } from 'rolloutguard';
import { pastDeployments, replay } from 'rolloutguard/replay';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from 'rolloutguard/testing';

const policy = definePolicy({ criteria: [errorRate()], authority: {} });

/** One deployment in ten is bad: it fails four times as often as stable. */
function recording(day: number) {
  const traffic = simulateTraffic({
    seed: day,
    seconds: 600,
    historySeconds: 300,
    requestsPerSecond: 200,
    canaryShare: 0.1,
    errorRate: 0.01,
    pods: { canary: 1, stable: 6 },
    noise: TRAFFIC_NOISE.mixed,
    fault: { atSecond: 60, ratio: day % 10 === 9 ? 4 : 1 },
  });
  const deployedAtMs = Date.UTC(2026, 0, 1 + day, 12);
  return { ...simulatedTelemetry(traffic, 10, deployedAtMs), service: 'checkout', deploymentId: `day-${day}` };
}

const history = Array.from({ length: 34 }, (_, day) => recording(day));
const labels = Object.fromEntries(
  history.map(({ deploymentId }, day) => [deploymentId, { outcome: day % 10 === 9 ? 'bad' : 'good' } as const]),
);
const report = await replay({ mine: policy }, history, { labels });
const past = pastDeployments(report, 'mine')['checkout'] ?? [];

const broken = recording(39);
for (const days of [0, 5, 16, 34]) {
  const decision = decide(policy, broken, { nowMs: broken.completeUntilMs, past: past.slice(0, days) });
  const { verdict, mayAdvance, authority, reason } = decision;
  console.log(`After ${days} deployments: ${authority?.level}. ${verdict}, ${mayAdvance ? 'goes on' : 'stays'}.`);
  console.log(`  ${reason}`);
}
