/** What is replayed: telemetry of past deployments, with the place that each came from. */
import type { DeploymentTelemetry } from '../ports/telemetry.ts';

/** One past deployment: the telemetry of its whole life, as plain JSON. */
export type Recording = DeploymentTelemetry;

/** A recording and where it was read. */
export interface ReadRecording {
  recording: Recording;
  /** Path of the file, `stdin` (further streams: `stream 2` and so on), or `memory` for one that was handed over as an object. */
  source: string;
  /** Line of a JSON Lines document, counted from 1; `null` for a document of its own. */
  line: number | null;
}

/** Why a recording was left out. */
export type SkipCode =
  | 'INVALID_JSON'
  | 'UNKNOWN_VERSION'
  | 'NOT_A_RECORDING'
  | 'INVALID_TELEMETRY'
  | 'DUPLICATE'
  | 'UNREADABLE';

/** Something that should have been a recording, and could not be used. */
export interface SkippedRecording {
  source: string;
  /** Counted from 1; `null` where a document is no line. */
  line: number | null;
  code: SkipCode;
  /** What is wrong, and what to do about it. */
  message: string;
}

/** Recordings as a replay takes them: as they are, or with the place that they were read from. */
export type Recordings = Iterable<Recording | ReadRecording> | AsyncIterable<Recording | ReadRecording>;
