import { afterEach, expect, test } from 'vitest';
import { type OtlpReceiver, startOtlpReceiver } from '../../src/adapters/otlp/index.ts';
import {
  type Decision,
  definePolicy,
  errorRate,
  evidenceHistory,
  inMemoryEventSink,
  inMemoryRollouts,
  latency,
  RollbackDecisionEngine,
  systemClock,
} from '../../src/index.ts';
import { htmlReport } from '../../src/report/index.ts';
import { type PodSeries, simulateTraffic } from '../../src/testing/index.ts';
import { encodeProtobuf } from '../adapters/otlp/support/encode.ts';
import { answered, at, exportOf, T0 } from '../adapters/otlp/support/exports.ts';
import { PROTOBUF_TYPE, post } from '../adapters/otlp/support/http.ts';

// The whole way that data takes, on simulated time: OTLP over HTTP -> receiver -> engine -> rollback -> event -> report.
const HISTORY = 300;
const FAULT_AT = 120;
const STEP = 10;
const ref = { service: 'api', deploymentId: 'deploy-42' };

let receiver: OtlpReceiver | undefined;
afterEach(() => receiver?.close());

function sumOver(values: Float64Array, second: number): number {
  return values.subarray(second - STEP, second).reduce((a, b) => a + b, 0);
}

/** What a pod exports for the last ten seconds before `second` of the simulation. */
function exported({ cohort, pod, requests, errors }: PodSeries, second: number): Buffer {
  const [all, failed] = [sumOver(requests, second), sumOver(errors, second)];
  const times = { from: second - STEP - HISTORY, to: second - HISTORY };
  const points = [
    { ...times, count: all - failed, status: 200 },
    { ...times, count: failed, status: 500 },
  ];
  const deploymentId = cohort === 'canary' ? ref.deploymentId : 'deploy-41';
  return encodeProtobuf(exportOf({ service: ref.service, pod, cohort, deploymentId }, answered(points)));
}

test('a fault travels from a pod to a rollback, an event and a report, and nothing is rolled back before it', async () => {
  const { series } = simulateTraffic({
    seed: 'e2e',
    seconds: 600,
    historySeconds: HISTORY,
    requestsPerSecond: 200,
    canaryShare: 0.2,
    errorRate: 0.01,
    pods: { canary: 3, stable: 5 },
    fault: { atSecond: FAULT_AT, ratio: 6 },
  });
  let nowMs = at(-HISTORY);
  receiver = await startOtlpReceiver({ port: 0, now: () => nowMs });
  const policy = definePolicy({ criteria: [errorRate(), latency()] });
  const rollouts = inMemoryRollouts({
    api: {
      activeDeploymentId: ref.deploymentId,
      phase: 'progressing',
      canaryShare: 0.2,
      startedAtMs: T0,
      stepStartedAtMs: T0,
    },
  });
  const events = inMemoryEventSink();
  const clock = { ...systemClock, now: () => nowMs };
  const engine = new RollbackDecisionEngine({ policy, metrics: receiver, rollouts, events, clock });

  const decisions: Decision[] = [];
  for (let second = STEP; second <= HISTORY + 600 && decisions.at(-1)?.verdict !== 'rollback'; second += STEP) {
    nowMs = at(second - HISTORY) + 500;
    for (const pod of series) {
      if (pod.cohort === 'canary' && second <= HISTORY) continue;
      const answer = await post(`${receiver.url}/v1/metrics`, exported(pod, second), { 'content-type': PROTOBUF_TYPE });
      expect(answer.status).toBe(200);
    }
    if (second > HISTORY) decisions.push(await engine.evaluateDeployment(ref.service, ref.deploymentId));
  }

  const last = decisions.at(-1)!;
  expect(last).toMatchObject({ verdict: 'rollback', cause: 'deployment', guilty: 'error rate', problems: [] });
  expect(last.crossedAtMs).toBeGreaterThan(at(FAULT_AT));
  expect(last.crossedAtMs).toBeLessThanOrEqual(at(FAULT_AT + 90));
  for (const { verdict } of decisions.slice(0, FAULT_AT / STEP))
    expect(['continue', 'promote', 'hold']).toContain(verdict);

  const result = await engine.executeRollback(ref.service, ref.deploymentId, { decision: last });
  expect(result).toEqual({ abort: { status: 'aborted' }, trafficRestored: true, eventEmitted: true });
  expect(events.events).toMatchObject([{ type: 'deployment.rollback', reason: last.reason, decision: last }]);

  // What was judged is what was sent, to the request.
  const query = { ...ref, fromMs: at(-HISTORY), toMs: nowMs, intervalMs: 10_000 };
  const telemetry = await receiver.getTelemetry(query, { signal: new AbortController().signal });
  if (telemetry.kind !== 'intervals') expect.unreachable('the receiver knows intervals');
  const judgedSeconds = (telemetry.completeUntilMs - T0) / 1000;
  const sent = series
    .filter(({ cohort }) => cohort === 'canary')
    .reduce(
      (sum, { requests }) => sum + requests.subarray(HISTORY, HISTORY + judgedSeconds).reduce((a, b) => a + b, 0),
      0,
    );
  expect(last.evidence[0]?.canary.requests).toBe(sent);

  const page = htmlReport({
    decision: last,
    telemetry,
    history: evidenceHistory(policy, { ...telemetry, deployedAtMs: T0 }),
  });
  expect(page).toContain(last.reason.slice(0, 30));
});
