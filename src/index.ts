/**
 * rolloutguard: is the new version worse, is the deployment the cause, is rolling back safe - and then do it.
 *
 * @module
 */

export { authorityOf, type EarnedAuthority } from './engine/authority.ts';
export type { AuthorityOptions, AuthorityRules, AuthorityThreshold } from './engine/authority-rules.ts';
export {
  type BusinessMetricCriterion,
  type BusinessMetricOptions,
  businessMetric,
} from './engine/criteria/business-metric.ts';
export { type ErrorRateCriterion, type ErrorRateOptions, errorRate } from './engine/criteria/error-rate.ts';
export { type LatencyCriterion, type LatencyOptions, latency } from './engine/criteria/latency.ts';
export type { Importance } from './engine/criteria/margins.ts';
export { type SaturationCriterion, type SaturationOptions, saturation } from './engine/criteria/saturation.ts';
export { decide, evidenceHistory } from './engine/decide.ts';
export type { DecisionContext } from './engine/decision-context.ts';
export { detectionSettings } from './engine/detection-settings.ts';
export { policyDigest } from './engine/digest.ts';
export type { Because, Finding } from './engine/finding.ts';
export {
  type CrashLoop,
  crashLoop,
  type HardStop,
  type HardStopOptions,
  type PanicErrorRate,
  panicErrorRate,
  type SloBurnRate,
  sloBurnRate,
  type UnansweredShare,
  unansweredShare,
} from './engine/hard-stops.ts';
export type { JsonSchema } from './engine/json-schema.ts';
export { parsePolicy } from './engine/parse-policy.ts';
export {
  type Criterion,
  definePolicy,
  type EvidencePolicy,
  type OnMissing,
  type Policy,
  type PolicyOptions,
} from './engine/policy.ts';
export { policySchema } from './engine/policy-schema.ts';
export type { Presence } from './engine/presence.ts';
export { batchWorker, lowTraffic, type PresetOverrides, webService } from './engine/presets.ts';
export {
  type EngineCallOptions,
  type EngineOptions,
  RollbackDecisionEngine,
  type RollbackResult,
} from './engine/rollback-decision-engine.ts';
export { intervalsFromTotals, type RunningTotals } from './engine/running-totals.ts';
export { DecisionSession, type SessionOptions, type SessionState } from './engine/session.ts';
export { type ThresholdPolicy, type ThresholdPolicyOptions, thresholdPolicy } from './engine/thresholds.ts';
export { type ErrorCode, type ErrorContext, isRolloutGuardError, RolloutGuardError } from './errors.ts';
export { type Clock, systemClock } from './ports/clock.ts';
export type {
  Attribution,
  Authority,
  AuthorityLevel,
  Cause,
  CriterionEvidence,
  CriterionStatus,
  Decision,
  DependencyFinding,
  EffectEstimate,
  EvidencePoint,
  JudgedCounts,
  LatencyEstimate,
  LatencyQuantile,
  LimitFinding,
  PastDeployment,
  RatioFigure,
  Verdict,
} from './ports/decision.ts';
export type { DeploymentRecord } from './ports/deployment-record.ts';
export type { DeploymentEvent, DeploymentEventType, EventSink } from './ports/event-sink.ts';
export { type AggregateMetricsClient, fromAggregates } from './ports/from-aggregates.ts';
export {
  type InMemoryEventSink,
  type InMemoryRecord,
  type InMemoryRollouts,
  inMemoryEventSink,
  inMemoryMetrics,
  inMemoryRecord,
  inMemoryRollouts,
  type ManualClock,
  manualClock,
  noopEventSink,
} from './ports/in-memory.ts';
export type { CallOptions, MetricsClient, TelemetryQuery } from './ports/metrics-client.ts';
export type { Outlook } from './ports/outlook.ts';
export type { AbortResult, RolloutClient, RolloutStatus } from './ports/rollout-client.ts';
export type {
  AggregateTelemetry,
  Cohort,
  DeploymentMetrics,
  DeploymentRef,
  DeploymentTelemetry,
  ExplicitHistogram,
  ExponentialHistogram,
  LatencyHistogram,
  Measure,
  SourceProblem,
  TelemetryInterval,
  WeightChange,
} from './ports/telemetry.ts';
export { VERSION } from './version.ts';
