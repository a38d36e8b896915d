/**
 * What customers do, judged: a shop defines a business metric, and the policy that judges its canary names it.
 *
 * In a pod the first half runs, under `node --import rolloutguard/register`; the second half is a CI step, a controller, or
 * whoever asks. Here both are in one process, and simulated telemetry stands for what the pods have exported.
 */
import { businessMetric, type DeploymentTelemetry, decide, definePolicy } from 'rolloutguard';
import { defineBusinessMetric } from 'rolloutguard/telemetry';

// In the service. Without telemetry in the process, as in its unit tests, this does nothing.
const checkout = defineBusinessMetric('checkout_completion', { type: 'ratio' });

function finishCheckout(paid: boolean): void {
  checkout.record(paid);
}
finishCheckout(true);

// Where it is judged: the same name.
const policy = definePolicy({
  criteria: [businessMetric('checkout_completion', { better: 'higher', maxRelativeDrop: 0.05 })],
});

/** Of 1000 checkouts in 10 s of both versions: nine of ten are paid, and with the canary's new form two in three. */
function telemetryOf(minutes: number): DeploymentTelemetry {
  const [intervalMs, deployedAtMs] = [10_000, Date.UTC(2026, 0, 1)];
  const intervals = Array.from({ length: minutes * 12 }, (_, i) => {
    const startMs = deployedAtMs + (i - minutes * 6) * intervalMs;
    const pod = (cohort: 'canary' | 'stable' | 'before', name: string, bad: number) => ({
      ...{ startMs, endMs: startMs + intervalMs, cohort, pod: name, requests: 1000, errors: 0 },
      measures: { checkout_completion: { type: 'ratio' as const, bad, total: 500 } },
    });
    const old = startMs < deployedAtMs ? 'before' : 'stable';
    const stable = [pod(old, 's1', 48 + (i % 5)), pod(old, 's2', 52 - (i % 5))];
    return old === 'before'
      ? stable
      : [...stable, pod('canary', 'c1', 165 + (i % 5)), pod('canary', 'c2', 169 - (i % 5))];
  }).flat();
  return {
    ...{ schemaVersion: 1, kind: 'intervals', service: 'shop', deploymentId: 'deploy-42', intervalMs, deployedAtMs },
    ...{ completeUntilMs: deployedAtMs + minutes * 60_000, weights: [], intervals },
  };
}

const telemetry = telemetryOf(5);
const decision = decide(policy, telemetry, { nowMs: telemetry.completeUntilMs });
console.log(decision.verdict, '-', decision.reason);
