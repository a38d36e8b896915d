/** What docs/analysis-templates.md says is printed is what is printed. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { conditions, metric, type NoData, prometheus, resultOf } from '../../src/rollouts/index.ts';
import { expected } from '../rollouts/conditions/expected-phase.ts';
import type { Statement, Truth } from '../rollouts/conditions/random-conditions.ts';

const PAGE = readFileSync(new URL('../../docs/analysis-templates.md', import.meta.url), 'utf8');
const passes = resultOf.prometheus.first.atMost(0.01);

test('the conditions', () => {
  expect(PAGE).toContain(`\`\`\`\n${Object.values(conditions({ passes })).join('\n')}\n\`\`\``);
});

test('the limits in words', () => {
  const made = metric('errors', prometheus({ query: 'up' }), {
    ...{ interval: '30s', count: 10, tolerateOutage: '5m', patience: '2m', passes: () => passes },
  });
  expect(PAGE).toContain(`| \`tolerateOutage: '5m'\` | \`consecutiveErrorLimit: ${made.consecutiveErrorLimit}\``);
  expect(PAGE).toContain(`at \`interval: '30s'\` | \`inconclusiveLimit: ${made.inconclusiveLimit}\``);
});

describe('the table of phases', () => {
  const said = (truth: Truth): Statement => ({ built: passes, holds: () => truth });
  const policies: readonly NoData[] = ['inconclusive', 'fail', 'pass', 'error'];
  test.each<[string, Truth, Truth]>([
    ['`fails` is true', true, true],
    ['`passes` is true, `fails` is false', true, false],
    ['both are false', false, false],
    ['else: something is missing', true, null],
  ])('%s', (row, good, bad) => {
    const phases = policies.map((policy) => expected(said(good), said(bad), policy, null));
    expect(PAGE).toContain(`| ${row} | ${phases.join(' | ')} |`);
  });
});
