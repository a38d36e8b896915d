/**
 * Planned canaries: steps of an Argo Rollout that follow from what they must find, with their reasons.
 *
 * @module
 */
export type { PlannedAnalysis } from './analysis.ts';
export type { CanaryPods } from './basic-canary-pods.ts';
export type { ExposureLimits, FindTarget, PlannedCanaryOptions, PlannedService } from './options.ts';
export { PLAN_ANNOTATION, type PlannedCanary, plannedCanary } from './planned-canary.ts';
export type { PlannedCanaryRow } from './row.ts';
