import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../examples/demo/outcome.ts';
import type { ReplayedRule } from '../../examples/demo/replayed.ts';
import { reportFacts, secondsToRollback, summaryLines } from '../../examples/demo/summary.ts';

const T0 = 1_800_000_000_000;
const never = { rule: 'error rate above 1 %', firedAfterSeconds: null };

const goesOn: ReplayedRule = {
  policy: 'policy of the run',
  verdict: 'continue',
  cause: null,
  guilty: null,
  reason: 'Continuing.',
  rolledBackAfterSeconds: null,
  badAnswers: 6,
};

const promoted: Outcome = {
  schemaVersion: 1,
  scenario: 'healthy',
  seed: 1,
  totalSeconds: 91.2,
  ending: 'promoted',
  finalCanaryShare: 1,
  deployedAtMs: T0,
  verdicts: [{ atMs: T0 + 4_000, weight: 5, verdict: 'continue', cause: null }],
  fault: null,
  rollback: null,
  users: { canary: { answers: 2_000, bad: 6 }, stable: { answers: 4_000, bad: 12 } },
  canaryUnanswered: 0,
  criteria: [
    { name: 'error rate', status: 'undecided', logE: 0.1 },
    { name: 'latency p99', status: 'non-inferior', logE: -3 },
  ],
  thresholds: { requestsNeeded: 1_000, mostRequests: 2_000, asWritten: [never], withoutMinimum: [never] },
  replayed: { asRun: goesOn, thresholds: { ...goesOn, policy: 'fixed thresholds', verdict: 'hold' } },
  problems: [],
  processesLeft: 0,
};

const rolledBack: Outcome = {
  ...promoted,
  ending: 'rolled-back',
  fault: { startedAtMs: T0 + 8_000, endedAtMs: null },
  rollback: {
    decidedAtMs: T0 + 20_500,
    restoredAtMs: T0 + 21_500,
    cause: 'deployment',
    guilty: 'error rate',
    reason: 'Rolling back: error rate 40x stable.',
    abort: 'aborted',
    trafficRestored: true,
    events: 1,
  },
  users: { canary: { answers: 150, bad: 30 }, stable: { answers: 2_300, bad: 7 } },
  thresholds: {
    requestsNeeded: 1_000,
    mostRequests: 150,
    asWritten: [never],
    withoutMinimum: [{ rule: 'error rate above 1 %', firedAfterSeconds: 4 }],
  },
};

describe('summaryLines', () => {
  test('what two policies decide on the recording', () => {
    const rollsBack = { ...goesOn, verdict: 'rollback' as const, rolledBackAfterSeconds: 16.9, badAnswers: 11 };
    const text = summaryLines({ ...promoted, replayed: { ...promoted.replayed, asRun: rollsBack } }, 'x').join('\n');
    expect(text).toContain(
      'policy of the run: rollback 16.9 s after the first traffic, 11 bad answers by v2 until then',
    );
    expect(text).toContain('fixed thresholds: hold, 6 bad answers by v2 in all');
  });

  test('a rollback: how long after the fault, how many bad answers, where the report is', () => {
    const text = summaryLines(rolledBack, 'demo-report/errors.html').join('\n');
    expect(text).toContain('Rolled back 20.5 s after v2 got its first traffic, 12.5 s after the fault began.');
    expect(text).toContain('1.0 s later the router was seen to send nothing to v2');
    expect(text).toContain('Bad answers: v2 30 of 150 (20.0 %), v1 7 of 2300 (0.3 %)');
    expect(text).toContain('Report: demo-report/errors.html');
    expect(text).toContain('Recording: demo-report/errors.telemetry.json');
  });

  test('says why fixed thresholds could not fire, and when they would without their least number of requests', () => {
    const text = summaryLines(rolledBack, 'x.html').join('\n');
    expect(text).toContain('no rule could fire: they need 1000 canary requests, and v2 had 150');
    expect(text).toContain('    error rate above 1 %: rollback 4 s after the first traffic');
  });

  test('a rule that was able to fire and did not is told apart', () => {
    expect(summaryLines(promoted, 'x.html').join('\n')).toContain('  no rule fired');
  });

  test('a promotion tells what was proven from what was merely not disproved', () => {
    const text = summaryLines(promoted, 'x.html').join('\n');
    expect(text).toMatch(/error rate: merely not disproved/);
    expect(text).toMatch(/latency p99: proven not worse/);
  });

  test('a hold for an external cause is told with its times', () => {
    const verdicts: Outcome['verdicts'] = [
      ...promoted.verdicts,
      { atMs: T0 + 12_000, weight: 5, verdict: 'hold', cause: 'external' },
      { atMs: T0 + 50_000, weight: 5, verdict: 'continue', cause: null },
    ];
    expect(summaryLines({ ...promoted, verdicts }, 'x.html').join('\n')).toContain('held from 12 s to 50 s');
  });

  test('problems and processes left behind are not hushed up', () => {
    const text = summaryLines({ ...promoted, problems: ['shop-v1-b exited with code 1'], processesLeft: 2 }, 'x').join(
      '\n',
    );
    expect(text).toContain('Problem: shop-v1-b exited with code 1');
    expect(text).toContain('2 processes left behind');
  });
});

test('secondsToRollback needs both a fault and a rollback', () => {
  expect(secondsToRollback(rolledBack)).toBe(12.5);
  expect(secondsToRollback({ ...rolledBack, fault: null })).toBeNull();
  expect(secondsToRollback(promoted)).toBeNull();
});

test('the report has the same figures', () => {
  expect(reportFacts(rolledBack)).toEqual([
    { label: 'From fault to rollback', value: '12.5 s' },
    { label: 'Bad answers by v2', value: '30 of 150 (20.0 %)' },
    { label: 'Bad answers by v1', value: '7 of 2300 (0.3 %)' },
    {
      label: 'Fixed thresholds, same data',
      value: 'no rule could fire: they need 1000 canary requests, and v2 had 150',
    },
  ]);
});
