/** A slip of the fingers is one finding: what follows from it, told at the slip, with the name that was meant. */
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
    [withSteps, [...CANARY, 'steps', 0, 'setWeight'], 'setWieght', 'rejected step-empty'],
    [withSteps, [...CANARY, 'steps', 2, 'analysis'], 'analyses', 'rejected step-empty'],
    [withSteps, [...CANARY, 'steps', 2, 'analysis', 'templates'], 'template', 'unsafe no-templates'],
    [
      withSteps,
      [...CANARY, 'steps', 2, 'analysis', 'templates', 0, 'templateName'],
      'template',
      'rejected reference-missing',
    ],
    [routed(NGINX), [...CANARY, 'canaryService'], 'canarySvc', 'rejected service-missing'],
    [routed(NGINX), [...CANARY, 'trafficRouting', 'nginx'], 'ngnix', 'unsafe no-router'],
    [
      routed(NGINX),
      [...CANARY, 'trafficRouting', 'nginx', 'stableIngress'],
      'stableingress',
      'rejected router-source-not-one',
    ],
    [withSteps, CANARY, 'canery', 'rejected strategy-missing'],
    [withSteps, ['spec', 'strategy'], 'stratgy', 'rejected strategy-missing'],
    [withSteps, ['spec'], 'specs', 'rejected missing-field'],
    [withSteps, ['spec', 'selector', 'matchLabels'], 'matchlabels', 'rejected selector-empty'],
    [withSteps, ['spec', 'template', 'spec', 'containers'], 'container', 'rejected missing-field'],
    [withSteps, ['spec', 'template', 'spec', 'containers', 0, 'image'], 'images', 'rejected image-missing'],
    [template(), [...METRIC, 'successCondition'], 'succesCondition', 'unsafe no-condition'],
    [template(), [...METRIC, 'interval'], 'intervall', 'rejected interval-missing'],
    [template(), [...METRIC, 'provider'], 'providers', 'rejected missing-field'],
    [template(), [...METRIC, 'provider', 'prometheus'], 'prometeus', 'rejected not-one-provider'],
    [template(), ['spec', 'metrics'], 'metric', 'unsafe no-metrics'],
  ] as const)('%#: %s', (object, path, name, says) => {
    const found = validate([renamed(object, path, name)]).filter((finding) => finding.severity !== 'advice');
    expect(found.map(shortOf)).toEqual([
      { says, at: [...path.slice(0, -1), name], mend: `Did you mean "${path.at(-1)}"?` },
    ]);
    expect(found[0]!.message).toContain(`"${name}" is no field of `);
  });

  test('the worst that follows is what is told', () => {
    // Without canaryService two Services may be equal, the pods are not told apart, and the router needs it.
    const found = validate([
      renamed(
        routed({ ...NGINX, alb: { ingress: 'api', servicePort: 80 } }),
        [...CANARY, 'canaryService'],
        'canarySvc',
      ),
    ]);
    expect(found.filter(({ severity }) => severity !== 'advice').map(({ severity }) => severity)).toEqual(['rejected']);
  });

  test('a field that nothing needs is told to be unknown', () => {
    const found = validate([canary({ maxSurgee: 1 })]).filter((finding) => finding.severity !== 'advice');
    expect(found.map(({ code }) => code)).toEqual(['unknown-field']);
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

describe('args that are given', () => {
  const needing = template({}, { args: [{ name: 'service' }, { name: 'canary-hash' }] });
  const latest = { podTemplateHashValue: 'Latest' };
  const codesWith = (...args: unknown[]) =>
    validate([
      canary({ steps: [{ analysis: { templates: [{ templateName: 'errors' }], args } }, { pause: {} }] }),
      needing,
    ]).map(({ severity, code, mend }) => `${severity} ${code}: ${mend}`);

  test('a misspelt one is one mistake', () => {
    expect(codesWith({ name: 'servce', value: 'a' }, { name: 'canary-hash', valueFrom: latest })).toEqual([
      'rejected arg-missing: "servce" is given. Did you mean "service"?',
    ]);
  });

  test('a hash that no template needs is no mistake, unless it is misspelt', () => {
    const service = { name: 'service', value: 'a' };
    const hash = { name: 'canary-hash', valueFrom: latest };
    expect(codesWith(service, hash, { name: 'stable-hash', valueFrom: { podTemplateHashValue: 'Stable' } })).toEqual(
      [],
    );
    expect(codesWith(service, hash, { name: 'canary-hsh', valueFrom: latest })).toEqual([
      'unsafe arg-not-declared: Did you mean "canary-hash"?',
    ]);
  });
});

function shortOf({ code, severity, segments, mend }: RolloutFinding): unknown {
  return { says: `${severity} ${code}`, at: segments, mend };
}
