/** The helper of gateways: who passes requests on tells of those that got no answer. */
import { reportToCurrent } from '../handle.ts';
import { sharedUnansweredCounter } from './unanswered/counter.ts';
import { reasonOf } from './unanswered/failure.ts';
import type { UnansweredTarget } from './unanswered/targets.ts';

/**
 * Counts one request that its target did not answer, in `rolloutguard.unanswered`. For a gateway that knows which version it
 * has asked: a canary that dies under its first request reports nothing itself.
 *
 * From then on failures of this service that are seen by the HTTP clients of the process are no longer counted for it, since
 * they are the same ones. Do not call it for a request whose own caller went away first, nor for one that was answered, with
 * whatever status. Never throws; what is wrong with `target` is reported to the telemetry of the process.
 *
 * @param target - whom the request was sent to; with `cohort` or `deploymentId`, or nobody can tell which version failed and it is not judged.
 * @param error - what the client said, for `error.type`.
 */
export function countUnanswered(target: UnansweredTarget, error?: unknown): void {
  try {
    const service: unknown = (target as UnansweredTarget | undefined)?.service;
    if (typeof service === 'string' && service !== '') {
      sharedUnansweredCounter().addTold(target, reasonOf(error) ?? '_OTHER');
      return;
    }
  } catch {
    // A target or an error that throws when it is looked at.
  }
  const message = 'countUnanswered was called without the service that did not answer; the request is not counted.';
  reportToCurrent({ code: 'BAD_MEASUREMENT', message });
}
