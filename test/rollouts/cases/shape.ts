import type { RuleCase } from './case.ts';

export const SHAPE_CASES: readonly RuleCase[] = [
  {
    ...{ of: ['own'], code: 'not-an-object', severity: 'rejected', shows: 'a document without a kind', path: '' },
    bad: [{ metadata: { name: 'api' } }],
    good: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'api' } }],
  },
];
