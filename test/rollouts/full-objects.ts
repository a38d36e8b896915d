/** Valid objects that use nearly every field, for tests that spoil them. */
import { podTemplate, rollout, template } from './cases/objects.ts';

type Plain = Readonly<Record<string, unknown>>;

const ANALYSIS = {
  templates: [{ templateName: 'errors' }, { templateName: 'latency', clusterScope: true }],
  args: [
    { name: 'service', value: 'api' },
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'namespace', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
  ],
  dryRun: [{ metricName: 'errors' }],
  measurementRetention: [{ metricName: 'errors', limit: 20 }],
  analysisRunMetadata: { labels: { team: 'shop' }, annotations: { note: 'a' } },
};
const ROLE = { labels: { role: 'canary' }, annotations: { note: 'a' } };
const EXPERIMENT = {
  templates: [
    {
      ...{ name: 'baseline', specRef: 'stable', replicas: 1, metadata: ROLE, service: { name: 'baseline' } },
      selector: { matchLabels: { app: 'baseline' } },
    },
  ],
  analyses: [{ name: 'errors', templateName: 'errors', requiredForCompletion: true, args: ANALYSIS.args }],
  duration: '10m',
  scaleDownDelaySeconds: 30,
  dryRun: ANALYSIS.dryRun,
  analysisRunMetadata: ANALYSIS.analysisRunMetadata,
};

/** A canary behind Istio with each kind of step. */
const FULL_CANARY: Plain = rollout(
  {
    canary: {
      canaryService: 'api-canary',
      stableService: 'api-stable',
      maxSurge: '25%',
      maxUnavailable: 0,
      canaryMetadata: ROLE,
      stableMetadata: { labels: { role: 'stable' } },
      scaleDownDelaySeconds: 60,
      scaleDownDelayRevisionLimit: 2,
      abortScaleDownDelaySeconds: 30,
      minPodsPerReplicaSet: 2,
      replicaProgressThreshold: { type: 'Percent', value: 90 },
      antiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: { weight: 10 } },
      analysis: { ...ANALYSIS, startingStep: 1 },
      trafficRouting: {
        istio: {
          virtualServices: [{ name: 'api', routes: ['primary'], tlsRoutes: [{ port: 443, sniHosts: ['a'] }] }],
          destinationRule: { name: 'api', canarySubsetName: 'canary', stableSubsetName: 'stable' },
        },
        managedRoutes: [{ name: 'header' }, { name: 'mirror' }],
      },
      steps: [
        { setCanaryScale: { replicas: 2 } },
        { setHeaderRoute: { name: 'header', match: [{ headerName: 'x', headerValue: { exact: 'y' } }] } },
        { setMirrorRoute: { name: 'mirror', percentage: 10, match: [{ method: { exact: 'GET' } }] } },
        { setCanaryScale: { matchTrafficWeight: true } },
        { setWeight: 5 },
        { pause: { duration: '2m' } },
        { experiment: EXPERIMENT },
        { setWeight: 20 },
        { analysis: ANALYSIS },
        { plugin: { name: 'example/wait', config: { seconds: 5 } } },
        { setWeight: 50 },
        { pause: {} },
      ],
    },
  },
  {
    minReadySeconds: 10,
    revisionHistoryLimit: 5,
    progressDeadlineSeconds: 600,
    progressDeadlineAbort: false,
    rollbackWindow: { revisions: 3 },
    paused: false,
    restartAt: '2026-01-31T12:00:00Z',
    analysis: { successfulRunHistoryLimit: 3, unsuccessfulRunHistoryLimit: 3 },
  },
);

/** A canary behind each of the other routers at once: Argo permits that. */
const FULL_ROUTERS: Plain = rollout({
  canary: {
    canaryService: 'api-canary',
    stableService: 'api-stable',
    pingPong: { pingService: 'api-ping', pongService: 'api-pong' },
    dynamicStableScale: true,
    steps: [{ setWeight: 20 }, { pause: { duration: 60 } }],
    trafficRouting: {
      nginx: { stableIngresses: ['api'], annotationPrefix: 'nginx', canaryIngressAnnotations: { a: 'b' } },
      alb: {
        ...{ ingress: 'api', servicePort: 80, rootService: 'root', annotationPrefix: 'alb' },
        stickinessConfig: { enabled: true, durationSeconds: 60 },
      },
      smi: { rootService: 'root', trafficSplitName: 'api' },
      ambassador: { mappings: ['api'] },
      appMesh: {
        virtualService: { name: 'api', routes: ['a'] },
        virtualNodeGroup: { canaryVirtualNodeRef: { name: 'a' }, stableVirtualNodeRef: { name: 'b' } },
      },
      traefik: { weightedTraefikServiceName: 'api' },
      apisix: { route: { name: 'api', rules: ['a'] } },
      plugins: { 'example/router': { route: 'api' } },
      maxTrafficWeight: 100,
    },
  },
});

/** A blue-green Rollout. */
const FULL_BLUE_GREEN: Plain = rollout({
  blueGreen: {
    activeService: 'api-active',
    previewService: 'api-preview',
    previewReplicaCount: 2,
    autoPromotionEnabled: true,
    autoPromotionSeconds: 60,
    maxUnavailable: 1,
    scaleDownDelaySeconds: 600,
    scaleDownDelayRevisionLimit: 2,
    abortScaleDownDelaySeconds: 0,
    prePromotionAnalysis: ANALYSIS,
    postPromotionAnalysis: ANALYSIS,
    antiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
    previewMetadata: ROLE,
    activeMetadata: ROLE,
  },
});

const METRIC = {
  ...{ interval: '30s', initialDelay: '1m', count: 5, failureLimit: 1, inconclusiveLimit: 1 },
  ...{ consecutiveErrorLimit: 4, consecutiveSuccessLimit: 0 },
};
const CONDITIONS = { successCondition: 'true', failureCondition: 'false' };
const SCOPE = { scope: 'api', region: 'eu', step: 60, start: '{{args.start}}', end: '{{args.end}}' };
const OAUTH2 = { tokenUrl: 'https://id.example.com', clientId: 'a', clientSecret: 'b', scopes: ['c'] };
const PROVIDERS: Readonly<Record<string, unknown>> = {
  prometheus: {
    ...{ address: 'http://prometheus:9090', query: 'up', timeout: 10, insecure: false },
    headers: [{ key: 'a', value: 'b' }],
    authentication: { oauth2: OAUTH2 },
  },
  web: {
    ...{ url: 'https://a.example.com', method: 'POST', jsonBody: { a: 1 }, jsonPath: '{$.a}', timeoutSeconds: 5 },
    ...{ insecure: false, headers: [{ key: 'a', value: 'b' }], authentication: { oauth2: OAUTH2 } },
  },
  datadog: {
    ...{
      apiVersion: 'v2',
      interval: '5m',
      queries: { a: 'avg:x{*}', b: 'avg:y{*}' },
      formula: 'a/b',
      aggregator: 'avg',
    },
    secretRef: { name: 'datadog', namespaced: true },
  },
  newRelic: { profile: 'a', query: 'FROM Metric SELECT 1', timeout: 5 },
  wavefront: { address: 'a.wavefront.com', query: 'ts(x)' },
  cloudWatch: {
    interval: '5m',
    metricDataQueries: [
      { id: 'a', expression: 'b', label: 'c', period: 60, returnData: true },
      {
        id: 'b',
        metricStat: {
          ...{ period: 60, stat: 'Sum', unit: 'Count' },
          metric: { metricName: 'a', namespace: 'b', dimensions: [{ name: 'a', value: 'b' }] },
        },
      },
    ],
  },
  graphite: { address: 'http://graphite', query: 'x' },
  influxdb: { profile: 'a', query: 'from(bucket: "x")' },
  skywalking: { address: 'http://skywalking', query: '{ a }', interval: '5m' },
  kayenta: {
    ...{ address: 'http://kayenta', application: 'a', canaryConfigName: 'b', metricsAccountName: 'c' },
    ...{
      configurationAccountName: 'd',
      storageAccountName: 'e',
      threshold: { pass: 90, marginal: 75 },
      lookback: false,
    },
    scopes: [{ name: 'default', controlScope: SCOPE, experimentScope: SCOPE }],
  },
  job: {
    metadata: { labels: { a: 'b' } },
    spec: { backoffLimit: 0, template: { spec: { ...(podTemplate()['spec'] as object), restartPolicy: 'Never' } } },
  },
  plugin: { 'example/metric': { query: 'x' } },
};
const FULL_SPEC = {
  metrics: Object.entries(PROVIDERS).map(([name, provider]) => ({
    ...METRIC,
    // These decide by themselves.
    ...(['kayenta', 'job', 'plugin'].includes(name) ? {} : CONDITIONS),
    ...{ name, provider: { [name]: provider } },
  })),
  args: [
    { name: 'start', value: '2026-01-31T12:00:00Z' },
    { name: 'end', value: '2026-01-31T13:00:00Z' },
    { name: 'token', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
  ],
  dryRun: [{ metricName: 'job' }],
  measurementRetention: [{ metricName: 'web', limit: 20 }],
};

/** A template with a metric of each provider. */
const FULL_TEMPLATE: Plain = template({}, FULL_SPEC);

const NAMED = { apiVersion: 'argoproj.io/v1alpha1', metadata: { name: 'errors', labels: { app: 'api' } } };

const FULL_EXPERIMENT = {
  ...NAMED,
  kind: 'Experiment',
  spec: {
    ...{ duration: '10m', progressDeadlineSeconds: 300, terminate: false, scaleDownDelaySeconds: 30 },
    templates: ['baseline', 'canary'].map((name) => ({
      ...{ name, replicas: 1, minReadySeconds: 10, service: { name }, template: podTemplate() },
      selector: { matchLabels: { app: 'api' } },
    })),
    analyses: [{ name: 'errors', templateName: 'errors', clusterScope: true, args: [{ name: 'a', value: 'b' }] }],
    ...{ dryRun: ANALYSIS.dryRun, analysisRunMetadata: ANALYSIS.analysisRunMetadata },
  },
};

/** Objects of all five kinds. */
export const FULL_OBJECTS: readonly Plain[] = [
  FULL_CANARY,
  FULL_ROUTERS,
  FULL_BLUE_GREEN,
  FULL_TEMPLATE,
  { ...NAMED, kind: 'ClusterAnalysisTemplate', spec: FULL_SPEC },
  {
    ...{ ...NAMED, kind: 'AnalysisRun' },
    spec: {
      ...{ ...FULL_SPEC, terminate: false },
      ttlStrategy: { secondsAfterCompletion: 60, secondsAfterSuccess: 60, secondsAfterFailure: 60 },
    },
  },
  FULL_EXPERIMENT,
];
