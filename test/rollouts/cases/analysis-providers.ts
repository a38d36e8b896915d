import { measuredBy, metric, type Part, PROMETHEUS, template } from './analysis-objects.ts';
import type { RuleCase } from './case.ts';

const rejected = 'rejected';
const unsafe = 'unsafe';

function one(provider: string, fields: Part): readonly Part[] {
  return [
    template({
      metrics: [measuredBy(provider, fields, NO_CONDITION.has(provider) ? { successCondition: undefined } : {})],
    }),
  ];
}

const NO_CONDITION = new Set(['job', 'kayenta']);

/** A case of one provider; `path` is what follows its name. */
function of(provider: string, head: Omit<RuleCase, 'bad' | 'good'>, bad: Part, good: Part): RuleCase {
  const path = `spec.metrics[0].provider.${provider}${head.path === '' ? '' : `.${head.path}`}`;
  return { ...head, path, bad: one(provider, bad), good: one(provider, good) };
}

const web = { url: 'https://gate.example/verdict', jsonPath: '{$.verdict}' };
const oauth2 = { tokenUrl: 'https://login.example', clientId: 'a', clientSecret: '{{args.secret}}' };
const missing = 'provider-field-missing';
const conflict = 'provider-fields-conflict';
const skywalking = { address: 'http://oap.example', query: 'query q {}', interval: '5m' };

const WEB: readonly RuleCase[] = [
  of(
    'web',
    { of: ['86'], code: conflict, severity: rejected, shows: 'two bodies', path: 'jsonBody' },
    { ...web, method: 'POST', body: '{}', jsonBody: {} },
    { ...web, method: 'POST', jsonBody: {} },
  ),
  of(
    'web',
    { of: ['86'], code: conflict, severity: rejected, shows: 'a body in a GET', path: 'body' },
    { ...web, body: '{}' },
    { ...web, body: '{}', method: 'PUT' },
  ),
  of(
    'web',
    { of: ['86'], code: missing, severity: rejected, shows: 'oauth2', path: 'authentication.oauth2.clientSecret' },
    { ...web, authentication: { oauth2: { ...oauth2, clientSecret: undefined } } },
    { ...web, authentication: { oauth2: { ...oauth2, clientSecret: 'c' } } },
  ),
  of(
    'web',
    { of: ['own'], code: 'provider-field-ignored', severity: unsafe, shows: 'sigv4', path: 'authentication.sigv4' },
    { ...web, authentication: { sigv4: { region: 'eu-west-1' } } },
    { ...web, authentication: { sigv4: {} } },
  ),
  of(
    'web',
    {
      of: ['own'],
      code: 'provider-field-ignored',
      severity: unsafe,
      shows: 'no tokenUrl',
      path: 'authentication.oauth2',
    },
    { ...web, authentication: { oauth2: { clientId: 'a', clientSecret: 'b' } } },
    { ...web, authentication: { oauth2: { ...oauth2, clientSecret: 'b' } } },
  ),
  of(
    'web',
    { of: ['own'], code: 'web-method-unknown', severity: unsafe, shows: 'lower case', path: 'method' },
    { ...web, method: 'post', body: 'a' },
    { ...web, method: 'POST', body: 'a' },
  ),
  of(
    'web',
    { of: ['86'], code: 'json-path-invalid', severity: rejected, shows: 'an open bracket', path: 'jsonPath' },
    { ...web, jsonPath: '{$.data[0}' },
    { ...web, jsonPath: '{$.data[0]}' },
  ),
  of(
    'web',
    { of: ['own'], code: 'web-text-passes', severity: 'advice', shows: 'no jsonPath', path: '' },
    { url: web.url },
    web,
  ),
];

const QUERIED: readonly RuleCase[] = [
  of(
    'prometheus',
    { of: ['87'], code: 'address-not-url', severity: rejected, shows: 'no scheme', path: 'address' },
    { ...PROMETHEUS, address: 'prometheus.monitoring:9090' },
    { ...PROMETHEUS, address: 'http://prometheus.monitoring:9090' },
  ),
  of(
    'prometheus',
    { of: ['87'], code: 'timeout-not-positive', severity: rejected, shows: 'of prometheus', path: 'timeout' },
    { ...PROMETHEUS, timeout: 0 },
    { ...PROMETHEUS, timeout: 1 },
  ),
  of(
    'prometheus',
    { of: ['87'], code: missing, severity: rejected, shows: 'basicAuth', path: 'authentication.basicAuth.password' },
    { ...PROMETHEUS, authentication: { basicAuth: { username: 'a' } } },
    { ...PROMETHEUS, authentication: { basicAuth: { username: 'a', password: 'b' } } },
  ),
  of(
    'prometheus',
    { of: ['87'], code: missing, severity: rejected, shows: 'oauth2', path: 'authentication.oauth2.clientId' },
    { ...PROMETHEUS, authentication: { oauth2: { tokenUrl: 'https://login.example', clientSecret: 'b' } } },
    { ...PROMETHEUS, authentication: { oauth2: { ...oauth2, clientSecret: 'b' } } },
  ),
  of(
    'prometheus',
    { of: ['own'], code: 'provider-field-ignored', severity: unsafe, shows: 'elsewhere', path: 'authentication.sigv4' },
    { ...PROMETHEUS, authentication: { sigv4: { region: 'eu-west-1' } } },
    {
      ...PROMETHEUS,
      address: 'https://aps-workspaces.eu-west-1.amazonaws.com/workspaces/ws-1',
      authentication: { sigv4: { region: 'eu-west-1' } },
    },
  ),
  of(
    'prometheus',
    { of: ['87'], code: 'duration-invalid', severity: rejected, shows: 'step', path: 'rangeQuery.step' },
    { ...PROMETHEUS, rangeQuery: { start: 'now()', end: 'now()', step: '1d' } },
    { ...PROMETHEUS, rangeQuery: { start: 'now()', end: 'now()', step: '1m' } },
  ),
  of(
    'prometheus',
    { of: ['87'], code: 'duration-not-positive', severity: rejected, shows: 'step', path: 'rangeQuery.step' },
    { ...PROMETHEUS, rangeQuery: { start: 'now()', end: 'now()', step: '0s' } },
    { ...PROMETHEUS, rangeQuery: { start: 'now()', end: 'now()', step: '1s' } },
  ),
  of(
    'prometheus',
    { of: ['own'], code: missing, severity: rejected, shows: 'no query', path: 'query' },
    { ...PROMETHEUS, query: '' },
    PROMETHEUS,
  ),
  of(
    'newRelic',
    { of: ['89'], code: 'timeout-not-positive', severity: rejected, shows: 'of New Relic', path: 'timeout' },
    { query: 'SELECT 1', timeout: -1 },
    { query: 'SELECT 1', timeout: 5 },
  ),
  of(
    'skywalking',
    { of: ['91'], code: missing, severity: rejected, shows: 'interval', path: 'interval' },
    { ...skywalking, interval: '' },
    skywalking,
  ),
  of(
    'skywalking',
    { of: ['91'], code: 'duration-invalid', severity: rejected, shows: 'of SkyWalking', path: 'interval' },
    { ...skywalking, interval: '5 m' },
    skywalking,
  ),
  of(
    'cloudWatch',
    { of: ['own'], code: 'duration-invalid', severity: rejected, shows: 'of CloudWatch', path: 'interval' },
    { interval: '5min', metricDataQueries: [] },
    { interval: '5m', metricDataQueries: [] },
  ),
];

const v2 = { apiVersion: 'v2', interval: '5m' };

const DATADOG: readonly RuleCase[] = [
  of(
    'datadog',
    { of: ['88'], code: missing, severity: rejected, shows: 'neither query nor queries', path: 'query' },
    v2,
    { ...v2, query: 'avg:a{*}' },
  ),
  of(
    'datadog',
    { of: ['88'], code: conflict, severity: rejected, shows: 'query and queries', path: 'queries' },
    { ...v2, query: 'avg:a{*}', queries: { a: 'avg:a{*}' } },
    { ...v2, queries: { a: 'avg:a{*}' } },
  ),
  of(
    'datadog',
    { of: ['88'], code: missing, severity: rejected, shows: 'queries of v1', path: 'query' },
    { queries: { a: 'avg:a{*}' } },
    { apiVersion: 'v1', query: 'avg:a{*}' },
  ),
  of(
    'datadog',
    { of: ['88'], code: missing, severity: rejected, shows: 'a formula without queries', path: 'queries' },
    { ...v2, query: 'avg:a{*}', formula: 'a / 2' },
    { ...v2, queries: { a: 'avg:a{*}' }, formula: 'a / 2' },
  ),
  of(
    'datadog',
    { of: ['88'], code: missing, severity: rejected, shows: 'queries without a formula', path: 'formula' },
    { ...v2, queries: { a: 'avg:a{*}', b: 'avg:b{*}' } },
    { ...v2, queries: { a: 'avg:a{*}', b: 'avg:b{*}' }, formula: 'a / b' },
  ),
  of(
    'datadog',
    { of: ['88'], code: conflict, severity: rejected, shows: 'aggregator of v1', path: 'aggregator' },
    { query: 'avg:a{*}', aggregator: 'last' },
    { ...v2, query: 'avg:a{*}', aggregator: 'last' },
  ),
  of(
    'datadog',
    { of: ['88'], code: 'duration-not-positive', severity: rejected, shows: 'requestTimeout', path: 'requestTimeout' },
    { query: 'avg:a{*}', requestTimeout: '0s' },
    { query: 'avg:a{*}', requestTimeout: '20s' },
  ),
  of(
    'datadog',
    { of: ['88'], code: missing, severity: rejected, shows: 'name of the Secret', path: 'secretRef.name' },
    { query: 'avg:a{*}', secretRef: { namespaced: true } },
    { query: 'avg:a{*}', secretRef: { namespaced: true, name: 'datadog' } },
  ),
];

const scope = { scope: 'api', region: 'eu', step: 60 };
const started = { ...scope, start: '2026-01-01T00:00:00Z' };
const kayenta = {
  ...{ address: 'https://kayenta.example', application: 'api', canaryConfigName: 'api' },
  ...{ metricsAccountName: 'm', configurationAccountName: 'c', storageAccountName: 's' },
  threshold: { pass: 90, marginal: 75 },
};

const OTHERS: readonly RuleCase[] = [
  {
    ...{ of: ['81'], code: 'not-one-provider', severity: rejected, shows: 'none', path: 'spec.metrics[0].provider' },
    bad: [template({ metrics: [metric({ provider: {} })] })],
    good: [template({ metrics: [metric()] })],
  },
  {
    ...{ of: ['81'], code: 'not-one-provider', severity: rejected, shows: 'two', path: 'spec.metrics[0].provider' },
    bad: [template({ metrics: [metric({ provider: { prometheus: PROMETHEUS, web } })] })],
    good: [template({ metrics: [metric({ provider: { prometheus: PROMETHEUS, web: null } })] })],
  },
  {
    ...{ of: ['81'], code: 'not-one-provider', severity: rejected, shows: 'plugins', path: 'spec.metrics[0].provider' },
    bad: [template({ metrics: [metric({ provider: { plugin: { 'a/b': {}, 'a/c': {} } } })] })],
    good: [template({ metrics: [metric({ provider: { plugin: { 'a/b': {} } } })] })],
  },
  of(
    'kayenta',
    { of: ['90'], code: missing, severity: rejected, shows: 'one start', path: 'scopes[0].controlScope.start' },
    { ...kayenta, scopes: [{ name: 'default', controlScope: scope, experimentScope: started }] },
    { ...kayenta, scopes: [{ name: 'default', controlScope: scope, experimentScope: scope }] },
  ),
  of(
    'job',
    {
      ...{ of: ['own'], code: 'job-restart-policy', severity: rejected, shows: 'default of pods' },
      path: 'spec.template.spec.restartPolicy',
    },
    { spec: { template: { spec: { containers: [] } } } },
    { spec: { template: { spec: { containers: [], restartPolicy: 'OnFailure' } } } },
  ),
];

/** Rules of the providers of metrics. */
export const ANALYSIS_PROVIDER_CASES: readonly RuleCase[] = [...OTHERS, ...WEB, ...QUERIED, ...DATADOG];
