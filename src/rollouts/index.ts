/**
 * Steps of a canary: a checked plan, the same plan as Argo Rollouts writes it, and the rule by which a step advances.
 *
 * @module
 */
export { nextStep, type StepMove, type StepPermission, type StepPosition } from './next-step.ts';
export {
  type ArgoCanaryStep,
  type CanaryPlan,
  type PlannedCanaryOptions,
  type PlannedCanaryStep,
  plannedCanary,
} from './planned-canary.ts';
