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
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

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

const METRIC: Metric = metric();
const SPEC = { metrics: [METRIC] };
test.each<[string, () => unknown, string]>([
  ['a simulation without readings', () => simulateRun({ spec: SPEC }, undefined as never), 'readings'],
  ['readings that are a number', () => simulateRun({ spec: SPEC }, { errors: 5 as never }), 'readings["errors"]'],
  ['readings that are null', () => simulateRun({ spec: SPEC }, { errors: null as never }), 'readings["errors"]'],
  ['a run without values', () => assessRun({ spec: SPEC }, null as never), 'values'],
  ['values that are a text', () => assessRun({ spec: SPEC }, { errors: 'abc' as never }), 'values["errors"]'],
  ['a metric without values', () => assessMetric(METRIC, undefined as never), 'values'],
  ['metrics that are a number', () => assessRun({ spec: { metrics: 5 as never } }, {}), 'spec.metrics'],
  ['an argument that is null', () => assessRun({ spec: { ...SPEC, args: [null as never] } }, {}), 'spec.args[0]'],
  [
    'a metric whose name is a number',
    () => assessRun({ spec: { metrics: [metric({ name: 5 as never })] } }, {}),
    'spec.metrics[0].name',
  ],
  ['an interval that is a number', () => assessMetric(metric({ interval: 5 as never }), []), 'errors.interval'],
  [
    'a condition that is a number',
    () => assessMeasurement(metric({ successCondition: 5 as never }), [1]),
    'errors.successCondition',
  ],
  ['arguments of null for a run', () => assessRun({ spec: SPEC }, {}, { args: null as never }), 'options.args'],
  ['arguments of null for a metric', () => assessMetric(METRIC, [], { args: null as never }), 'options.args'],
  ['arguments of null for a value', () => assessMeasurement(METRIC, [1], { args: null as never }), 'options.args'],
  ['arguments of null for a time', () => nextMeasurementAt(METRIC, null, { args: null as never }), 'options.args'],
  ['a dry run of null', () => assessRun({ spec: { ...SPEC, dryRun: [null as never] } }, {}), 'spec.dryRun[0]'],
  ['templates that are null', () => assessRun({ spec: { templates: [null as never] } }, {}), 'spec.templates[0]'],
])('%s is refused', (_what, call, path) => {
  expect(call).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }));
});

test.each([undefined, null, 5] as never[])('a metric that is %j is refused', (junk) => {
  expect(() => assessMeasurement(junk, 1)).toThrow(/assessMeasurement.*metric/);
  expect(() => assessMetric(junk, [1])).toThrow(/metric/);
  expect(() => nextMeasurementAt(junk, undefined as never)).toThrow(/metric/);
});

test('a status that is null is none', () => {
  expect(rolloutPhase({ spec: {}, status: null } as never).phase).toBe('Progressing');
});

test('a phase that Argo does not know is no reading', () => {
  expect(() => measured('Nope' as 'Failed')).toThrow(/measured.*phase.*Successful/s);
});
