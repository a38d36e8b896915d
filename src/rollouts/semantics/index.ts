/**
 * What Argo Rollouts makes of measurements: for tests of analysis templates ("would this have failed on these numbers,
 * and when?"), and for tools that read its objects. Pure: no clock, no cluster.
 *
 * @module
 */

export { type AnalysisPlace, type RolloutEffect, rolloutEffect } from './effect.ts';
export type { ArgumentValues } from './limits.ts';
export {
  assessMeasurement,
  type FinalPhase,
  type MeasurementAssessment,
  type MeasurementOptions,
  measured,
  type ProviderVerdict,
} from './measurement.ts';
export { assessMetric, type MetricAssessment, type MetricOptions } from './metric.ts';
export {
  calculateRolloutPhase,
  type ObservedRollout,
  type RolloutPhaseAssessment,
  rolloutPhase,
} from './rollout-phase.ts';
export { assessRun, type RunAssessment, type RunOptions } from './run.ts';
export { nextMeasurementAt, type ScheduleOptions } from './schedule.ts';
export {
  type Readings,
  type SimulatedMeasurement,
  type SimulatedRun,
  type SimulationOptions,
  simulateRun,
} from './simulate.ts';
export type { Analysis } from './spec.ts';
