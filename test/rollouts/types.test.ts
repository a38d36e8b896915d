import type * as theirs from '@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type * as ours from '../../src/rollouts/index.ts';
import type {
  AnalysisTemplate,
  CanaryStep,
  GoDuration,
  Metric,
  MetricProvider,
  Rollout,
  RolloutStrategy,
  TrafficRouting,
} from '../../src/rollouts/index.ts';
import { goDuration } from '../../src/rollouts/index.ts';
import type { ReplicaProgressThreshold } from '../../src/rollouts/types/canary.ts';
import type { WorkloadScaleDown } from '../../src/rollouts/types/rollout.ts';
import type { RolloutValueSource } from '../../src/rollouts/types/rollout-analysis.ts';

// Checked by the compiler (`npm run typecheck`): what a user's editor accepts and refuses.
const ROLLOUT: Rollout = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'api-service', namespace: 'production' },
  spec: {
    replicas: 50,
    analysis: { successfulRunHistoryLimit: 10 },
    selector: { matchLabels: { app: 'api' } },
    template: {
      metadata: { labels: { app: 'api' } },
      spec: {
        // Both are newer than the published types of Kubernetes 1.30.
        resources: { requests: { cpu: '1' } },
        volumes: [{ name: 'model', image: { reference: 'registry/model:1', pullPolicy: 'IfNotPresent' } }],
        containers: [{ name: 'api', image: 'registry/api:1', ports: [{ containerPort: 8080, protocol: 'TCP' }] }],
      },
    },
    strategy: {
      canary: {
        canaryService: 'api-canary',
        stableService: 'api-stable',
        maxSurge: '25%',
        maxUnavailable: 0,
        trafficRouting: {
          istio: { virtualService: { name: 'api', routes: ['primary'] } },
          plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'api' } },
          managedRoutes: [{ name: 'testers' }],
        },
        steps: [
          { setWeight: 5 },
          { pause: {} },
          { pause: { duration: 30 } },
          { pause: { duration: '30' } },
          { pause: { duration: '1h30m' } },
          { setCanaryScale: { matchTrafficWeight: true } },
          { setHeaderRoute: { name: 'testers', match: [{ headerName: 'x-tester', headerValue: { exact: 'yes' } }] } },
          { setMirrorRoute: { name: 'testers', percentage: 10 } },
          { analysis: { templates: [{ templateName: 'errors' }], args: [{ name: 'service', value: 'api' }] } },
          { experiment: { templates: [{ name: 'a', specRef: 'stable' }], duration: '10m' } },
          { plugin: { name: 'own/step', config: { any: ['thing'] } } },
        ],
      },
    },
  },
};

describe('types of Argo objects', () => {
  test('a plain object is a Rollout', () => {
    expectTypeOf(ROLLOUT).toEqualTypeOf<Rollout>();
  });

  test('a step is exactly one of eight kinds', () => {
    // @ts-expect-error TS2322: the controller would refuse two kinds in one step, or let one decide
    const two: CanaryStep = { setWeight: 5, pause: {} };
    // @ts-expect-error TS2322: these two together are accepted by the controller, and one of them is not waited for
    const mixed: CanaryStep = { setWeight: 5, setCanaryScale: { replicas: 1 } };
    // @ts-expect-error TS2322: a step without a kind
    const none: CanaryStep = {};
    // @ts-expect-error TS2561: setWieght is no kind
    const misspelt: CanaryStep = { setWieght: 5 };
    // @ts-expect-error TS2322: a weight is a number
    const text: CanaryStep = { setWeight: '5' };
    // @ts-expect-error TS2322: weight and replicas exclude each other
    const scale: CanaryStep = { setCanaryScale: { weight: 5, replicas: 1 } };
    // @ts-expect-error TS2820: any other word than canary and stable makes the controller try for ever
    const spec: CanaryStep = { experiment: { templates: [{ name: 'a', specRef: 'Canary' }] } };
    expectTypeOf([two, mixed, none, misspelt, text, scale, spec]).toBeArray();
  });

  test('a strategy is exactly one of two', () => {
    // @ts-expect-error TS2322: not both
    const both: RolloutStrategy = { canary: {}, blueGreen: { activeService: 'a' } };
    // @ts-expect-error TS2322: not none
    const none: RolloutStrategy = {};
    // @ts-expect-error TS2561: bluegreen is misspelt
    const misspelt: RolloutStrategy = { bluegreen: { activeService: 'a' } };
    expectTypeOf([both, none, misspelt]).toBeArray();
  });

  test('a provider is exactly one of twelve', () => {
    // @ts-expect-error TS2322: not two
    const two: MetricProvider = { prometheus: { query: 'up' }, web: { url: 'http://a' } };
    // @ts-expect-error TS2322: not none
    const none: MetricProvider = {};
    // @ts-expect-error TS2322: a GET has no body
    const body: MetricProvider = { web: { url: 'http://a', method: 'GET', body: '{}' } };
    // @ts-expect-error TS2322: not two bodies
    const bodies: MetricProvider = { web: { url: 'http://a', method: 'POST', body: '{}', jsonBody: {} } };
    // @ts-expect-error TS2322: several queries are a matter of v2
    const queries: MetricProvider = { datadog: { queries: { a: 'avg:a{*}' } } };
    // @ts-expect-error TS2353: a plugin is called organisation/name
    const plugin: MetricProvider = { plugin: { own: {} } };
    expectTypeOf([two, none, body, bodies, queries, plugin]).toBeArray();
    expectTypeOf<ours.ProviderName>().toEqualTypeOf<Exclude<keyof theirs.IMetricProvider, undefined>>();
  });

  test('words that are one of a few are closed', () => {
    // @ts-expect-error TS2820: "latest" would be read as the empty string
    const hash: RolloutValueSource = { podTemplateHashValue: 'latest' };
    // @ts-expect-error TS2322: any other word would be read as Pods
    const threshold: ReplicaProgressThreshold = { type: 'percent', value: 50 };
    // @ts-expect-error TS2322: any other word means never
    const scaleDown: WorkloadScaleDown = 'onSuccess';
    // @ts-expect-error TS2322: POTS is no method
    const method: MetricProvider = { web: { url: 'http://a', method: 'POTS' } };
    // @ts-expect-error TS2820: the word is Always
    const pull: ours.Container = { name: 'a', imagePullPolicy: 'always' };
    // @ts-expect-error TS2322: pods of a rollout run for ever
    const restart: ours.PodSpec = { containers: [], restartPolicy: 'Never' };
    expectTypeOf([hash, threshold, scaleDown, method, pull, restart]).toBeArray();
  });

  test('durations and percentages are checked as they are written', () => {
    const good: GoDuration[] = ['30s', '5m', '1h30m', '1.5h', '1h2m3s', '100ms', '0s'];
    // @ts-expect-error TS2322: a number without its unit
    const bare: GoDuration = '5';
    // @ts-expect-error TS2322: Go has no days
    const day: GoDuration = '1d';
    // @ts-expect-error TS2322: the last amount has no unit
    const half: GoDuration = '1h30';
    // @ts-expect-error TS2322: '3' would be executed as 3 %
    const surge: Rollout['spec']['strategy'] = { canary: { maxSurge: '3' } };
    // @ts-expect-error TS2322: a text from elsewhere goes through goDuration
    const unknown: GoDuration = String(1);
    expectTypeOf([good, bare, day, half, surge, unknown]).toBeArray();
  });

  test('numbers and durations of a metric may be arguments', () => {
    const metric: Metric = {
      name: 'errors',
      count: '{{args.count}}',
      interval: '{{ args.interval }}',
      failureLimit: '3',
      provider: { prometheus: { query: 'up' } },
    };
    // @ts-expect-error TS2322: a misspelt argument
    const misspelt: Metric['count'] = '{{arg.count}}';
    expectTypeOf([metric.count, misspelt]).toBeArray();
  });

  test('what excludes each other does so', () => {
    // @ts-expect-error TS2322: an argument without a value would wipe out the template's default
    const empty: ours.AnalysisRunArgument = { name: 'service' };
    // @ts-expect-error TS2322: exactly one VirtualService field
    const istio: TrafficRouting = { istio: {} };
    // @ts-expect-error TS2322: exactly one Ingress field
    const nginx: TrafficRouting = { nginx: { stableIngress: 'a', stableIngresses: ['b'] } };
    // @ts-expect-error TS2322: exactly one of preferred and required
    const affinity: ours.AntiAffinity = {};
    // @ts-expect-error TS2322: exactly one way to match
    const match: ours.StringMatch = { exact: 'a', regex: 'b' };
    // @ts-expect-error TS2322: a value and where it comes from
    const argument: ours.TemplateArgument = { name: 'a', value: 'b', valueFrom: { fieldRef: { fieldPath: 'c' } } };
    expectTypeOf([empty, istio, nginx, affinity, match, argument]).toBeArray();
  });

  test('an object is told apart by its kind', () => {
    expectTypeOf<Extract<ours.ArgoObject, { kind: 'AnalysisTemplate' }>>().toEqualTypeOf<AnalysisTemplate>();
  });
});

describe('beside the generated types', () => {
  test('ours are theirs', () => {
    expectTypeOf<Rollout>().toExtend<theirs.IRollout>();
    expectTypeOf<AnalysisTemplate>().toExtend<theirs.IAnalysisTemplate>();
    expectTypeOf<ours.ClusterAnalysisTemplate>().toExtend<theirs.IClusterAnalysisTemplate>();
    expectTypeOf<ours.AnalysisRun>().toExtend<theirs.IAnalysisRun>();
    expectTypeOf<ours.Experiment>().toExtend<theirs.IExperiment>();
  });

  test('no field of theirs is missing', () => {
    // toExtend does not see a field that is missing, because nearly all are optional.
    expectTypeOf<MissingFields<Rollout, theirs.IRollout>>().toBeNever();
    // The web provider ignores it, so writing it is a mistake.
    type Ignored = '.spec.metrics[].provider.web.authentication.sigv4';
    expectTypeOf<MissingFields<AnalysisTemplate, theirs.IAnalysisTemplate>>().toEqualTypeOf<Ignored>();
    expectTypeOf<MissingFields<ours.AnalysisRun, theirs.IAnalysisRun>>().toEqualTypeOf<Ignored>();
    expectTypeOf<MissingFields<ours.Experiment, theirs.IExperiment>>().toBeNever();
  });
});

test('goDuration takes what Go reads, and nothing else', () => {
  expect(goDuration('1h30m')).toBe('1h30m');
  for (const bad of ['1d', '5', '', '-5m', 'soon']) {
    expect(() => goDuration(bad)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path: 'text', value: bad }),
    );
  }
});

/** Paths that their type has and ours has not; pods and metadata are left out. */
type MissingFields<Ours, Theirs, Path extends string = ''> =
  | `${Path}.${Exclude<KeyOf<Theirs>, KeyOf<Ours>>}`
  | {
      [K in Extract<KeyOf<Theirs>, KeyOf<Ours>>]: K extends 'metadata' | 'template' | 'job'
        ? never
        : Deeper<At<Ours, K>, At<Theirs, K>, `${Path}.${K}`>;
    }[Extract<KeyOf<Theirs>, KeyOf<Ours>>];
type Deeper<Ours, Theirs, Path extends string> = Theirs extends readonly (infer Item)[]
  ? Deeper<Ours extends readonly (infer Own)[] ? Own : never, Item, `${Path}[]`>
  : Theirs extends object
    ? MissingFields<Ours, Theirs, Path>
    : never;
type KeyOf<T> = T extends object ? Extract<keyof T, string> : never;
type At<T, K extends string> = T extends unknown ? (K extends keyof T ? NonNullable<T[K]> : never) : never;
