/**
 * What a service's own history says: forty simulated deployments of a noisy service, all good. Yours come from
 * `readRecordings(['recordings/'])`.
 */
import { definePolicy, errorRate } from 'rolloutguard';
import { timeToDetect } from 'rolloutguard/planning';
import { calibrate } from 'rolloutguard/replay';
import { simulatedTelemetry, simulateTraffic } from 'rolloutguard/testing';

const history = Array.from({ length: 40 }, (_, day) => {
  const traffic = simulateTraffic({
    seed: day,
    seconds: 600,
    historySeconds: 300,
    requestsPerSecond: 400,
    canaryShare: 0.1,
    errorRate: 0.01,
    pods: { canary: 1, stable: 8 },
    noise: { whiteCv: 0.5, podDeviation: 0.2 },
    fault: { atSecond: 0, ratio: 1.4 }, // canaries of this service always fail a little more: a cold cache
  });
  return { ...simulatedTelemetry(traffic, 10), service: 'checkout', deploymentId: `day-${day}` };
});
const labels = Object.fromEntries(history.map(({ deploymentId }) => [deploymentId, { outcome: 'good' } as const]));

const { services } = await calibrate(history, { labels });
for (const { service, traffic, errors, suggested, falseRollbacks } of services) {
  console.log(`${service}: ${traffic?.requestsPerSecond.toFixed(0)} requests/s, ${errors?.pods} stable pods seen.`);
  console.log(`A pod's rate varies by a CV of ${Math.sqrt(errors?.podSquaredCv ?? 0).toFixed(2)} in 10 s.`);
  console.log(
    `Pods differ by ${errors?.spread.toFixed(2)} for good; assume ${suggested.assumedPodSpread} without pods.`,
  );
  for (const { criterion, words } of suggested.margins) console.log(`${criterion}: ${words}`);
  console.log(falseRollbacks.words);
}

// The suggestions go into the policy, and the traffic into plans.
const [checkout] = services;
const margin = checkout?.suggested.margins.find(({ kind }) => kind === 'error-rate')?.maxRelativeIncrease ?? 0.25;
const policy = definePolicy({ criteria: [errorRate({ maxRelativeIncrease: margin })] });
const again = await calibrate(history, { labels, policy });
console.log(`With a margin of ${margin}: ${again.services[0]?.falseRollbacks.words}`);
if (checkout?.traffic != null) {
  const { seconds } = timeToDetect(checkout.traffic, { kind: 'errors', ratio: 5 }, { canaryShare: 0.1, power: 0.9 });
  console.log(
    `Five times as many errors would show within ${Math.ceil((seconds ?? Infinity) / 60)} minutes, nine times in ten.`,
  );
}
