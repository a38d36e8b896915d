import { describe, expect, test } from 'vitest';
import {
  type AlertProviderSpec,
  alertProvider,
  type FlaggerAnalysis,
  type FlaggerCanarySpec,
  flaggerCanary,
  type MetricTemplateSpec,
  metricTemplate,
} from '../../../src/rollouts/index.ts';

const analysis: FlaggerAnalysis = {
  interval: '30s',
  threshold: 5,
  maxWeight: 50,
  stepWeight: 10,
  metrics: [
    { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
    { name: 'checkout', templateRef: { name: 'checkout', namespace: 'ops' }, thresholdRange: { min: 0.9 } },
  ],
  webhooks: [{ name: 'verdict', type: 'rollback', url: 'http://rolloutguard.ops:8080/flagger' }],
  alerts: [{ name: 'on-call', severity: 'error', providerRef: { name: 'slack' } }],
};
const spec: FlaggerCanarySpec = {
  provider: 'istio',
  targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' },
  service: { port: 8080, targetPort: 'http' },
  analysis,
};

describe('plain data', () => {
  test('of a canary', () => {
    expect(flaggerCanary('api', { namespace: 'production', ...spec })).toEqual({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'api', namespace: 'production' },
      spec,
    });
  });

  test.each<[string, FlaggerAnalysis]>([
    ['weights of their own', { interval: '1m', threshold: 1, stepWeights: [1, 5, 50] }],
    ['rounds', { interval: '1m', threshold: 1, iterations: 10, mirror: true }],
    ['an A/B test', { interval: '1m', threshold: 1, iterations: 10, match: [{ headers: { beta: { exact: '1' } } }] }],
  ])('of a canary by %s', (_, way) => {
    expect(flaggerCanary('api', { ...spec, analysis: way }).spec.analysis).toEqual(way);
  });

  test('of a metric', () => {
    const settings = { provider: { type: 'datadog', secretRef: { name: 'keys' } }, query: 'avg:a{*}' } as const;
    expect(metricTemplate('checkout', settings)).toEqual({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'MetricTemplate',
      metadata: { name: 'checkout' },
      spec: settings,
    });
  });

  test('of a provider of alerts, which is nobody else’s', () => {
    const settings = { type: 'slack', channel: 'ops', secretRef: { name: 'slack' } } as const;
    const made = alertProvider('slack', { namespace: 'ops', ...settings });
    expect(made).toEqual({
      apiVersion: 'flagger.app/v1beta1',
      kind: 'AlertProvider',
      metadata: { name: 'slack', namespace: 'ops' },
      spec: settings,
    });
    expect(made.spec.secretRef).not.toBe(settings.secretRef);
  });
});

describe('bad options', () => {
  const canary = (change: object) => () => flaggerCanary('api', { ...spec, ...change });
  const judged = (change: object) => canary({ analysis: { ...analysis, ...change } });
  test.each<[string, () => unknown, RegExp]>([
    ['no name', () => flaggerCanary('', spec), /^flaggerCanary: .*at name/],
    ['a misspelt field', canary({ metricServer: 'x' }), /at options\.metricServer.*metricsServer/],
    ['no target', canary({ targetRef: undefined }), /at targetRef\.name/],
    ['a target that is none', canary({ targetRef: { ...spec.targetRef, kind: 'StatefulSet' } }), /at targetRef\.kind/],
    ['no port', canary({ service: {} }), /at service\.port/],
    ['no analysis', canary({ analysis: undefined }), /at analysis\.interval/],
    ['an interval that Flagger would not keep to', judged({ interval: '5s' }), /at analysis\.interval .*at least 10s/],
    ['an interval of hours, which the schema refuses', judged({ interval: '1h' }), /at analysis\.interval/],
    ['no threshold, which would be 1', judged({ threshold: undefined }), /at analysis\.threshold/],
    ['two ways', judged({ iterations: 5 }), /at analysis .*exactly one of stepWeight, stepWeights, iterations/],
    ['no way', judged({ stepWeight: undefined }), /at analysis .*exactly one/],
    ['weights without an end', judged({ maxWeight: undefined }), /at analysis\.maxWeight/],
    ['a step beyond the end', judged({ maxWeight: 20, stepWeight: 30 }), /at analysis\.stepWeight .*at most 20/],
    [
      'weights that fall',
      judged({ stepWeight: undefined, maxWeight: undefined, stepWeights: [5, 50, 20] }),
      /stepWeights\[2\] .*above 50/,
    ],
    [
      'a weight above 100',
      judged({ stepWeight: undefined, maxWeight: undefined, stepWeights: [5, 500] }),
      /stepWeights\[1\]/,
    ],
    [
      'a metric that Flagger has not',
      judged({ metrics: [{ name: 'request-succes-rate', thresholdRange: { min: 99 } }] }),
      /at analysis\.metrics\[0\]\.name .*request-success-rate, request-duration/,
    ],
    [
      'a metric without a limit',
      judged({ metrics: [{ name: 'request-duration', thresholdRange: {} }] }),
      /metrics\[0\]\.thresholdRange .*min or max/,
    ],
    [
      'a metric that looks back for days',
      judged({ metrics: [{ name: 'request-duration', interval: '1d', thresholdRange: { max: 5 } }] }),
      /metrics\[0\]\.interval/,
    ],
    [
      'a provider that would be taken for Prometheus',
      () => metricTemplate('a', { provider: { type: 'wavefront' }, query: 'x' } as unknown as MetricTemplateSpec),
      /^metricTemplate: .*at provider\.type \(got "wavefront"\)/,
    ],
    ['no query', () => metricTemplate('a', { provider: { type: 'prometheus' }, query: '' }), /at query/],
    [
      'an address and a Secret',
      () =>
        alertProvider('a', { type: 'slack', address: 'b', secretRef: { name: 'c' } } as unknown as AlertProviderSpec),
      /^alertProvider: .*exactly one of address and secretRef/,
    ],
    [
      'neither',
      () => alertProvider('a', { type: 'slack' } as AlertProviderSpec),
      /exactly one of address and secretRef/,
    ],
    [
      'an unknown channel',
      () => alertProvider('a', { type: 'irc', address: 'b' } as unknown as AlertProviderSpec),
      /at type/,
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });

  test('two ways do not compile', () => {
    // @ts-expect-error TS2322: steps and rounds exclude each other.
    const wrong: FlaggerAnalysis = { interval: '1m', threshold: 1, iterations: 5, stepWeight: 5, maxWeight: 50 };
    expect(() => flaggerCanary('api', { ...spec, analysis: wrong })).toThrow();
  });
});
