import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGoDuration } from '../../../src/duration.ts';
import { planSteps, timeToDetect } from '../../../src/planning/index.ts';
import {
  type AnalysisTemplate,
  buildAll,
  canaryRollout,
  probes,
  type Rollout,
  services,
  smi,
  validate,
} from '../../../src/rollouts/index.ts';
import { basicCanaryPods } from '../../../src/rollouts/planned/basic-canary-pods.ts';
import {
  PLAN_ANNOTATION,
  type PlannedAnalysis,
  type PlannedCanary,
  type PlannedCanaryOptions,
  plannedCanary,
} from '../../../src/rollouts/planned/index.ts';
import { anyService, logBetween } from '../../helpers/plans.ts';

const service = { requestsPerSecond: 200, baselineErrorRate: 0.01 };
const find = { ratio: 3, power: 0.9 };

function feasible(options: PlannedCanaryOptions): Extract<PlannedCanary, { feasible: true }> {
  const planned = plannedCanary(options);
  if (!planned.feasible) expect.fail(planned.because);
  return planned;
}

describe('a planned canary', () => {
  test('has the steps of the planner, as Argo writes them and as nextStep takes them', () => {
    const { steps, plan } = feasible({ ...service, find, exposure: { mostUsersExposed: 5000 } });
    const target = { fault: { kind: 'errors', ratio: 3 }, power: 0.9, mostUsersExposed: 5000 } as const;
    const planned = planSteps({ requestsPerSecond: 200, errorRate: 0.01 }, target);
    if (!planned.feasible) expect.fail(planned.because);
    expect(planned.steps).toHaveLength(2);
    expect(plan.steps).toEqual(planned.steps.map(({ weight, pauseSeconds }) => ({ weight, pauseSeconds })));
    expect(steps).toEqual(plan.argoSteps); // the analysis runs beside them
    const written = plan.argoSteps.map(({ setWeight, pause }) => (pause ? parseGoDuration(pause.duration) : setWeight));
    expect(written).toEqual(planned.steps.flatMap(({ weight, pauseSeconds }) => [weight, pauseSeconds]));
  });

  test('says for each step what it shows, and what it costs', () => {
    const { rows, usersExposed, badAnswers, totalSeconds } = feasible({
      ...service,
      find,
      exposure: { mostUsersExposed: 5000 },
    });
    const sum = (read: (row: (typeof rows)[number]) => number): number =>
      rows.reduce((total, row) => total + read(row), 0);
    expect(sum((row) => row.usersExposed)).toBeCloseTo(usersExposed, 6);
    expect(sum((row) => row.badAnswers)).toBeCloseTo(badAnswers, 6);
    expect(sum((row) => row.pauseSeconds)).toBe(totalSeconds);
    for (const { percent, secondsToFind } of rows) {
      const traffic = { requestsPerSecond: 200, errorRate: 0.01 };
      const alone = timeToDetect(traffic, { kind: 'errors', ratio: 3 }, { canaryShare: percent / 100, power: 0.9 });
      expect(secondsToFind).toBe(alone.seconds);
    }
  });

  test('writes the reasons into an annotation that Kubernetes takes', () => {
    const { annotations, reasons, target } = feasible({ ...service, find, exposure: { mostUsersExposed: 5000 } });
    expect(Object.keys(annotations)).toEqual([PLAN_ANNOTATION]);
    expect(PLAN_ANNOTATION).toMatch(/^[a-z0-9]+(\.[a-z0-9]+)*\/[a-z0-9]{1,63}$/);
    expect(annotations[PLAN_ANNOTATION]!.split('\n')).toEqual([target, ...reasons]);
    expect(target).toBe(
      'find 3x the errors with a chance of 90 %, at 200 requests/s of which 1 % fail, noise usual; at most 5,000 users',
    );
    expect(reasons).toEqual([
      '10 % for 1m10s: few users first; 36.8 % of the 3m10s that it would take alone. Meanwhile a faulty canary serves 1,400 users and gives 28 bad answers more than stable would.',
      '20 % for 1m30s: the rest, in less time than at 10 %; 64.3 % of the 2m20s that it would take alone. Meanwhile a faulty canary serves 3,600 users and gives 72 bad answers more than stable would.',
    ]);
  });

  test('that does not exist says why, what would do, and what comes closest', () => {
    const planned = plannedCanary({ ...service, find, exposure: { withinSeconds: 60 } });
    if (planned.feasible) expect.fail('it takes longer');
    expect(planned.because).toBe('No weight finds the fault within all limits');
    expect(planned.rows).toHaveLength(1);
    const time = planned.mends.find(({ change }) => change === 'time')!;
    expect(plannedCanary({ ...service, find, exposure: { withinSeconds: time.to } }).feasible).toBe(true);
  });

  test('that can never find its fault has no rows and no mends', () => {
    const planned = plannedCanary({ requestsPerSecond: 10, baselineErrorRate: 0, find });
    expect(planned).toMatchObject({ feasible: false, mends: [], rows: [] });
  });

  test('can be planned from recorded traffic, on latency too', () => {
    const latency = {
      type: 'explicit',
      unit: 'ms',
      upperBounds: [50, 100, 250, 500],
      counts: [500, 300, 150, 45, 5],
    } as const;
    const traffic = {
      requestsPerSecond: 100,
      errorRate: 0.01,
      latency: { ...latency, upperBounds: [...latency.upperBounds], counts: [...latency.counts] },
    };
    const { rows, target } = feasible({ traffic, find: { slower: 1.5 } });
    expect(target).toMatch(/^find 1\.5x the latency with a chance of 90 %/);
    expect(rows[0]!.smallestDetectable).toBeLessThanOrEqual(1.5);
  });

  test('shows the table as text and as Markdown, row for row', () => {
    const { text, markdown } = feasible({ ...service, find, exposure: { mostUsersExposed: 5000 } });
    expect(text.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^10 % +1m10s +7\.18x the errors +3m10s +1,400 +28$/),
      expect.stringMatching(/^20 % +1m30s +4\.53x the errors +2m20s +3,600 +72$/),
    ]);
    expect(markdown).toContain('| 10 % | 1m10s | 7.18x the errors | 3m10s | 1,400 | 28 |\n');
    expect(
      new Set(
        markdown
          .trimEnd()
          .split('\n')
          .map((line) => line.split('|').length),
      ),
    ).toEqual(new Set([8]));
  });
});

describe('without a traffic router', () => {
  const basic = { ...service, find, trafficRouted: false } as const;

  test('the weights are what pods make, and it says so', () => {
    const { rows, notes, steps } = feasible({ ...basic, replicas: 5, weights: [1, 5] });
    expect(rows).toMatchObject([{ weight: 17, pods: { canary: 1, total: 6 } }]);
    expect(rows[0]!.percent).toBeCloseTo(100 / 6, 9);
    expect(steps[0]).toEqual({ setWeight: 17 });
    expect(notes).toEqual(['Without a traffic router the pods are the weights: 1, 5 % would be 1 of 6 pods, 16.7 %.']);
  });

  test('a weight that pods make exactly stays, without a word', () => {
    const { rows, notes } = feasible({ ...basic, replicas: 50, maxSurge: 0, weights: [20] });
    expect(rows).toMatchObject([{ weight: 20, percent: 20, pods: { canary: 10, total: 50 } }]);
    expect(notes).toEqual([]);
  });

  test('more pods that may be added come nearer', () => {
    const percent = (maxSurge: number | `${number}%`): number =>
      feasible({ ...basic, replicas: 4, weights: [20], maxSurge }).rows[0]!.percent;
    expect([percent(0), percent('0%'), percent(1), percent('25%')]).toEqual([25, 25, 20, 20]);
  });

  test('no weight is proposed that pods might not make', () => {
    const planned = plannedCanary({ ...basic, replicas: 20, weights: [5], exposure: { withinSeconds: 120 } });
    if (planned.feasible) expect.fail('it takes longer');
    expect(planned.mends.map(({ change }) => change)).not.toContain('weight');
  });
});

describe('its analysis', () => {
  const builtWith = (analysis?: PlannedAnalysis): { rollout: Rollout; template: AnalysisTemplate } => {
    const planned = feasible({ ...service, find, ...(analysis && { analysis }) });
    const rollout = canaryRollout('api')
      .namespace('shop')
      .container({ name: 'api', image: 'api:1', ...probes({ ready: { tcp: 80 }, live: { tcp: 80 } }) })
      .services(services('api'))
      .traffic(smi())
      .annotations(planned.annotations)
      .canary(planned.strategy);
    const template = planned.analysisTemplate;
    const pair = Object.values(services('api', { namespace: 'shop' }));
    expect(template.metadata?.namespace).toBe(analysis?.namespace);
    const { objects } = buildAll(
      [rollout, { ...template, metadata: { ...template.metadata, namespace: 'shop' } }, ...pair],
      {
        complete: true,
      },
    );
    return { rollout: objects[0] as Rollout, template };
  };

  test('is a query beside the steps that looks back no longer than the first of them lasts', () => {
    const { rollout, template } = builtWith();
    const { analysis, steps } = rollout.spec.strategy.canary!;
    expect(analysis?.templates).toEqual([{ templateName: 'error-rate' }]);
    expect(analysis?.args).toEqual([{ name: 'service', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]);
    expect(steps?.some((step) => step.analysis)).toBe(false);
    const [metric] = template.spec.metrics!;
    expect(rollout.spec.strategy.canary!.steps![1]).toEqual({ pause: { duration: '2m10s' } });
    expect(metric).toMatchObject({ initialDelay: '2m' });
    expect(metric).not.toHaveProperty('count');
    expect(metric!.successCondition).toContain('result[0] <= 3');
    expect(JSON.stringify(metric)).toContain('[2m]');
  });

  test('asks for fewer requests where the canary has few', () => {
    const least = (requestsPerSecond: number): number => {
      const few = { requestsPerSecond, baselineErrorRate: 0.2, find: { ratio: 4 }, weights: [1] };
      const { analysisTemplate } = feasible(few);
      return Number(/>= (\d+)/.exec(JSON.stringify(analysisTemplate))![1]);
    };
    expect(least(1000)).toBe(100);
    expect(least(2)).toBeLessThan(100);
    expect(least(2)).toBeGreaterThan(0);
  });

  test('among the steps stands after each pause, and ends', () => {
    const { rollout, template } = builtWith({ where: 'steps', service: 'shop', namespace: 'shop' });
    const { analysis, steps } = rollout.spec.strategy.canary!;
    expect(analysis).toBeUndefined();
    expect(steps!.map((step) => Object.keys(step)[0])).toEqual(['setWeight', 'pause', 'analysis']);
    expect(steps![2]!.analysis!.args).toEqual([{ name: 'service', value: 'shop' }]);
    expect(template.spec.metrics![0]).toHaveProperty('count');
  });

  test.each(['background', 'steps'] as const)('can ask a decision service, %s', (where) => {
    const { rollout, template } = builtWith({ where, verdict: { url: 'http://rolloutguard.ops:8080' } });
    const { analysis, steps } = rollout.spec.strategy.canary!;
    const run = where === 'steps' ? steps!.find((step) => step.analysis)!.analysis : analysis;
    expect(run?.args?.map(({ name, valueFrom }) => [name, valueFrom])).toEqual([
      ['service', { fieldRef: { fieldPath: 'metadata.name' } }],
      ['namespace', { fieldRef: { fieldPath: 'metadata.namespace' } }],
      ['canary-hash', { podTemplateHashValue: 'Latest' }],
      ['stable-hash', { podTemplateHashValue: 'Stable' }],
    ]);
    // A gate waits until it may go on; a guard watches until the rollout ends.
    expect(Object.hasOwn(template.spec.metrics![0]!, 'consecutiveSuccessLimit')).toBe(where === 'steps');
  });
});

test('whatever the service: it is what the controller makes of it, keeps the limits, and is a sound Rollout', () => {
  const anyOptions = fc.record({
    ratio: logBetween(1.7, 50),
    trafficRouted: fc.boolean(),
    replicas: fc.integer({ min: 2, max: 300 }),
    maxSurge: fc.constantFrom(0, 1, '25%' as const),
    mostUsersExposed: fc.option(logBetween(100, 1e6), { nil: undefined }),
    withinSeconds: fc.option(logBetween(60, 1e5), { nil: undefined }),
    analysis: fc.record({
      where: fc.constantFrom('background' as const, 'steps' as const),
      namespace: fc.constant('shop'),
      verdict: fc.constantFrom(undefined, { url: 'http://rolloutguard.ops:8080' }),
    }),
  });
  const pair = services('api', { namespace: 'shop' });
  fc.assert(
    fc.property(anyService, anyOptions, ({ requestsPerSecond, errorRate, noise }, { ratio, ...options }) => {
      const { mostUsersExposed, withinSeconds, trafficRouted, replicas, maxSurge, analysis } = options;
      const exposure = {
        ...(mostUsersExposed === undefined ? {} : { mostUsersExposed }),
        ...(withinSeconds === undefined ? {} : { withinSeconds }),
      };
      const planned = plannedCanary({
        ...{ requestsPerSecond, baselineErrorRate: errorRate, noise: noise as 'usual', find: { ratio, power: 0.8 } },
        ...{ trafficRouted, replicas, maxSurge, exposure, analysis: analysis as PlannedAnalysis },
      });
      expect(JSON.parse(JSON.stringify(planned))).toEqual(planned);
      for (const { weight, percent, pods } of planned.rows) {
        if (trafficRouted) expect([percent, pods]).toEqual([weight, null]);
        else expect(pods).toEqual(basicCanaryPods(replicas, weight, maxSurge !== 0));
      }
      if (!planned.feasible) return;
      expect(planned.usersExposed).toBeLessThanOrEqual((mostUsersExposed ?? Infinity) * (1 + 1e-6));
      expect(planned.totalSeconds).toBeLessThanOrEqual((withinSeconds ?? Infinity) * (1 + 1e-6));
      const weights = planned.plan.steps.map(({ weight }) => weight);
      expect(weights).toEqual([...new Set(weights)].sort((a, b) => a - b));
      expect(planned.annotations[PLAN_ANNOTATION]!.length).toBeLessThan(2000);

      const rollout = canaryRollout('api')
        .namespace('shop')
        .replicas(replicas)
        .container({ name: 'api', image: 'api:1', ...probes({ ready: { tcp: 80 }, live: { tcp: 80 } }) })
        .annotations(planned.annotations)
        .canary({ ...planned.strategy, maxSurge, maxUnavailable: 1 });
      const { object } = trafficRouted ? rollout.services(pair).traffic(smi()) : rollout;
      const all = [object, planned.analysisTemplate, pair.stable, pair.canary];
      const found = validate(all, { complete: true });
      expect(found.filter(({ severity, path }) => severity !== 'advice' || path.includes('.steps'))).toEqual([]);
    }),
    { numRuns: 20 },
  );
});

describe('what it cannot be made of', () => {
  test.each([
    ['no options', undefined, 'options'],
    ['a misspelt option', { ...service, find, exposures: {} }, 'options.exposures'],
    ['no traffic', { ...service, requestsPerSecond: 0, find }, 'requestsPerSecond'],
    ['no rate of errors', { requestsPerSecond: 10, find }, 'baselineErrorRate'],
    ['an unknown noise', { ...service, noise: 'loud', find }, 'noise'],
    ['nothing to find', service, 'find'],
    ['two things to find', { ...service, find: { ratio: 2, slower: 2 } }, 'find'],
    ['a tolerated fault', { ...service, find: { ratio: 1.1 } }, 'find.ratio'],
    ['a certain power', { ...service, find: { ratio: 2, power: 1 } }, 'find.power'],
    ['no users at all', { ...service, find, exposure: { mostUsersExposed: 0 } }, 'exposure.mostUsersExposed'],
    ['weights that do not ascend', { ...service, find, weights: [5, 2] }, 'weights[1]'],
    ['a weight of 100', { ...service, find, weights: [100] }, 'weights[0]'],
    ['half a replica', { ...service, find, replicas: 0.5 }, 'replicas'],
    ['pods as weights, and no pods', { ...service, find, trafficRouted: false }, 'replicas'],
    ['one pod for two versions', { ...service, find, trafficRouted: false, replicas: 1, maxSurge: 0 }, 'replicas'],
    ['a surge that is no percentage', { ...service, find, maxSurge: 'many' }, 'maxSurge'],
    ['a word for a switch', { ...service, find, trafficRouted: 'no' }, 'trafficRouted'],
    ['two judges', { ...service, find, analysis: { verdict: {}, prometheus: {} } }, 'analysis'],
    ['a query of a number', { ...service, find, analysis: { prometheus: 5 } }, 'analysis.prometheus'],
    ['a service without a name', { ...service, find, analysis: { service: '' } }, 'analysis.service'],
    ['a service that is a number', { ...service, find, analysis: { service: 5 } }, 'analysis.service'],
    ['an analysis nowhere', { ...service, find, analysis: { where: 'before' } }, 'analysis.where'],
    ['traffic twice', { ...service, find, traffic: { requestsPerSecond: 1, errorRate: 0 } }, 'requestsPerSecond'],
    ['bad traffic', { find, traffic: { requestsPerSecond: 1, errorRate: 2 } }, 'traffic.errorRate'],
    ['traffic that is none', { find, traffic: 'much' }, 'traffic'],
  ])('%s is refused by its path', (_name, options, path) => {
    expect(() => plannedCanary(options as PlannedCanaryOptions)).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        path,
        message: expect.stringContaining('plannedCanary'),
      }) as Error,
    );
  });
});
