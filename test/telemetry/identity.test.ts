import { describe, expect, test } from 'vitest';
import { ATTRIBUTE } from '../../src/telemetry/attributes.ts';
import {
  COMMIT_VARIABLES,
  IDENTITY_VARIABLES,
  type Identity,
  type IdentityInput,
  resolveIdentity,
} from '../../src/telemetry/identity/identity.ts';
import { readIdentityFiles, readPackageIdentity } from '../../src/telemetry/identity/sources.ts';

function resolve(input: Partial<IdentityInput>): Identity {
  return resolveIdentity({ env: {}, pid: 7, randomId: () => 'random', ...input });
}

/** A source that says `value` about service.version, weakest last. */
const VERSION_SOURCES: readonly { source: string; with: (value: string) => Partial<IdentityInput> }[] = [
  {
    source: 'OTEL_RESOURCE_ATTRIBUTES',
    with: (value) => ({ env: { OTEL_RESOURCE_ATTRIBUTES: `service.version=${value}` } }),
  },
  { source: 'options', with: (value) => ({ options: { serviceVersion: value } }) },
  { source: 'ROLLOUTGUARD_SERVICE_VERSION', with: (value) => ({ env: { ROLLOUTGUARD_SERVICE_VERSION: value } }) },
  {
    source: 'file:/podinfo/labels',
    with: (value) => ({ files: [{ path: '/podinfo/labels', text: `app.kubernetes.io/version="${value}"` }] }),
  },
  { source: 'package.json', with: (value) => ({ readPackageJson: () => ({ version: value }) }) },
];

function combine(parts: readonly Partial<IdentityInput>[]): Partial<IdentityInput> {
  return { ...Object.assign({}, ...parts), env: Object.assign({}, ...parts.map(({ env }) => env)) };
}

describe('precedence', () => {
  for (const [index, stronger] of VERSION_SOURCES.entries()) {
    for (const weaker of VERSION_SOURCES.slice(index + 1)) {
      test(`${stronger.source} wins over ${weaker.source}`, () => {
        const { attributes, conflicts } = resolve(combine([weaker.with('weak'), stronger.with('strong')]));
        expect(attributes['service.version']).toBe('strong');
        // package.json only fills gaps, so it contradicts nobody.
        const expected = {
          attribute: 'service.version',
          used: { source: stronger.source, value: 'strong' },
          ignored: [{ source: weaker.source, value: 'weak' }],
        };
        expect(conflicts).toEqual(weaker.source === 'package.json' ? [] : [expected]);
      });
    }
  }

  test('OTEL_SERVICE_NAME wins over service.name in OTEL_RESOURCE_ATTRIBUTES', () => {
    const env = { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.name=store' };
    const { attributes, conflicts } = resolve({ env });
    expect(attributes['service.name']).toBe('shop');
    expect(conflicts).toHaveLength(1);
  });

  test('a conflict lists every source that was overruled, in order', () => {
    const sources = VERSION_SOURCES.slice(0, 4).map(({ with: say }, index) => say(`v${index}`));
    const [conflict] = resolve(combine(sources)).conflicts;
    expect(conflict?.ignored.map(({ value }) => value)).toEqual(['v1', 'v2', 'v3']);
  });

  test('sources that agree are no conflict, also when they spell a cohort differently', () => {
    const agreeing = VERSION_SOURCES.map(({ with: say }) => say('2.1.0'));
    expect(resolve(combine(agreeing)).conflicts).toEqual([]);
    const env = { ROLLOUTGUARD_COHORT: 'preview' };
    expect(resolve({ env, options: { cohort: 'canary' } })).toMatchObject({ cohort: 'canary', conflicts: [] });
  });

  test('a blank variable counts as unset', () => {
    const env = { OTEL_SERVICE_NAME: ' ', ROLLOUTGUARD_SERVICE_NAME: ' shop ' };
    expect(resolve({ env })).toMatchObject({ attributes: { 'service.name': 'shop' }, conflicts: [] });
  });
});

describe('variables', () => {
  test.each(Object.entries(IDENTITY_VARIABLES))('%s sets %s', (name, attribute) => {
    const { attributes, cohort } = resolve({ env: { [name]: 'baseline' } });
    expect(attribute === ATTRIBUTE.cohort ? cohort : attributes[attribute]).toBe('baseline');
    expect(Object.values(ATTRIBUTE)).toContain(attribute);
  });

  test.each(COMMIT_VARIABLES)('%s sets the commit, below ROLLOUTGUARD_COMMIT', (name) => {
    expect(resolve({ env: { [name]: 'abc' } }).attributes['vcs.ref.head.revision']).toBe('abc');
    const both = resolve({ env: { [name]: 'abc', ROLLOUTGUARD_COMMIT: 'def' } });
    expect(both.attributes['vcs.ref.head.revision']).toBe('def');
  });

  test('of several CI systems the first known one is asked, without a conflict', () => {
    const { attributes, conflicts } = resolve({ env: { GIT_COMMIT: 'old', GITHUB_SHA: 'new' } });
    expect(attributes['vcs.ref.head.revision']).toBe('new');
    expect(conflicts).toEqual([]);
  });
});

describe('cohort', () => {
  test('it is not a resource attribute, whoever gives it', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'rolloutguard.cohort=active' };
    const { attributes, cohort } = resolve({ env });
    expect(cohort).toBe('stable');
    expect(attributes).not.toHaveProperty([ATTRIBUTE.cohort]);
  });

  test('one that is not known is named and the next source is asked', () => {
    const env = { OTEL_RESOURCE_ATTRIBUTES: 'rolloutguard.cohort=green', ROLLOUTGUARD_COHORT: 'canary' };
    const { cohort, problems } = resolve({ env });
    expect(cohort).toBe('canary');
    expect(problems.find(({ code }) => code === 'BAD_COHORT')?.message).toContain('OTEL_RESOURCE_ATTRIBUTES: "green"');
  });

  test('without deployment or cohort one problem says which variables to set', () => {
    const [problem, ...others] = resolve({}).problems;
    expect(problem?.code).toBe('INCOMPLETE_IDENTITY');
    expect(problem?.message).toContain('set ROLLOUTGUARD_DEPLOYMENT_ID and ROLLOUTGUARD_COHORT');
    expect(others).toEqual([]);
    expect(resolve({ options: { deploymentId: 'deploy-7', cohort: 'canary' } }).problems).toEqual([]);
  });
});

describe('service.instance.id', () => {
  test.each([
    [{}, 'random'],
    [{ HOSTNAME: 'node-1' }, 'node-1:7'],
    [{ HOSTNAME: 'node-1', POD_NAME: 'shop-abc' }, 'shop-abc:7'],
    [{ POD_NAME: 'shop-abc', OTEL_RESOURCE_ATTRIBUTES: 'service.instance.id=mine' }, 'mine'],
  ])('%o gives %s', (env, expected) => {
    const { attributes, conflicts } = resolve({ env });
    expect(attributes['service.instance.id']).toBe(expected);
    expect(conflicts).toEqual([]);
  });
});

describe('other attributes', () => {
  test('options and OTEL_RESOURCE_ATTRIBUTES may add any, numbers stay numbers', () => {
    const input = { options: { attributes: { shard: 3 } }, env: { OTEL_RESOURCE_ATTRIBUTES: 'team=payments' } };
    expect(resolve(input).attributes).toMatchObject({ shard: 3, team: 'payments' });
  });

  test('__proto__ is a name like any other', () => {
    const { attributes } = resolve({ env: { OTEL_RESOURCE_ATTRIBUTES: '__proto__=x,a=b' } });
    expect(Object.getOwnPropertyDescriptor(attributes, '__proto__')?.value).toBe('x');
    expect(attributes['a']).toBe('b');
  });
});

describe('files', () => {
  const path = '/podinfo/annotations';

  test('annotations and labels of the downward API, annotations first', () => {
    const text = [
      'app.kubernetes.io/name="shop"',
      'resource.opentelemetry.io/service.name="shop-api"',
      'resource.opentelemetry.io/deployment.id="deploy-7"',
      'role="preview"',
      'kubernetes.io/config.seen="2026-11-02T10:00:00Z"',
      '',
    ].join('\n');
    const { attributes, cohort, conflicts } = resolve({ files: [{ path, text }] });
    expect(attributes).toMatchObject({ 'service.name': 'shop-api', 'deployment.id': 'deploy-7' });
    expect(Object.keys(attributes)).toHaveLength(3);
    expect(cohort).toBe('canary');
    expect(conflicts).toEqual([]);
  });

  test('a role that is no cohort is another kind of role, not a mistake', () => {
    const { cohort, problems } = resolve({
      files: [{ path, text: 'role="database"' }],
      options: { deploymentId: 'd' },
    });
    expect(cohort).toBeNull();
    expect(problems.map(({ code }) => code)).toEqual(['INCOMPLETE_IDENTITY']);
  });

  test.each([
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"bell\\a tab\\t"', 'bell\u0007 tab\t'],
    ['"\\u00e9\\xe9\\U0001f600"', '\u00e9\u00e9\u{1f600}'],
    ['"\\\\a=b,c"', '\\a=b,c'],
  ])('Go quotes: %s', (quoted, expected) => {
    const text = `resource.opentelemetry.io/note=${quoted}`;
    expect(resolve({ files: [{ path, text }] }).attributes['note']).toBe(expected);
  });

  test('bad lines are numbered and the good ones used', () => {
    const text = 'app.kubernetes.io/name="shop"\nno quotes=x\nbroken="\\q"\n';
    const { attributes, problems } = resolve({ files: [{ path, text }] });
    expect(attributes['service.name']).toBe('shop');
    expect(problems.find(({ code }) => code === 'IDENTITY_FILE')?.message).toContain(`${path}: line 2, 3`);
  });

  test('a named file that is missing is a problem, a usual one is not', () => {
    const files: Record<string, string> = { '/a': 'role="canary"', '/etc/podinfo/labels': 'role="stable"' };
    const read = (name: string): string => {
      const text = files[name];
      if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return text;
    };
    expect(readIdentityFiles({}, read)).toEqual({
      files: [{ path: '/etc/podinfo/labels', text: 'role="stable"' }],
      problems: [],
    });
    const named = readIdentityFiles({ ROLLOUTGUARD_IDENTITY_FILES: '/a, /b' }, read);
    expect(named.files.map(({ path: name }) => name)).toEqual(['/a']);
    expect(named.problems.map(({ message }) => message)).toEqual([
      'ROLLOUTGUARD_IDENTITY_FILES: /b cannot be read (ENOENT).',
    ]);
  });
});

describe('package.json', () => {
  const packages: Record<string, string> = {
    '/app/package.json': '{"name":"shop","version":"2.1.0"}',
    '/app/dist/package.json': '{"type":"module"}',
    '/app/node_modules/next/package.json': '{"name":"next","version":"16.0.0"}',
    '/broken/package.json': '{',
  };
  const read = (path: string): string => {
    const text = packages[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };

  test.each([
    ['/app/dist/server.js', '/', 'shop'],
    ['server.js', '/app', 'shop'],
    [undefined, '/app/dist', 'shop'],
    // A runner is not the app.
    ['/app/node_modules/next/dist/bin/next', '/app', 'shop'],
    ['/broken/x.js', '/', undefined],
  ])('entry %s in %s belongs to %s', (entry, workingDirectory, name) => {
    expect(readPackageIdentity(entry, workingDirectory, read)?.name).toBe(name);
  });
});
