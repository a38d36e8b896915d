/** What a rollout does with verdicts, and limits in words, in virtual time: by Argo's rules of assessment. */
import { describe, expect, test } from 'vitest';
import {
  analysisTemplate,
  metric,
  prometheus,
  type RolloutguardVerdictOptions,
  rolloutguardVerdict,
  verdictArgs,
} from '../../../src/rollouts/index.ts';
import { type Readings, simulateRun } from '../../../src/rollouts/semantics/index.ts';

type Options = Omit<RolloutguardVerdictOptions, 'url'>;
const away = new Error('connection refused');
const args = { service: 'api', namespace: 'production', 'canary-hash': 'a1', 'stable-hash': 'b2' };

function outcome(options: Options, verdicts: Readings, terminateAfterSeconds?: number): [string, number | null] {
  const { object } = rolloutguardVerdict({ url: 'http://rolloutguard.ops', ...options });
  const ends = terminateAfterSeconds === undefined ? {} : { terminateAfterSeconds };
  const { phase, endedAfterSeconds } = simulateRun(object, { 'rolloutguard-verdict': verdicts }, { args, ...ends });
  return [phase, endedAfterSeconds];
}
const until = (seconds: number, before: unknown, after: unknown) => (now: number) => (now < seconds ? before : after);

test('the arguments are those that a rollout gives', () => {
  expect(Object.keys(verdictArgs('api'))).toEqual(Object.keys(args));
});

describe('a guard', () => {
  test.each<[string, Readings, [string, number | null]]>([
    ['aborts on the first rollback', until(100, 'continue', 'rollback'), ['Failed', 100]],
    ['goes on for as long as it may', () => 'continue', ['Successful', 7200]],
    ['goes on after a promotion too', () => 'promote', ['Successful', 7200]],
    ['endures to be held for a while', until(300, 'hold', 'continue'), ['Successful', 7200]],
    ['pauses when it is held for longer', () => 'hold', ['Inconclusive', 300]],
    ['pauses for a human', until(100, 'continue', 'escalate'), ['Inconclusive', 400]],
    ['pauses for a word that it does not know', () => 'rolback', ['Inconclusive', 300]],
    ['pauses for null', () => null, ['Inconclusive', 300]],
    ['endures an outage of ten minutes', (now) => (now >= 60 && now < 660 ? away : 'continue'), ['Successful', 7200]],
    ['cannot keep Argo from aborting after a longer one', until(60, 'continue', away), ['Error', 660]],
  ])('%s', (_, verdicts, ends) => {
    expect(outcome({ mode: 'guard' }, verdicts, 7200)).toEqual(ends);
  });
});

describe('a gate', () => {
  test.each<[string, Options, Readings, [string, number | null]]>([
    ['opens at the first pass', { mode: 'gate' }, until(100, 'hold', 'continue'), ['Successful', 100]],
    [
      'waits for the promotion',
      { mode: 'gate', until: 'promote' },
      until(100, 'continue', 'promote'),
      ['Successful', 100],
    ],
    ['aborts on rollback', { mode: 'gate' }, until(100, 'hold', 'rollback'), ['Failed', 100]],
    ['pauses when it is not ready for an hour', { mode: 'gate' }, () => 'hold', ['Inconclusive', 3600]],
    [
      'that only waits never ends by itself',
      { mode: 'wait' },
      until(5_000, 'rollback', 'promote'),
      ['Successful', 5_000],
    ],
  ])('%s', (_, options, verdicts, ends) => {
    expect(outcome(options, verdicts)).toEqual(ends);
  });
});

describe('limits in words', () => {
  const made = metric('up', prometheus({ query: 'up' }), {
    ...{ interval: '1m', tolerateOutage: '5m', patience: '3m', passes: (result) => result.first.below(1) },
  });
  const ends = (readings: Readings) => {
    const run = simulateRun(
      analysisTemplate('up').metrics(made).object,
      { up: readings },
      { terminateAfterSeconds: 7200 },
    );
    return [run.phase, run.endedAfterSeconds];
  };

  test.each([
    ['an outage that it tolerates', 300, 'Successful', 7200],
    ['a longer one', 301, 'Error', 360],
  ])('%s', (_, seconds, phase, after) => {
    expect(ends((now) => (now >= 60 && now < 60 + seconds ? away : [0.5]))).toEqual([phase, after]);
  });

  test.each([
    ['no data for as long as it has patience', 180, 'Successful', 7200],
    ['no data for longer', 181, 'Inconclusive', 240],
  ])('%s', (_, seconds, phase, after) => {
    expect(ends((now) => (now >= 60 && now < 60 + seconds ? [] : [0.5]))).toEqual([phase, after]);
  });
});
