/** What a plan shows: any of what the planner answers, with what it was asked. */

import type { Fault, FaultKind } from '../planning/fault.ts';
import type { PlanCurve } from '../planning/plan-curve.ts';
import type { StepPlan } from '../planning/plan-steps.ts';
import type { PlanTarget } from '../planning/plan-target.ts';
import type { ServiceTraffic } from '../planning/service-traffic.ts';
import type { SmallestEffect } from '../planning/smallest-detectable.ts';
import type { Detection } from '../planning/time-to-detect.ts';

/** A fault that was asked for, and when it is seen: `timeToDetect`. */
export interface PlannedDetection {
  fault: Fault;
  /** Canary's share of the traffic, 0 to 1. */
  canaryShare: number;
  /** Chance to have seen it by then. */
  power: number;
  detection: Detection;
}

/** A time that was asked for, and what is seen in it: `smallestDetectable`. */
export interface PlannedSmallest {
  kind: FaultKind;
  canaryShare: number;
  withinSeconds: number;
  power: number;
  smallest: SmallestEffect;
}

/** The answers of the planner. What is left out is not shown. */
export interface PlanReport {
  /** The service that the plan is for. */
  traffic?: ServiceTraffic;
  detections?: readonly PlannedDetection[];
  smallest?: readonly PlannedSmallest[];
  /** Steps, and the target that they were made for. */
  steps?: { target: PlanTarget; plan: StepPlan };
  curve?: PlanCurve;
  /** Shown at the foot of a page, if given. */
  engineVersion?: string;
}
