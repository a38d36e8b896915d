import type { DecisionContext } from '../../src/engine/decision-context.ts';
import type { EvidencePolicy } from '../../src/engine/policy.ts';
import { DecisionSession } from '../../src/engine/session.ts';
import type { DeploymentTelemetry, TelemetryInterval } from '../../src/ports/telemetry.ts';
import { DEPLOYED_AT_MS } from './telemetry.ts';

/** A session on the deployment that helpers/telemetry.ts makes telemetry of. */
export function sessionOf(policy: EvidencePolicy, more: { intervalMs?: number } = {}): DecisionSession {
  return new DecisionSession(policy, {
    service: 'checkout',
    deploymentId: 'deploy-42',
    deployedAtMs: DEPLOYED_AT_MS,
    ...more,
  });
}

/** A session that was told everything at once. */
export function sessionAfter(policy: EvidencePolicy, telemetry: DeploymentTelemetry): DecisionSession {
  const session = sessionOf(policy, { intervalMs: telemetry.intervalMs });
  for (const change of telemetry.weights) session.route(change);
  for (const interval of telemetry.intervals) session.observe(interval);
  for (const [name, calls] of Object.entries(telemetry.dependencies ?? {}))
    for (const interval of calls) session.observeDependency(name, interval);
  for (const problem of telemetry.problems ?? []) session.report(problem);
  session.completeUntil(telemetry.completeUntilMs);
  return session;
}

/** Stored as JSON and restored. */
export function reloaded(policy: EvidencePolicy, session: DecisionSession): DecisionSession {
  return DecisionSession.restore(policy, JSON.parse(JSON.stringify(session)));
}

/** What is told a session, one after the other. */
export type Step = { interval: TelemetryInterval; dependency?: string } | { completeUntilMs: number };

/**
 * Telemetry as it arrives: every interval at its end or up to `delaySeconds` later, and a watermark that trails behind, in
 * steps that need not be whole slots.
 */
export function stepsOf(telemetry: DeploymentTelemetry, delaySeconds: number, stepSeconds: number): Step[] {
  const told: { interval: TelemetryInterval; dependency?: string }[] = [
    ...telemetry.intervals.map((interval) => ({ interval })),
    ...Object.entries(telemetry.dependencies ?? {}).flatMap(([dependency, calls]) =>
      calls.map((interval) => ({ interval, dependency })),
    ),
  ];
  const series = [...new Set(told.map(seriesOf))];
  const steps: { atMs: number; order: number; step: Step }[] = told.map((step) => ({
    // Each series has a delay of its own, so that different ones overtake each other.
    atMs: step.interval.endMs + ((series.indexOf(seriesOf(step)) * 7) % (delaySeconds + 1)) * 1000,
    order: step.interval.endMs,
    step,
  }));
  const lastMs = telemetry.completeUntilMs;
  const firstMs = Math.min(lastMs, ...telemetry.intervals.map(({ endMs }) => endMs));
  for (let atMs = firstMs; atMs < lastMs; atMs += stepSeconds * 1000)
    steps.push({ atMs: atMs + delaySeconds * 1000, order: Infinity, step: { completeUntilMs: atMs } });
  steps.push({ atMs: Infinity, order: Infinity, step: { completeUntilMs: lastMs } });
  return steps.sort((a, b) => a.atMs - b.atMs || a.order - b.order).map(({ step }) => step);
}

function seriesOf({ interval, dependency }: { interval: TelemetryInterval; dependency?: string }): string {
  const { cohort, pod, segment } = interval;
  return JSON.stringify([cohort, pod, segment, dependency]);
}

/** Tells a session one thing. */
export function tell(session: DecisionSession, step: Step): void {
  if ('dependency' in step && step.dependency !== undefined) session.observeDependency(step.dependency, step.interval);
  else if ('interval' in step) session.observe(step.interval);
  else session.completeUntil(step.completeUntilMs);
}

/** Asked at a moment, with what was complete then. */
export function contextAt(completeUntilMs: number): DecisionContext {
  return { nowMs: completeUntilMs + 2000 };
}
