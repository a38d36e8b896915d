import {
  background,
  blueGreen,
  clusterTemplate,
  experimenting,
  metric,
  named,
  ofMetric,
  type Part,
  PROMETHEUS,
  stepping,
  template,
} from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

const rejected = 'rejected';
const unsafe = 'unsafe';
const STEP = 'spec.strategy.canary.steps[1].analysis';
const BACKGROUND = 'spec.strategy.canary.analysis';
const EXPERIMENT = 'spec.strategy.canary.steps[1].experiment';

const errors = ofMetric({});
const endless = ofMetric({ count: undefined });
const secret = { secretKeyRef: { name: 'tokens', key: 'api' } };

function latency(changes: Part = {}, spec: Part = {}): Part {
  return template({ metrics: [metric({ name: 'latency', ...changes })], ...spec }, 'latency');
}

/** A template whose query needs the arg `job`, declared as given. */
function needing(args: readonly Part[], changes: Part = {}): Part {
  const prometheus = { ...PROMETHEUS, query: 'up{job="{{args.job}}"}' };
  return template({ args, metrics: [metric({ provider: { prometheus }, ...changes })] });
}

const REFERENCES: readonly RuleCase[] = [
  {
    ...{ of: ['49'], code: 'reference-missing', severity: rejected, shows: 'template of a step', complete: true },
    path: `${STEP}.templates[0].templateName`,
    bad: [stepping(named('error')), errors],
    good: [stepping(named('errors')), errors],
  },
  {
    ...{ of: ['49'], code: 'reference-missing', severity: rejected, shows: 'cluster template', complete: true },
    path: `${BACKGROUND}.templates[0].templateName`,
    bad: [background({ templates: [{ templateName: 'errors', clusterScope: true }] }), endless],
    good: [
      background({ templates: [{ templateName: 'errors', clusterScope: true }] }),
      clusterTemplate({ metrics: [metric({ count: undefined })] }),
    ],
  },
  {
    ...{ of: ['49'], code: 'reference-missing', severity: rejected, shows: 'nested template', complete: true },
    ...{ path: 'spec.templates[0].templateName', index: 1 },
    bad: [stepping(named('errors')), template({ templates: [{ templateName: 'latency' }] })],
    good: [stepping(named('errors')), template({ templates: [{ templateName: 'latency' }] }), latency()],
  },
  {
    ...{ of: ['49'], code: 'reference-unknown', severity: 'advice', shows: 'nearly a template that is given' },
    path: 'spec.strategy.blueGreen.prePromotionAnalysis.templates[0].templateName',
    bad: [blueGreen({ prePromotionAnalysis: named('erors') }), errors],
    good: [blueGreen({ prePromotionAnalysis: named('errors') }), errors],
  },
  {
    ...{ of: ['trap 11'], code: 'reference-missing', severity: rejected, shows: 'template of an experiment' },
    ...{ path: `${EXPERIMENT}.analyses[0].templateName`, complete: true },
    bad: [experimenting({ analyses: [{ name: 'a', templateName: 'error' }] }), errors],
    good: [experimenting({ analyses: [{ name: 'a', templateName: 'errors' }] }), errors],
  },
  {
    ...{ of: ['trap 1'], code: 'template-cycle', severity: rejected, shows: 'of two, where they are used' },
    path: `${STEP}.templates`,
    bad: [stepping(named('errors')), ofMetric({}, named('latency')), latency({}, named('errors'))],
    good: [stepping(named('errors')), ofMetric({}, named('latency')), latency()],
  },
  {
    ...{ of: ['trap 1'], code: 'template-cycle', severity: rejected, shows: 'a template of itself' },
    path: 'spec.templates[0].templateName',
    bad: [ofMetric({}, named('errors'))],
    good: [ofMetric({}, named('latency'))],
  },
];

function controller(...args: readonly string[]): Part {
  const containers = [{ name: 'argo-rollouts', image: 'quay.io/argoproj/argo-rollouts:v1.9.1', args }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a' },
    spec: { template: { spec: { containers } } },
  };
}

const NAMESPACED: RuleCase = {
  ...{ of: ['trap 27'], code: 'cluster-template-namespaced', severity: unsafe, shows: 'the controller is given' },
  path: `${STEP}.templates[0].templateName`,
  bad: [stepping({ templates: [{ templateName: 'errors', clusterScope: true }] }), controller('--namespaced')],
  good: [stepping({ templates: [{ templateName: 'errors', clusterScope: true }] }), controller('--instance-id=a')],
};

const EMPTY: readonly RuleCase[] = [
  {
    ...{ of: ['trap 2'], code: 'no-templates', severity: unsafe, shows: 'a step', path: `${STEP}.templates` },
    bad: [stepping({ templates: [] })],
    good: [stepping(named('errors'))],
  },
  {
    ...{ of: ['trap 2'], code: 'no-templates', severity: unsafe, shows: 'before promotion' },
    path: 'spec.strategy.blueGreen.prePromotionAnalysis.templates',
    bad: [blueGreen({ prePromotionAnalysis: {} })],
    good: [blueGreen({})],
  },
  {
    ...{ of: ['68'], code: 'no-metrics', severity: rejected, shows: 'of all templates', path: `${STEP}.templates` },
    bad: [stepping(named('errors')), template({ args: [] })],
    good: [stepping(named('errors')), template(named('latency')), latency()],
  },
];

const TOGETHER: readonly RuleCase[] = [
  {
    ...{ of: ['50'], code: 'metric-names-equal', severity: rejected, shows: 'of two templates' },
    path: `${STEP}.templates`,
    bad: [stepping(named('errors', 'latency')), errors, latency({ name: 'error-rate' })],
    good: [stepping(named('errors', 'latency', 'errors')), errors, latency()],
  },
  {
    ...{ of: ['51'], code: 'args-conflict', severity: rejected, shows: 'of two templates', path: `${STEP}.templates` },
    bad: [
      stepping(named('errors', 'latency')),
      ofMetric({}, { args: [{ name: 'job', value: 'a' }] }),
      latency({}, { args: [{ name: 'job', value: 'b' }] }),
    ],
    good: [
      stepping(named('errors', 'latency')),
      ofMetric({}, { args: [{ name: 'job', value: 'a' }] }),
      latency({}, { args: [{ name: 'job' }] }),
    ],
  },
  {
    ...{ of: ['53'], code: 'name-rules-equal', severity: rejected, shows: 'step and its template' },
    path: `${STEP}.dryRun[0].metricName`,
    bad: [
      stepping({ ...named('errors'), dryRun: [{ metricName: 'error-rate' }] }),
      ofMetric({}, { dryRun: [{ metricName: 'error-rate' }] }),
    ],
    good: [
      stepping({ ...named('errors'), dryRun: [{ metricName: '^error-rate$' }] }),
      ofMetric({}, { dryRun: [{ metricName: 'error-rate' }] }),
    ],
  },
  {
    ...{ of: ['53'], code: 'name-rules-equal', severity: rejected, shows: "step and the background's template" },
    path: `${STEP}.dryRun[0].metricName`,
    bad: [
      stepping({ ...named('latency'), dryRun: [{ metricName: 'lat' }] }, { analysis: named('errors') }),
      template({ metrics: [metric({ name: 'lat-p99', count: undefined })], dryRun: [{ metricName: 'lat' }] }),
      latency(),
    ],
    good: [
      stepping({ ...named('latency'), dryRun: [{ metricName: 'late' }] }, { analysis: named('errors') }),
      template({ metrics: [metric({ name: 'lat-p99', count: undefined })], dryRun: [{ metricName: 'lat' }] }),
      latency(),
    ],
  },
  {
    ...{ of: ['53'], code: 'name-rules-equal', severity: rejected, shows: 'two templates', path: `${STEP}.templates` },
    bad: [
      stepping(named('errors', 'latency')),
      ofMetric({}, { dryRun: [{ metricName: 'error-rate' }] }),
      latency({}, { dryRun: [{ metricName: 'error-rate' }] }),
    ],
    good: [
      stepping(named('errors', 'latency')),
      ofMetric({}, { dryRun: [{ metricName: 'error-rate' }] }),
      latency({}, { dryRun: [{ metricName: 'latency' }] }),
    ],
  },
  {
    ...{ of: ['54'], code: 'name-rules-equal', severity: rejected, shows: 'retention of background and template' },
    path: `${BACKGROUND}.measurementRetention[0].metricName`,
    bad: [
      background({ ...named('errors'), measurementRetention: [{ metricName: 'error-rate', limit: 5 }] }),
      ofMetric({ count: undefined }, { measurementRetention: [{ metricName: 'error-rate', limit: 5 }] }),
    ],
    good: [background({ ...named('errors'), measurementRetention: [{ metricName: 'error-rate', limit: 5 }] }), endless],
  },
  {
    ...{ of: ['82'], code: 'name-rule-matches-none', severity: rejected, shows: 'dryRun of a step' },
    path: `${STEP}.dryRun[0].metricName`,
    bad: [stepping({ ...named('errors'), dryRun: [{ metricName: 'latency' }] }), errors],
    good: [stepping({ ...named('errors', 'latency'), dryRun: [{ metricName: 'latency' }] }), errors, latency()],
  },
  {
    ...{
      of: ['82'],
      code: 'name-rule-matches-none',
      severity: rejected,
      shows: 'dryRun for each run of an experiment',
    },
    path: `${EXPERIMENT}.dryRun[0].metricName`,
    bad: [
      experimenting({
        analyses: [
          { name: 'a', templateName: 'errors' },
          { name: 'b', templateName: 'latency' },
        ],
        dryRun: [{ metricName: 'latency' }],
      }),
      errors,
      latency(),
    ],
    good: [
      experimenting({ analyses: [{ name: 'b', templateName: 'latency' }], dryRun: [{ metricName: 'latency' }] }),
      latency(),
    ],
  },
  {
    ...{ of: ['trap 21'], code: 'name-rule-matches-more', severity: unsafe, shows: "another template's metric" },
    path: `${STEP}.templates`,
    bad: [
      stepping(named('errors', 'latency')),
      ofMetric({ name: 'error' }, { dryRun: [{ metricName: 'error' }] }),
      latency({ name: 'error-5xx' }),
    ],
    good: [
      stepping(named('errors', 'latency')),
      ofMetric({ name: 'error' }, { dryRun: [{ metricName: 'error' }] }),
      latency(),
    ],
  },
];

const EARLY: readonly RuleCase[] = [
  {
    ...{ of: ['55'], code: 'arg-sources-mixed', severity: rejected, shows: 'in a step', path: `${STEP}.templates` },
    bad: [stepping(named('errors')), needing([{ name: 'job', value: 'a', valueFrom: secret }])],
    good: [stepping(named('errors')), needing([{ name: 'job', valueFrom: secret }])],
  },
  {
    ...{ of: ['56'], code: 'arg-undeclared', severity: rejected, shows: 'in a step, though a sibling declares it' },
    path: `${STEP}.templates`,
    bad: [stepping(named('errors', 'latency')), needing([]), latency({}, { args: [{ name: 'job', value: 'a' }] })],
    good: [stepping(named('errors', 'latency')), needing([{ name: 'job', value: 'a' }]), latency()],
  },
  {
    ...{ of: ['57'], code: 'metric-never-ends', severity: rejected, shows: 'in a step', path: `${STEP}.templates` },
    bad: [stepping(named('errors')), endless],
    good: [background(named('errors')), endless],
  },
  {
    ...{ of: ['57'], code: 'metric-never-ends', severity: rejected, shows: 'a count by an arg without a default' },
    path: 'spec.strategy.blueGreen.postPromotionAnalysis.templates',
    bad: [
      blueGreen({ postPromotionAnalysis: { ...named('errors'), args: [{ name: 'n', value: '5' }] } }),
      ofMetric({ count: '{{args.n}}' }, { args: [{ name: 'n' }] }),
    ],
    good: [
      blueGreen({ postPromotionAnalysis: { ...named('errors'), args: [{ name: 'n', value: '5' }] } }),
      ofMetric({ count: '{{args.n}}' }, { args: [{ name: 'n', value: '3' }] }),
    ],
  },
  {
    ...{ of: ['58', '52'], code: 'arg-missing', severity: rejected, shows: 'in the background' },
    path: `${BACKGROUND}.args`,
    bad: [background(named('errors')), needing([{ name: 'job' }], { count: undefined })],
    good: [
      background({ ...named('errors'), args: [{ name: 'job', value: 'api' }] }),
      needing([{ name: 'job' }], { count: undefined }),
    ],
  },
  {
    ...{ of: ['52'], code: 'arg-missing', severity: rejected, shows: 'in a step', path: `${STEP}.args` },
    bad: [stepping({ ...named('errors'), args: [{ name: 'region', value: 'a' }] }), needing([{ name: 'job' }])],
    good: [stepping(named('errors')), needing([{ name: 'job', value: 'api' }])],
  },
  {
    ...{ of: ['52'], code: 'arg-missing', severity: rejected, shows: 'misspelt', path: `${STEP}.args[0].name` },
    bad: [stepping({ ...named('errors'), args: [{ name: 'jobs', value: 'a' }] }), needing([{ name: 'job' }])],
    good: [stepping({ ...named('errors'), args: [{ name: 'job', value: 'a' }] }), needing([{ name: 'job' }])],
  },
  {
    ...{ of: ['84'], code: 'arg-missing', severity: rejected, shows: 'a fieldRef of the template' },
    path: `${STEP}.args`,
    bad: [
      stepping(named('errors')),
      needing([{ name: 'job', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]),
    ],
    good: [
      stepping({
        ...named('errors'),
        args: [{ name: 'job', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      }),
      needing([{ name: 'job' }]),
    ],
  },
  {
    ...{ of: ['84'], code: 'arg-undeclared', severity: rejected, shows: 'in the background' },
    path: `${BACKGROUND}.templates`,
    bad: [background(named('errors')), needing([], { count: undefined })],
    good: [background(named('errors')), needing([{ name: 'job', value: 'api' }], { count: undefined })],
  },
  {
    ...{ of: ['trap 4'], code: 'background-ends-early', severity: unsafe, shows: 'all metrics have a count' },
    path: `${BACKGROUND}.templates`,
    bad: [background(named('errors')), errors],
    good: [background(named('errors', 'latency')), errors, latency({ count: undefined })],
  },
  {
    ...{ of: ['75'], code: 'count-too-small', severity: rejected, shows: 'by the args of the Rollout' },
    path: `${STEP}.templates`,
    bad: [
      stepping({ ...named('errors'), args: [{ name: 'n', value: '2' }] }),
      ofMetric({ count: '{{args.n}}', failureLimit: 3 }, { args: [{ name: 'n', value: '5' }] }),
    ],
    good: [
      stepping({ ...named('errors'), args: [{ name: 'n', value: '4' }] }),
      ofMetric({ count: '{{args.n}}', failureLimit: 3 }, { args: [{ name: 'n', value: '5' }] }),
    ],
  },
];

/** A step that gives that arg to a template whose failureLimit it is, 3 by default. */
function limiting(arg: Part): readonly Part[] {
  const needing = ofMetric({ count: 5, failureLimit: '{{args.f}}' }, { args: [{ name: 'f', value: '3' }] });
  return [stepping({ ...named('errors'), args: [{ name: 'f', ...arg }] }), needing];
}

/** An arg that the step gives to a template which declares `job`. */
function giving(arg: Part, declared: Part = { name: 'job' }): readonly Part[] {
  return [stepping({ ...named('errors'), args: [arg] }), needing([declared])];
}

const GIVEN: readonly RuleCase[] = [
  {
    ...{ of: ['trap 7'], code: 'limit-not-a-number', severity: unsafe, shows: 'a name alone empties a default' },
    path: `${STEP}.templates`,
    bad: limiting({}),
    good: limiting({ valueFrom: { podTemplateHashValue: 'Latest' } }),
  },
  {
    ...{ of: ['trap 7'], code: 'arg-without-value', severity: unsafe, shows: 'a name alone', path: `${STEP}.args[0]` },
    bad: giving({ name: 'job' }, { name: 'job', value: 'api' }),
    good: giving({ name: 'job', value: '' }, { name: 'job', value: 'api' }),
  },
  {
    ...{ of: ['trap 7'], code: 'arg-twice', severity: unsafe, shows: 'given twice', path: `${STEP}.args[1]` },
    bad: [
      stepping({
        ...named('errors'),
        args: [
          { name: 'job', value: 'a' },
          { name: 'job', value: 'b' },
        ],
      }),
    ],
    good: giving({ name: 'job', value: 'a' }),
  },
  {
    ...{ of: ['trap 8'], code: 'pod-hash-value', severity: unsafe, shows: 'lower case' },
    path: `${STEP}.args[0].valueFrom.podTemplateHashValue`,
    bad: giving({ name: 'job', valueFrom: { podTemplateHashValue: 'latest' } }),
    good: giving({ name: 'job', valueFrom: { podTemplateHashValue: 'Latest' } }),
  },
  {
    ...{ of: ['trap 9'], code: 'arg-not-declared', severity: unsafe, shows: 'misspelt', path: `${STEP}.args[0]` },
    bad: giving({ name: 'jobs', value: 'a' }, { name: 'job', value: 'b' }),
    good: giving({ name: 'job', value: 'a' }, { name: 'job', value: 'b' }),
  },
  {
    ...{ of: ['trap 10'], code: 'field-ref-missing', severity: unsafe, shows: 'not in the spec' },
    path: `${STEP}.args[0].valueFrom.fieldRef.fieldPath`,
    bad: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.template.metadata.labels.application' } } }),
    good: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.template.metadata.labels.app' } } }),
  },
  {
    ...{ of: ['trap 10'], code: 'field-ref-missing', severity: rejected, shows: 'an object' },
    path: `${STEP}.args[0].valueFrom.fieldRef.fieldPath`,
    bad: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.strategy.canary.steps[0]' } } }),
    good: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.strategy.canary.steps[0].setWeight' } } }),
  },
  {
    ...{ of: ['trap 10'], code: 'field-ref-missing', severity: rejected, shows: 'an index below 0' },
    path: `${STEP}.args[0].valueFrom.fieldRef.fieldPath`,
    bad: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.strategy.canary.steps[-1].setWeight' } } }),
    good: giving({ name: 'job', valueFrom: { fieldRef: { fieldPath: 'spec.strategy.canary.steps[0].setWeight' } } }),
  },
  {
    ...{ of: ['own'], code: 'arg-sources-mixed', severity: unsafe, shows: 'value and hash', path: `${STEP}.args[0]` },
    bad: giving({ name: 'job', value: 'a', valueFrom: { podTemplateHashValue: 'Latest' } }),
    good: giving({ name: 'job', valueFrom: { podTemplateHashValue: 'Latest' } }),
  },
  {
    ...{ of: ['own'], code: 'arg-overridden', severity: unsafe, shows: 'by a Secret', path: `${STEP}.args[0]` },
    bad: giving({ name: 'job', value: 'a' }, { name: 'job', valueFrom: secret }),
    good: giving({ name: 'job', value: 'a' }),
  },
  {
    ...{ of: ['trap 25'], code: 'arg-breaks-json', severity: rejected, shows: 'of a Rollout' },
    path: `${STEP}.args[0].value`,
    bad: giving({ name: 'job', value: 'a\vb' }),
    good: giving({ name: 'job', value: 'a\tb' }),
  },
  {
    ...{ of: ['own'], code: 'tag-unknown', severity: rejected, shows: 'in an arg of an experiment' },
    path: `${EXPERIMENT}.analyses[0].args[0].value`,
    bad: [experimentGiving('{{templates.canary.podTemplateHash}}'), needing([{ name: 'job' }])],
    good: [experimentGiving('{{templates.candidate.podTemplateHash}}'), needing([{ name: 'job' }])],
  },
  {
    ...{ of: ['own'], code: 'tag-unclosed', severity: rejected, shows: 'in an arg of an experiment' },
    path: `${EXPERIMENT}.analyses[0].args[0].value`,
    bad: [experimentGiving('{{experiment.availableAt}'), needing([{ name: 'job' }])],
    good: [experimentGiving('{{experiment.availableAt}}'), needing([{ name: 'job' }])],
  },
];

function experimentGiving(value: string): Part {
  return experimenting({ analyses: [{ name: 'a', templateName: 'errors', args: [{ name: 'job', value }] }] });
}

/** More metrics than findings are told of one use, each wrong in its own words with some args. */
const manyLimits = template({
  args: [{ name: 'most' }],
  metrics: Array.from({ length: 101 }, (_, index) =>
    metric({ name: `errors-${index}`, failureLimit: `{{args.most}}${index}`, count: 10_000 }),
  ),
});

const MANY: RuleCase = {
  ...{ of: ['own'], code: 'too-many-analyses', severity: 'advice', shows: 'more findings than are told' },
  path: `${STEP}.templates`,
  bad: [stepping({ ...named('errors'), args: [{ name: 'most', value: 'x' }] }), manyLimits],
  good: [stepping({ ...named('errors'), args: [{ name: 'most', value: '1' }] }), manyLimits],
};

/** Rules of templates where a Rollout uses them. */
export const ANALYSIS_USE_CASES: readonly RuleCase[] = [
  ...REFERENCES,
  NAMESPACED,
  ...EMPTY,
  ...TOGETHER,
  ...EARLY,
  ...GIVEN,
  MANY,
];
