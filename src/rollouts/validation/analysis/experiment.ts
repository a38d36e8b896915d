/** Rules of an Experiment, and of the experiment that a step of a Rollout makes (Argo rules 95 to 99: utils/conditions/experiments.go). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';
import { checkExperimentArgs } from './given-args.ts';
import { checkUse, once } from './rollout.ts';
import { usesOfExperiment } from './uses.ts';
import { checkDuration, templateText } from './values.ts';

const INVALID = 'The Experiment becomes InvalidSpec: a step never completes.';

/** Rules of an Experiment. */
export function checkExperiment(root: Field, context: Context): void {
  const spec = root.at('spec');
  once(context, (quiet) => {
    for (const use of usesOfExperiment(spec)) {
      checkUse(use, quiet);
      checkExperimentArgs(use, quiet.report);
    }
  });
  checkTemplates(spec, context.report);
}

/** Rules of the experiments in the steps of a Rollout. */
export function checkExperimentSteps(root: Field, { report }: Context): void {
  for (const step of root.at('spec', 'strategy', 'canary', 'steps').items) {
    const experiment = step.at('experiment');
    if (!experiment.present) continue;
    checkTemplates(experiment, report);
    for (const template of experiment.at('templates').items) {
      const at = template.at('specRef');
      if (at.text === undefined || at.text === 'canary' || at.text === 'stable') continue;
      const effect = 'The controller cannot make the Experiment, and tries again for ever.';
      report.rejected('experiment-spec-ref', at, `specRef is ${shown(at.text)}.`, effect, 'Write canary or stable.');
    }
    const required = experiment.at('analyses').items.some((one) => one.at('requiredForCompletion').value === true);
    if (required || experiment.at('duration').text) continue;
    const message = 'It has no duration, and no analysis is requiredForCompletion.';
    const effect = 'The step lasts until somebody ends the Experiment.';
    report.advice('experiment-never-ends', experiment, message, effect, 'Set duration, if that is not meant.');
  }
}

function checkTemplates(experiment: Field, report: Report): void {
  const deadline = experiment.at('progressDeadlineSeconds').number ?? 600;
  const never = 'It counts as no duration.';
  checkDuration(experiment.at('duration'), templateText, report, never, 'unsafe');
  checkNames(experiment.at('templates'), INVALID, report);
  checkNames(experiment.at('analyses'), 'They share one status: the second is never run.', report);
  for (const template of experiment.at('templates').items) {
    const [name, selector, ready] = [template.at('name'), template.at('selector'), template.at('minReadySeconds')];
    if (name.text === '')
      report.rejected('experiment-name-empty', name, 'The name is empty.', INVALID, 'Give it a name.');
    if (selector.present && selector.entries.length === 0) {
      const message = 'An empty selector selects all pods.';
      report.rejected('experiment-selects-all', selector, message, INVALID, 'Write matchLabels.');
    }
    if (ready.number !== undefined && ready.number > deadline) {
      const message = `minReadySeconds is ${ready.number}, progressDeadlineSeconds ${deadline}.`;
      report.rejected('experiment-deadline-short', ready, message, INVALID, 'Raise the deadline.');
    }
  }
}

function checkNames(list: Field, effect: string, report: Report): void {
  const seen = new Set<string>();
  for (const one of list.items) {
    const at = one.at('name');
    if (!at.text) continue;
    const message = `The name ${shown(at.text)} is there twice.`;
    if (seen.has(at.text)) report.rejected('experiment-names-equal', at, message, effect, 'Give each its own name.');
    seen.add(at.text);
  }
}
