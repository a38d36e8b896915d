/** When a policy is asked: after every interval, as a guard beside the rollout would have asked. */
import type { Policy } from '../engine/policy.ts';
import type { Recording } from './recording.ts';

/** How often the plain rules are asked. They know no interval of their own. */
const THRESHOLDS_EVERY_MS = 10_000;

/**
 * The moments at which a policy is asked about a recording: on the grid of wall time that intervals lie on, from the deployment
 * (or the first interval, if that is later: before it there is nothing to ask about) until the recording ends, and there once
 * more. Each is also the watermark of what is known by then.
 */
export function* momentsOf(policy: Policy, recording: Recording): Generator<number> {
  const { deployedAtMs, completeUntilMs, intervalMs, intervals } = recording;
  const everyMs = policy.kind === 'evidence' ? policy.intervalSeconds * 1000 : THRESHOLDS_EVERY_MS;
  const stepMs = Math.max(1, Math.round(Math.max(everyMs, intervalMs)));
  const firstMs = intervals.reduce((first, { startMs }) => Math.min(first, startMs), Infinity);
  const fromMs = Math.max(deployedAtMs, firstMs);
  // Counted in steps, so that no rounding adds up.
  for (let step = Math.floor(fromMs / stepMs) + 1; step * stepMs < completeUntilMs; step++) yield step * stepMs;
  yield completeUntilMs;
}
