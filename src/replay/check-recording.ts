/** Is a parsed document a recording that can be replayed, and if not, what is it? */
import { validateTelemetry } from '../engine/validate-telemetry.ts';
import { messageOf, RolloutGuardError } from '../errors.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';
import type { Recording, SkipCode } from './recording.ts';

/** Longest recording that is replayed. */
const MOST_INTERVALS = 1_000_000;
/** Version of the recordings that this package writes and reads. */
const SCHEMA_VERSION = 1;

/** Why a document is left out. */
export interface Refusal {
  code: SkipCode;
  message: string;
}

/** `null` for a recording that can be replayed. */
export function refusalOf(document: unknown): Refusal | null {
  return answerRefusalOf(document) ?? refusalBy(() => checkLength(document as Recording));
}

/** `null` for telemetry that may become part of a recording: what it does not know of the deployment others may add. */
export function answerRefusalOf(document: unknown): Refusal | null {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { code: 'NOT_A_RECORDING', message: `A recording is a JSON object; this is ${kindOf(document)}.` };
  const { kind, schemaVersion } = document as { kind?: unknown; schemaVersion?: unknown };
  if (kind !== 'intervals') return { code: 'NOT_A_RECORDING', message: notARecording(kind) };
  if (schemaVersion !== SCHEMA_VERSION) return { code: 'UNKNOWN_VERSION', message: unknownVersion(schemaVersion) };
  return refusalBy(() => validateTelemetry(document as Recording));
}

function refusalBy(check: () => void): Refusal | null {
  try {
    check();
    return null;
  } catch (error) {
    return { code: 'INVALID_TELEMETRY', message: messageOf(error) };
  }
}

/**
 * Refuses a recording that would be asked about for hours: a policy is asked from the deployment on, whether there is
 * telemetry yet or not.
 *
 * @throws RolloutGuardError `INVALID_TELEMETRY` - it is longer than a million intervals, which is four months at 10 s.
 */
export function checkLength({ deployedAtMs, completeUntilMs, intervalMs }: Recording): void {
  if (completeUntilMs - deployedAtMs <= MOST_INTERVALS * intervalMs) return;
  const mend = `It lies more than ${MOST_INTERVALS} intervals before completeUntilMs: give Unix milliseconds of the canary's first traffic.`;
  throw new RolloutGuardError('INVALID_TELEMETRY', 'Invalid telemetry', {
    ...{ path: 'deployedAtMs', value: deployedAtMs, mend },
  });
}

/** One text for each deployment, whatever its names contain. */
export function keyOf({ service, deploymentId }: DeploymentRef): string {
  return JSON.stringify([service, deploymentId]);
}

function notARecording(kind: unknown): string {
  const wanted = 'Give DeploymentTelemetry, whose kind is "intervals".';
  if (kind === 'aggregates') return `These are rates over a window, which cannot be replayed. ${wanted}`;
  if (kind === 'evidence' || kind === 'thresholds') return `This is a policy. ${wanted}`;
  if (kind === 'session') return `This is the state of a session. ${wanted}`;
  return kind === undefined
    ? `It has no kind. ${wanted}`
    : `Its kind is ${JSON.stringify(kind).slice(0, 80)}. ${wanted}`;
}

function unknownVersion(version: unknown): string {
  if (version === undefined) return `It has no schemaVersion; this version reads ${SCHEMA_VERSION}.`;
  const shown = JSON.stringify(version).slice(0, 80);
  const newer = typeof version === 'number' && version > SCHEMA_VERSION;
  return newer
    ? `It was made by a newer version (schemaVersion ${shown}); this version reads ${SCHEMA_VERSION}. Update rolloutguard.`
    : `Its schemaVersion is ${shown}; this version reads ${SCHEMA_VERSION}.`;
}

function kindOf(document: unknown): string {
  if (document === null) return 'null';
  return Array.isArray(document) ? 'a list: write one recording a line' : `a ${typeof document}`;
}
