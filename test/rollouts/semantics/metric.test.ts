/** Argo: analysis/analysis.go, assessMetricStatus. */
import { describe, expect, test } from 'vitest';
import { assessMetric, measured } from '../../../src/rollouts/semantics/index.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

const WORDS = { S: 'Successful', F: 'Failed', I: 'Inconclusive', E: 'Error' } as const;

/** `SSFE`: two successes, a failure, an error. */
function readings(text: string): unknown[] {
  return [...text].map((letter) => measured(WORDS[letter as keyof typeof WORDS], `was ${letter}`));
}

function phase(change: Partial<Metric>, text: string, terminating = false): string {
  return assessMetric(metric(change), readings(text), { terminating }).phase;
}

describe('limits are strict', () => {
  test.each<[string, Partial<Metric>, string, string]>([
    ['the first failure fails', {}, 'SSF', 'Failed'],
    ['failureLimit failures do not', { failureLimit: 2 }, 'FSF', 'Running'],
    ['one more does', { failureLimit: 2 }, 'FSFF', 'Failed'],
    ['-1 never does', { failureLimit: -1, consecutiveSuccessLimit: 3 }, 'FFFFFFFF', 'Running'],
    ['the first inconclusive one ends it', {}, 'SI', 'Inconclusive'],
    ['inconclusiveLimit of them do not', { inconclusiveLimit: 1 }, 'ISS', 'Running'],
    ['four errors in a row are borne', {}, 'EEEE', 'Running'],
    ['the fifth is not', {}, 'EEEEE', 'Error'],
    ['anything else begins anew', {}, 'EEEESEEEE', 'Running'],
    ['consecutiveErrorLimit 0 bears none', { consecutiveErrorLimit: 0 }, 'E', 'Error'],
    ['errors and successes by turns go on for ever', { consecutiveErrorLimit: 1 }, 'ESESESESESESESESES', 'Running'],
  ])('%s', (_name, change, text, expected) => {
    expect(phase(change, text)).toBe(expected);
  });
});

describe('the count', () => {
  test.each<[string, Partial<Metric>, string, string]>([
    ['reached', { count: 3 }, 'SSS', 'Successful'],
    ['not reached', { count: 3 }, 'SS', 'Running'],
    ['errors do not count', { count: 3 }, 'SESES', 'Successful'],
    ['failures within the limit do', { count: 3, failureLimit: 1 }, 'SFS', 'Successful'],
    ['a failure limit that equals it never fails', { count: 2, failureLimit: 2 }, 'FF', 'Successful'],
    ['0 is none', { count: 0 }, 'SSSS', 'Running'],
    ['text is read', { count: '2' }, 'SS', 'Successful'],
    ['an argument is filled in', { count: '{{args.n}}' }, 'SS', 'Successful'],
  ])('%s', (_name, change, text, expected) => {
    expect(assessMetric(metric(change), readings(text), { args: { n: 2 } }).phase).toBe(expected);
  });

  test('without an interval one measurement is all, and an error is tried again', () => {
    const { interval: _, ...once } = metric();
    expect(assessMetric(once, readings('S')).phase).toBe('Successful');
    expect(assessMetric(once, readings('EES')).phase).toBe('Successful');
    expect(assessMetric(once, readings('EE')).phase).toBe('Running');
  });
});

describe('consecutiveSuccessLimit', () => {
  test.each<[string, Partial<Metric>, string, string]>([
    ['reached before the count', { consecutiveSuccessLimit: 2, count: 10 }, 'SS', 'Successful'],
    ['an error breaks it', { consecutiveSuccessLimit: 2 }, 'SES', 'Running'],
    ['a failure breaks it', { consecutiveSuccessLimit: 2, failureLimit: -1 }, 'SFS', 'Running'],
    ['an inconclusive one breaks it', { consecutiveSuccessLimit: 2, inconclusiveLimit: 5 }, 'SIS', 'Running'],
    [
      'the count reached with neither limit: inconclusive',
      { consecutiveSuccessLimit: 3, failureLimit: 2, count: 5 },
      'SFSFS',
      'Inconclusive',
    ],
    [
      'the count reached without a failure limit: failed',
      { consecutiveSuccessLimit: 3, failureLimit: -1, count: 5 },
      'SFSFS',
      'Failed',
    ],
    ['a limit that is passed counts before it', { consecutiveSuccessLimit: 1 }, 'FS', 'Failed'],
  ])('%s', (_name, change, text, expected) => {
    expect(phase(change, text)).toBe(expected);
  });
});

describe('the end of a run', () => {
  test('what was not measured is Successful, or Pending while it goes on', () => {
    expect(phase({}, '', true)).toBe('Successful');
    expect(phase({}, '')).toBe('Pending');
  });

  test('what was measured is Successful unless a limit is passed', () => {
    expect(phase({ failureLimit: 3 }, 'FFF', true)).toBe('Successful');
    expect(phase({}, 'F', true)).toBe('Failed');
    expect(phase({ consecutiveSuccessLimit: 3, failureLimit: -1, count: 5 }, 'SF', true)).toBe('Successful');
  });
});

describe('what is told', () => {
  test('all counters, and the message of the measurement that decided', () => {
    const result = assessMetric(metric({ failureLimit: 1, inconclusiveLimit: 1 }), readings('SIEEFF'));
    expect(result).toMatchObject({ name: 'errors', phase: 'Failed', message: 'was F', dryRun: false });
    const { count, successful, failed, inconclusive, error, consecutiveError, consecutiveSuccess } = result;
    expect({ count, successful, failed, inconclusive, error }).toEqual({
      count: 4,
      successful: 1,
      failed: 2,
      inconclusive: 1,
      error: 2,
    });
    expect({ consecutiveError, consecutiveSuccess }).toEqual({ consecutiveError: 0, consecutiveSuccess: 0 });
  });

  test('a metric of the dry run says which limit it passed', () => {
    const result = assessMetric(metric(), readings('F'), { dryRun: true });
    expect(result.message).toBe('Metric assessed Failed due to failed (1) > failureLimit (0)');
  });

  test('nothing is looked at after the end', () => {
    const result = assessMetric(metric({ count: 2 }), readings('SSF'));
    expect(result).toMatchObject({ phase: 'Successful', failed: 0, count: 2 });
    expect(result.measurements).toHaveLength(2);
  });

  test('the values are kept as text, NaN too', () => {
    const result = assessMetric(metric({ failureLimit: 9 }), [[0.5], [Number.NaN], []]);
    expect(result.measurements).toEqual([
      { phase: 'Failed', value: '[0.5]' },
      { phase: 'Failed', value: '["NaN"]' },
      { phase: 'Error', message: expect.any(String) },
    ]);
  });

  test('it keeps apart what it is asked one after the other', () => {
    const given = readings('SS');
    const first = assessMetric(metric(), given);
    assessMetric(metric(), given);
    expect(first.measurements).toHaveLength(2);
    expect(given).toHaveLength(2);
  });
});

describe('what cannot be read', () => {
  test('a duration that is none names its field', () => {
    expect(() => assessMetric(metric({ interval: '1d' as '1h' }), [])).toThrow(/errors\.interval/);
  });

  test('a number that is none counts as 0, as in Argo', () => {
    expect(phase({ failureLimit: 'many' as '5' }, 'F')).toBe('Failed');
  });
});
