import type { AbortResult, Cause, Verdict } from 'rolloutguard';
import type { ThresholdComparison } from './comparison.ts';
import type { UserView } from './load.ts';
import type { Replayed } from './replayed.ts';
import { SCENARIOS, type ScenarioName } from './scenarios.ts';

/** What happened in one run of the demo: plain JSON, all that is needed to judge the run later. */
export interface Outcome {
  readonly schemaVersion: 1;
  readonly scenario: ScenarioName;
  /** Repeats the run's random numbers, though not the machine's mood. */
  readonly seed: number;
  readonly totalSeconds: number;
  /** How the rollout ended. `unfinished` means that the time was up. */
  readonly ending: 'promoted' | 'rolled-back' | 'unfinished';
  /** Share of the traffic that the router saw go to the canary at the very end, 0 to 1. */
  readonly finalCanaryShare: number;
  /** When the canary got its first traffic. */
  readonly deployedAtMs: number;
  /** Each change of the engine's verdict, the first one included. */
  readonly verdicts: readonly VerdictChange[];
  readonly fault: { readonly startedAtMs: number; readonly endedAtMs: number | null } | null;
  readonly rollback: RollbackRecord | null;
  /** What the users got from each version after the canary's first traffic. */
  readonly users: { readonly canary: UserView; readonly stable: UserView };
  /** Requests to the canary that never got an answer, as the telemetry says. */
  readonly canaryUnanswered: number;
  /** Where the criteria stood at the last decision that had traffic on both sides. */
  readonly criteria: readonly { readonly name: string; readonly status: string; readonly logE: number }[];
  readonly thresholds: ThresholdComparison;
  /** What two policies decide on the recording of the run: the one that it was made with must decide the same again. */
  readonly replayed: Replayed;
  /** What went wrong with the demo itself, such as a process that died. */
  readonly problems: readonly string[];
  readonly processesLeft: number;
}

export interface VerdictChange {
  readonly atMs: number;
  readonly weight: number;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
}

export interface RollbackRecord {
  readonly decidedAtMs: number;
  /** When the router was seen to send nothing to the canary any more. */
  readonly restoredAtMs: number;
  readonly cause: Cause | null;
  /** The criterion that suffices alone; without one, the criterion with the most evidence. */
  readonly guilty: string | null;
  readonly reason: string;
  readonly abort: AbortResult['status'];
  readonly trafficRestored: boolean;
  /** How many rollback events were sent: one, however often it was tried. */
  readonly events: number;
}

/**
 * Compares a run with what ought to happen in a scenario, and lists what was wrong: nothing, when all is well. It looks
 * at what happened, never at the name under which the run was made.
 */
export function checkOutcome(expected: ScenarioName, outcome: Outcome): string[] {
  const wrong = [...checkEveryRun(expected, outcome), ...checkReplay(outcome)];
  switch (expected) {
    case 'errors':
      return [...wrong, ...checkRollback(outcome), ...checkGuilt(outcome, 'error rate'), ...checkAnswered(outcome)];
    case 'latency':
      return [...wrong, ...checkRollback(outcome), ...checkGuilt(outcome, 'latency p99')];
    case 'down':
      return [...wrong, ...checkRollback(outcome), ...checkGuilt(outcome, 'error rate'), ...checkUnanswered(outcome)];
    case 'healthy':
      return [...wrong, ...checkPromotion(outcome), ...checkCalm(outcome)];
    case 'external':
      return [...wrong, ...checkPromotion(outcome), ...checkIncident(outcome)];
  }
}

function checkEveryRun(expected: ScenarioName, { problems, processesLeft, totalSeconds, users }: Outcome): string[] {
  const { limitSeconds } = SCENARIOS[expected];
  return complaints(
    [totalSeconds <= limitSeconds, `the run took ${totalSeconds} s, more than ${limitSeconds} s`],
    [users.canary.answers > 0, 'the canary got no traffic at all'],
    [processesLeft === 0, `${processesLeft} processes were left behind`],
    ...problems.map((problem): Check => [false, problem]),
  );
}

/** Longest time by which a live decision may come after the data that it rests on. */
const LATEST_SECONDS = 10;

/** The recording, replayed under the policy of the run, must end as the run did: same ground, and no later. */
function checkReplay({ rollback, deployedAtMs, replayed: { asRun } }: Outcome): string[] {
  if (rollback === null) {
    const { verdict, reason } = asRun;
    const stopped = verdict === 'rollback' || verdict === 'escalate';
    return complaints([!stopped, `replayed, it is stopped, and it was not: ${reason}`]);
  }
  const again = asRun.rolledBackAfterSeconds;
  if (again === null) return [`replayed, it is not rolled back: ${asRun.reason}`];
  const decidedSeconds = (rollback.decidedAtMs - deployedAtMs) / 1000;
  return complaints(
    [asRun.reason === rollback.reason, `replayed, the reason is another: ${asRun.reason}`],
    [asRun.cause === rollback.cause, `replayed, the cause is ${asRun.cause}, not ${rollback.cause}`],
    [again <= decidedSeconds, `replayed, it is rolled back after ${again} s, later than in the run`],
    [again >= decidedSeconds - LATEST_SECONDS, `replayed, it is rolled back after ${again} s, long before the run`],
  );
}

function checkRollback({ rollback, fault, ending, finalCanaryShare }: Outcome): string[] {
  if (rollback === null) return [`there was no rollback: the run ended ${ending}`];
  const { decidedAtMs, cause, trafficRestored, events } = rollback;
  return complaints(
    [fault !== null, 'it rolled back though nothing was wrong'],
    [fault === null || decidedAtMs >= fault.startedAtMs, 'it rolled back before the fault began'],
    [cause === 'deployment', `the cause was said to be ${cause}, not the deployment`],
    [trafficRestored, 'it was not verified that all traffic is back at v1'],
    [finalCanaryShare === 0, `the canary still got ${percent(finalCanaryShare)} of the traffic at the end`],
    [events === 1, `${events} rollback events were sent, not 1`],
  );
}

function checkGuilt({ rollback }: Outcome, criterion: string): string[] {
  if (rollback === null) return [];
  return complaints([rollback.guilty === criterion, `the guilty criterion is ${rollback.guilty}, not ${criterion}`]);
}

function checkAnswered({ canaryUnanswered, users }: Outcome): string[] {
  const answered = users.canary.bad - canaryUnanswered;
  return complaints([answered > canaryUnanswered, 'most bad answers were no answers at all: v2 was down, not faulty']);
}

function checkUnanswered({ canaryUnanswered, users }: Outcome): string[] {
  return complaints(
    [canaryUnanswered > 0, 'no unanswered request was counted'],
    [canaryUnanswered >= users.canary.bad / 2, 'most bad answers were answers: v2 was faulty, not down'],
  );
}

function checkPromotion({ ending, rollback, finalCanaryShare }: Outcome): string[] {
  return complaints(
    [rollback === null, `it rolled back: ${rollback?.reason}`],
    [ending === 'promoted', `the rollout ended ${ending}, not promoted`],
    [finalCanaryShare === 1, `the canary got ${percent(finalCanaryShare)} of the traffic at the end, not 100 %`],
  );
}

function checkCalm({ fault, verdicts }: Outcome): string[] {
  return complaints(
    [fault === null, 'there was a fault in a run that was to be healthy'],
    [verdicts.every(({ cause }) => cause !== 'external'), 'an external incident was seen where there was none'],
  );
}

function checkIncident({ fault, verdicts }: Outcome): string[] {
  const held = verdicts.find(({ verdict, cause }) => verdict === 'hold' && cause === 'external');
  if (fault === null) return ['the dependency never failed'];
  if (held === undefined) return ['the verdict was never hold with an external cause'];
  const endedAtMs = fault.endedAtMs ?? Number.POSITIVE_INFINITY;
  return complaints(
    [held.atMs >= fault.startedAtMs, 'it held before the dependency failed'],
    [held.atMs <= endedAtMs + 10_000, 'it held only long after the dependency had recovered'],
    [fault.endedAtMs !== null, 'the dependency never recovered'],
  );
}

type Check = readonly [ok: boolean, complaint: string];

function complaints(...checks: readonly Check[]): string[] {
  return checks.filter(([ok]) => !ok).map(([, complaint]) => complaint);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
