/** Argo: analysis/analysis.go, assessRunStatus; rollout/analysis.go for what the Rollout does then. */
import { describe, expect, test } from 'vitest';
import { type Analysis, assessRun, measured, rolloutEffect } from '../../../src/rollouts/semantics/index.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

const WORDS = { S: 'Successful', F: 'Failed', I: 'Inconclusive', E: 'Error' } as const;

function readings(text: string): unknown[] {
  return [...text].map((letter) => measured(WORDS[letter as keyof typeof WORDS]));
}

/** Metrics a, b, c ... that are measured twice. */
function run(count: number, spec: Partial<Analysis['spec']> = {}, change: Partial<Metric> = {}): Analysis {
  const metrics = [...'abcdef'].slice(0, count).map((name) => metric({ name, count: 2, ...change }));
  return { spec: { metrics, ...spec } };
}

describe('the phase', () => {
  test.each<[string, Record<string, string>, string]>([
    ['all successful', { a: 'SS', b: 'SS' }, 'Successful'],
    ['one not over', { a: 'SS', b: 'S' }, 'Running'],
    ['one not measured yet', { a: 'SS' }, 'Running'],
    ['one failed ends the others', { a: 'F', b: 'S' }, 'Failed'],
    ['one inconclusive ends the others', { a: 'I', b: 'S' }, 'Inconclusive'],
    ['one in error ends the others', { a: 'EEEEE', b: 'S' }, 'Error'],
    ['failed is worse than an error', { a: 'EEEEE', b: 'F' }, 'Failed'],
    ['an error is worse than inconclusive', { a: 'EEEEE', b: 'I' }, 'Error'],
    ['a failed one also where another was not measured', { b: 'F' }, 'Failed'],
  ])('%s', (_name, values, phase) => {
    const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, readings(text)]));
    expect(assessRun(run(2), given).phase).toBe(phase);
  });

  test('told to end: what was not measured is no failure', () => {
    expect(assessRun(run(2), {}, { terminate: true })).toMatchObject({
      phase: 'Successful',
      message: 'Run Terminated',
    });
    expect(assessRun(run(2, { terminate: true }), { a: readings('S') }).phase).toBe('Successful');
  });
});

describe('the dry run', () => {
  const dry = (metricName: string): Analysis => run(2, { dryRun: [{ metricName }] });

  test('does not fail the run, and does not end it', () => {
    const result = assessRun(dry('^b$'), { a: readings('S'), b: readings('F') });
    expect(result.phase).toBe('Running');
    expect(assessRun(dry('^b$'), { a: readings('SS'), b: readings('F') }).phase).toBe('Successful');
  });

  test('must be over before the run is', () => {
    expect(assessRun(dry('^b$'), { a: readings('SS'), b: readings('S') }).phase).toBe('Running');
  });

  test('of all metrics is Successful', () => {
    expect(assessRun(dry('.*'), { a: readings('F'), b: readings('F') }).phase).toBe('Successful');
  });

  test('is counted apart, and says which limit was passed', () => {
    const result = assessRun(dry('^b$'), { a: readings('SS'), b: readings('F') });
    expect(result.runSummary).toEqual({ count: 1, successful: 1, failed: 0, inconclusive: 0, error: 0 });
    expect(result.dryRunSummary).toEqual({ count: 1, successful: 0, failed: 1, inconclusive: 0, error: 0 });
    expect(result.metricResults[1]?.message).toBe('Metric assessed Failed due to failed (1) > failureLimit (0)');
  });

  test('matches anywhere in a name: a guard becomes a spectator', () => {
    const analysis: Analysis = {
      spec: { metrics: [metric({ name: 'error-rate' })], dryRun: [{ metricName: 'error' }] },
    };
    expect(assessRun(analysis, { 'error-rate': readings('F') }).phase).toBe('Successful');
  });

  test.each(['*', 'c'])('a rule %s that matches nothing is refused', (rule) => {
    expect(assessRun(dry(rule), {})).toMatchObject({
      phase: 'Error',
      message: "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)",
    });
  });
});

describe('the message', () => {
  test('names the worst metric and its limit', () => {
    const result = assessRun(run(2), { a: readings('I'), b: [measured('Failed', 'bad value')] });
    expect(result.message).toBe(
      'Metric "b" assessed Failed due to failed (1) > failureLimit (0): "Error Message: bad value"',
    );
  });

  test('is empty while it runs and when all is well', () => {
    expect(assessRun(run(1), { a: readings('S') }).message).toBe('');
    expect(assessRun(run(1), { a: readings('SS') }).message).toBe('');
  });
});

test('a metric that missed its successes counts as successful in the summary, though the run fails', () => {
  const analysis = run(1, {}, { consecutiveSuccessLimit: 2, failureLimit: -1 });
  expect(assessRun(analysis, { a: readings('SF') })).toMatchObject({
    phase: 'Failed',
    runSummary: { successful: 1, failed: 0 },
  });
});

describe('a run that Argo ends in Error before it measures', () => {
  test.each<[string, Analysis, RegExp]>([
    ['no metrics', { spec: {} }, /no metrics specified/],
    ['two of one name', { spec: { metrics: [metric(), metric()] } }, /metrics\[1\]: duplicate name 'errors'/],
    ['a count below the failures', run(1, {}, { failureLimit: 3 }), /count must be >= failureLimit/],
    ['a count below both limits', run(1, {}, { failureLimit: 1, consecutiveSuccessLimit: 2 }), /count must be >=/],
    ['a count below the inconclusive ones', run(1, {}, { inconclusiveLimit: 3 }), /count must be >= inconclusiveLimit/],
    ['no failure limit and no success limit', run(1, {}, { failureLimit: -1 }), /consecutiveSuccessLimit/],
    ['a negative limit', run(1, {}, { failureLimit: -2, consecutiveSuccessLimit: 1 }), /failureLimit must be/],
    ['a negative limit of errors', run(1, {}, { consecutiveErrorLimit: -1 }), /consecutiveErrorLimit must be/],
    ['several without an interval', run(1, {}, { interval: '' as '1s' }), /interval must be specified/],
  ])('%s', (_name, analysis, message) => {
    const result = assessRun(analysis, {});
    expect(result.phase).toBe('Error');
    expect(result.message).toMatch(/^Analysis spec invalid: /);
    expect(result.message).toMatch(message);
  });

  test('a count of 1 that is not written may be below a limit', () => {
    expect(assessRun(run(1, {}, { count: 0, interval: '' as '1s', failureLimit: 2 }), { a: readings('F') }).phase).toBe(
      'Successful',
    );
  });
});

describe('several templates', () => {
  test('make one run, with the defaults of their arguments', () => {
    const limited = metric({ name: 'b', successCondition: 'result[0] < {{args.limit}}', count: 1 });
    const second: Analysis = {
      metadata: { name: 'b' },
      spec: { metrics: [limited], args: [{ name: 'limit', value: '0.5' }] },
    };
    const first: Analysis = {
      metadata: { name: 'a' },
      spec: { metrics: [metric({ name: 'a', count: 1 })], templates: [{ templateName: 'b' }] },
    };
    const values = { a: [[0]], b: [[0.4]] };
    expect(assessRun([first, second], values).phase).toBe('Successful');
    expect(assessRun([first, second], values, { args: { limit: '0.3' } }).phase).toBe('Failed');
    expect(() => assessRun(first, { a: [[0]] })).toThrow(/Give that template too/);
  });

  test('values of a metric that does not exist prove nothing', () => {
    expect(() => assessRun(run(2), { A: readings('S') })).toThrow(/Did you mean/);
    expect(() => assessRun(run(2), { constructor: readings('S') })).toThrow(/The metrics are a, b/);
  });
});

describe('what the Rollout does', () => {
  test.each<[Parameters<typeof rolloutEffect>, string]>([
    [['Failed', 'background'], 'abort'],
    [['Error', 'step'], 'abort'],
    [['Inconclusive', 'background'], 'pause'],
    [['Successful', 'step'], 'advance'],
    [['Successful', 'prePromotion'], 'advance'],
    [['Successful', 'postPromotion'], 'advance'],
    [['Successful', 'background'], 'none'],
    [['Running', 'step'], 'none'],
    [['Pending'], 'none'],
  ])('%j', (given, action) => {
    expect(rolloutEffect(...given)).toEqual({ action, explanation: expect.stringMatching(/\.$/) });
  });

  test('a place that no Rollout has is refused', () => {
    expect(() => rolloutEffect('Successful', 'pre-promotion' as 'prePromotion')).toThrow(
      /rolloutEffect.*place.*prePromotion/s,
    );
  });
});
