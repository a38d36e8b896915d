/** Where a Rollout or an Experiment uses analysis templates. */
import type { Field } from '../field.ts';
import { EFFECT } from '../report.ts';
import { refOf, type TemplateRef } from './merge.ts';

/** One analysis that becomes a run of its own. */
export interface Use {
  readonly kind: 'background' | 'step' | 'pre-promotion' | 'post-promotion' | 'experiment';
  /** Where Argo reports what is wrong with the templates: their list, or the one name. */
  readonly at: Field;
  readonly refs: readonly TemplateRef[];
  readonly args: Field;
  readonly dryRun: Field;
  readonly measurementRetention: Field;
  /** The experiment that it belongs to. */
  readonly experiment: Field | null;
  /** What happens when the controller can make no run of it. */
  readonly effect: string;
}

const EXPERIMENT_ERROR = 'The Experiment ends in Error, and the rollout aborts.';
/** Effect of what the controller finds when it makes a run. */
export const NEVER_MADE = 'The controller cannot make the run, and tries again for ever.';

/** All analyses of a Rollout, in the order of its fields. */
export function usesOfRollout(root: Field): Use[] {
  const canary = root.at('spec', 'strategy', 'canary');
  const blueGreen = root.at('spec', 'strategy', 'blueGreen');
  const uses: Use[] = [];
  const add = (kind: Use['kind'], analysis: Field): void => {
    if (analysis.present) uses.push(useOf(kind, analysis));
  };
  for (const step of canary.at('steps').items) {
    add('step', step.at('analysis'));
    uses.push(...usesOfExperiment(step.at('experiment')));
  }
  add('background', canary.at('analysis'));
  add('pre-promotion', blueGreen.at('prePromotionAnalysis'));
  add('post-promotion', blueGreen.at('postPromotionAnalysis'));
  return uses;
}

function useOf(kind: Use['kind'], analysis: Field): Use {
  const at = analysis.at('templates');
  const rules = { dryRun: analysis.at('dryRun'), measurementRetention: analysis.at('measurementRetention') };
  const refs = at.items.map(refOf);
  return { kind, at, refs, args: analysis.at('args'), ...rules, experiment: null, effect: EFFECT.invalidSpec };
}

/** Analyses of an experiment: of the step of a Rollout, or of the spec of an Experiment. Their rules are the experiment's. */
export function usesOfExperiment(experiment: Field): Use[] {
  const rules = { dryRun: experiment.at('dryRun'), measurementRetention: experiment.at('measurementRetention') };
  return experiment.at('analyses').items.map((analysis) => {
    const ref = refOf(analysis);
    const args = analysis.at('args');
    return { kind: 'experiment', at: ref.at, refs: [ref], args, ...rules, experiment, effect: EXPERIMENT_ERROR };
  });
}

/** What happens when rules of the analysis itself clash with those of its templates: only those of steps are checked early. */
export function clashEffect({ kind, effect }: Use): string {
  return kind === 'step' || kind === 'experiment' ? effect : NEVER_MADE;
}

/** Argo checks these templates before it takes the Rollout, each by itself. */
export function isCheckedEarly({ kind }: Use): boolean {
  return kind !== 'background' && kind !== 'experiment';
}
