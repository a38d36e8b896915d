import { describe, expect, test } from 'vitest';
import {
  analysisTemplate,
  arg,
  clusterAnalysisTemplate,
  metric,
  prometheus,
  promqlLabel,
  web,
} from '../../../src/rollouts/index.ts';

const query = `sum(rate(errors{service="${arg('service')}"}[${arg('window')}]))`;
const errors = metric('error-rate', prometheus({ query }), { passes: (result) => result.first.atMost(arg('limit')) });

describe('a template', () => {
  test('is plain data in the order in which people write it', () => {
    const { object } = analysisTemplate('errors')
      .metrics(errors)
      .namespace('production')
      .labels({ team: 'shop' })
      .annotations({ why: 'errors' })
      .arg('service')
      .arg('limit', '0.01')
      .dryRun('error-rate')
      .retain('error-rate', 50)
      .include('latency', clusterAnalysisTemplate('shared'));
    expect(JSON.stringify(object)).toBe(
      JSON.stringify({
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'AnalysisTemplate',
        metadata: { name: 'errors', namespace: 'production', labels: { team: 'shop' }, annotations: { why: 'errors' } },
        spec: {
          args: [{ name: 'service' }, { name: 'limit', value: '0.01' }, { name: 'window' }],
          metrics: [errors],
          dryRun: [{ metricName: '^error-rate$' }],
          measurementRetention: [{ metricName: '^error-rate$', limit: 50 }],
          templates: [{ templateName: 'latency' }, { templateName: 'shared', clusterScope: true }],
        },
      }),
    );
  });

  test('for all namespaces has none', () => {
    const built = clusterAnalysisTemplate('errors').metrics(errors).build();
    expect(built.object).toMatchObject({ kind: 'ClusterAnalysisTemplate', metadata: { name: 'errors' } });
    // @ts-expect-error TS2684: a ClusterAnalysisTemplate has no namespace.
    clusterAnalysisTemplate('errors').namespace('production');
  });

  test('stays as it was when more is added', () => {
    const base = analysisTemplate('errors').metrics(errors);
    base.arg('limit', '0.05').labels({ a: 'b' });
    expect(base.object).not.toHaveProperty('metadata.labels');
    expect(base.object.spec.args).toEqual([{ name: 'limit' }, { name: 'service' }, { name: 'window' }]);
  });

  test('gives a new copy each time', () => {
    const base = analysisTemplate('errors').metrics(errors);
    base.object.spec.metrics!.pop();
    expect(base.object.spec.metrics).toHaveLength(1);
  });
});

describe('arguments', () => {
  test('that are used and not declared must be given by the rollout', () => {
    expect(analysisTemplate('errors').metrics(errors).object.spec.args).toEqual([
      { name: 'limit' },
      { name: 'service' },
      { name: 'window' },
    ]);
  });

  test('of one name are one', () => {
    const args = analysisTemplate('errors').arg('limit', '1').arg('service').arg('limit', '').object.spec.args;
    expect(args).toEqual([{ name: 'service' }, { name: 'limit', value: '' }]);
  });

  test('may come from a Secret', () => {
    const headers = [{ key: 'Authorization', value: `Bearer ${arg('token')}` }];
    const made = analysisTemplate('verdict')
      .secretArg('token', { name: 'judge', key: 'token' })
      .metrics(
        metric('verdict', web({ url: 'http://a.example', headers }), { passes: (result) => result.text.equals('ok') }),
      );
    expect(made.build().object.spec.args).toEqual([
      { name: 'token', valueFrom: { secretKeyRef: { name: 'judge', key: 'token' } } },
    ]);
  });
});

test('a dry run or a retention means one metric and no other, whatever its name has in it', () => {
  const { dryRun } = analysisTemplate('a').dryRun('p99 (a.b)', 'x').object.spec;
  const [rule] = dryRun!.map(({ metricName }) => new RegExp(metricName));
  expect(rule!.test('p99 (a.b)')).toBe(true);
  expect(['p99 (a.b)-x', 'x-p99 (a.b)', 'p99 (aXb)'].map((name) => rule!.test(name))).toEqual([false, false, false]);
});

describe('a label of PromQL', () => {
  test.each([
    ['a"b', 'job="a\\"b"'],
    ['a\\', 'job="a\\\\"'],
    ['"} or {x="\n', 'job="\\"} or {x=\\"\\n"'],
    ['', 'job=""'],
    [arg('service'), 'job="{{args.service}}"'],
  ])('stays one with the value %j', (value, label) => {
    expect(promqlLabel('job', value)).toBe(label);
  });

  test('may be an expression', () => {
    expect(promqlLabel('status', '5..', '=~')).toBe('status=~"5.."');
  });
});

describe('bad arguments', () => {
  const base = analysisTemplate('errors');
  test.each<[string, () => unknown, RegExp]>([
    ['no name', () => analysisTemplate(''), /^analysisTemplate: .* at name/],
    ['no name of a cluster-wide one', () => clusterAnalysisTemplate(''), /^clusterAnalysisTemplate: /],
    ['an argument with braces', () => arg('a}'), /^arg: .*without braces/],
    ['an argument without a name', () => base.arg(''), /at name/],
    ['a default that is a number', () => base.arg('limit', 5 as unknown as string), /at defaultValue \(got 5\).*'5'/],
    [
      'a Secret without a key',
      () => base.secretArg('token', { name: 'judge' } as { name: string; key: string }),
      /secretKeyRef\.key/,
    ],
    ['a retention of none', () => base.retain('errors', 0), /at limit .*at least 1/],
    ['a retention without a number', () => base.retain('errors', undefined as unknown as number), /at limit/],
    ['a dry run of nothing', () => base.dryRun(''), /at metricName/],
    ['a label with a dash', () => promqlLabel('a-b', 'x'), /^promqlLabel: .* at name/],
    ['an operator that is none', () => promqlLabel('a', 'x', '>' as '='), /at operator/],
    ['a label value that is none', () => promqlLabel('a', 5 as unknown as string), /at value/],
    ['labels that are no texts', () => base.labels({ a: (() => 'b') as unknown as string }), /at labels\.a/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }));
  });
});
