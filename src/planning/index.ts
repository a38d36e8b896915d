/**
 * Plans: how long until a fault is seen, the smallest fault that is seen in a given time, the steps that find one.
 *
 * @module
 */
export type { DetectionSettings } from './detection-settings.ts';
export type { Fault, FaultKind } from './fault.ts';
export { LONGEST_SECONDS } from './horizon.ts';
export type { PlanMend } from './mends.ts';
export { type PlanCurve, type PlanCurveOptions, planCurve } from './plan-curve.ts';
export { type PlanStep, type PlanStepsOptions, planSteps, type StepPlan } from './plan-steps.ts';
export type { PlanTarget } from './plan-target.ts';
export type { AssumedNoise, ServiceNoiseLevel, SpreadShare } from './service-noise-level.ts';
export type { ServiceTraffic } from './service-traffic.ts';
export { type SmallestDetectableOptions, type SmallestEffect, smallestDetectable } from './smallest-detectable.ts';
export { type Detection, type TimeToDetectOptions, timeToDetect } from './time-to-detect.ts';
export { type TrafficOfOptions, trafficOf } from './traffic-of.ts';
