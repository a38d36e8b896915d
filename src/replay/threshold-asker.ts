/** Asks a policy of fixed thresholds about a deployment whose future it does not know. */
import { decideByThresholds, type ThresholdPolicy } from '../engine/thresholds.ts';
import type { Decision } from '../ports/decision.ts';
import type { TelemetryInterval } from '../ports/telemetry.ts';
import type { Answer, Asker } from './asker.ts';
import type { Recording } from './recording.ts';

/** See the head of the file. */
export class ThresholdAsker implements Asker {
  readonly #policy: ThresholdPolicy;
  readonly #recording: Recording;
  /** Of the whole service, by the time they ended. */
  readonly #intervals: TelemetryInterval[];
  /** The window lies in between. */
  #from = 0;
  #to = 0;

  constructor(policy: ThresholdPolicy, recording: Recording) {
    this.#policy = policy;
    this.#recording = recording;
    this.#intervals = recording.intervals
      .filter(({ segment }) => segment === undefined)
      .sort((a, b) => a.endMs - b.endMs);
  }

  ask(nowMs: number): Answer {
    const { verdict, evidence } = this.decision(nowMs);
    const because = groundOf(verdict, evidence[0]?.status);
    // Without enough requests no threshold is looked at.
    return { verdict, because, judged: verdict !== 'hold' && because !== 'too-few-samples' };
  }

  decision(nowMs: number): Decision {
    const windowMs = this.#policy.windowSeconds * 1000;
    while (this.#to < this.#intervals.length && this.#intervals[this.#to]!.endMs <= nowMs) this.#to++;
    while (this.#from < this.#to && this.#intervals[this.#from]!.endMs <= nowMs - windowMs) this.#from++;
    const problems = (this.#recording.problems ?? []).filter(({ atMs }) => atMs <= nowMs);
    const known = {
      ...this.#recording,
      completeUntilMs: nowMs,
      intervals: this.#intervals.slice(this.#from, this.#to),
      problems,
    };
    return decideByThresholds(this.#policy, known, { nowMs });
  }
}

/** The words of evidence policies fit. */
function groundOf(verdict: Decision['verdict'], status: string | undefined): string {
  if (verdict === 'rollback' || verdict === 'escalate') return 'worse';
  if (verdict === 'hold') return 'no-data';
  return status === 'too-few-samples' ? 'too-few-samples' : 'open';
}
