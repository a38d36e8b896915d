/** What the guide and the planner's page show of planned canaries is what the code says. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { basicCanaryPods } from '../../src/rollouts/planned/basic-canary-pods.ts';
import { PLAN_ANNOTATION, plannedCanary } from '../../src/rollouts/planned/index.ts';

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('the guide shows the table and the annotation of the plan that it makes', () => {
  const guide = page('guides/rollouts.md');
  const planned = plannedCanary({
    ...{ requestsPerSecond: 200, baselineErrorRate: 0.01, replicas: 20 },
    ...{ find: { ratio: 3, power: 0.9 }, exposure: { mostUsersExposed: 3000, withinSeconds: 1800 } },
  });
  if (!planned.feasible) expect.fail(planned.because);
  expect(guide).toContain(planned.text);
  for (const line of planned.annotations[PLAN_ANNOTATION]!.split('\n')) expect(guide).toContain(`      ${line}\n`);
});

test('the table of shares that pods make is that of the controller', () => {
  const rows = [...page('planning.md').matchAll(/^\| (\d+) \| ([\d.]+ %(?: \| [\d.]+ %){4}) \|$/gm)];
  expect(rows).toHaveLength(4);
  for (const [, replicas, cells] of rows) {
    const shares = [1, 5, 10, 20, 50].map((weight) => {
      const { canary, total } = basicCanaryPods(Number(replicas), weight, true);
      return `${Number(((canary * 100) / total).toFixed(1))} %`;
    });
    expect(cells).toBe(shares.join(' | '));
  }
});
