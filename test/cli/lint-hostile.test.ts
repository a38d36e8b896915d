/** Whatever a manifest holds, lint says what and where; it never breaks down, hangs, or leaves something out silently. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LintFinding } from '../../src/cli/lint/finding.ts';
import { print } from '../../src/rollouts/yaml/index.ts';
import { runCli } from '../helpers/command-line.ts';
import { RUNS } from '../helpers/runs.ts';

const ARGO = 'apiVersion: argoproj.io/v1alpha1\n';
const HEAD = `${ARGO}kind: Rollout\nmetadata: {name: api}\nspec:\n`;

async function findingsOf(input: string | Uint8Array): Promise<LintFinding[]> {
  const stdin = typeof input === 'string' ? input : [input];
  const { code, stdout, stderr } = await runCli(['lint', '--format', 'json', '-'], { stdin });
  expect(stderr).toBe('');
  expect([0, 1]).toContain(code);
  return JSON.parse(stdout).findings;
}

/** Findings as `line code`. */
async function told(input: string | Uint8Array): Promise<string[]> {
  return (await findingsOf(input)).map(({ line, code }) => `${line} ${code}`);
}

const bomb = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
  (name, i, all) => `${name}: &${name} [${Array(9).fill(i === 0 ? 'x' : `*${all[i - 1]}`)}]\n`,
);

describe('each of them is told at its place', () => {
  test.each<[string, string | Uint8Array, string]>([
    [
      'templates that lead back to themselves',
      `${ARGO}kind: AnalysisTemplate\nmetadata: {name: a}\nspec:\n  templates: [{templateName: a}]\n`,
      '5 template-cycle',
    ],
    ['deep nesting', `${HEAD}  a: ${'['.repeat(9000)}`, '1 yaml-too-deep'],
    ['nesting that is not quite as deep', `${HEAD}  a: ${'['.repeat(600)}${']'.repeat(600)}`, '5 yaml-too-deep'],
    ['aliases of aliases', bomb.join(''), '1 yaml-alias-bomb'],
    ['a binary file', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0]), '1 yaml-not-text'],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 0x61, 0]), '1 yaml-encoding'],
    ['a list for a document', '- a\n', '1 yaml-not-an-object'],
    ['a word for a document', `${HEAD}---\nhello\n`, '6 yaml-not-an-object'],
    ['an object without a kind', 'a: 1\n', '1 not-an-object'],
    ['a key that stands twice', `${HEAD}  replicas: 1\n  replicas: 2\n`, '6 yaml-duplicate-key'],
    ['tabs among blanks', `${HEAD}  strategy:\n\t  canary: {}\n`, '6 yaml-syntax'],
    ['a control character', `${HEAD}  a: "\u0007"\n`, '5 yaml-control-character'],
    ['a number in quotes', `${HEAD}  replicas: "5"\n`, '5 wrong-type'],
    [
      'a number in quotes, after line ends of Windows',
      `\ufeff${HEAD}  replicas: "5"\n`.replaceAll('\n', '\r\n'),
      '5 wrong-type',
    ],
    ['a key called __proto__', `${HEAD}  __proto__: {replicas: 1}\n`, '5 unknown-field'],
    ['a key called constructor', `${HEAD}  strategy: {constructor: 1}\n`, '5 unknown-field'],
    [
      'a kind called __proto__',
      `${ARGO}kind: Rollout\nmetadata: {name: __proto__}\nspec: {toString: 1}\n`,
      '4 unknown-field',
    ],
    ['a template of Helm', `${HEAD}  replicas: {{ .Values.replicas }}\n`, '5 yaml-template'],
  ])('%s', async (_name, input, expected) => {
    expect(await told(input)).toContain(expected);
  });

  test('10,000 steps, and a mistake in the last one', async () => {
    const steps = '        - setWeight: 5\n'.repeat(9999);
    const found = await told(`${HEAD}  strategy:\n    canary:\n      steps:\n${steps}        - setWeight: 101\n`);
    expect(found.some((line) => line.startsWith('10007 '))).toBe(true);
  });

  test('10,000 mistakes are 10,000 findings', async () => {
    const steps = '        - nonsense: 5\n'.repeat(10_000);
    const found = await told(`${HEAD}  strategy:\n    canary:\n      steps:\n${steps}`);
    expect(found.filter((line) => line.endsWith('unknown-field'))).toHaveLength(10_000);
  });
});

const rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'api', namespace: 'prod', labels: { app: 'api' } },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'api' } },
    template: {
      metadata: { labels: { app: 'api' } },
      spec: {
        containers: [
          {
            name: 'a',
            image: 'a:1',
            ports: [{ containerPort: 80, name: 'http' }],
            resources: { limits: { cpu: '1' } },
          },
        ],
      },
    },
    strategy: {
      canary: {
        canaryService: 'c',
        stableService: 's',
        trafficRouting: { istio: { virtualService: { name: 'v', routes: ['r'] } }, managedRoutes: [{ name: 'm' }] },
        analysis: {
          templates: [{ templateName: 't' }],
          args: [{ name: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
        },
        steps: [
          { setWeight: 5 },
          { pause: { duration: '1m' } },
          { setCanaryScale: { weight: 5 } },
          { experiment: { templates: [{ name: 'e', specRef: 'canary' }] } },
        ],
      },
    },
  },
};
const template = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 't', namespace: 'prod' },
  spec: {
    args: [{ name: 'x', value: 'y' }],
    dryRun: [{ metricName: '.*' }],
    metrics: [
      {
        name: 'm',
        interval: '1m',
        count: 5,
        failureLimit: 1,
        successCondition: 'result[0] < 1',
        provider: { prometheus: { address: 'http://p', query: 'sum(rate(x{a="{{args.x}}"}[1m]))' } },
      },
    ],
  },
};

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0.5,
    1e300,
    '',
    '__proto__',
    'constructor',
    '{{args.x}}',
    '{{',
    [],
    {},
    [null],
    [[[]]],
    { a: 1 },
  ),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** The object with something odd at a random place, or with another key there. */
function spoil(object: object, path: readonly number[], value: unknown, key: string | null): object {
  const copy = structuredClone(object);
  let parent: Record<string, unknown> = { root: copy };
  let name = 'root';
  for (const step of path) {
    const child = parent[name];
    if (typeof child !== 'object' || child === null || Object.keys(child).length === 0) break;
    parent = child as Record<string, unknown>;
    name = Object.keys(child)[step % Object.keys(child).length]!;
  }
  if (parent['root'] === copy) return copy;
  if (key === null) parent[name] = value;
  else
    Object.defineProperty(parent, key, { value: parent[name], enumerable: true, configurable: true, writable: true });
  return copy;
}

test('something odd at any place of objects is no fault of ours (property)', async () => {
  const path = fc.array(fc.nat(), { minLength: 1, maxLength: 8 });
  const key = fc.option(fc.constantFrom('__proto__', 'constructor', 'x', 'steps', 'metrics'), { nil: null });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(rollout, template), path, odd, key, async (object, where, value, name) => {
      const spoilt = spoil(object, where, value, name);
      const findings = await findingsOf(`${print(spoilt)}---\n${print(object === rollout ? template : rollout)}`);
      for (const { line, column, endColumn, message, effect, mend } of findings) {
        expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
        expect(endColumn).toBeGreaterThanOrEqual(column);
        for (const words of [message, effect, mend]) expect(words.trim()).not.toBe('');
      }
    }),
    { numRuns: 10 * RUNS },
  );
});

test('any text is no fault of ours, in any format (property)', async () => {
  const piece = fc.constantFrom(
    'a',
    ': ',
    '\n',
    '  ',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '...\n',
    '#',
    '\t',
    '!!int ',
    '%YAML',
    '? ',
    ',',
    'kind: Rollout\n',
    ARGO,
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 40 }).map((list) => list.join('')),
  );
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('text', 'sarif', 'github'), async (stdin, format) => {
      const { code, stderr } = await runCli(['lint', '--format', format, '-'], { stdin });
      expect(stderr).toBe('');
      expect([0, 1]).toContain(code);
    }),
    { numRuns: 10 * RUNS },
  );
});
