/** Values that types forbid come in all the same, from JavaScript and from JSON: each is refused by a typed error, or taken. */
import { describe, expect, test } from 'vitest';
import { isRolloutGuardError } from '../../../src/errors.ts';
import * as rollouts from '../../../src/rollouts/index.ts';

const JUNK: readonly unknown[] = [
  ...[undefined, null, 0, -1, Number.NaN, '', 'x', true, 5n, Symbol('a'), new Date(0), () => 1],
  ...[[], [null], [undefined], [5], {}, { name: null }, { metadata: null }, { object: null }, { kind: 5 }],
  ...[
    { templates: [null] },
    { to: null },
    { ready: null, live: null },
    { roles: 5 },
    { roles: [null] },
    { ports: [null] },
  ],
  ...[{ virtualService: [null] }, { ingress: null }, { args: 5 }, { dryRun: [5] }, { dryRun: 5 }, { plugins: null }],
  ...[{ canary: null, stable: 5 }, { labels: 5, annotations: 'x' }, { volumes: 5 }, { containers: 5 }, { steps: null }],
  ...[{ trafficRouting: null }, { trafficRouting: { managedRoutes: 5 } }, { steps: [null] }, { with: 5 }, { exec: [] }],
];
const FACTORIES: readonly string[] = [
  ...['canaryRollout', 'blueGreenRollout', 'buildAll', 'goDuration', 'services', 'probes'],
  ...['setWeight', 'pause', 'setCanaryScale', 'analyze', 'setHeaderRoute', 'setMirrorRoute', 'experiment', 'plugin'],
  ...['istio', 'nginx', 'alb', 'smi', 'traefik', 'ambassador', 'apisix', 'appMesh', 'gatewayApi', 'trafficPlugin'],
  ...['readinessProbe', 'livenessProbe', 'startupProbe'],
  ...['virtualService', 'destinationRule', 'safeRetries', 'circuitBreaker', 'bulkhead'],
  ...['arg', 'promqlLabel', 'metric', 'metricPlugin', 'analysisTemplate', 'clusterAnalysisTemplate', 'conditions'],
  ...['errorRateTemplate', 'successRatioTemplate', 'latencyTemplate', 'businessMetricTemplate', 'saturationTemplate'],
  ...['rolloutguardVerdict', 'verdictArgs', 'allOf', 'anyOf', 'not'],
  ...['flaggerCanary', 'metricTemplate', 'alertProvider'],
];
const EXPORTS: ReadonlyMap<string, unknown> = new Map(Object.entries(rollouts));

/** What is thrown that is no error of ours. */
function strange(run: () => unknown): unknown[] {
  try {
    run();
    return [];
  } catch (error) {
    return isRolloutGuardError(error) ? [] : [error];
  }
}

describe('junk is refused or taken, and nothing crashes', () => {
  test.each(FACTORIES)('%s', (name) => {
    const make = EXPORTS.get(name) as (...values: unknown[]) => unknown;
    const first: readonly unknown[] = [...JUNK, { tcp: 1 }];
    const found = [
      ...first.flatMap((a) => strange(() => make(a))),
      ...['x', { tcp: 1 }, null].flatMap((a) => JUNK.flatMap((b) => strange(() => make(a, b)))),
    ];
    expect(found).toEqual([]);
  });

  test.each([
    ['canaryRollout', rollouts.canaryRollout('api')],
    ['blueGreenRollout', rollouts.blueGreenRollout('api')],
  ])('the methods of %s, and what comes after them', (_name, first) => {
    const builder = first.container({ name: 'api', image: 'api:1' }) as unknown as Record<
      string,
      (...values: unknown[]) => typeof first
    >;
    const methods = methodsOf(builder).filter((name) => name !== 'change' && name !== 'strategy');
    expect(methods.length).toBeGreaterThan(15);
    for (const method of methods) {
      for (const a of JUNK) {
        const found = strange(() => {
          const next = builder[method]!(a);
          if (method !== 'build') next.cohortFiles().container({ name: 'b', image: 'b:1' }).build();
        });
        const second = strange(() => builder[method]!('x', a));
        expect({ method, a, found: [...found, ...second] }).toEqual({ method, a, found: [] });
      }
    }
  });
});

function methodsOf(value: object): string[] {
  const names = new Set<string>();
  for (let at: object = Object.getPrototypeOf(value); at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof member === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names];
}
