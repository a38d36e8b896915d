/** Other attribute names, and the names that older set-ups use. */
import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import { ATTRIBUTE } from '../../../src/telemetry/attributes.ts';
import { DEFAULT_KEYS, keyFault, resolveKeys } from '../../../src/telemetry/identity/attribute-keys.ts';
import { resolveIdentity } from '../../../src/telemetry/identity/identity.ts';
import { validateOptions } from '../../../src/telemetry/options/options.ts';
import { makePlan } from '../../../src/telemetry/plan.ts';

function pathOf(options: object): string | undefined {
  try {
    validateOptions(options);
    return undefined;
  } catch (error) {
    return isRolloutGuardError(error, 'INVALID_OPTION') ? error.path : String(error);
  }
}

describe('names of cohort and strategy', () => {
  test.each(['deployment.role', 'deployment.strategy', 'acme.cohort', 'k8s.pod.label.role', 'role', 'a_b.c-d'])(
    '%s may be used',
    (key) => {
      expect(keyFault('cohort', key)).toBeNull();
    },
  );

  test.each([
    ...Object.values(ATTRIBUTE).filter((name) => name !== ATTRIBUTE.cohort),
    'deployment.status',
    'deployment.environment',
    'service.cohort',
    'k8s.pod.role',
    'http.route',
    'telemetry.x',
    '',
    '.a',
    'a..b',
    'a b',
    'é',
    '__proto__',
    'a\nb',
    'x'.repeat(256),
  ])('%j may not', (key) => {
    expect(keyFault('cohort', key)).not.toBeNull();
  });

  test('options, then our variables, then the defaults', () => {
    expect(resolveKeys(undefined, {})).toEqual({ keys: DEFAULT_KEYS, problems: [] });
    const env = { ROLLOUTGUARD_COHORT_KEY: 'deployment.role', ROLLOUTGUARD_STRATEGY_KEY: 'deployment.strategy' };
    expect(resolveKeys(undefined, env).keys).toEqual({ cohort: 'deployment.role', strategy: 'deployment.strategy' });
    expect(resolveKeys({ cohort: 'acme.cohort' }, env).keys.cohort).toBe('acme.cohort');
  });

  test('a variable that will not do is named and not used; one name for both will not do', () => {
    for (const env of [
      { ROLLOUTGUARD_COHORT_KEY: 'service.name' },
      { ROLLOUTGUARD_COHORT_KEY: 'a.b', ROLLOUTGUARD_STRATEGY_KEY: 'a.b' },
      { ROLLOUTGUARD_COHORT_KEY: 'rolloutguard.strategy' },
    ]) {
      const { keys, problems } = resolveKeys(undefined, env);
      expect(keys.cohort).toBe('rolloutguard.cohort');
      expect(problems.map(({ code, message }) => [code, message.split(' ')[0]])).toEqual([
        ['BAD_SETTING', 'ROLLOUTGUARD_COHORT_KEY'],
      ]);
    }
    const { keys, problems } = resolveKeys({ cohort: 'a.b' }, { ROLLOUTGUARD_STRATEGY_KEY: 'a.b' });
    expect(keys).toEqual({ cohort: 'a.b', strategy: 'rolloutguard.strategy' });
    expect(problems).toHaveLength(1);
  });

  test('in code it is an error', () => {
    expect(pathOf({ attributeKeys: { cohort: 'deployment.role' } })).toBeUndefined();
    expect(pathOf({ attributeKeys: { cohort: 'service.name' } })).toBe('attributeKeys.cohort');
    expect(pathOf({ attributeKeys: { role: 'x' } })).toBe('attributeKeys.role');
    expect(pathOf({ attributeKeys: { cohort: 'a.b', strategy: 'a.b' } })).toBe('attributeKeys');
    expect(pathOf({ attributeKeys: 'deployment.role' })).toBe('attributeKeys');
  });

  test('both names are understood, one is written, and the cohort stays off the resource', () => {
    const env = {
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.role=canary,rolloutguard.cohort=canary,rolloutguard.strategy=BlueGreen',
      OTEL_SDK_DISABLED: 'true',
    };
    const plan = makePlan({ env, attributeKeys: { cohort: 'deployment.role', strategy: 'deployment.strategy' } });
    expect(plan.keys).toEqual({ cohort: 'deployment.role', strategy: 'deployment.strategy' });
    expect(plan.identity).toMatchObject({ cohort: 'canary', conflicts: [] });
    expect(plan.attributes['deployment.strategy']).toBe('blue-green');
    for (const name of ['deployment.role', 'rolloutguard.cohort', 'rolloutguard.strategy']) {
      expect(plan.attributes).not.toHaveProperty([name]);
    }
    const without = makePlan({ env: {}, attributeKeys: { cohort: 'deployment.role' } });
    expect(without.problems.find(({ code }) => code === 'INCOMPLETE_IDENTITY')?.message).toContain('deployment.role');
  });
});

describe('names of older set-ups', () => {
  const env = {
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod,deployment.timestamp=1795428000',
    GIT_COMMIT: '9d59409',
    APP_VERSION: '2.1.0',
  };

  test('they are understood, below the names of today, and what somebody wrote stays as it was', () => {
    const plan = makePlan({ env });
    expect(plan.identity.known).toMatchObject({
      environment: { value: 'prod', source: 'OTEL_RESOURCE_ATTRIBUTES' },
      timestamp: { value: '2026-11-23T10:00:00.000Z' },
    });
    expect(plan.attributes).toMatchObject({
      'deployment.environment': 'prod',
      'deployment.environment.name': 'prod',
      'deployment.timestamp': '1795428000',
    });
    expect(plan.attributes).not.toHaveProperty(['deployment.commit']);
    const both = { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod,deployment.environment.name=production' };
    expect(makePlan({ env: both }).identity).toMatchObject({
      known: { environment: { value: 'production' } },
      conflicts: [],
    });
  });

  test.each([
    ['options', { legacyAttributes: true }, {}],
    ['a variable', {}, { ROLLOUTGUARD_LEGACY_ATTRIBUTES: 'true' }],
  ])('%s: they are written too', (_, options, more) => {
    expect(makePlan({ env: { ...env, ...more }, ...options }).attributes).toMatchObject({
      'deployment.commit': '9d59409',
      'deployment.environment': 'prod',
      'deployment.timestamp': '1795428000',
      'deployment.version': '2.1.0',
    });
  });

  test('the option wins over the variable, and a variable that is neither true nor false is named', () => {
    const on = { ...env, ROLLOUTGUARD_LEGACY_ATTRIBUTES: 'true' };
    expect(makePlan({ env: on, legacyAttributes: false }).attributes).not.toHaveProperty(['deployment.commit']);
    const { problems } = makePlan({ env: { ...env, ROLLOUTGUARD_LEGACY_ATTRIBUTES: 'yes' } });
    expect(problems.map(({ code }) => code)).toContain('BAD_SETTING');
  });

  test('when a deployment began is on no attribute otherwise: it is the same for all of its telemetry', () => {
    const { known, attributes } = resolveIdentity({
      options: { deploymentTimestamp: 1_795_428_000 },
      env: {},
      pid: 7,
      randomId: () => 'random',
    });
    expect(known.timestamp).toEqual({ value: '2026-11-23T10:00:00.000Z', source: 'options' });
    expect(Object.keys(attributes)).toEqual(['service.instance.id']);
  });
});

describe('values in code', () => {
  test.each<[object, string | undefined]>([
    [{ deploymentId: 'x'.repeat(256) }, 'deploymentId'],
    [{ deploymentId: 'a\nb' }, 'deploymentId'],
    [{ deploymentId: 7 }, 'deploymentId'],
    [{ deploymentTimestamp: 'yesterday' }, 'deploymentTimestamp'],
    [{ deploymentTimestamp: Number.NaN }, 'deploymentTimestamp'],
    [{ deploymentTimestamp: 0 }, 'deploymentTimestamp'],
    [{ deploymentTimestamp: 1_795_428_000_000 }, undefined],
    [{ repositoryUrl: 'shop' }, 'repositoryUrl'],
    [{ pipelineRunUrl: 'ftp://x' }, 'pipelineRunUrl'],
    [{ branch: 'origin/' }, 'branch'],
    [{ commit: 'two words' }, 'commit'],
    [{ strategy: '-' }, 'strategy'],
    [{ attributes: { 'deployment.id': 'a\u0000' } }, 'attributes["deployment.id"]'],
    [{ attributes: { note: 'a\u0000', 'deployment.id': 1208 } }, undefined],
    [{ legacyAttributes: 'yes' }, 'legacyAttributes'],
    // What an app hands on from its environment must not keep it from starting.
    [{ deploymentId: 'unknown', commit: 'undefined', podTemplateHash: 'none', deploymentTimestamp: 'null' }, undefined],
  ])('%j: %s', (options, path) => {
    expect(pathOf(options)).toBe(path);
  });

  test('a template from code is not used either, and named', () => {
    const { identity } = makePlan({ env: {}, deploymentId: '$(DEPLOYMENT_ID)' });
    expect(identity.known.id).toBeUndefined();
    expect(identity.problems.map(({ message }) => message)).toContain(
      'deployment.id from options is not used: it is a template that was not filled in.',
    );
  });

  test('an error about a URL does not tell it', () => {
    try {
      validateOptions({ pipelineRunUrl: 'ftp://user:t0ken@x' });
    } catch (error) {
      expect(String(error)).not.toContain('t0ken');
      expect((error as { value?: unknown }).value).toBeUndefined();
    }
    expect.assertions(2);
  });
});
