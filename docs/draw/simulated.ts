/** Simulated deployments for the pictures, and what the real engine makes of them. */

import { type ArmSeries, type Scenario, simulate } from '../../bench/decisions/scenario.ts';
import { type ScenarioOptions, UNIT_SECONDS } from '../../bench/decisions/scenario-options.ts';
import { errorRate } from '../../src/engine/criteria/error-rate.ts';
import { definePolicy, type EvidencePolicy } from '../../src/engine/policy.ts';
import { DecisionSession } from '../../src/engine/session.ts';
import type { EvidencePoint, Verdict } from '../../src/ports/decision.ts';
import type { Cohort } from '../../src/ports/telemetry.ts';
import type { Point } from '../../src/report/panel.ts';

/** What a session has found at the end of an interval. */
export interface Judged extends EvidencePoint {
  minute: number;
  verdict: Verdict;
}

/** The default policy for errors alone: all of the budget of 1 % is theirs. */
export const ERRORS_ONLY: EvidencePolicy = definePolicy({ criteria: [errorRate()], hardStops: [] });

/** A deployment, the same one every time. */
export function deployment(options: ScenarioOptions, key: string): Scenario {
  return simulate(options, `docs/${key}`);
}

/** Judges a deployment from the telemetry of its pods, after every interval, up to its rollback if there is one. */
export function judge(scenario: Scenario, policy: EvidencePolicy = ERRORS_ONLY): Judged[] {
  const { canary, stable, historyIntervals, intervals, intervalSeconds } = scenario;
  const lengthMs = intervalSeconds * 1000;
  const deployedAtMs = historyIntervals * lengthMs;
  const session = new DecisionSession(policy, { service: 'simulated', deploymentId: 'picture', deployedAtMs });
  const judged: Judged[] = [];
  for (let i = -historyIntervals; i < intervals; i++) {
    const startMs = deployedAtMs + i * lengthMs;
    if (i >= 0) tell(session, 'canary', canary, i, startMs, lengthMs);
    tell(session, 'stable', stable, historyIntervals + i, startMs, lengthMs);
    session.completeUntil(startMs + lengthMs);
    const { point } = session;
    if (point === null) continue;
    const { verdict } = session.finding({ nowMs: startMs + lengthMs });
    judged.push({ ...point, minute: ((i + 1) * intervalSeconds) / 60, verdict });
    if (verdict === 'rollback') break;
  }
  return judged;
}

/**
 * The first moment with this verdict.
 *
 * @throws Error - there is none: the judge has changed, and so must the picture.
 */
export function firstOf(run: readonly Judged[], verdict: Verdict): Judged {
  const first = run.find((judged) => judged.verdict === verdict);
  if (first === undefined) throw new Error(`The picture shows a ${verdict}, and there is none any more.`);
  return first;
}

/** The bet over time: evidence 1 at the start. */
export function evidenceOver(run: readonly Judged[]): Point[] {
  return [[0, 1], ...run.map(({ minute, logE }) => [minute, Math.exp(logE)] as const)];
}

/** Error rate of an arm per judged interval, as `[minute, rate]`. */
export function ratesOf(scenario: Scenario, arm: 'canary' | 'stable'): [number, number][] {
  const { totalErrors, totalRequests } = scenario[arm];
  const skip = arm === 'stable' ? scenario.historyIntervals : 0;
  return Array.from({ length: scenario.intervals }, (_, i) => [
    ((i + 1) * scenario.intervalSeconds) / 60,
    totalErrors[skip + i]! / Math.max(totalRequests[skip + i]!, 1),
  ]);
}

/** Minutes as a number of units of the scenarios. */
export function units(minutes: number): number {
  return Math.round((minutes * 60) / UNIT_SECONDS);
}

function tell(
  session: DecisionSession,
  cohort: Cohort,
  arm: ArmSeries,
  interval: number,
  startMs: number,
  lengthMs: number,
): void {
  for (let pod = 0; pod < arm.pods; pod++) {
    const at = interval * arm.pods + pod;
    if (arm.present[at] !== 1) continue;
    session.observe({
      startMs,
      endMs: startMs + lengthMs,
      cohort,
      pod: String(pod).padStart(3, '0'),
      requests: arm.requests[at]!,
      errors: arm.errors[at]!,
    });
  }
}
