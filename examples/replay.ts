/**
 * Would this policy have done well? Sixty simulated deployments of three services, twelve of them bad, are recorded to a file
 * and replayed under a policy of evidence and under fixed thresholds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeploymentTelemetry, thresholdPolicy, webService } from 'rolloutguard';
import { appendRecording, type DeploymentLabel, readRecordings, replay } from 'rolloutguard/replay';
import { replayText } from 'rolloutguard/report';
import { simulatedTelemetry, simulateTraffic, TRAFFIC_NOISE } from 'rolloutguard/testing';

const SERVICES = [
  { service: 'search', requestsPerSecond: 400, errorRate: 0.008 },
  { service: 'checkout', requestsPerSecond: 150, errorRate: 0.003 },
  { service: 'invoices', requestsPerSecond: 30, errorRate: 0.01 },
] as const;
/** Every fifth deployment is bad from its third minute on: its errors are multiplied so. */
const FAULTS = [2, 3, 4, 6, 10, 50];
const BAD_FROM_SECOND = 120;

function deployment(day: number): { recording: DeploymentTelemetry; label: DeploymentLabel } {
  const { service, ...usual } = SERVICES[day % SERVICES.length]!;
  const isBad = day % 5 === 4;
  const traffic = simulateTraffic({
    ...usual,
    seed: `day ${day}`,
    seconds: 1800,
    historySeconds: 600,
    canaryShare: 0.2,
    noise: TRAFFIC_NOISE.mixed,
    ...(isBad ? { fault: { atSecond: BAD_FROM_SECOND, ratio: FAULTS[Math.floor(day / 5) % FAULTS.length]! } } : {}),
    // Now and then something that both versions need breaks for four minutes. That is no reason to roll back.
    ...(day % 8 === 3 ? { incident: { fromSecond: 600, toSecond: 840, ratio: 5 } } : {}),
  });
  const deployedAtMs = Date.UTC(2026, 0, 1 + day, 9);
  const recording = { ...simulatedTelemetry(traffic, 10, deployedAtMs), service, deploymentId: `day-${day}` };
  const badFromMs = deployedAtMs + BAD_FROM_SECOND * 1000;
  return { recording, label: isBad ? { outcome: 'bad', badFromMs } : { outcome: 'good' } };
}

const folder = await mkdtemp(join(tmpdir(), 'rolloutguard-'));
const file = join(folder, 'history.jsonl');
const labels: Record<string, DeploymentLabel> = {};
for (let day = 0; day < 60; day++) {
  const { recording, label } = deployment(day);
  await appendRecording(file, recording);
  labels[recording.deploymentId] = label;
}

const policies = { evidence: webService(), patient: webService({ soakSeconds: 900 }), thresholds: thresholdPolicy() };
const report = await replay(policies, readRecordings([file]), { labels, baseline: 'thresholds' });
console.log(replayText(report, { deployments: 8 }));
await rm(folder, { recursive: true });
