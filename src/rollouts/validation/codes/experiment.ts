/** Codes of experiments, each with its rule in a line without a full stop. */

export type ExperimentCode =
  | 'experiment-selects-all'
  | 'experiment-deadline-short'
  | 'experiment-name-empty'
  | 'experiment-names-equal'
  | 'experiment-spec-ref'
  | 'experiment-never-ends';

export const EXPERIMENT_RULES: Readonly<Record<ExperimentCode, string>> = {
  'experiment-selects-all': 'A template of an experiment selects its own pods',
  'experiment-deadline-short': 'minReadySeconds of a template fit into progressDeadlineSeconds',
  'experiment-name-empty': 'A template of an experiment has a name',
  'experiment-names-equal': 'Templates and analyses of an experiment have different names',
  'experiment-spec-ref': 'specRef is canary or stable',
  'experiment-never-ends': 'The experiment of a step has a duration or an analysis that completes it',
};
