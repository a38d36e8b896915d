/** The rollouts that the examples print are right for every release that is a target. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validate } from '../../src/rollouts/index.ts';
import { checkPromql } from '../../src/rollouts/promql/index.ts';
import { parse } from '../../src/rollouts/yaml/index.ts';

const root = join(import.meta.dirname, '..', '..');

function manifestsOf(example: string): string {
  const run = spawnSync(process.execPath, [join('examples', `${example}.ts`)], { cwd: root, encoding: 'utf8' });
  expect(run.stderr, 'the package is built by npm test').toBe('');
  return run.stdout.slice(run.stdout.indexOf('apiVersion:')).replace(/^No weight.*$/m, '');
}

describe.each(['api-service', 'planned-canary'])('the example %s', (example) => {
  const objects = parse(manifestsOf(example));

  test.each(['1.8', '1.9', '1.10'] as const)('has nothing that Argo Rollouts %s would refuse or misread', (target) => {
    const found = validate(objects, { target, complete: true, promql: checkPromql });
    expect(found.filter(({ severity }) => severity !== 'advice')).toEqual([]);
  });

  test('has a Rollout with steps, and all that it refers to', () => {
    expect(objects.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['Rollout', 'AnalysisTemplate', 'Service', 'Service', 'VirtualService']),
    );
  });
});

test('api-service has the weights and pauses of its title, three templates in a step, and limits in their places', () => {
  const [rollout] = parse(manifestsOf('api-service'));
  expect(rollout).toMatchObject({
    spec: {
      replicas: 50,
      revisionHistoryLimit: 5,
      analysis: { successfulRunHistoryLimit: 3, unsuccessfulRunHistoryLimit: 10 },
      strategy: {
        canary: {
          steps: [
            { setWeight: 5 },
            { pause: { duration: '2m' } },
            { analysis: { templates: [{}, {}, {}], args: [{ name: 'service', value: 'api-service' }] } },
            { setWeight: 20 },
            { pause: { duration: '5m' } },
            { setWeight: 50 },
            { pause: { duration: '10m' } },
            { setWeight: 100 },
          ],
        },
      },
    },
  });
});
