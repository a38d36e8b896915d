/** Is a parsed document a recording that can be replayed, and if not, what is it? */
import { validateTelemetry } from '../engine/validate-telemetry.ts';
import { messageOf } from '../errors.ts';
import type { DeploymentRef } from '../ports/telemetry.ts';
import type { Recording, SkipCode } from './recording.ts';

/** Version of the recordings that this package writes and reads. */
const SCHEMA_VERSION = 1;

/** Why a document is left out. */
export interface Refusal {
  code: SkipCode;
  message: string;
}

/** `null` for a recording that can be replayed. */
export function refusalOf(document: unknown): Refusal | null {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    return { code: 'NOT_A_RECORDING', message: `A recording is a JSON object; this is ${kindOf(document)}.` };
  const { kind, schemaVersion } = document as { kind?: unknown; schemaVersion?: unknown };
  if (kind !== 'intervals') return { code: 'NOT_A_RECORDING', message: notARecording(kind) };
  if (schemaVersion !== SCHEMA_VERSION) return { code: 'UNKNOWN_VERSION', message: unknownVersion(schemaVersion) };
  try {
    validateTelemetry(document as Recording);
    return null;
  } catch (error) {
    return { code: 'INVALID_TELEMETRY', message: messageOf(error) };
  }
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
