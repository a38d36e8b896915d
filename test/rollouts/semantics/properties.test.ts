/**
 * Holds the functions against a second, naive account of the same rules, written from their description alone: one loop a
 * metric with counters, one sorted list of events a run.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assessMetric, assessRun, measured, simulateRun } from '../../../src/rollouts/semantics/index.ts';
import type { Metric } from '../../../src/rollouts/types/metric.ts';
import { metric } from './metrics.ts';

type Final = 'Successful' | 'Failed' | 'Error' | 'Inconclusive';

interface Plan {
  count: number | null;
  failureLimit: number;
  inconclusiveLimit: number;
  consecutiveErrorLimit: number;
  consecutiveSuccessLimit: number;
}

const OUTCOMES: Final[] = ['Successful', 'Failed', 'Error', 'Inconclusive'];
const outcome = fc.oneof({ weight: 5, arbitrary: fc.constant<Final>('Successful') }, fc.constantFrom(...OUTCOMES));
const plan: fc.Arbitrary<Plan> = fc
  .record({
    spare: fc.option(fc.nat(6), { nil: null }),
    failureLimit: fc.integer({ min: -1, max: 3 }),
    inconclusiveLimit: fc.nat(2),
    consecutiveErrorLimit: fc.nat(3),
    successes: fc.nat(3),
  })
  .map(({ spare, failureLimit, inconclusiveLimit, consecutiveErrorLimit, successes }) => {
    const consecutiveSuccessLimit = failureLimit < 0 ? successes + 1 : successes;
    const least = Math.max(1, inconclusiveLimit, Math.max(0, failureLimit) + consecutiveSuccessLimit);
    const count = spare === null ? null : least + spare;
    return { count, failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit };
  });

function metricOf(name: string, { count, ...limits }: Plan, intervalSeconds = 60): Metric {
  return metric({ name, interval: `${intervalSeconds}s`, ...limits, ...(count === null ? {} : { count }) });
}

/** How a metric stands after some outcomes, by going through all that was measured once more for each question. */
function naive(plan: Plan, outcomes: readonly Final[], ending = false): string {
  for (let n = 1; n <= outcomes.length; n++) {
    const so = outcomes.slice(0, n);
    const many = (phase: Final) => so.filter((one) => one === phase).length;
    const streak = (phase: Final) => n - 1 - so.findLastIndex((one) => one !== phase);
    if (streak('Error') > plan.consecutiveErrorLimit) return 'Error';
    if (many('Inconclusive') > plan.inconclusiveLimit) return 'Inconclusive';
    if (plan.failureLimit !== -1 && many('Failed') > plan.failureLimit) return 'Failed';
    const wanted = plan.consecutiveSuccessLimit;
    if (wanted > 0 && streak('Successful') >= wanted) return 'Successful';
    if (plan.count !== null && n - many('Error') >= plan.count) {
      if (wanted === 0) return 'Successful';
      return plan.failureLimit === -1 ? 'Failed' : 'Inconclusive';
    }
  }
  if (ending) return 'Successful';
  return outcomes.length === 0 ? 'Pending' : 'Running';
}

const readings = (outcomes: readonly Final[]) => outcomes.map((phase) => measured(phase));

test('a metric comes to what its limits say, whatever is measured', () => {
  fc.assert(
    fc.property(plan, fc.array(outcome, { maxLength: 20 }), fc.boolean(), (given, outcomes, terminating) => {
      const result = assessMetric(metricOf('a', given), readings(outcomes), { terminating });
      expect(result.phase).toBe(naive(given, outcomes, terminating));
      expect(result.count + result.error).toBe(result.measurements.length);
      expect(result.successful + result.failed + result.inconclusive).toBe(result.count);
    }),
  );
});

test('more measurements never change what is over', () => {
  fc.assert(
    fc.property(
      plan,
      fc.array(outcome, { maxLength: 20 }),
      fc.array(outcome, { maxLength: 5 }),
      (given, outcomes, more) => {
        const before = assessMetric(metricOf('a', given), readings(outcomes)).phase;
        fc.pre(before !== 'Running' && before !== 'Pending');
        expect(assessMetric(metricOf('a', given), readings([...outcomes, ...more])).phase).toBe(before);
      },
    ),
  );
});

const WORST = ['Successful', 'Inconclusive', 'Error', 'Failed'];

test('a run is as bad as its worst metric that counts, and over when all are or one of them did not succeed', () => {
  const part = fc.record({ plan, outcomes: fc.array(outcome, { minLength: 1, maxLength: 12 }), dry: fc.boolean() });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const names = parts.map((_part, index) => `m${index}`);
      const rules = names.filter((_name, index) => parts[index]!.dry).map((name) => ({ metricName: `^${name}$` }));
      const metrics = parts.map((one, index) => metricOf(names[index]!, one.plan));
      const values = Object.fromEntries(parts.map((one, index) => [names[index], readings(one.outcomes)]));
      const phases = parts.map((one) => naive(one.plan, one.outcomes));
      const counting = phases.filter((_phase, index) => !parts[index]!.dry);
      const bad = counting.filter((phase) => WORST.indexOf(phase) > 0);
      const isOver = bad.length > 0 || phases.every((phase) => WORST.includes(phase));
      const worst = WORST[Math.max(0, ...counting.map((phase) => WORST.indexOf(phase)))];
      expect(assessRun({ spec: { metrics, dryRun: rules } }, values).phase).toBe(isOver ? worst : 'Running');
    }),
  );
});

test('in time, each metric is measured when it is due, until the run is over', () => {
  const part = fc.record({
    plan,
    outcomes: fc.array(outcome, { minLength: 12, maxLength: 12 }),
    interval: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), (parts) => {
      const names = parts.map((_part, index) => `m${index}`);
      const metrics = parts.map((one, index) => metricOf(names[index]!, one.plan, one.interval));
      const values = Object.fromEntries(parts.map((one, index) => [names[index], readings(one.outcomes)]));
      const run = simulateRun({ spec: { metrics } }, values);

      // Each metric by itself: all its measurements with their times, as if the others did not exist.
      const alone = parts.flatMap(({ plan, outcomes, interval }, index) => {
        let at = 0;
        const events: { at: number; name: string; phase: string }[] = [];
        for (let n = 1; n <= outcomes.length; n++) {
          events.push({ at, name: names[index]!, phase: naive(plan, outcomes.slice(0, n)) });
          if (WORST.includes(events.at(-1)!.phase)) break;
          at += outcomes[n - 1] === 'Error' ? 10 : interval;
        }
        const isOpen = !WORST.includes(events.at(-1)!.phase);
        return isOpen ? [...events, { at, name: names[index]!, phase: 'due' }] : events;
      });
      // The first one that does not succeed ends the run, and so does the first that has no values left.
      const end = Math.min(
        ...alone.filter(({ phase }) => phase === 'due' || WORST.indexOf(phase) > 0).map(({ at }) => at),
      );
      const expected = alone.filter(({ at, phase }) => at <= end && phase !== 'due');
      const told = run.timeline.map(({ seconds, metric }) => `${metric}@${seconds}`).sort();
      expect(told).toEqual(expected.map(({ at, name }) => `${name}@${at}`).sort());
      const bad = expected.filter(({ phase }) => WORST.indexOf(phase) > 0).map(({ phase }) => WORST.indexOf(phase));
      if (bad.length > 0) expect(run).toMatchObject({ phase: WORST[Math.max(...bad)], endedAfterSeconds: end });
      else expect(run.phase).toBe(Number.isFinite(end) ? 'Running' : 'Successful');
    }),
  );
});
