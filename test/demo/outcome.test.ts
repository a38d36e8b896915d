import { describe, expect, test } from 'vitest';
import { checkOutcome, type Outcome, type RollbackRecord } from '../../examples/demo/outcome.ts';
import type { ReplayedRule } from '../../examples/demo/replayed.ts';
import type { ScenarioName } from '../../examples/demo/scenarios.ts';

const T0 = 1_800_000_000_000;

const goesOn: ReplayedRule = {
  policy: 'policy of the run',
  verdict: 'continue',
  cause: null,
  guilty: null,
  reason: 'Continuing.',
  rolledBackAfterSeconds: null,
  badAnswers: 6,
};

const quiet: Outcome = {
  schemaVersion: 1,
  scenario: 'healthy',
  seed: 1,
  totalSeconds: 60,
  ending: 'promoted',
  finalCanaryShare: 1,
  deployedAtMs: T0,
  verdicts: [{ atMs: T0 + 4_000, weight: 5, verdict: 'continue', cause: null }],
  fault: null,
  rollback: null,
  users: { canary: { answers: 2_000, bad: 6 }, stable: { answers: 4_000, bad: 12 } },
  canaryUnanswered: 0,
  criteria: [{ name: 'error rate', status: 'undecided', logE: 0.1 }],
  thresholds: { requestsNeeded: 1_000, mostRequests: 2_000, asWritten: [], withoutMinimum: [] },
  replayed: { asRun: goesOn, thresholds: goesOn },
  problems: [],
  processesLeft: 0,
};

const rolledBack: RollbackRecord = {
  decidedAtMs: T0 + 20_000,
  restoredAtMs: T0 + 21_000,
  cause: 'deployment',
  guilty: 'error rate',
  reason: 'Rolling back: error rate 40x stable.',
  abort: 'aborted',
  trafficRestored: true,
  events: 1,
};

const rollsBack: ReplayedRule = {
  ...goesOn,
  verdict: 'rollback',
  cause: 'deployment',
  guilty: 'error rate',
  reason: rolledBack.reason,
  rolledBackAfterSeconds: 19,
};

const failing: Outcome = {
  ...quiet,
  ending: 'rolled-back',
  finalCanaryShare: 0,
  fault: { startedAtMs: T0 + 8_000, endedAtMs: null },
  rollback: rolledBack,
  replayed: { asRun: rollsBack, thresholds: goesOn },
  users: { canary: { answers: 150, bad: 30 }, stable: { answers: 2_300, bad: 7 } },
};

const right: Record<ScenarioName, Outcome> = {
  errors: failing,
  latency: {
    ...failing,
    rollback: { ...rolledBack, guilty: 'latency p99' },
    users: { ...failing.users, canary: { answers: 300, bad: 1 } },
  },
  down: { ...failing, canaryUnanswered: 30 },
  healthy: quiet,
  external: {
    ...quiet,
    fault: { startedAtMs: T0 + 8_000, endedAtMs: T0 + 25_000 },
    verdicts: [
      ...quiet.verdicts,
      { atMs: T0 + 12_000, weight: 5, verdict: 'hold', cause: 'external' },
      { atMs: T0 + 50_000, weight: 5, verdict: 'continue', cause: null },
    ],
  },
};

describe('checkOutcome', () => {
  test.each(Object.keys(right) as ScenarioName[])('finds nothing wrong with a right run of %s', (name) => {
    expect(checkOutcome(name, right[name])).toEqual([]);
  });

  const changes: [ScenarioName, string, Partial<Outcome>, RegExp][] = [
    ['errors', 'no rollback', { rollback: null, ending: 'promoted', finalCanaryShare: 1 }, /no rollback.*promoted/],
    [
      'errors',
      'a rollback before the fault',
      { fault: { startedAtMs: T0 + 20_001, endedAtMs: null } },
      /before the fault/,
    ],
    ['errors', 'a rollback though there was no fault', { fault: null }, /nothing was wrong/],
    ['errors', 'another cause', { rollback: { ...rolledBack, cause: 'unknown' } }, /unknown, not the deployment/],
    ['errors', 'traffic not seen to be back', { rollback: { ...rolledBack, trafficRestored: false } }, /not verified/],
    ['errors', 'traffic that came again', { finalCanaryShare: 0.2 }, /20 % of the traffic/],
    ['errors', 'no event', { rollback: { ...rolledBack, events: 0 } }, /0 rollback events/],
    ['errors', 'two events', { rollback: { ...rolledBack, events: 2 } }, /2 rollback events/],
    [
      'errors',
      'another culprit',
      { rollback: { ...rolledBack, guilty: 'latency p99' } },
      /latency p99, not error rate/,
    ],
    ['errors', 'answers that never came', { canaryUnanswered: 29 }, /v2 was down/],
    ['errors', 'too long a run', { totalSeconds: 75.1 }, /75.1 s, more than 75 s/],
    ['errors', 'a process left behind', { processesLeft: 1 }, /1 processes were left/],
    ['errors', 'a process that died', { problems: ['shop-v1-b exited with code 1'] }, /shop-v1-b/],
    [
      'errors',
      'a canary without traffic',
      { users: { ...failing.users, canary: { answers: 0, bad: 0 } } },
      /no traffic/,
    ],
    ...(
      [
        ['no rollback', goesOn, /replayed, it is not rolled back: Continuing/],
        ['another reason', { ...rollsBack, reason: 'Rolling back: latency.' }, /the reason is another: .*latency/],
        ['another cause', { ...rollsBack, cause: 'unknown' }, /the cause is unknown, not deployment/],
        ['a later rollback', { ...rollsBack, rolledBackAfterSeconds: 20.1 }, /after 20.1 s, later than in the run/],
        ['one long before', { ...rollsBack, rolledBackAfterSeconds: 9.9 }, /after 9.9 s, long before the run/],
      ] as const
    ).map(([what, asRun, complaint]): [ScenarioName, string, Partial<Outcome>, RegExp] => [
      'errors',
      `a replay with ${what}`,
      { replayed: { asRun, thresholds: goesOn } },
      complaint,
    ]),
    [
      'healthy',
      'a replay that stops it',
      { replayed: { asRun: { ...rollsBack, verdict: 'escalate' }, thresholds: goesOn } },
      /replayed, it is stopped/,
    ],
    ['latency', 'another culprit', { rollback: rolledBack }, /error rate, not latency p99/],
    ['latency', 'no rollback in time', { rollback: null, ending: 'unfinished' }, /no rollback.*unfinished/],
    ['down', 'no unanswered request', { canaryUnanswered: 0 }, /no unanswered/],
    ['down', 'mostly answered requests', { canaryUnanswered: 10 }, /v2 was faulty/],
    [
      'healthy',
      'a rollback',
      { rollback: rolledBack, ending: 'rolled-back', finalCanaryShare: 0 },
      /it rolled back: Rolling/,
    ],
    ['healthy', 'no end', { ending: 'unfinished' }, /unfinished, not promoted/],
    ['healthy', 'traffic that is not all there', { finalCanaryShare: 0.98 }, /98 % of the traffic/],
    ['healthy', 'a fault', { fault: { startedAtMs: T0, endedAtMs: null } }, /there was a fault/],
    ['healthy', 'an incident that was none', { verdicts: right.external.verdicts }, /incident was seen/],
    ['healthy', 'too long a run', { totalSeconds: 151 }, /more than 150 s/],
    ['external', 'no hold', { verdicts: quiet.verdicts }, /never hold/],
    [
      'external',
      'a hold for another reason',
      { verdicts: [{ atMs: T0, weight: 5, verdict: 'hold', cause: null }] },
      /never hold/,
    ],
    ['external', 'no incident', { fault: null }, /never failed/],
    ['external', 'an incident without end', { fault: { startedAtMs: T0 + 8_000, endedAtMs: null } }, /never recovered/],
    [
      'external',
      'a hold before the incident',
      { fault: { startedAtMs: T0 + 13_000, endedAtMs: T0 + 25_000 } },
      /before/,
    ],
    ['external', 'a hold long after it', { fault: { startedAtMs: T0, endedAtMs: T0 + 1_000 } }, /long after/],
    ['external', 'a rollback', { rollback: rolledBack }, /it rolled back/],
  ];
  test.each(changes)('%s: finds %s', (name, _what, change, complaint) => {
    expect(checkOutcome(name, { ...right[name], ...change })).toEqual(
      expect.arrayContaining([expect.stringMatching(complaint)]),
    );
  });

  test('goes by what happened, not by the name under which the run was made', () => {
    for (const name of Object.keys(right) as ScenarioName[]) {
      expect(checkOutcome(name, { ...right[name], scenario: 'healthy' })).toEqual([]);
    }
  });
});
