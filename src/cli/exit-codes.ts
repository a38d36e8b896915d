/** What the exit codes of all commands mean, in one place, so that no two commands use one number for two things. */
import type { Verdict } from '../ports/decision.ts';

/** Exit codes of the command line. */
export const EXIT = {
  /** Done; the rollout may go on; the plan is feasible. */
  ok: 0,
  /** There are findings that count: what linters end with. */
  findings: 1,
  /** Wrong arguments, input that cannot be read or is invalid, or output that cannot be written. */
  usage: 2,
  /** Roll back; or a threshold of a replay is exceeded. */
  rollback: 10,
  /** Do not advance; or no plan meets the target. */
  hold: 20,
  /** A human must act. */
  escalate: 30,
  /** A fault of rolloutguard itself, as sysexits counts it. Never a verdict, and never what the caller did wrong. */
  fault: 70,
  /** Stopped by Ctrl-C, as shells count it. */
  interrupted: 130,
} as const;

/** The exit code of a verdict. */
export const VERDICT_EXIT: Readonly<Record<Verdict, number>> = {
  continue: EXIT.ok,
  promote: EXIT.ok,
  rollback: EXIT.rollback,
  hold: EXIT.hold,
  escalate: EXIT.escalate,
};
