/** What a policy would have done with one deployment: the same as `decide()` asked after every interval, and in what words. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { decide } from '../../src/engine/decide.ts';
import { definePolicy, type Policy } from '../../src/engine/policy.ts';
import { thresholdPolicy } from '../../src/engine/thresholds.ts';
import type { Decision, Verdict } from '../../src/ports/decision.ts';
import type { DeploymentTelemetry } from '../../src/ports/telemetry.ts';
import { replayOne } from '../../src/replay/replay-one.ts';
import type { ReplayedPolicy } from '../../src/replay/replay-report.ts';
import { cutAt } from '../helpers/cut.ts';
import { anyPolicy } from '../helpers/evidence-policies.ts';
import { anyShape, telemetryOfShape } from '../helpers/random-telemetry.ts';
import { RUNS } from '../helpers/runs.ts';
import { DEPLOYED_AT_MS, interval, repeat, telemetryOf } from '../helpers/telemetry.ts';

const FINAL: readonly Verdict[] = ['rollback', 'escalate', 'promote'];

/** Slowly, by the definition: `decide()` on the recording cut at every moment. */
function replayedByDecide(policy: Policy, recording: DeploymentTelemetry, everyMs: number) {
  const { deployedAtMs, completeUntilMs } = recording;
  const changes: ReplayedPolicy['changes'] = [];
  let decision: Decision | null = null;
  let heldMs = 0;
  let lastMs = deployedAtMs;
  const moments = [];
  const fromMs = Math.max(deployedAtMs, Math.min(...recording.intervals.map(({ startMs }) => startMs)));
  const firstMs = (Math.floor(fromMs / everyMs) + 1) * everyMs;
  for (let atMs = firstMs; atMs < completeUntilMs; atMs += everyMs) moments.push(atMs);
  for (const atMs of [...moments, completeUntilMs]) {
    if (decision?.verdict === 'hold') heldMs += atMs - lastMs;
    lastMs = atMs;
    const next = decide(policy, cutAt(recording, atMs), { nowMs: atMs });
    if (next.verdict !== decision?.verdict) changes.push({ atMs, verdict: next.verdict });
    decision = next;
    if (FINAL.includes(next.verdict)) break;
  }
  const { verdict, reason, cause, guilty } = decision!;
  const actedAt = (wanted: Verdict): number | null => (verdict === wanted ? lastMs : null);
  return {
    ...{ verdict, reason, cause, guilty, heldSeconds: heldMs / 1000, changes: changes.slice(0, 50) },
    ...{ rolledBackAtMs: actedAt('rollback'), escalatedAtMs: actedAt('escalate'), promotedAtMs: actedAt('promote') },
  };
}

describe('replayOne', () => {
  it('decides what decide() decides on what was known after every interval', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.constantFrom(1, 5, 10), fc.nat(20_000), (shape, policy, seconds, oddMs) => {
        const whole = telemetryOfShape(shape, seconds);
        // Neither the deployment nor the end of the recording need lie on the grid of intervals.
        const { deployedAtMs, completeUntilMs } = whole;
        const odd = { deployedAtMs: deployedAtMs + oddMs, completeUntilMs: completeUntilMs + oddMs };
        const recording = { ...whole, ...(oddMs % 2 === 0 ? odd : {}) };
        const everyMs = Math.max(policy.intervalSeconds, seconds) * 1000;
        expect(replayOne(policy, recording)).toMatchObject(replayedByDecide(policy, recording, everyMs));
      }),
      { seed: 1, numRuns: RUNS },
    );
  });

  it('does so for fixed thresholds too', () => {
    const thresholds = fc
      .record({
        maxErrorRate: fc.constantFrom(0.01, 0.1),
        minimumSampleSize: fc.constantFrom(0, 50, 1000),
        maxP99LatencyMs: fc.constantFrom(100, 500),
        windowSeconds: fc.constantFrom(10, 35, 300),
        automation: fc.constantFrom('rollback' as const, 'escalate' as const),
      })
      .map(thresholdPolicy);
    fc.assert(
      fc.property(anyShape(), thresholds, fc.constantFrom(1, 5, 10), (shape, policy, seconds) => {
        const recording = telemetryOfShape(shape, seconds);
        expect(replayOne(policy, recording)).toMatchObject(replayedByDecide(policy, recording, 10_000));
      }),
      { seed: 2, numRuns: RUNS },
    );
  });

  it('uses the interval length that was known at the time, where the first intervals differ in length', () => {
    fc.assert(
      fc.property(anyShape(), anyPolicy, fc.integer({ min: 1, max: 12 }), (shape, policy, coarseSlots) => {
        // The pods come one after the other, and the first of them reports once a minute.
        const fine = telemetryOfShape(shape);
        const [first] = fine.intervals.map(({ pod, cohort }) => `${cohort}/${pod}`);
        const intervals = fine.intervals
          .filter(({ pod, cohort, startMs }) => {
            const slot = (startMs - DEPLOYED_AT_MS) / 10_000;
            return `${cohort}/${pod}` !== first || (slot % 6 === 0 && slot < coarseSlots * 6);
          })
          .map((each) => (`${each.cohort}/${each.pod}` === first ? { ...each, endMs: each.startMs + 60_000 } : each));
        const recording = { ...fine, intervals };
        const everyMs = Math.max(policy.intervalSeconds, 10) * 1000;
        expect(replayOne(policy, recording)).toMatchObject(replayedByDecide(policy, recording, everyMs));
      }),
      { seed: 3, numRuns: RUNS },
    );
  });
});

describe('a replayed policy', () => {
  const policy = definePolicy({ criteria: [errorRate()], hardStops: [] });
  const healthy = [
    [100, 1],
    [1900, 19],
  ] as const;
  const failing = [
    [100, 40],
    [1900, 19],
  ] as const;
  const before = repeat(30, [1900, 19] as const);

  it('ends with its rollback: what failed later was not served', () => {
    const replayed = replayOne(policy, telemetryOf([...repeat(20, healthy), ...repeat(30, failing)], before), 'mine');
    const slots = (replayed.rolledBackAtMs! - DEPLOYED_AT_MS) / 10_000;
    expect(slots).toBeGreaterThan(20);
    expect(slots).toBeLessThan(30);
    expect(replayed).toMatchObject({
      ...{ policy: 'mine', verdict: 'rollback', because: 'worse', cause: 'deployment', guilty: 'error rate' },
      ...{ escalatedAtMs: null, promotedAtMs: null, badAnswersAtLeast: false },
      badAnswersServed: 20 + (slots - 20) * 40,
    });
    expect(replayed.reason).toMatch(/^Rolling back: error rate/);
    expect(replayed.changes.at(-1)).toEqual({ atMs: replayed.rolledBackAtMs, verdict: 'rollback' });
  });

  it('that only calls a human has acted as well', () => {
    const calls = definePolicy({ criteria: [errorRate()], hardStops: [], automation: 'escalate' });
    const replayed = replayOne(calls, telemetryOf(repeat(30, failing), before));
    expect(replayed).toMatchObject({ verdict: 'escalate', rolledBackAtMs: null, badAnswersAtLeast: false });
    expect(replayed.escalatedAtMs).toBeGreaterThan(DEPLOYED_AT_MS);
  });

  it('that promotes is done, and what fails later is served to everybody, at least', () => {
    const busy = [
      [10_000, 100],
      [190_000, 1900],
    ] as const;
    const recording = telemetryOf([...repeat(180, busy), ...repeat(60, failing)], repeat(30, [190_000, 1900] as const));
    const replayed = replayOne(policy, recording);
    expect(replayed).toMatchObject({ verdict: 'promote', because: 'proven', rolledBackAtMs: null });
    expect(replayed.promotedAtMs).toBeLessThan(DEPLOYED_AT_MS + 1_800_000);
    expect(replayed).toMatchObject({ badAnswersServed: 180 * 100 + 60 * 40, badAnswersAtLeast: true });
  });

  it('holds for as long as it says hold', () => {
    // Nothing is heard of the canary for two minutes, the first ten seconds of which nobody asks.
    const silent = [
      [0, 0],
      [2000, 20],
    ] as const;
    const slots = [...repeat(12, silent), ...repeat(3, healthy)];
    const replayed = replayOne(policy, telemetryOf(slots, before, { weights: [] }));
    expect(replayed).toMatchObject({ verdict: 'continue', heldSeconds: 120 });
    expect(replayed.changes.map(({ verdict }) => verdict)).toEqual(['hold', 'continue']);
  });

  it('counts neither parts of the service nor an earlier canary among the bad answers', () => {
    const recording = telemetryOf(repeat(3, healthy), before);
    recording.intervals.unshift(interval(-1, 'canary', [100, 50]));
    recording.intervals.push(interval(1, 'canary', [50, 7], { segment: '/pay' }));
    expect(replayOne(policy, recording).badAnswersServed).toBe(3);
  });

  it('keeps a bounded number of changes', () => {
    // No traffic reaches the canary for a minute, then some does, again and again.
    const silent = [
      [0, 0],
      [2000, 20],
    ] as const;
    const slots = Array.from({ length: 120 }, () => [...repeat(9, silent), ...repeat(3, healthy)]).flat();
    const never = definePolicy({ criteria: [errorRate()], hardStops: [], soakSeconds: 100_000 });
    expect(replayOne(never, telemetryOf(slots, before)).changes).toHaveLength(50);
  });

  it('of a recording that ends before the deployment has seen nothing', () => {
    const recording = telemetryOf([], before, { completeUntilMs: DEPLOYED_AT_MS - 5000 });
    expect(replayOne(policy, recording)).toMatchObject({
      ...{ verdict: 'hold', because: 'no-data', heldSeconds: 0, badAnswersServed: 0, badAnswersAtLeast: true },
      changes: [{ atMs: DEPLOYED_AT_MS - 5000, verdict: 'hold' }],
    });
  });

  it('is asked about from the first interval on, where that comes long after the deployment', () => {
    const recording = telemetryOf(repeat(30, failing), before, { deployedAtMs: DEPLOYED_AT_MS - 86_400_000 });
    expect(replayOne(policy, recording).changes[0]?.atMs).toBe(DEPLOYED_AT_MS - 290_000);
  });

  it('needs intervals, and sound ones', () => {
    const aggregates = { schemaVersion: 1, kind: 'aggregates', service: 'a', deploymentId: 'b', windowSeconds: 300 };
    const rates = { ...aggregates, atMs: 1, canary: null, stable: null } as unknown as DeploymentTelemetry;
    expect(() => replayOne(policy, rates)).toThrow(
      'Rates over a window cannot be replayed at kind (got "aggregates"). Use telemetry of intervals.',
    );
    const impossible = telemetryOf([
      [
        [1, 2],
        [1, 0],
      ],
    ]);
    expect(() => replayOne(policy, impossible)).toThrow('Invalid telemetry at intervals[0].errors');
    // A deployment time that nobody filled in: asking every 10 s since 1970 would take minutes.
    const forgotten = telemetryOf(repeat(3, healthy), before, { deployedAtMs: 0 });
    expect(() => replayOne(policy, forgotten)).toThrow('Invalid telemetry at deployedAtMs (got 0).');
  });
});
