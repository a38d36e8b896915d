import { describe, expect, test } from 'vitest';
import { ATTRIBUTE } from '../../../src/telemetry/attributes.ts';
import { IDENTITY_VARIABLES } from '../../../src/telemetry/identity/candidates.ts';
import { SYSTEMS, variablesIn } from '../../../src/telemetry/identity/catalogue.ts';
import { type Identity, resolveIdentity } from '../../../src/telemetry/identity/identity.ts';
import type { IdentityInput } from '../../../src/telemetry/identity/input.ts';
import { readIdentityFiles, readPackageIdentity } from '../../../src/telemetry/identity/sources.ts';

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

/** A value that each field takes as it is. */
const EXAMPLES: Readonly<Record<string, string>> = {
  cohort: 'baseline',
  commit: '9d59409acf479dfa0df1aa568182e43e43df8bbe',
  pipelineRunUrl: 'https://ci.example/runs/7',
  repositoryUrl: 'https://git.example/acme/shop',
  timestamp: '2026-11-02T10:00:00.000Z',
};
const exampleOf = (field: string): string => EXAMPLES[field] ?? 'some-word';

describe('variables', () => {
  test.each(Object.entries(IDENTITY_VARIABLES))('%s sets %s', (name, field) => {
    expect(resolve({ env: { [name]: exampleOf(field) } }).known[field]).toEqual({
      value: exampleOf(field),
      source: name,
    });
  });

  test('ours are asked before those that pipelines commonly set, and a difference is reported', () => {
    const env = { DEPLOYMENT_ID: 'old', ROLLOUTGUARD_DEPLOYMENT_ID: 'new', APP_VERSION: '2', GIT_COMMIT: '9d59409ac' };
    const { known, conflicts } = resolve({ env });
    expect(known).toMatchObject({ id: { value: 'new' }, version: { value: '2' }, commit: { value: '9d59409ac' } });
    expect(conflicts.map(({ attribute }) => attribute)).toEqual(['deployment.id']);
  });
});

describe('platforms and CI systems', () => {
  const entries = SYSTEMS.flatMap(({ name, says }) =>
    Object.entries(says).flatMap(([field, variables]) => variables.map((variable) => ({ name, field, variable }))),
  );

  test.each(entries)('$name: $variable says $field', ({ field, variable }) => {
    const variables = variablesIn(variable);
    const values = variables.map((name) => [name, variables.length > 1 ? 'https://ci.example' : exampleOf(field)]);
    const found = resolve({ env: Object.fromEntries(values) }).known[field as keyof Identity['known']];
    expect(found?.source).toBe(variables.at(-1));
    if (variables.length === 1 && !variable.includes('{')) {
      expect(found?.value).toBe(field === 'instance' ? 'some-word:7' : exampleOf(field));
    }
  });

  test('they fill gaps and contradict nobody', () => {
    const env = {
      GITHUB_SHA: '1111111',
      ROLLOUTGUARD_COMMIT: '2222222',
      DD_ENV: 'prod',
      DEPLOYMENT_ENVIRONMENT: 'test',
    };
    const { known, conflicts } = resolve({ env });
    expect(known).toMatchObject({ commit: { value: '2222222' }, environment: { value: 'test' } });
    expect(conflicts).toEqual([]);
  });

  test('what runs the process is asked before what built its image, or the image below', () => {
    const env = { GITHUB_SHA: '1111111', RENDER_GIT_COMMIT: '2222222' };
    expect(resolve({ env }).known.commit).toEqual({ value: '2222222', source: 'RENDER_GIT_COMMIT' });
  });

  test('commit, branch and run are those of one build, never mixed from two', () => {
    const env = { CIRCLE_SHA1: '1111111', CIRCLE_BRANCH: 'main', BUILDKITE_BRANCH: 'other', BUILDKITE_BUILD_ID: '9' };
    const { known } = resolve({ env });
    expect(known).toMatchObject({ commit: { value: '1111111' }, branch: { value: 'main' } });
    expect(known.pipelineRunId).toBeUndefined();
  });

  test('what is no revision is no commit, and nobody is blamed for it', () => {
    const env = { BUILDKITE_COMMIT: 'HEAD', SOURCE_VERSION: 'main', TRAVIS_COMMIT: '1111111' };
    const { known, problems } = resolve({ env });
    expect(known.commit?.source).toBe('TRAVIS_COMMIT');
    expect(problems.map(({ code }) => code)).toEqual(['INCOMPLETE_IDENTITY']);
  });

  test('GIT_COMMIT must be one, and otherwise it is named; ours may be any revision', () => {
    for (const value of ['HEAD', 'main', 'v2.1.0']) {
      const { known, problems } = resolve({ env: { GIT_COMMIT: value, CI_COMMIT_SHA: '1111111' } });
      expect(known.commit?.source).toBe('CI_COMMIT_SHA');
      expect(problems.map(({ message }) => message)[0]).toContain('from GIT_COMMIT is not used: expected a commit');
    }
    expect(resolve({ env: { ROLLOUTGUARD_COMMIT: 'r1234' } }).known.commit?.value).toBe('r1234');
    expect(resolve({ env: { GIT_COMMIT: 'unknown' } }).problems.map(({ code }) => code)).toEqual([
      'INCOMPLETE_IDENTITY',
    ]);
  });

  test('a run of GitHub Actions has its page; the ref of a pull request is no branch', () => {
    const env = {
      GITHUB_SHA: '9d59409acf479dfa0df1aa568182e43e43df8bbe',
      GITHUB_REF: 'refs/pull/12/merge',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_RUN_ID: '9753949763',
    };
    expect(resolve({ env }).attributes).toMatchObject({
      'cicd.pipeline.run.id': '9753949763',
      'cicd.pipeline.run.url.full': 'https://github.com/acme/shop/actions/runs/9753949763',
      'vcs.repository.url.full': 'https://github.com/acme/shop',
    });
    expect(resolve({ env }).known.branch).toBeUndefined();
    expect(resolve({ env: { ...env, GITHUB_REF: 'refs/heads/fix/tax' } }).known.branch?.value).toBe('fix/tax');
  });

  test('a token in the URL of a clone goes nowhere', () => {
    const env = {
      CI_COMMIT_SHA: '1111111',
      CI_PROJECT_URL: 'https://ci-token:s3cret@git.example/acme/shop.git?t=s3cret',
    };
    const found = resolve({ env });
    expect(found.known.repositoryUrl?.value).toBe('https://git.example/acme/shop');
    expect(JSON.stringify(found)).not.toContain('s3cret');
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
    const problem = problems.find(({ code }) => code === 'BAD_COHORT');
    expect(problem?.message).toContain('rolloutguard.cohort from OTEL_RESOURCE_ATTRIBUTES');
    expect(problem?.message).toContain('expected canary, stable, baseline');
    expect(problem?.message).not.toContain('green');
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
    ['"\\u00e9\\xc3\\xa9\\U0001f600"', '\u00e9\u00e9\u{1f600}'],
    ['"\\xe9"', '\ufffd'],
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
    const read = (name: string): { text: string; cut: boolean } => {
      const text = files[name];
      if (text === undefined) throw Object.assign(new Error('no'), { code: 'ENOENT' });
      return { text, cut: false };
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
  const read = (path: string): { text: string; cut: boolean } => {
    const text = packages[path];
    if (text === undefined) throw new Error('ENOENT');
    return { text, cut: false };
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
