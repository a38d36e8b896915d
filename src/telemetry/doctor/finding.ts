/** What the doctor says. */
import { FINDINGS, type FindingCode } from './findings.ts';

/**
 * - `error`: telemetry gets lost, or cannot be judged by;
 * - `warning`: some of it does, or will when something changes;
 * - `info`: worth knowing.
 */
export type FindingSeverity = 'error' | 'warning' | 'info';

/** One thing that the doctor found. */
export interface TelemetryFinding {
  /** Stable; docs/telemetry-doctor.md lists them all. */
  readonly code: string;
  readonly severity: FindingSeverity;
  /** What is so. Never holds a secret. */
  readonly message: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Makes a finding; its mend is that of its code unless another is given. */
export function finding(code: FindingCode, message: string, mend?: string): TelemetryFinding {
  const { severity, mend: usual } = FINDINGS[code];
  return { code, severity, message, mend: mend ?? usual };
}
