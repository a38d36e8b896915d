/** A canary whose steps follow from what they must find: steps of Argo, with the reasons written beside them. */
import type { PlanMend } from '../../planning/mends.ts';
import { planOf } from '../../planning/plan-steps.ts';
import { type CanaryPlan, canaryPlan } from '../canary-plan.ts';
import type { AnalysisTemplate } from '../types/analysis-template.ts';
import type { BackgroundAnalysis } from '../types/canary.ts';
import type { CanaryStep } from '../types/steps.ts';
import { plannedTemplate } from './analysis.ts';
import { type KnownOptions, knownOptions, type PlannedCanaryOptions } from './options.ts';
import { type PlannedCanaryRow, rowsOf } from './row.ts';
import { markdownTable, textTable } from './table.ts';
import { reasons, targetWords } from './words.ts';

/** The annotation that says why the steps are as they are. */
export const PLAN_ANNOTATION = 'rolloutguard.dev/plan';

/** What a plan says in either case. */
interface PlannedWords {
  /** What was to be found, in a line. */
  readonly target: string;
  /** What must be known of the weights: where pods cannot make what was asked for. */
  readonly notes: readonly string[];
  /** What each step can detect; of `closest` where there is no plan. Empty where the fault is never seen. */
  readonly rows: readonly PlannedCanaryRow[];
  /** The same as a table of plain text, a line break at its end. */
  readonly text: string;
  /** The same as a table of Markdown. */
  readonly markdown: string;
}

/** Steps that find the fault, or why there are none and what would make some. Plain JSON. */
export type PlannedCanary =
  | (PlannedWords & {
      readonly feasible: true;
      /** For `spec.strategy.canary.steps`. After the last one Argo goes to 100 % by itself. */
      readonly steps: CanaryStep[];
      /** For `spec.strategy.canary`: the steps, and the analysis where it runs beside them. A builder takes it as `.canary(strategy)`. */
      readonly strategy: { steps: CanaryStep[]; analysis?: BackgroundAnalysis };
      /** To apply beside the Rollout. */
      readonly analysisTemplate: AnalysisTemplate;
      /** The same for `nextStep`. */
      readonly plan: CanaryPlan;
      /** For `metadata.annotations` of the Rollout: why each weight and pause. Below 2,000 characters. */
      readonly annotations: Readonly<Record<string, string>>;
      /** The same, a sentence a step. */
      readonly reasons: readonly string[];
      readonly totalSeconds: number;
      /** Users that a canary with the fault serves until it is found. */
      readonly usersExposed: number;
      /** Bad answers beyond stable's that it gives until then. */
      readonly badAnswers: number;
    })
  | (PlannedWords & {
      readonly feasible: false;
      readonly because: string;
      /** Single changes of the options, each of which was tried and makes it feasible. */
      readonly mends: readonly PlanMend[];
    });

/**
 * Plans a canary: the fastest weights and pauses that find a fault with the given chance and keep all limits. The times are
 * those of rolloutguard's judge, as `planSteps` of `rolloutguard/planning` computes them; an analysis by a threshold takes
 * others. Without a traffic router the weights are those that pods can make.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - no traffic, numbers out of their bounds, weights that do not ascend, a fault
 * that the margins tolerate, no `replicas` where pods make the weights.
 */
export function plannedCanary(options: PlannedCanaryOptions): PlannedCanary {
  const known = knownOptions(options);
  const { check, planner, chosen, traffic } = known;
  const found = planOf(planner);
  const rows = rowsOf(planner, chosen.weights, found.feasible ? found.steps : found.closest);
  const { fault } = planner.target;
  const words: PlannedWords = {
    target: targetWords(planner, traffic),
    notes: chosen.notes,
    rows,
    text: textTable(fault, rows),
    markdown: markdownTable(fault, rows),
  };
  if (!found.feasible) {
    return { feasible: false, because: found.because, mends: possibleMends(known, found.mends), ...words };
  }
  const plan = canaryPlan({ steps: rows });
  const { requestsPerSecond } = traffic;
  const { where, run, analysisTemplate } = plannedTemplate(
    check,
    options.analysis ?? {},
    fault,
    rows,
    requestsPerSecond,
  );
  const why = reasons(planner, rows);
  const steps = plan.argoSteps.flatMap<CanaryStep>((step) =>
    step.pause && where === 'steps' ? [step, { analysis: run }] : [step],
  );
  return {
    feasible: true,
    steps,
    strategy: { steps, ...(where === 'background' ? { analysis: run } : {}) },
    plan,
    analysisTemplate,
    annotations: { [PLAN_ANNOTATION]: [words.target, ...why].join('\n') },
    reasons: why,
    totalSeconds: found.totalSeconds,
    usersExposed: found.usersExposed,
    badAnswers: found.badAnswers,
    ...words,
  };
}

/** Pods can make few weights: one that was tried as a share of traffic need not be among them. */
function possibleMends({ chosen }: KnownOptions, mends: readonly PlanMend[]): readonly PlanMend[] {
  return chosen.weights.some(({ pods }) => pods !== null) ? mends.filter(({ change }) => change !== 'weight') : mends;
}
