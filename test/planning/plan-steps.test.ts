import { describe, expect, test } from 'vitest';
import { planCurve, planSteps, smallestDetectable, timeToDetect } from '../../src/planning/index.ts';

const traffic = { requestsPerSecond: 40, errorRate: 0.01 };
const doubled = { kind: 'errors', ratio: 2 } as const;
const target = { fault: doubled, power: 0.9 };

describe('planSteps', () => {
  test('takes the fastest weight where nothing is limited', () => {
    const plan = planSteps(traffic, target);
    const times = [1, 2, 5, 10, 20, 30, 40, 50].map(
      (weight) => timeToDetect(traffic, doubled, { canaryShare: weight / 100, power: 0.9 }).seconds!,
    );
    expect(plan).toMatchObject({ feasible: true, totalSeconds: Math.min(...times) });
  });

  test('spares users by a small step first where time allows it', () => {
    const service = { requestsPerSecond: 200, errorRate: 0.01, noise: 'independent' } as const;
    const tripled = { fault: { kind: 'errors', ratio: 3 }, power: 0.9, mostUsersExposed: 2600 } as const;
    const plan = planSteps(service, tripled);
    if (!plan.feasible) expect.fail(plan.because);
    expect(plan.steps.map(({ weight }) => weight)).toEqual(
      [...plan.steps.map(({ weight }) => weight)].sort((a, b) => a - b),
    );
    expect(plan.usersExposed).toBeLessThanOrEqual(2600);
    const free = planSteps(service, { fault: { kind: 'errors', ratio: 3 }, power: 0.9 });
    expect(plan.totalSeconds).toBeGreaterThan((free as typeof plan).totalSeconds);
  });

  test('says what would make a target feasible', () => {
    const plan = planSteps(traffic, { ...target, withinSeconds: 1800, weights: [5] });
    if (plan.feasible) expect.fail('it takes two hours');
    expect(plan.because).toBe('No weight finds the fault within all limits');
    expect(plan.mends.map(({ change }) => change)).toEqual(['weight', 'effect', 'time']);
    const seconds = timeToDetect(traffic, doubled, { canaryShare: 0.05, power: 0.9 }).seconds!;
    expect(plan.mends[2]).toEqual({ change: 'time', to: seconds, words: expect.stringMatching(/^give it \d+ min$/) });
    expect(plan.closest).toMatchObject([{ weight: 5, pauseSeconds: seconds }]);
  });

  test('proposes nothing where the fault can never be seen', () => {
    const plan = planSteps({ requestsPerSecond: 40, errorRate: 0 }, target);
    expect(plan).toMatchObject({ feasible: false, mends: [], closest: [] });
    expect((plan as { because: string }).because).toContain('a multiple of nothing is nothing');
  });

  test.each([
    ['a tolerated fault', { ...target, fault: { kind: 'errors', ratio: 1.2 } as const }, 'target.fault.ratio'],
    ['a certain power', { ...target, power: 1 }, 'target.power'],
    ['no users at all', { ...target, mostUsersExposed: 0 }, 'target.mostUsersExposed'],
    ['weights that do not ascend', { ...target, weights: [5, 20, 10] }, 'target.weights[2]'],
    ['a weight that is no percentage', { ...target, weights: [0.05] }, 'target.weights[0]'],
    ['all of the traffic', { ...target, weights: [50, 100] }, 'target.weights[1]'],
    ['no weights', { ...target, weights: [] }, 'target.weights'],
    ['a misspelt limit', { ...target, mostUsers: 5 }, 'target.mostUsers'],
    ['no time', { ...target, withinSeconds: -1 }, 'target.withinSeconds'],
  ])('refuses %s', (_name, given, path) => {
    expect(() => planSteps(traffic, given)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', path }) as Error);
  });
});

describe('plans of extreme services', () => {
  test.each([
    ['a billion requests a second', { requestsPerSecond: 1e9, errorRate: 1e-6 }],
    ['a request a day', { requestsPerSecond: 1e-5, errorRate: 0.01 }],
    ['nearly nothing works', { requestsPerSecond: 100, errorRate: 0.9 }],
    ['nearly everything works', { requestsPerSecond: 100, errorRate: 1e-9 }],
  ])('are finite: %s', (_name, service) => {
    for (const ratio of [1.26, 1.5, 10, 1000]) {
      for (const canaryShare of [0.0001, 0.5, 0.9999]) {
        const found = timeToDetect(service, { kind: 'errors', ratio }, { canaryShare, power: 0.99 });
        expect(JSON.parse(JSON.stringify(found))).toEqual(found);
        if (found.seconds !== null) expect(found.seconds).toBeGreaterThan(0);
      }
    }
  });

  test('a canary that fails every request is found at once where it has requests', () => {
    const service = { requestsPerSecond: 100, errorRate: 0.01 };
    expect(timeToDetect(service, { kind: 'errors', ratio: 100 }, { canaryShare: 0.05, power: 0.9 }).seconds).toBe(10);
    const smallest = smallestDetectable(service, { kind: 'errors', canaryShare: 0.05, withinSeconds: 10, power: 0.9 });
    expect(smallest.effect).toBeGreaterThan(5);
    expect(smallest.effect).toBeLessThan(100);
  });

  test('a longer interval is never quicker, and no warm-up is no slower', () => {
    const service = { requestsPerSecond: 500, errorRate: 0.01 };
    const settings = {
      bound: Math.log(200),
      maxRelativeIncrease: 0.25,
      minAbsoluteIncrease: 0.0005,
      warmUpSeconds: 60,
      intervalSeconds: 10,
    };
    const seconds = (more: Partial<typeof settings>): number =>
      timeToDetect(service, { kind: 'errors', ratio: 3 }, { canaryShare: 0.05, settings: { ...settings, ...more } })
        .seconds!;
    expect(seconds({ intervalSeconds: 60 })).toBeGreaterThanOrEqual(seconds({}));
    expect(seconds({ warmUpSeconds: 0 })).toBeLessThanOrEqual(seconds({}));
    expect(seconds({ bound: Math.log(2000) })).toBeGreaterThan(seconds({}));
    expect(seconds({ intervalSeconds: 60 }) % 60).toBe(0);
  });
});

describe('planCurve', () => {
  test('has a usual range of effects, above the margin', () => {
    const { effects, minutes, weights } = planCurve(traffic, { kind: 'errors', weights: [5, 20] });
    expect(effects).toHaveLength(20);
    expect(effects[0]).toBeGreaterThan(1.25);
    expect([minutes.length, minutes[0]!.length]).toEqual([weights.length, 20]);
  });

  test.each([
    ['effects that do not ascend', { kind: 'errors', weights: [5], effects: [3, 2] } as const, 'effects[1]'],
    ['no weights', { kind: 'errors', weights: [] } as const, 'weights'],
    ['an unknown kind', { kind: 'cpu', weights: [5] } as unknown as { kind: 'errors'; weights: [5] }, 'kind'],
  ])('refuses %s', (_name, options, path) => {
    expect(() => planCurve(traffic, options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path }) as Error,
    );
  });
});

test.each([
  [{ requestsPerSecond: 0.19266614910922525, errorRate: 0.22978688617763177, pods: 21 }, 2.611157716717182, 33],
  [{ requestsPerSecond: 0.9898042657971007, errorRate: 0.002041697904430281, pods: 15 }, 472.21964997144033, 99],
])('a step shows at least the fault that it was made for, %#', (service, ratio, weight) => {
  const traffic = { ...service, noise: 'independent' } as const;
  const plan = planSteps(traffic, { fault: { kind: 'errors', ratio }, power: 0.8, weights: [weight] });
  expect(plan).toMatchObject({ feasible: true, steps: [{ weight }] });
  expect(plan.feasible && plan.steps[0]!.smallestDetectable).toBeLessThanOrEqual(ratio);
  expect(plan.feasible && plan.steps[0]!.smallestDetectable).toBeGreaterThan(1);
});
