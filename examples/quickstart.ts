/** A decision in ten lines: simulated traffic of a canary that fails three times as often as stable, and everything in memory. */
import {
  definePolicy,
  errorRate,
  inMemoryMetrics,
  inMemoryRollouts,
  manualClock,
  RollbackDecisionEngine,
} from 'rolloutguard';
import { simulatedTelemetry, simulateTraffic } from 'rolloutguard/testing';

const traffic = simulateTraffic({
  seed: 1,
  seconds: 600,
  historySeconds: 300,
  requestsPerSecond: 200,
  canaryShare: 0.2,
  errorRate: 0.01,
  fault: { atSecond: 120, ratio: 3 },
});
const telemetry = { ...simulatedTelemetry(traffic, 10), service: 'checkout', deploymentId: 'deploy-42' };
const rollouts = inMemoryRollouts({
  checkout: {
    activeDeploymentId: 'deploy-42',
    phase: 'progressing',
    canaryShare: 0.2,
    startedAtMs: telemetry.deployedAtMs,
  },
});

const engine = new RollbackDecisionEngine({
  policy: definePolicy({ criteria: [errorRate()] }),
  metrics: inMemoryMetrics(telemetry),
  rollouts,
  clock: manualClock(telemetry.completeUntilMs), // the recorded time; leave it out to use the real one
});

const decision = await engine.evaluateDeployment('checkout', 'deploy-42');
console.log(decision.verdict, '-', decision.reason);
if (decision.shouldRollback) console.log(await engine.executeRollback('checkout', 'deploy-42', { decision }));
