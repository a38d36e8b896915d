/** Argo: utils/evaluate/evaluate.go, and what each provider hands over when there is no data. */
import { describe, expect, test } from 'vitest';
import { assessMeasurement, measured } from '../../../src/rollouts/semantics/index.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { failing, metric } from './metrics.ts';

const BOTH = metric({ successCondition: 'result[0] < 0.01', failureCondition: 'result[0] >= 0.05' });
const { successCondition: _, ...NONE } = metric();

describe('which conditions are written', () => {
  test.each<[string, Metric, number, string]>([
    ['none', NONE, 1, 'Successful'],
    ['success only, true', metric(), 0.01, 'Successful'],
    ['success only, false', metric(), 0.06, 'Failed'],
    ['failure only, false', failing('result[0] >= 0.05'), 0.01, 'Successful'],
    ['failure only, true', failing('result[0] >= 0.05'), 0.06, 'Failed'],
    ['both, only success true', BOTH, 0, 'Successful'],
    ['both, only failure true', BOTH, 0.06, 'Failed'],
    ['both, neither true', BOTH, 0.02, 'Inconclusive'],
    [
      'both, both true',
      metric({ successCondition: 'true || result[0] > 0', failureCondition: 'result[0] > 0' }),
      1,
      'Failed',
    ],
    ['an empty text is none', metric({ successCondition: '', failureCondition: '' }), 1, 'Successful'],
  ])('%s', (_name, given, value, phase) => {
    expect(assessMeasurement(given, [value])).toEqual({ phase, message: '' });
  });

  test('both are evaluated: what is wrong with the failure condition counts also where success is sure', () => {
    const given = metric({ successCondition: 'true', failureCondition: 'result[5] > 0' });
    expect(assessMeasurement(given, [0]).phase).toBe('Error');
  });
});

describe('values that are no numbers', () => {
  test.each<[string, Metric, unknown, string]>([
    ['NaN, success only', metric(), [Number.NaN], 'Failed'],
    ['NaN, failure only', failing('result[0] >= 0.05'), [Number.NaN], 'Successful'],
    ['NaN, both', BOTH, [Number.NaN], 'Inconclusive'],
    ['NaN, decided', failing('isNaN(result[0]) || result[0] >= 0.05'), [Number.NaN], 'Failed'],
    ['no series', metric(), [], 'Error'],
    ['no series, decided', metric({ successCondition: 'len(result) == 0 || result[0] < 0.05' }), [], 'Successful'],
    ['a vector compared with a number', metric({ successCondition: 'result < 0.05' }), [0.01], 'Error'],
    ['a name that nobody knows', metric({ successCondition: 'resutl[0] < 0.05' }), [0.01], 'Error'],
    ['a number for a condition', metric({ successCondition: 'result[0]' }), [0.01], 'Error'],
  ])('%s', (_name, given, value, phase) => {
    expect(assessMeasurement(given, value).phase).toBe(phase);
  });

  test('an Error says why', () => {
    expect(assessMeasurement(metric(), []).message).toMatch(/\S{3,}/);
  });

  test.each<[string, Metric['provider'], unknown, string]>([
    ['newRelic', { newRelic: { query: 'SELECT 1' } }, [], 'Error'],
    ['newRelic, an empty row', { newRelic: { query: 'SELECT 1' } }, {}, 'Error'],
    ['wavefront', { wavefront: { query: 'q' } }, [], 'Error'],
    ['influxdb', { influxdb: { query: 'q' } }, [], 'Error'],
    ['graphite', { graphite: { query: 'q' } }, null, 'Error'],
    ['graphite, only nulls', { graphite: { query: 'q' } }, [], 'Successful'],
    ['skywalking', { skywalking: { query: 'q', interval: '5m' } }, null, 'Error'],
    ['web, null', { web: { url: 'http://api' } }, null, 'Successful'],
  ])('no data of %s', (_name, provider, value, phase) => {
    expect(assessMeasurement({ name: 'errors', provider, successCondition: 'true' }, value).phase).toBe(phase);
  });
});

describe('what is no value', () => {
  test('an Error of the provider is an Error, with its message', () => {
    expect(assessMeasurement(metric(), new Error('connection refused'))).toEqual({
      phase: 'Error',
      message: 'connection refused',
    });
  });

  test('the verdict of a provider is taken as it is', () => {
    const job: Metric = {
      name: 'smoke',
      provider: { job: { spec: { template: { spec: { containers: [], restartPolicy: 'Never' } } } } },
    };
    expect(assessMeasurement(job, measured('Inconclusive', 'no image'))).toEqual({
      phase: 'Inconclusive',
      message: 'no image',
    });
    expect(() => assessMeasurement(job, 1)).toThrow(/measured/);
  });
});

describe('options', () => {
  test('arguments are filled in', () => {
    const given = metric({ successCondition: 'result[0] < {{args.limit}}' });
    expect(assessMeasurement(given, [0.02], { args: { limit: '0.03' } }).phase).toBe('Successful');
    expect(assessMeasurement(given, [0.02], { args: { limit: 0.01 } }).phase).toBe('Failed');
    expect(() => assessMeasurement(given, [0.02])).toThrow(/options\.args/);
  });

  test('an argument named like a part of every object is not given', () => {
    const given = metric({ successCondition: 'result[0] < {{args.constructor}}' });
    expect(() => assessMeasurement(given, [0])).toThrow(/options\.args/);
  });

  test('those that nobody knows are refused', () => {
    expect(() => assessMeasurement(metric(), [0], { arguments: {} } as object)).toThrow(/Known options/);
    expect(() => assessMeasurement(metric(), [0], { target: '2.0' as '1.9' })).toThrow(/options\.target/);
  });

  test('the release decides which expressions are read', () => {
    const given = metric({ successCondition: 'uniq(result)[0] < 0.05' });
    expect(assessMeasurement(given, [0], { target: '1.10' }).phase).toBe('Successful');
    expect(assessMeasurement(given, [0], { target: '1.9' }).phase).toBe('Error');
  });
});
