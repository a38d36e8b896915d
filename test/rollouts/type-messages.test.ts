import { resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

/** Wrong literals as users write them: what is wrong, the type, the literal, and a word that the message must have. */
const MISTAKES: readonly (readonly [string, string, string, string])[] = [
  ['two kinds in a step', 'CanaryStep', '{ setWeight: 5, pause: {} }', 'CanaryStep'],
  ['no kind in a step', 'CanaryStep', '{}', 'CanaryStep'],
  ['a misspelt kind of step', 'CanaryStep', '{ setWieght: 5 }', "'setWeight'?"],
  ['a misspelt field in a step', 'CanaryStep', "{ pause: { duratoin: '5m' } }", "'duration'?"],
  ['days', 'CanaryStep', "{ pause: { duration: '1d' } }", 'GoDuration'],
  ['a weight as text', 'CanaryStep', "{ setWeight: '5' }", "'number'"],
  [
    'an experiment of a misspelt version',
    'CanaryStep',
    "{ experiment: { templates: [{ name: 'a', specRef: 'Canary' }] } }",
    '"canary"',
  ],
  ['two ways to scale', 'CanaryStep', '{ setCanaryScale: { weight: 5, replicas: 5 } }', "'undefined'"],
  [
    'a hash in small letters',
    'AnalysisRunArgument',
    "{ name: 'a', valueFrom: { podTemplateHashValue: 'latest' } }",
    '"Latest"',
  ],
  ['an argument without a value', 'AnalysisRunArgument', "{ name: 'a' }", 'AnalysisRunArgument'],
  ['two strategies', 'RolloutStrategy', "{ canary: {}, blueGreen: { activeService: 'a' } }", 'RolloutStrategy'],
  ['no strategy', 'RolloutStrategy', '{}', 'RolloutStrategy'],
  ['a share without its sign', 'RolloutStrategy', "{ canary: { maxSurge: '3' } }", 'IntOrPercent'],
  [
    'a router without what it moves',
    'RolloutStrategy',
    '{ canary: { trafficRouting: { istio: {} } } }',
    'IstioTrafficRouting',
  ],
  [
    'a step of the wrong shape, deep in a rollout',
    'Rollout',
    '{ ...base, spec: { strategy: { canary: { steps: [{ setWeight: 5, pause: {} }] } } } }',
    'CanaryStep',
  ],
  [
    'a misspelt field of the spec',
    'Rollout',
    '{ ...base, spec: { strategy: { canary: {} }, replica: 5 } }',
    "'replicas'?",
  ],
  [
    'a field of the strategy on the wrong level',
    'Rollout',
    '{ ...base, spec: { strategy: { canary: {} }, maxSurge: 1 } }',
    "'maxSurge'",
  ],
  [
    'a wrong word in a container',
    'Rollout',
    "{ ...base, spec: { strategy: { canary: {} }, template: { spec: { containers: [{ name: 'a', imagePullPolicy: 'always' }] } } } }",
    '"Always"',
  ],
  [
    'a misspelt field of a probe',
    'Rollout',
    "{ ...base, spec: { strategy: { canary: {} }, template: { spec: { containers: [{ name: 'a', livenessProbe: { httpGet: { porrt: 1 } } }] } } } }",
    "'port'?",
  ],
  ['two providers', 'MetricProvider', "{ prometheus: { query: 'up' }, web: { url: 'http://a' } }", 'MetricProvider'],
  ['no provider', 'MetricProvider', '{}', 'MetricProvider'],
  ['a misspelt provider', 'MetricProvider', "{ prometheos: { query: 'up' } }", "'prometheus'?"],
  [
    'two bodies',
    'MetricProvider',
    "{ web: { url: 'http://a', method: 'POST', body: '', jsonBody: {} } }",
    "'undefined'",
  ],
  [
    'a misspelt word of a provider',
    'MetricProvider',
    "{ datadog: { query: 'a', apiVersion: 'v2', aggregator: 'average' } }",
    'DatadogAggregator',
  ],
  [
    'an interval without its unit',
    'Metric',
    "{ name: 'a', interval: '5', provider: { prometheus: { query: 'up' } } }",
    'MetricDuration',
  ],
  [
    'the wrong kind',
    'AnalysisTemplate',
    "{ apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplat', spec: {} }",
    '"AnalysisTemplate"',
  ],
];

const FILE = resolve(import.meta.dirname, 'mistakes.ts');
const HEAD = [
  `import type { ${[...new Set(MISTAKES.map(([, type]) => type))].join(', ')} } from '../../src/rollouts/index.ts';`,
  "const base = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' } as const;",
];

/** What the compiler says of each literal: one statement a line. */
function messages(): Map<number, string[]> {
  const source = [...HEAD, ...MISTAKES.map(([, type, literal], i) => `export const m${i}: ${type} = ${literal};`)];
  const { config } = ts.readConfigFile(resolve('tsconfig.json'), ts.sys.readFile) as { config: object };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => resolve(name) === FILE || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    resolve(name) === FILE
      ? ts.createSourceFile(name, source.join('\n'), ts.ScriptTarget.ES2023, true)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([FILE], { ...options, types: [], isolatedDeclarations: false }, host);
  const file = program.getSourceFile(FILE)!;
  const found = new Map<number, string[]>();
  for (const diagnostic of program.getSemanticDiagnostics(file)) {
    const { line } = file.getLineAndCharacterOfPosition(diagnostic.start!);
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    found.set(line, [...(found.get(line) ?? []), text]);
  }
  return found;
}

describe('what the compiler says of a mistake', () => {
  const found = messages();

  test('only mistakes are refused: what stands before them is not', () => {
    expect([...found.keys()].filter((line) => line < HEAD.length)).toEqual([]);
  });

  test.each(MISTAKES.map(([name, , , word], index) => [name, word, index] as const))(
    '%s: short, and to the point',
    (_name, word, index) => {
      const texts = found.get(index + HEAD.length) ?? [];
      expect(texts).toHaveLength(1);
      expect(texts[0]).toContain(word);
      expect(texts[0]!.split('\n').length).toBeLessThan(6);
      expect(texts[0]!.length).toBeLessThan(600);
    },
  );
});
