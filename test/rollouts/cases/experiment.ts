import { experiment, experimenting, metric, ofMetric, type Part, template } from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

const rejected = 'rejected';
const unsafe = 'unsafe';
const STEP = 'spec.strategy.canary.steps[1].experiment';
const pods = {
  selector: { matchLabels: { app: 'api' } },
  template: {
    metadata: { labels: { app: 'api' } },
    spec: { containers: [{ name: 'api', image: 'registry.example.com/api:1' }] },
  },
};

/** An Experiment of one template with a change. */
function one(change: Part): Part {
  return experiment({ templates: [{ name: 'canary', ...pods, ...change }], duration: '10m' });
}

const analyses = [{ name: 'a', templateName: 'errors' }];

/** An Experiment that gives an arg to a template which has a default for it. */
function giving(arg: Part): readonly Part[] {
  const given = [{ name: 'a', templateName: 'errors', args: [{ name: 'job', ...arg }] }];
  return [
    experiment({ templates: [{ name: 'canary', ...pods }], duration: '10m', analyses: given }),
    ofMetric({}, { args: [{ name: 'job', value: 'api' }] }),
  ];
}

/** Rules of Experiments, and of the experiments of a Rollout's steps. */
export const EXPERIMENT_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['94'], code: 'missing-field', severity: rejected, shows: 'selector of an Experiment' },
    path: 'spec.templates[0].selector',
    bad: [one({ selector: undefined })],
    good: [one({})],
  },
  {
    ...{ of: ['95'], code: 'experiment-selects-all', severity: rejected, shows: 'empty selector' },
    path: 'spec.templates[0].selector',
    bad: [one({ selector: {} })],
    good: [one({})],
  },
  {
    ...{ of: ['96'], code: 'experiment-deadline-short', severity: rejected, shows: 'against the default' },
    path: 'spec.templates[0].minReadySeconds',
    bad: [one({ minReadySeconds: 601 })],
    good: [one({ minReadySeconds: 600 })],
  },
  {
    ...{ of: ['97'], code: 'experiment-name-empty', severity: rejected, shows: 'empty' },
    path: 'spec.templates[0].name',
    bad: [one({ name: '' })],
    good: [one({ name: 'a' })],
  },
  {
    ...{ of: ['98'], code: 'experiment-names-equal', severity: rejected, shows: 'templates' },
    path: 'spec.templates[1].name',
    bad: [
      experiment({
        templates: [
          { name: 'a', ...pods },
          { name: 'a', ...pods },
        ],
      }),
    ],
    good: [
      experiment({
        templates: [
          { name: 'a', ...pods },
          { name: 'b', ...pods },
        ],
      }),
    ],
  },
  {
    ...{ of: ['98'], code: 'experiment-names-equal', severity: rejected, shows: 'templates of a step' },
    path: `${STEP}.templates[1].name`,
    bad: [
      experimenting({
        templates: [
          { name: 'a', specRef: 'canary' },
          { name: 'a', specRef: 'stable' },
        ],
      }),
    ],
    good: [
      experimenting({
        templates: [
          { name: 'a', specRef: 'canary' },
          { name: 'b', specRef: 'stable' },
        ],
      }),
    ],
  },
  {
    ...{ of: ['own'], code: 'experiment-names-equal', severity: rejected, shows: 'analyses' },
    path: `${STEP}.analyses[1].name`,
    bad: [experimenting({ analyses: [...analyses, { name: 'a', templateName: 'latency' }] })],
    good: [experimenting({ analyses: [...analyses, { name: 'b', templateName: 'latency' }] })],
  },
  {
    ...{ of: ['99', 'trap 11'], code: 'experiment-spec-ref', severity: rejected, shows: 'capital letter' },
    path: `${STEP}.templates[0].specRef`,
    bad: [experimenting({ templates: [{ name: 'a', specRef: 'Canary' }] })],
    good: [experimenting({ templates: [{ name: 'a', specRef: 'canary' }] })],
  },
  {
    ...{ of: ['trap 12'], code: 'duration-invalid', severity: unsafe, shows: 'of an experiment' },
    path: `${STEP}.duration`,
    bad: [experimenting({ duration: '1d' })],
    good: [experimenting({ duration: '24h' })],
  },
  {
    ...{ of: ['own'], code: 'experiment-never-ends', severity: 'advice', shows: 'in a step', path: STEP },
    bad: [experimenting({ duration: undefined, analyses })],
    good: [experimenting({ duration: undefined, analyses: [{ ...analyses[0], requiredForCompletion: true }] })],
  },
  {
    ...{ of: ['trap 11'], code: 'reference-missing', severity: rejected, shows: 'template of an Experiment' },
    ...{ path: 'spec.analyses[0].templateName', complete: true },
    bad: [experiment({ templates: [{ name: 'a', ...pods }], analyses })],
    good: [
      experiment({ templates: [{ name: 'a', ...pods }], analyses }),
      template({ metrics: [metric({ count: undefined })] }),
    ],
  },
  {
    ...{ of: ['52'], code: 'arg-missing', severity: rejected, shows: 'a name alone in an Experiment' },
    path: 'spec.analyses[0].args',
    bad: [giving({})[0], ofMetric({}, { args: [{ name: 'job' }] })],
    good: [giving({ value: '' })[0], ofMetric({}, { args: [{ name: 'job' }] })],
  },
  {
    ...{ of: ['own'], code: 'arg-source-unsupported', severity: unsafe, shows: 'in an Experiment' },
    path: 'spec.analyses[0].args[0].valueFrom',
    bad: giving({ valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
    good: giving({ value: '{{templates.canary.podTemplateHash}}' }),
  },
];
