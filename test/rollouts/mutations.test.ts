import { describe, expect, test } from 'vitest';
import { validate } from '../../src/rollouts/validation/validate.ts';
import { blueGreen, routed, service, template } from './cases/objects.ts';
import { replaced } from './spoil.ts';

type Path = readonly (string | number)[];

/** A canary behind Istio, with all that it refers to, as a team would have it. */
const OBJECTS: readonly unknown[] = [
  routed(
    { istio: { virtualService: { name: 'api', routes: ['primary'] } } },
    {
      maxSurge: '25%',
      maxUnavailable: 0,
      analysis: {
        startingStep: 1,
        templates: [{ templateName: 'errors' }],
        args: [{ name: 'service', value: 'api-canary' }],
      },
      steps: [
        { setWeight: 5 },
        { pause: { duration: '2m' } },
        { setWeight: 20 },
        { pause: { duration: '5m' } },
        { analysis: { templates: [{ templateName: 'latency' }] } },
        { setWeight: 50 },
        { pause: {} },
      ],
    },
    { minReadySeconds: 10, progressDeadlineSeconds: 600, revisionHistoryLimit: 5, rollbackWindow: { revisions: 3 } },
  ),
  service('api-canary'),
  service('api-stable'),
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'api' },
    spec: {
      hosts: ['api'],
      http: [
        {
          name: 'primary',
          route: [
            { destination: { host: 'api-stable' }, weight: 100 },
            { destination: { host: 'api-canary' }, weight: 0 },
          ],
        },
      ],
    },
  },
  template(
    {
      ...{ count: undefined, failureLimit: 2, consecutiveErrorLimit: 10, initialDelay: '1m' },
      provider: { prometheus: { address: 'http://prometheus:9090', query: 'errors{service="{{args.service}}"}' } },
      failureCondition: 'len(result) > 0 && result[0] >= 0.05',
    },
    { args: [{ name: 'service' }] },
  ),
  { ...template({ failureLimit: 1, consecutiveErrorLimit: 10 }), metadata: { name: 'latency' } },
  { ...blueGreen({ postPromotionAnalysis: { templates: [{ templateName: 'latency' }] } }), metadata: { name: 'web' } },
  service('api-active'),
  service('api-preview'),
];

const [ROLLOUT, CANARY_SERVICE, , MESH, ERRORS, LATENCY, WEB] = OBJECTS.keys();
const CANARY: Path = [ROLLOUT!, 'spec', 'strategy', 'canary'];
const STEPS: Path = [...CANARY, 'steps'];
const POD: Path = [ROLLOUT!, 'spec', 'template', 'spec'];
const METRIC: Path = [ERRORS!, 'spec', 'metrics', 0];
const GREEN: Path = [WEB!, 'spec', 'strategy', 'blueGreen'];

/** What a person did, at which place, and the rule that says so. */
type Mistake = readonly [name: string, path: Path, value: unknown, code: string];

const FOUND: readonly Mistake[] = [
  ['a version that does not exist', [ROLLOUT!, 'apiVersion'], 'argoproj.io/v1', 'wrong-api-version'],
  ['a misspelt kind', [ROLLOUT!, 'kind'], 'Rolout', 'unknown-kind'],
  ['capital letters in the name', [ROLLOUT!, 'metadata', 'name'], 'API', 'bad-name'],
  ['replicas in quotes', [ROLLOUT!, 'spec', 'replicas'], '10', 'wrong-type'],
  ['a percentage of replicas', [ROLLOUT!, 'spec', 'replicas'], 0.5, 'wrong-type'],
  ['a duration where seconds belong', [ROLLOUT!, 'spec', 'minReadySeconds'], '10s', 'wrong-type'],
  ['a deadline in minutes', [ROLLOUT!, 'spec', 'progressDeadlineSeconds'], 10, 'deadline-too-short'],
  ['a deployment strategy', [ROLLOUT!, 'spec', 'strategy', 'rollingUpdate'], { maxSurge: 1 }, 'unknown-field'],
  ['no strategy', [ROLLOUT!, 'spec', 'strategy'], {}, 'strategy-missing'],
  ['two strategies', [ROLLOUT!, 'spec', 'strategy', 'blueGreen'], { activeService: 'api' }, 'two-strategies'],
  ['a strategy on the top level', [ROLLOUT!, 'strategy'], { canary: {} }, 'unknown-field'],
  ['steps one level too high', [ROLLOUT!, 'spec', 'strategy', 'steps'], [{ setWeight: 5 }], 'unknown-field'],
  ['a selector of another app', [ROLLOUT!, 'spec', 'selector', 'matchLabels', 'app'], 'web', 'selector-mismatch'],
  ['no selector', [ROLLOUT!, 'spec', 'selector'], undefined, 'selector-missing'],
  ['labels instead of matchLabels', [ROLLOUT!, 'spec', 'selector'], { app: 'api' }, 'selector-empty'],
  ['history limits on the wrong level', [ROLLOUT!, 'spec', 'successfulRunHistoryLimit'], 3, 'unknown-field'],
  [
    'a longer rollback window than history',
    [ROLLOUT!, 'spec', 'rollbackWindow', 'revisions'],
    8,
    'rollback-window-too-long',
  ],
  ['the same Service twice', [...CANARY, 'canaryService'], 'api-stable', 'services-equal'],
  ['a misspelt Service', [...CANARY, 'canaryService'], 'api-canry', 'reference-unknown'],
  ['no canary Service', [...CANARY, 'canaryService'], undefined, 'service-missing'],
  ['a misspelt field', [...CANARY, 'maxSruge'], 1, 'unknown-field'],
  ['a percentage without its sign', [...CANARY, 'maxSurge'], '25', 'percent-without-sign'],
  ['no room to move', [...CANARY, 'maxSurge'], 0, 'cannot-move'],
  ['an empty router', [...CANARY, 'trafficRouting'], {}, 'no-router'],
  ['no router, though the pods are few', [...CANARY, 'trafficRouting'], undefined, 'weight-unreachable'],
  [
    'two kinds of VirtualServices',
    [...CANARY, 'trafficRouting', 'istio', 'virtualServices'],
    [{ name: 'api' }],
    'router-source-not-one',
  ],
  [
    'a route that is not there',
    [...CANARY, 'trafficRouting', 'istio', 'virtualService', 'routes'],
    ['main'],
    'virtual-service-routes',
  ],
  [
    'a weight for a router that has none',
    [...CANARY, 'trafficRouting', 'maxTrafficWeight'],
    1000,
    'router-unsupported',
  ],
  ['a misspelt step', [...STEPS, 1], { pasue: { duration: '2m' } }, 'step-empty'],
  [
    'two kinds in one step (a dash forgotten)',
    [...STEPS, 0],
    { setWeight: 5, pause: { duration: '2m' } },
    'step-mixes-kinds',
  ],
  ['a weight above 100', [...STEPS, 5, 'setWeight'], 500, 'weight-out-of-range'],
  ['a weight with its sign', [...STEPS, 0, 'setWeight'], '5%', 'wrong-type'],
  ['weights in the wrong order', [...STEPS, 5, 'setWeight'], 10, 'weights-descend'],
  ['a pause in days', [...STEPS, 1, 'pause', 'duration'], '1d', 'pause-invalid'],
  ['a pause with a space', [...STEPS, 1, 'pause', 'duration'], '2 m', 'pause-invalid'],
  ['a pause that is a duration itself', [...STEPS, 1, 'pause'], '2m', 'wrong-type'],
  ['a pause taken out', [...STEPS, 1], undefined, 'weight-unwatched'],
  ['the last pause taken out', [...STEPS, 6], undefined, 'last-weight-unwatched'],
  ['an analysis without templates', [...STEPS, 4, 'analysis', 'templates'], [], 'no-templates'],
  ['the name of a template written plainly', [...STEPS, 4, 'analysis', 'templates', 0], 'latency', 'wrong-type'],
  ['a misspelt template', [...STEPS, 4, 'analysis', 'templates', 0, 'templateName'], 'latensy', 'reference-unknown'],
  ['an analysis that starts after the end', [...CANARY, 'analysis', 'startingStep'], 7, 'analysis-starts-late'],
  ['an argument taken out', [...CANARY, 'analysis', 'args'], undefined, 'arg-missing'],
  ['an argument without a value', [...CANARY, 'analysis', 'args', 0, 'value'], undefined, 'arg-without-value'],
  [
    'a hash in small letters',
    [...CANARY, 'analysis', 'args', 0],
    { name: 'service', valueFrom: { podTemplateHashValue: 'latest' } },
    'pod-hash-value',
  ],
  [
    'a port that no container names',
    [...POD, 'containers', 0, 'readinessProbe', 'httpGet', 'port'],
    'http',
    'port-name-unknown',
  ],
  ['megabytes with a B', [...POD, 'containers', 0, 'resources', 'limits', 'memory'], '128MB', 'bad-quantity'],
  ['no image', [...POD, 'containers', 0, 'image'], undefined, 'image-missing'],
  ['containers one level too high', [ROLLOUT!, 'spec', 'containers'], [], 'unknown-field'],
  ['a Service of other pods', [CANARY_SERVICE!, 'spec', 'selector', 'app'], 'web', 'service-selector'],
  ['a VirtualService without the canary', [MESH!, 'spec', 'http', 0, 'route', 1], undefined, 'virtual-service-routes'],
  ['no interval in a step', [LATENCY!, 'spec', 'metrics', 0, 'interval'], undefined, 'interval-missing'],
  ['no count in a step', [LATENCY!, 'spec', 'metrics', 0, 'count'], undefined, 'metric-never-ends'],
  ['as many failures as measurements', [LATENCY!, 'spec', 'metrics', 0, 'failureLimit'], 5, 'metric-never-fails'],
  [
    'a pause before its weight',
    STEPS,
    [{ pause: { duration: '2m' } }, { setWeight: 5 }, { setWeight: 20 }, { pause: {} }],
    'weight-unwatched',
  ],
  ['a failure limit below -1', [...METRIC, 'failureLimit'], -2, 'limit-negative'],
  ['a single =', [...METRIC, 'successCondition'], 'result[0] = 1', 'expression-syntax'],
  ['a vector held against a number', [...METRIC, 'successCondition'], 'result < 0.05', 'expression-type'],
  ['two providers', [...METRIC, 'provider', 'web'], { url: 'https://a.example.com' }, 'not-one-provider'],
  ['a misspelt argument', [...METRIC, 'provider', 'prometheus', 'query'], '{{args.servce}}', 'arg-undeclared'],
  ['a query on the wrong level', [...METRIC, 'query'], 'errors', 'unknown-field'],
  ['the same Service for both versions', [...GREEN, 'previewService'], 'api-active', 'services-equal'],
  [
    'seconds, though nothing is promoted by itself',
    [...GREEN],
    { ...web(), autoPromotionEnabled: false, autoPromotionSeconds: 60 },
    'auto-promotion-both',
  ],
  ['old pods that go too early', [...GREEN, 'scaleDownDelaySeconds'], 30, 'old-pods-gone-early'],
];

function web(): object {
  return { activeService: 'api-active', previewService: 'api-preview' };
}

/** What changes nothing, or nothing that anybody would regret, and where Argo says so. */
const HARMLESS: readonly (readonly [name: string, why: string, path: Path, value: unknown])[] = [
  [
    'the two Services exchanged',
    'the controller points each at its pods and sets the weights by their names (rollout/service.go)',
    CANARY,
    { ...(valueAt(CANARY) as object), canaryService: 'api-stable', stableService: 'api-canary' },
  ],
  [
    'a last step of 100',
    'after the last step the weight is 100 anyway (utils/replicaset/canary.go, GetCurrentSetWeight)',
    STEPS,
    [...(valueAt(STEPS) as unknown[]), { setWeight: 100 }],
  ],
  [
    'a pause in seconds in quotes',
    'digits are seconds (pkg/apis/rollouts/v1alpha1/types.go, DurationSeconds)',
    [...STEPS, 1, 'pause', 'duration'],
    '120',
  ],
  [
    'a first weight of 0',
    'the canary waits its pause with a pod and no traffic (utils/replicaset/canary.go)',
    [...STEPS, 0, 'setWeight'],
    0,
  ],
  [
    'a template named twice',
    'templates are merged by their names (utils/analysis/helpers.go, flattening)',
    [...STEPS, 4, 'analysis', 'templates'],
    [{ templateName: 'latency' }, { templateName: 'latency' }],
  ],
  [
    'the deadline forgotten',
    'it is 600 s by default (utils/defaults/defaults.go)',
    [ROLLOUT!, 'spec', 'progressDeadlineSeconds'],
    undefined,
  ],
  [
    'the history forgotten',
    'ten ReplicaSets are kept by default (utils/defaults/defaults.go)',
    [ROLLOUT!, 'spec', 'revisionHistoryLimit'],
    undefined,
  ],
  [
    'the routes of a VirtualService that has one forgotten',
    'without a name, its only route is the one (rollout/trafficrouting/istio/istio.go)',
    [...CANARY, 'trafficRouting', 'istio', 'virtualService', 'routes'],
    undefined,
  ],
  [
    'a number of replicas as a float',
    'JSON has one kind of number, and 10.0 is a whole one',
    [ROLLOUT!, 'spec', 'replicas'],
    10.0,
  ],
];

function valueAt(path: Path): unknown {
  return path.reduce((value: unknown, key) => (value as Record<string | number, unknown>)[key], OBJECTS);
}

function codesOf(path: Path, value: unknown): string[] {
  return validate(replaced(OBJECTS, path, value) as unknown[]).map((finding) => finding.code);
}

describe('mistakes of people', () => {
  test('the objects are sound before', () => {
    expect(validate(OBJECTS)).toEqual([]);
  });

  test.each(FOUND)('%s is found', (_name, path, value, code) => {
    expect(codesOf(path, value)).toContain(code);
  });

  test.each(HARMLESS)('%s is harmless: %s', (_name, _why, path, value) => {
    expect(codesOf(path, value)).toEqual([]);
  });

  test('are 60, of which at least 50 are found', () => {
    expect(FOUND.length).toBeGreaterThanOrEqual(50);
    expect(FOUND.length + HARMLESS.length).toBeGreaterThanOrEqual(60);
  });
});
