/** Pod templates whatever is in them: no crash, no silence, no long waits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RolloutFinding } from '../../../src/rollouts/validation/finding.ts';
import { validate } from '../../../src/rollouts/validation/validate.ts';
import { canary, podTemplate } from '../cases/objects.ts';

type Plain = Record<string, unknown>;

function pods(spec: unknown): unknown[] {
  return [canary({}, { template: { ...podTemplate(), spec } })];
}

/** Findings about the template, not about the rest of the Rollout. */
function found(objects: readonly unknown[]): RolloutFinding[] {
  return validate(objects).filter(({ path }) => path.startsWith('spec.template'));
}

function codes(objects: readonly unknown[]): string[] {
  return found(objects).map(({ code }) => code);
}

describe('odd input', () => {
  test('any JSON in place of any part is read without a crash, and every finding has its words', () => {
    const key = fc.constantFrom(
      ...[
        'containers',
        'initContainers',
        'volumes',
        'volumeMounts',
        'ports',
        'env',
        'livenessProbe',
        'httpGet',
        'exec',
        'port',
      ],
      ...[
        'name',
        'image',
        'resources',
        'limits',
        'requests',
        'memory',
        'securityContext',
        'tolerations',
        '__proto__',
        'constructor',
      ],
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, fc.jsonValue({ maxDepth: 1 }), tie('list'), tie('object')),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    }));
    fc.assert(
      fc.property(tree, (spec) => {
        for (const finding of validate(pods(spec)))
          expect(finding.message && finding.effect && finding.mend).toMatch(/./);
      }),
    );
  });

  test('what nobody wrote is not there: names of the prototype are ordinary', () => {
    const container = {
      name: 'constructor',
      image: 'api:1.2.3',
      env: [{ name: '__proto__', value: '1' }],
      resources: { limits: { cpu: 1 } },
    };
    expect(codes(pods({ containers: [container] }))).toEqual([]);
    const odd = { ...container, resources: { requests: JSON.parse('{"__proto__": "1"}') } };
    expect(codes(pods({ containers: [odd] }))).toEqual(['bad-resource-name']);
  });

  test('a template or a spec of another type is told once', () => {
    expect(codes([canary({}, { template: 'api' })])).toEqual(['wrong-type']);
    expect(codes([canary({}, { template: { metadata: { labels: { app: 'api' } }, spec: [] } })])).toEqual([
      'wrong-type',
    ]);
  });

  test('10,000 containers that all mount something unknown are read in linear time', () => {
    const containers = Array.from({ length: 10_000 }, (_, index) => ({
      ...{ name: `c${index}`, image: 'api:1', ports: [{ containerPort: 80 }], resources: { limits: { cpu: 1 } } },
      volumeMounts: [{ name: 'missing', mountPath: '/data' }],
      readinessProbe: { httpGet: { port: 'http' } },
    }));
    const told = codes(pods({ containers }));
    expect(told.filter((code) => code === 'volume-unknown')).toHaveLength(10_000);
    expect(told.filter((code) => code === 'port-name-unknown')).toHaveLength(10_000);
  });
});

describe('fields that are newer than the table', () => {
  test('are never refused', () => {
    const container = {
      name: 'api',
      image: 'api:1',
      resources: { limits: { cpu: 1 } },
      readinessProbe: { tcpSocket: { port: 80 } },
      newer: { a: 1 },
    };
    const spec: Plain = { containers: [container], newerStill: true, volumes: [{ name: 'data', newSource: {} }] };
    const told = found(pods(spec));
    expect(told.map(({ code, severity }) => [code, severity])).toEqual(Array(3).fill(['unknown-field', 'unsafe']));
  });
});

describe('what belongs elsewhere', () => {
  test('a field of the pod that is written on the Rollout names its place', () => {
    const [finding] = validate([canary({}, { serviceAccountName: 'api' })]).filter(
      ({ code }) => code === 'unknown-field',
    );
    expect(finding?.mend).toBe('It belongs to spec.template.spec.');
  });

  test('the pods of a job are held against the same schema', () => {
    const job = {
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'smoke', imgae: 'api:1' }] } } },
    };
    const template = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'AnalysisTemplate',
      metadata: { name: 'smoke' },
      spec: { metrics: [{ name: 'smoke', provider: { job } }] },
    };
    expect(validate([template]).map(({ code, mend }) => [code, mend])).toContainEqual([
      'unknown-field',
      'Did you mean "image"?',
    ]);
  });
});
