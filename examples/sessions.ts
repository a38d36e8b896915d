/**
 * A session judges telemetry as it arrives. Here the process restarts in the middle, and goes on from what it stored as if
 * nothing had happened.
 */
import { DecisionSession, definePolicy, errorRate } from 'rolloutguard';
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
const { intervals, deployedAtMs, completeUntilMs } = simulatedTelemetry(traffic, 10);
const policy = definePolicy({ criteria: [errorRate()] });

let session = new DecisionSession(policy, { service: 'checkout', deploymentId: 'deploy-42', deployedAtMs });
let nowMs = Math.min(...intervals.map(({ startMs }) => startMs));
while (nowMs < completeUntilMs && session.finding({ nowMs }).verdict !== 'rollback') {
  nowMs += 10_000;
  for (const interval of intervals.filter(({ endMs }) => endMs === nowMs)) session.observe(interval);
  session.completeUntil(nowMs);

  if (nowMs === deployedAtMs + 150_000) {
    const stored = JSON.stringify(session);
    console.log(`After 150 s: restart, ${Math.round(stored.length / 1000)} kB stored.`);
    session = DecisionSession.restore(policy, JSON.parse(stored));
  }
}
console.log(`After ${(nowMs - deployedAtMs) / 1000} s: ${session.decision({ nowMs }).reason}`);

// What has been judged is never judged again, and evidence of other rules is worth nothing.
const [first] = intervals;
if (first !== undefined) session.observe(first);
for (const { code, message } of session.decision({ nowMs }).problems) console.log(`${code}: ${message}`);
try {
  DecisionSession.restore(definePolicy({ criteria: [errorRate({ max: 0.05 })] }), session.toJSON());
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
