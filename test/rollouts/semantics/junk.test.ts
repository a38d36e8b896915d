import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import {
  assessMeasurement,
  assessMetric,
  assessRun,
  calculateRolloutPhase,
  measured,
  nextMeasurementAt,
  rolloutPhase,
  simulateRun,
} from '../../../src/rollouts/semantics/index.ts';

const JUNK = [undefined, null, 5, 'text', {}, []] as never[];

const CALLS: Readonly<Record<string, (value: never) => unknown>> = {
  simulateRun: (value) => simulateRun(value, {}),
  assessRun: (value) => assessRun(value, {}),
  rolloutPhase: (value) => rolloutPhase(value),
  calculateRolloutPhase: (value) => calculateRolloutPhase(value),
};

describe.each(Object.entries(CALLS))('%s', (_name, call) => {
  test.each(JUNK)('of %j ends in an error with a code, or in an answer', (value) => {
    try {
      expect(call(value)).toBeDefined();
    } catch (error) {
      expect(isRolloutGuardError(error, 'INVALID_OPTION'), String(error)).toBe(true);
    }
  });
});

test.each([undefined, null, 5] as never[])('a metric that is %j is refused', (metric) => {
  expect(() => assessMeasurement(metric, 1)).toThrow(/assessMeasurement.*metric/);
  expect(() => assessMetric(metric, [1])).toThrow(/metric/);
  expect(() => nextMeasurementAt(metric, undefined as never)).toThrow(/metric/);
});

test('a status that is null is none', () => {
  expect(rolloutPhase({ spec: {}, status: null } as never).phase).toBe('Progressing');
});

test('a phase that Argo does not know is no reading', () => {
  expect(() => measured('Nope' as 'Failed')).toThrow(/measured.*phase.*Successful/s);
});
