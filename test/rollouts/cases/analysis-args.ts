import { JOB, metric, ofMetric, type Part, PROMETHEUS, run, template } from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

const QUERY = 'spec.metrics[0].provider.prometheus.query';

function asking(query: string, args: readonly Part[] = []): Part {
  return ofMetric({ provider: { prometheus: { ...PROMETHEUS, query } } }, { args });
}

function runAsking(query: string, args: readonly Part[]): Part {
  return run({ metrics: [metric({ provider: { prometheus: { ...PROMETHEUS, query } } })], args });
}

function withArgs(...args: readonly Part[]): Part {
  return ofMetric({}, { args });
}

const secret = { secretKeyRef: { name: 'tokens', key: 'api' } };
const rejected = 'rejected';
const unsafe = 'unsafe';

const TAGS: readonly RuleCase[] = [
  {
    ...{ of: ['84'], code: 'tag-unclosed', severity: rejected, shows: 'in a query', path: QUERY },
    bad: [asking('up{job="{{args.job}"}', [{ name: 'job' }])],
    good: [asking('up{job="{{args.job}}"}', [{ name: 'job' }])],
  },
  {
    ...{ of: ['trap 24', '84'], code: 'tag-unknown', severity: rejected, shows: 'Go template', path: QUERY },
    bad: [asking('up{job="{{ $labels.job }}"}')],
    good: [asking('up{job="{{ args.job }}"}', [{ name: 'job' }])],
  },
  {
    ...{ of: ['trap 24'], code: 'tag-unknown', severity: rejected, shows: 'deep in a Job, in a key' },
    path: "spec.metrics[0].provider.job.metadata.annotations['{{x}}']",
    bad: [ofMetric({ provider: { job: { ...JOB, metadata: { annotations: { '{{x}}': 'a' } } } } })],
    good: [
      ofMetric({ provider: { job: { ...JOB, metadata: { annotations: { x: 'a}}' } } } }, successCondition: undefined }),
    ],
  },
  {
    ...{ of: ['56', '84'], code: 'arg-undeclared', severity: unsafe, shows: 'of a template', path: QUERY },
    bad: [asking('up{job="{{args.jobb}}"}', [{ name: 'job' }])],
    good: [asking('up{job="{{args.job}}"}', [{ name: 'job' }])],
  },
  {
    ...{ of: ['84'], code: 'arg-undeclared', severity: rejected, shows: 'of a run', path: QUERY },
    bad: [runAsking('{{args.constructor}}', [{ name: 'job', value: 'a' }])],
    good: [runAsking('{{args.constructor}}', [{ name: 'constructor', value: 'a' }])],
  },
  {
    ...{ of: ['trap 26'], code: 'secret-shown', severity: 'advice', shows: 'in a url' },
    path: 'spec.metrics[0].provider.web.url',
    bad: [
      ofMetric(
        { provider: { web: { url: 'https://a.example?key={{args.key}}', jsonPath: '{$.ok}' } } },
        { args: [{ name: 'key', valueFrom: secret }] },
      ),
    ],
    good: [
      ofMetric(
        {
          provider: {
            web: {
              ...{ url: 'https://a.example', jsonPath: '{$.ok}' },
              headers: [{ key: 'X-Key', value: '{{args.key}}' }],
            },
          },
        },
        { args: [{ name: 'key', valueFrom: secret }] },
      ),
    ],
  },
];

const ARGS: readonly RuleCase[] = [
  {
    ...{ of: ['84'], code: 'arg-unresolved', severity: rejected, shows: 'a run', path: 'spec.args[0]' },
    bad: [run({ metrics: [metric()], args: [{ name: 'job' }] })],
    good: [run({ metrics: [metric()], args: [{ name: 'job', value: '' }] })],
  },
  {
    ...{ of: ['51'], code: 'args-conflict', severity: rejected, shows: 'values differ', path: 'spec.args[1]' },
    bad: [withArgs({ name: 'job', value: 'a' }, { name: 'job', value: 'b' })],
    good: [withArgs({ name: 'job', value: 'a' }, { name: 'jobs', value: 'b' })],
  },
  {
    ...{ of: ['51'], code: 'args-conflict', severity: rejected, shows: 'values after none', path: 'spec.args[2]' },
    bad: [withArgs({ name: 'job' }, { name: 'job', value: 'a' }, { name: 'job', value: '' })],
    good: [withArgs({ name: 'job' }, { name: 'job', value: 'a' }, { name: 'job', value: 'a' })],
  },
  {
    ...{ of: ['trap 7'], code: 'arg-twice', severity: unsafe, shows: 'a run: last wins', path: 'spec.args[1]' },
    bad: [
      run({
        metrics: [metric()],
        args: [
          { name: 'job', value: 'a' },
          { name: 'job', value: 'b' },
        ],
      }),
    ],
    good: [run({ metrics: [metric()], args: [{ name: 'job', value: 'b' }] })],
  },
  {
    ...{ of: ['55'], code: 'arg-sources-mixed', severity: unsafe, shows: 'value and Secret', path: 'spec.args[0]' },
    bad: [withArgs({ name: 'key', value: 'a', valueFrom: secret })],
    good: [withArgs({ name: 'key', valueFrom: secret })],
  },
  {
    ...{ of: ['own'], code: 'arg-source-unsupported', severity: unsafe, shows: 'fieldRef in a template' },
    path: 'spec.args[0].valueFrom',
    bad: [withArgs({ name: 'ns', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } })],
    good: [withArgs({ name: 'ns', valueFrom: secret })],
  },
  {
    ...{ of: ['84'], code: 'arg-source-unsupported', severity: rejected, shows: 'nothing in valueFrom of a run' },
    path: 'spec.args[0].valueFrom',
    bad: [run({ metrics: [metric()], args: [{ name: 'ns', valueFrom: {} }] })],
    good: [run({ metrics: [metric()], args: [{ name: 'ns', valueFrom: secret }] })],
  },
  {
    ...{ of: ['trap 25'], code: 'arg-breaks-json', severity: rejected, shows: 'a delete character' },
    path: 'spec.args[0].value',
    bad: [withArgs({ name: 'job', value: 'a\u007fb' })],
    good: [withArgs({ name: 'job', value: 'a\t\n\b\f"\\\u2028é😀' })],
  },
  {
    ...{ of: ['own'], code: 'arg-value-not-read', severity: unsafe, shows: 'an arg in an arg' },
    path: 'spec.args[1].value',
    bad: [withArgs({ name: 'job' }, { name: 'match', value: 'job="{{args.job}}"' })],
    good: [withArgs({ name: 'job' }, { name: 'match', value: 'job="{{ $labels }}"' })],
  },
];

function withRule(field: 'dryRun' | 'measurementRetention', ...rules: readonly string[]): Part {
  const names = ['error', 'error-rate-5xx', 'latency'];
  return template({
    metrics: names.map((name) => metric({ name })),
    [field]: rules.map((metricName) => ({ metricName, ...(field === 'dryRun' ? {} : { limit: 5 }) })),
  });
}

function runWithRule(field: 'dryRun' | 'measurementRetention', metricName: string): Part {
  return run({ metrics: [metric()], [field]: [{ metricName, ...(field === 'dryRun' ? {} : { limit: 5 }) }] });
}

const NAME_RULES: readonly RuleCase[] = [
  {
    ...{ of: ['82'], code: 'name-rule-matches-none', severity: rejected, shows: 'dryRun of a run' },
    path: 'spec.dryRun[0].metricName',
    bad: [runWithRule('dryRun', 'latency')],
    good: [runWithRule('dryRun', '^error.*$')],
  },
  {
    ...{ of: ['83'], code: 'name-rule-matches-none', severity: rejected, shows: 'measurementRetention of a run' },
    path: 'spec.measurementRetention[0].metricName',
    bad: [runWithRule('measurementRetention', 'Error')],
    good: [runWithRule('measurementRetention', 'error')],
  },
  {
    ...{ of: ['82'], code: 'name-rule-matches-none', severity: unsafe, shows: 'dryRun of a template' },
    path: 'spec.dryRun[0].metricName',
    bad: [withRule('dryRun', '^latency-p99$')],
    good: [withRule('dryRun', 'latency')],
  },
  {
    ...{ of: ['82'], code: 'name-rule-invalid', severity: rejected, shows: 'a star alone' },
    path: 'spec.dryRun[0].metricName',
    bad: [withRule('dryRun', '*')],
    good: [withRule('dryRun', '.*')],
  },
  {
    ...{ of: ['trap 21'], code: 'name-rule-matches-more', severity: unsafe, shows: 'dryRun anywhere in a name' },
    path: 'spec.dryRun[0].metricName',
    bad: [withRule('dryRun', 'error')],
    good: [withRule('dryRun', '^error$', 'latency')],
  },
  {
    ...{ of: ['53'], code: 'name-rules-equal', severity: rejected, shows: 'dryRun' },
    path: 'spec.dryRun[1].metricName',
    bad: [withRule('dryRun', 'latency', 'latency')],
    good: [withRule('dryRun', 'latency', '^error$')],
  },
  {
    ...{ of: ['54'], code: 'name-rules-equal', severity: rejected, shows: 'measurementRetention' },
    path: 'spec.measurementRetention[1].metricName',
    bad: [withRule('measurementRetention', 'latency', 'latency')],
    good: [withRule('measurementRetention', 'latency', '^error$')],
  },
];

/** Rules of args, of the double braces that they fill, and of the rules that name metrics. */
export const ANALYSIS_ARG_CASES: readonly RuleCase[] = [...TAGS, ...ARGS, ...NAME_RULES];
