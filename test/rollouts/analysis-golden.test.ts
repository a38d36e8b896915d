import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { argSets, fieldPaths, metrics } from './analysis-golden/sources.ts';
import { background, metric, named, stepping, template } from './cases/analysis-objects.ts';

/** What Argo said: one letter for each source, `!` for an error. How it was asked: test/fixtures/analysis/README.md. */
const answers = JSON.parse(
  readFileSync(new URL('../fixtures/analysis/answers.json', import.meta.url), 'utf8'),
) as Readonly<Record<'metrics' | 'argSets' | 'fieldPaths', string>>;

function sayAs(argo: string, sources: readonly unknown[], ours: readonly boolean[]): void {
  expect(argo).toHaveLength(sources.length);
  expect(argo.split('!').length).toBeGreaterThan(sources.length / 10);
  expect(sources.filter((_, index) => (argo[index] === '!') !== ours[index])).toEqual([]);
}

const LIMITS = /^(?:limit-negative|limits-off|count-too-small|interval-missing|duration-invalid|not-one-provider)$/;

test("limits, times and providers are refused where Argo's ValidateMetric refuses them", () => {
  const sources = metrics();
  const ours = sources.map((one) =>
    validate([template({ metrics: [one] })]).some(
      ({ code, path, severity }) => severity === 'rejected' && LIMITS.test(code) && !path.includes('provider.'),
    ),
  );
  sayAs(answers.metrics, sources, ours);
});

test("args conflict or are missing where Argo's flattenArgs and MergeArgs say so", () => {
  const sources = argSets();
  const ours = sources.map(({ templates, given }) => {
    const objects = templates.map((args, index) =>
      template({ args, metrics: [metric({ name: `m${index}` })] }, `t${index}`),
    );
    const use = stepping({ ...named(...objects.map((_, index) => `t${index}`)), args: given });
    return validate([use, ...objects]).some(({ code }) => code === 'arg-missing' || code === 'args-conflict');
  });
  sayAs(answers.argSets, sources, ours);
});

test("field paths lead nowhere where Argo's extractValueFromRollout says so", () => {
  const sources = fieldPaths();
  const ours = sources.map((fieldPath) => {
    const use = background({ ...named('errors'), args: [{ name: 'a', valueFrom: { fieldRef: { fieldPath } } }] });
    return validate([use]).some(({ code }) => code === 'field-ref-missing');
  });
  sayAs(answers.fieldPaths, sources, ours);
});
