import type { RuleCase } from './case.ts';
import { canary, rollout, routed, template } from './objects.ts';

const LONG = 'a'.repeat(64);
const API = { apiVersion: 'argoproj.io/v1alpha1' };

export const SHAPE_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['own'], code: 'not-an-object', severity: 'rejected', shows: 'a document without a kind', path: '' },
    bad: [{ metadata: { name: 'api' } }],
    good: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'api' } }],
  },
  {
    ...{ of: ['own'], code: 'wrong-api-version', severity: 'rejected', shows: 'a version that does not exist' },
    path: 'apiVersion',
    bad: [{ ...canary(), apiVersion: 'argoproj.io/v1beta1' }],
    good: [canary()],
  },
  {
    ...{ of: ['own'], code: 'wrong-api-version', severity: 'rejected', shows: 'the version of a Deployment' },
    path: 'apiVersion',
    bad: [{ ...canary(), apiVersion: 'apps/v1' }],
    // OpenKruise has Rollouts of its own.
    good: [{ apiVersion: 'rollouts.kruise.io/v1beta1', kind: 'Rollout', spec: { workloadRef: {} } }],
  },
  {
    ...{ of: ['own'], code: 'unknown-kind', severity: 'advice', shows: 'a misspelt kind', path: 'kind' },
    bad: [{ ...canary(), kind: 'Rolout' }],
    good: [{ ...API, kind: 'Application', metadata: { name: 'api' } }],
  },
  {
    ...{ of: ['own'], code: 'duplicate-object', severity: 'unsafe', shows: 'two of one name', path: 'metadata.name' },
    index: 1,
    bad: [canary(), canary()],
    good: [canary(), { ...canary(), metadata: { name: 'api', namespace: 'staging' } }],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'a number as text', path: 'spec.replicas' },
    bad: [canary({}, { replicas: '10' })],
    good: [canary({}, { replicas: 10 })],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'half a replica', path: 'spec.replicas' },
    bad: [canary({}, { replicas: 2.5 })],
    good: [canary({}, { replicas: 2 })],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'more than 32 bits', path: 'spec.replicas' },
    bad: [canary({}, { replicas: 2 ** 31 })],
    good: [canary({}, { replicas: 2 ** 31 - 1 })],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'one step that is no list' },
    path: 'spec.strategy.canary.steps',
    bad: [canary({ steps: { setWeight: 20 } })],
    good: [canary()],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'a null in a list' },
    path: 'spec.strategy.canary.steps[0]',
    bad: [canary({ steps: [null, { pause: { duration: '5m' } }] })],
    // A field that is null is one that is absent.
    good: [canary({ analysis: null })],
  },
  {
    ...{ of: ['own'], code: 'wrong-type', severity: 'rejected', shows: 'a number where a string belongs' },
    path: 'spec.metrics[0].provider.web.headers[0].value',
    bad: [template({ provider: { web: { url: 'http://a', headers: [{ key: 'x', value: 1 }] } } })],
    good: [template({ provider: { web: { url: 'http://a', headers: [{ key: 'x', value: '1' }] } } })],
  },
  {
    ...{
      of: ['own'],
      code: 'wrong-type',
      severity: 'rejected',
      shows: 'a time without its zone',
      path: 'spec.restartAt',
    },
    bad: [canary({}, { restartAt: '2026-01-31 12:00' })],
    good: [canary({}, { restartAt: '2026-01-31T12:00:00Z' })],
  },
  {
    ...{ of: ['own'], code: 'missing-field', severity: 'rejected', shows: 'a spec', path: 'spec' },
    bad: [{ ...API, kind: 'AnalysisTemplate', metadata: { name: 'errors' } }],
    good: [template()],
  },
  {
    ...{ of: ['own'], code: 'missing-field', severity: 'rejected', shows: 'a name', path: 'metadata.name' },
    bad: [{ ...canary(), metadata: {} }],
    good: [{ ...canary(), metadata: { generateName: 'api-' } }],
  },
  {
    ...{ of: ['own'], code: 'missing-field', severity: 'rejected', shows: 'a required field far below' },
    path: 'spec.strategy.canary.trafficRouting.alb.servicePort',
    bad: [routed({ alb: { ingress: 'api' } })],
    good: [routed({ alb: { ingress: 'api', servicePort: 80 } })],
  },
  {
    ...{ of: ['own'], code: 'unknown-field', severity: 'unsafe', shows: 'a misspelt field', path: 'spec.replica' },
    bad: [canary({}, { replica: 10 })],
    good: [canary()],
  },
  {
    ...{
      of: ['own'],
      code: 'unknown-field',
      severity: 'unsafe',
      shows: 'a field on the wrong level',
      path: 'spec.maxSurge',
    },
    bad: [canary({}, { maxSurge: 1 })],
    good: [canary({ maxSurge: 1 })],
  },
  {
    ...{ of: ['own'], code: 'unknown-field', severity: 'unsafe', shows: 'a field of a later release', target: '1.8' },
    path: 'spec.strategy.canary.replicaProgressThreshold',
    bad: [canary({ replicaProgressThreshold: { type: 'Percent', value: 90 } })],
    good: [canary({})],
  },
  {
    ...{ of: ['own'], code: 'unknown-field', severity: 'unsafe', shows: 'a field that 1.10 brought' },
    path: 'spec.metrics[0].provider.datadog.requestTimeout',
    bad: [aggregated('avg', { requestTimeout: '20s' })],
    good: [aggregated('avg')],
  },
  {
    ...{ of: ['own'], code: 'not-one-of', severity: 'rejected', shows: 'an aggregator that Datadog has not' },
    path: 'spec.metrics[0].provider.datadog.aggregator',
    bad: [aggregated('average')],
    good: [aggregated('avg')],
  },
  {
    ...{
      of: ['own'],
      code: 'bad-name',
      severity: 'rejected',
      shows: 'a name with an underscore',
      path: 'metadata.name',
    },
    bad: [{ ...canary(), metadata: { name: 'api_service' } }],
    good: [{ ...canary(), metadata: { name: 'api-service.v2' } }],
  },
  {
    ...{
      of: ['own'],
      code: 'bad-name',
      severity: 'rejected',
      shows: 'a namespace with a dot',
      path: 'metadata.namespace',
    },
    bad: [{ ...canary(), metadata: { name: 'api', namespace: 'team.a' } }],
    good: [{ ...canary(), metadata: { name: 'api', namespace: 'team-a' } }],
  },
  {
    ...{ of: ['own'], code: 'bad-label', severity: 'rejected', shows: 'a value of 64 letters' },
    path: 'metadata.labels.team',
    bad: [{ ...canary(), metadata: { name: 'api', labels: { team: LONG } } }],
    good: [{ ...canary(), metadata: { name: 'api', labels: { team: LONG.slice(1) }, annotations: { team: LONG } } }],
  },
  {
    ...{ of: ['own'], code: 'bad-label', severity: 'rejected', shows: 'a key with two slashes' },
    path: "spec.strategy.canary.canaryMetadata.labels['example.com/team/role']",
    bad: [canary({ canaryMetadata: { labels: { 'example.com/team/role': 'canary' } } })],
    good: [canary({ canaryMetadata: { labels: { 'example.com/role': 'canary' } } })],
  },
  {
    ...{ of: ['own'], code: 'bad-label', severity: 'rejected', shows: 'annotations of more than 256 KiB' },
    path: 'metadata.annotations',
    bad: [{ ...canary(), metadata: { name: 'api', annotations: { notes: 'a'.repeat(262_144) } } }],
    good: [{ ...canary(), metadata: { name: 'api', annotations: { notes: 'a'.repeat(262_139) } } }],
  },
  {
    ...{ of: ['3', '6'], code: 'bad-selector', severity: 'rejected', shows: 'an operator that does not exist' },
    path: 'spec.selector.matchExpressions[0].operator',
    bad: [withTerm({ key: 'app', operator: 'Equals', values: ['api'] })],
    good: [withTerm({ key: 'app', operator: 'In', values: ['api'] })],
  },
  {
    ...{ of: ['3', '6'], code: 'bad-selector', severity: 'rejected', shows: 'In without values' },
    path: 'spec.selector.matchExpressions[0].values',
    bad: [withTerm({ key: 'app', operator: 'In' })],
    good: [withTerm({ key: 'app', operator: 'Exists' })],
  },
  {
    ...{ of: ['3', '6'], code: 'bad-selector', severity: 'rejected', shows: 'Exists with values' },
    path: 'spec.selector.matchExpressions[0].values',
    bad: [withTerm({ key: 'app', operator: 'Exists', values: ['api'] })],
    good: [withTerm({ key: 'app', operator: 'NotIn', values: ['web'] })],
  },
  {
    ...{ of: ['3', '6'], code: 'bad-selector', severity: 'rejected', shows: 'a value that no label can have' },
    path: 'spec.selector.matchLabels.app',
    bad: [canary({}, { selector: { matchLabels: { app: 'api service' } } })],
    good: [canary()],
  },
];

function withTerm(term: unknown): unknown {
  const steps = [{ setWeight: 20 }, { pause: { duration: '5m' } }];
  return rollout({ canary: { steps } }, { selector: { matchLabels: { app: 'api' }, matchExpressions: [term] } });
}

function aggregated(aggregator: string, change: Record<string, unknown> = {}): unknown {
  const datadog = { apiVersion: 'v2', query: 'avg:errors{*}', aggregator, ...change };
  return template({ provider: { datadog }, successCondition: 'default(result, 1) < 0.01' });
}
