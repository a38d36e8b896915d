import { test } from 'vitest';
import { expectRight, runFlip } from './flip-run.ts';

test('a pod that is relabelled under load: each span, log record and count says the cohort of its time', async ({
  signal,
}) => {
  expectRight(await runFlip({ signal, cohorts: ['canary', 'stable'], requests: 100 }));
});
