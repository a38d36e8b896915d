/** A slip of the fingers is one finding, at the slip, as severe as what follows from it, and it names what was meant. */
import { describe, expect, test } from 'vitest';
import type { RolloutFinding } from '../../src/rollouts/validation/finding.ts';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { canary, routed, template } from './cases/objects.ts';

const NGINX = { nginx: { stableIngress: 'api' } };
const STEPS = [
  { setWeight: 20 },
  { pause: { duration: '5m' } },
  { analysis: { templates: [{ templateName: 'errors' }] } },
];

/** The object with the key at `path` renamed. */
function renamed(object: unknown, path: readonly (string | number)[], name: string): unknown {
  const copy = structuredClone(object);
  let parent = copy as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) parent = parent[part] as Record<string | number, unknown>;
  const key = path.at(-1)!;
  parent[name] = parent[key];
  delete parent[key];
  return copy;
}

const CANARY = ['spec', 'strategy', 'canary'];
const METRIC = ['spec', 'metrics', 0];
const withSteps = canary({ steps: STEPS });

describe('one slip is one finding', () => {
  test.each([
    [withSteps, [...CANARY, 'steps', 0, 'setWeight'], 'setWieght', 'rejected'],
    [withSteps, [...CANARY, 'steps', 2, 'analysis'], 'analyses', 'rejected'],
    [withSteps, [...CANARY, 'steps', 2, 'analysis', 'templates'], 'template', 'unsafe'],
    [withSteps, [...CANARY, 'steps', 2, 'analysis', 'templates', 0, 'templateName'], 'template', 'rejected'],
    [routed(NGINX), [...CANARY, 'canaryService'], 'canarySvc', 'rejected'],
    [routed(NGINX), [...CANARY, 'trafficRouting', 'nginx'], 'ngnix', 'unsafe'],
    [routed(NGINX), [...CANARY, 'trafficRouting', 'nginx', 'stableIngress'], 'stableingress', 'rejected'],
    [withSteps, CANARY, 'canery', 'rejected'],
    [withSteps, ['spec', 'strategy'], 'stratgy', 'rejected'],
    [withSteps, ['spec'], 'specs', 'rejected'],
    [withSteps, ['spec', 'selector', 'matchLabels'], 'matchlabels', 'rejected'],
    [withSteps, ['spec', 'template', 'spec', 'containers'], 'container', 'rejected'],
    [withSteps, ['spec', 'template', 'spec', 'containers', 0, 'image'], 'images', 'rejected'],
    [template(), [...METRIC, 'successCondition'], 'succesCondition', 'unsafe'],
    [template(), [...METRIC, 'interval'], 'intervall', 'rejected'],
    [template(), [...METRIC, 'provider'], 'providers', 'rejected'],
    [template(), [...METRIC, 'provider', 'prometheus'], 'prometeus', 'rejected'],
    [template(), ['spec', 'metrics'], 'metric', 'unsafe'],
  ] as const)('%#: %s', (object, path, name, severity) => {
    const found = validate([renamed(object, path, name)]).filter((finding) => finding.severity !== 'advice');
    expect(found.map(shortOf)).toEqual([
      { code: 'unknown-field', severity, at: [...path.slice(0, -1), name], mend: `Did you mean "${path.at(-1)}"?` },
    ]);
  });

  test('the mistake of a field that is there stays a finding of its own', () => {
    const found = validate([canary({ steps: [{ setWeight: 101, setWieght: 5 }, { pause: {} }] })]);
    expect(found.map(({ code }) => code)).toEqual(['unknown-field', 'weight-out-of-range']);
  });

  test('what a slip does not explain stays a finding of its own', () => {
    const codes = validate([template({ failurLimit: 1, successCondition: null })]).map(({ code }) => code);
    expect(codes).toContain('unknown-field');
    expect(codes).toContain('no-condition');
  });

  test('many slips in many steps take no long', () => {
    const steps = Array.from({ length: 5000 }, () => ({ setWieght: 5, pausee: {} }));
    expect(validate([canary({ steps })]).filter(({ severity }) => severity === 'rejected')).toHaveLength(5000);
  });

  test('a provider that is not there is told once', () => {
    const found = validate([template({ provider: null })]).filter(({ severity }) => severity !== 'advice');
    expect(found.map(({ code }) => code)).toEqual(['missing-field']);
  });
});

test('a template without a name is refused: the controller looks for one whose name is empty', () => {
  const background = { templates: [{ clusterScope: true }] };
  const found = validate([canary({ analysis: background, steps: STEPS })]);
  expect(found.filter(({ severity }) => severity === 'rejected').map(({ code, path }) => [code, path])).toEqual([
    ['reference-missing', 'spec.strategy.canary.analysis.templates[0].templateName'],
  ]);
});

test('an interval in digits is mended with its unit: in quotes alone it would be refused again', () => {
  const [found] = validate([template({ interval: 60 })]);
  expect(found!.mend).toBe('Write "60s".');
});

test('the name with one slip is nearer than the one that it begins', () => {
  const experiment = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Experiment', metadata: { name: 'e' } };
  const found = validate([{ ...experiment, spec: { templates: [], analysis: [] } }]);
  expect(found.find(({ code }) => code === 'unknown-field')!.mend).toBe('Did you mean "analyses"?');
});

function shortOf({ code, severity, segments, mend }: RolloutFinding): unknown {
  return { code, severity, at: segments, mend };
}
