/**
 * Past deployments under a policy: what it would have decided, when, and how well that would have been.
 *
 * @module
 */
export { appendRecording, recordingLine } from './append-recording.ts';
export { type CalibrateOptions, calibrate } from './calibrate.ts';
export type {
  Calibration,
  FalseRollbackHistory,
  LearnedNoise,
  NaturalRatios,
  ServiceCalibration,
  SuggestedMargin,
  Suggestions,
} from './calibration.ts';
export { type DeploymentLabel, type Labels, parseLabels } from './labels.ts';
export { pastDeployments } from './past-deployments.ts';
export { type ReadOptions, type RecordingSource, readRecordings } from './read-recordings.ts';
export type { ReadRecording, Recording, Recordings, SkipCode, SkippedRecording } from './recording.ts';
export { type RecordingClient, type RecordingClientOptions, recordingClient } from './recording-client.ts';
export type { RecordingReader } from './recording-reader.ts';
export { type ReplayOptions, replay } from './replay.ts';
export { replayOne } from './replay-one.ts';
export type {
  PolicyComparison,
  PolicyScore,
  ReplayedDeployment,
  ReplayedPolicy,
  ReplayReport,
} from './replay-report.ts';
