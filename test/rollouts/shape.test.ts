import { describe, expect, test } from 'vitest';
import type { RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { ARGO_KINDS, shapeOf } from '../../src/rollouts/validation/shape/table.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, podTemplate, template } from './cases/objects.ts';

function only(object: unknown, code: string): RolloutFinding {
  const found = validate([object]).filter((finding) => finding.code === code);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('the table', () => {
  test('every type is a word that the checker knows, or a shape', () => {
    const words = ['string', 'int', 'long', 'bool', 'int-or-string', 'time', 'object', 'any', 'quantity'];
    const seen = new Set<string>();
    const walk = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      for (const { type } of shapeOf(name)!.values()) {
        if (shapeOf(type) !== null) walk(type);
        else if (!type.includes('|')) expect(words).toContain(type);
      }
    };
    ARGO_KINDS.forEach(walk);
    expect(seen.size).toBeGreaterThan(70);
  });

  test('a name of the prototype is no shape', () => {
    expect(shapeOf('constructor')).toBeNull();
  });
});

describe('an unknown field', () => {
  test('names the one that was meant', () => {
    expect(only(canary({ maxSruge: 1 }), 'unknown-field').mend).toBe('Did you mean "maxSurge"?');
  });

  test('names the place that it belongs to, when it was written elsewhere', () => {
    expect(only(canary({}, { maxSurge: 1 }), 'unknown-field').mend).toBe('It belongs to spec.strategy.canary.');
    expect(only(canary({}, { containers: [] }), 'unknown-field').mend).toBe('It belongs to spec.template.spec.');
    expect(only({ ...canary(), strategy: {} }, 'unknown-field').mend).toBe('It belongs to spec.');
    expect(only(template({ prometheus: {} }), 'unknown-field').mend).toBe('It belongs to spec.metrics[].provider.');
  });

  test('that is near to nothing is told what there is', () => {
    expect(only(canary({ steps: [{ wait: '5m' }] }), 'unknown-field').mend).toMatch(/known here: setWeight, pause, /);
  });

  test('names of the prototype are ordinary names', () => {
    const spec = JSON.parse('{"__proto__": {"replicas": 1}, "constructor": 1, "hasOwnProperty": 2}') as object;
    const found = validate([
      { ...canary(), spec: Object.assign(Object.create(null), { template: podTemplate() }, spec) },
    ]);
    const paths = found.filter((finding) => finding.code === 'unknown-field').map((finding) => finding.path);
    expect(paths).toContain('spec.constructor');
    expect(paths).toContain('spec.hasOwnProperty');
    const own = JSON.parse(
      '{"apiVersion":"argoproj.io/v1alpha1","kind":"Rollout","metadata":{"name":"api"},"spec":{"__proto__":{}}}',
    );
    expect(only(own, 'unknown-field').path).toBe('spec.__proto__');
  });

  test('100,000 of them are all told', () => {
    const spec = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`replicas${index}`, 1]));
    const found = validate([canary({}, spec)]).filter((finding) => finding.code === 'unknown-field');
    expect(found).toHaveLength(100_000);
  });
});

test('what belongs to a string is never shown: it may be a password', () => {
  const authentication = { oauth2: { clientSecret: 987_654 } };
  const { message } = only(template({ provider: { web: { url: 'http://a', authentication } } }), 'wrong-type');
  expect(message).toBe(
    'spec.metrics[0].provider.web.authentication.oauth2.clientSecret must be a string, not a number.',
  );
});

test('an object that holds itself is read to the depth of its schema', () => {
  const step: Record<string, unknown> = { setWeight: 5 };
  step['analysis'] = step;
  const object = canary({ steps: [step] });
  object['self'] = object;
  expect(validate([object]).map((finding) => finding.code)).toContain('unknown-field');
});

test('the kinds of Argo CD, Workflows and Events in that group are not taken for misspelt ones', () => {
  const kinds = [
    'Application',
    'ApplicationSet',
    'AppProject',
    'Workflow',
    'WorkflowTemplate',
    'ClusterWorkflowTemplate',
  ];
  const more = [
    'CronWorkflow',
    'WorkflowTaskSet',
    'EventSource',
    'EventBus',
    'Sensor',
    'RolloutManager',
    'RolloutPlugin',
  ];
  const objects = [...kinds, ...more].map((kind) => ({ ...canary(), kind }));
  expect(validate(objects)).toEqual([]);
});

test('a value of the wrong type is told once, and taken for no other', () => {
  const spec = { replicas: '10', revisionHistoryLimit: '20', progressDeadlineSeconds: '700', minReadySeconds: 650 };
  const found = validate([canary({}, { ...spec, rollbackWindow: { revisions: 15 } })]);
  const refused = found.filter((finding) => finding.severity !== 'advice');
  expect(refused.map((finding) => finding.code)).toEqual(['wrong-type', 'wrong-type', 'wrong-type']);
});
