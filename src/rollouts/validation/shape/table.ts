/**
 * The schema of Argo Rollouts' kinds, as text so that it weighs little: fields in the order in which people write them,
 * `name*` when the schema requires it, `:type` unless it is a string, `[]` for a list of it, `{}` for a map of it.
 * `@1.9` when older releases of the controller do not know it.
 * A type is one of the words that `check.ts` knows, or another shape, or the permitted words between bars.
 * Argo: manifests/crds, pkg/apis/rollouts/v1alpha1/{types,analysis_types,experiment_types}.go.
 */

import { POD_TABLE } from '../pod/table.ts';

const ANALYSIS =
  'templates:TemplateRef[] args:RolloutArg[] dryRun:DryRun[] measurementRetention:Retention[] analysisRunMetadata:RoleMetadata';
const TEMPLATE = 'args:Arg[] metrics:Metric[] dryRun:DryRun[] measurementRetention:Retention[] templates:TemplateRef[]';
const OBJECT = 'apiVersion* kind* metadata:Metadata spec*:';
const SERVICES_AFTER =
  'scaleDownDelaySeconds:int scaleDownDelayRevisionLimit:int abortScaleDownDelaySeconds:int antiAffinity:AntiAffinity';

const TABLE: Readonly<Record<string, string>> = {
  Rollout: `${OBJECT}RolloutSpec status:any`,
  AnalysisTemplate: `${OBJECT}TemplateSpec`,
  ClusterAnalysisTemplate: `${OBJECT}TemplateSpec`,
  AnalysisRun: `${OBJECT}RunSpec status:any`,
  Experiment: `${OBJECT}ExperimentSpec status:any`,

  Metadata:
    'name generateName namespace labels:string{} annotations:string{} finalizers:string[] ownerReferences:object[] uid resourceVersion generation:long creationTimestamp:time deletionTimestamp:time deletionGracePeriodSeconds:long managedFields:object[] selfLink',
  RoleMetadata: 'labels:string{} annotations:string{}',
  Selector: 'matchLabels:string{} matchExpressions:SelectorTerm[]',
  SelectorTerm: 'key* operator* values:string[]',

  RolloutSpec:
    'replicas:int revisionHistoryLimit:int minReadySeconds:int progressDeadlineSeconds:int progressDeadlineAbort:bool rollbackWindow:RollbackWindow paused:bool restartAt:time analysis:HistoryLimits selector:Selector workloadRef:WorkloadRef strategy:Strategy template:PodTemplate',
  RollbackWindow: 'revisions:int',
  HistoryLimits: 'successfulRunHistoryLimit:int unsuccessfulRunHistoryLimit:int',
  WorkloadRef: 'apiVersion kind name scaleDown',
  Strategy: 'canary:Canary blueGreen:BlueGreen',
  BlueGreen: `activeService* previewService previewReplicaCount:int autoPromotionEnabled:bool autoPromotionSeconds:int maxUnavailable:int-or-string prePromotionAnalysis:Analysis postPromotionAnalysis:Analysis activeMetadata:RoleMetadata previewMetadata:RoleMetadata ${SERVICES_AFTER}`,
  Canary: `canaryService stableService maxSurge:int-or-string maxUnavailable:int-or-string canaryMetadata:RoleMetadata stableMetadata:RoleMetadata dynamicStableScale:bool minPodsPerReplicaSet:int replicaProgressThreshold:ProgressThreshold@1.9 pingPong:PingPong ${SERVICES_AFTER} trafficRouting:TrafficRouting analysis:Background steps:Step[]`,
  AntiAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:PreferredAffinity requiredDuringSchedulingIgnoredDuringExecution:object',
  PreferredAffinity: 'weight*:int',
  ProgressThreshold: 'type* value*:int',
  PingPong: 'pingService* pongService*',
  Analysis: ANALYSIS,
  Background: `startingStep:int ${ANALYSIS}`,
  TemplateRef: 'templateName clusterScope:bool',
  RolloutArg: 'name* value valueFrom:RolloutArgSource',
  RolloutArgSource: 'podTemplateHashValue fieldRef:FieldRef',
  FieldRef: 'fieldPath*',
  DryRun: 'metricName*',
  Retention: 'metricName* limit*:int',

  Step: 'setWeight:int pause:Pause setCanaryScale:CanaryScale setHeaderRoute:HeaderRoute setMirrorRoute:MirrorRoute analysis:Analysis experiment:ExperimentStep plugin:PluginStep',
  Pause: 'duration:int-or-string',
  CanaryScale: 'weight:int replicas:int matchTrafficWeight:bool',
  HeaderRoute: 'name match:HeaderMatch[]',
  HeaderMatch: 'headerName* headerValue*:StringMatch',
  StringMatch: 'exact prefix regex',
  MirrorRoute: 'name* percentage:int match:RouteMatch[]',
  RouteMatch: 'method:StringMatch path:StringMatch headers:StringMatch{}',
  PluginStep: 'name* config:object',
  ExperimentStep:
    'templates*:ExperimentStepTemplate[] duration analyses:ExperimentStepAnalysis[] dryRun:DryRun[] analysisRunMetadata:RoleMetadata scaleDownDelaySeconds:int@1.9',
  ExperimentStepTemplate:
    'name* specRef* replicas:int weight:int metadata:RoleMetadata selector:Selector service:ServiceName',
  ExperimentStepAnalysis: 'name* templateName* clusterScope:bool requiredForCompletion:bool args:RolloutArg[]',
  ServiceName: 'name',

  TrafficRouting:
    'istio:Istio nginx:Nginx alb:Alb smi:Smi ambassador:Ambassador appMesh:AppMesh traefik:Traefik apisix:Apisix plugins:object managedRoutes:Named[] maxTrafficWeight:int',
  Named: 'name*',
  Istio: 'virtualService:VirtualService virtualServices:VirtualService[] destinationRule:DestinationRule',
  VirtualService: 'name* routes:string[] tlsRoutes:TlsRoute[] tcpRoutes:TcpRoute[]',
  TlsRoute: 'port:long sniHosts:string[]',
  TcpRoute: 'port:long',
  DestinationRule: 'name* canarySubsetName* stableSubsetName* additionalSubsetNames:string[]@1.9',
  Nginx:
    'stableIngress stableIngresses:string[] annotationPrefix additionalIngressAnnotations:string{} canaryIngressAnnotations:string{}',
  Alb: 'ingress ingresses:string[] servicePort*:int rootService annotationPrefix stickinessConfig:Stickiness',
  Stickiness: 'enabled*:bool durationSeconds*:long',
  Smi: 'rootService trafficSplitName',
  Ambassador: 'mappings*:string[]',
  AppMesh: 'virtualService:AppMeshService virtualNodeGroup:AppMeshNodes',
  AppMeshService: 'name* routes:string[]',
  AppMeshNodes: 'canaryVirtualNodeRef*:Named stableVirtualNodeRef*:Named',
  Traefik: 'weightedTraefikServiceName*',
  Apisix: 'route:ApisixRoute',
  ApisixRoute: 'name* rules:string[]',

  TemplateSpec: TEMPLATE,
  RunSpec: `${TEMPLATE.replace('metrics', 'metrics*').replace(/ templates.*/, '')} ttlStrategy:Ttl terminate:bool`,
  Ttl: 'secondsAfterCompletion:int secondsAfterSuccess:int secondsAfterFailure:int',
  Arg: 'name* value valueFrom:ArgSource',
  ArgSource: 'secretKeyRef:SecretKey fieldRef:FieldRef',
  SecretKey: 'name* key*',
  Metric:
    'name* initialDelay interval count:int-or-string successCondition failureCondition failureLimit:int-or-string inconclusiveLimit:int-or-string consecutiveErrorLimit:int-or-string consecutiveSuccessLimit:int-or-string provider*:Provider',
  Provider:
    'prometheus:Prometheus web:Web datadog:Datadog newRelic:NewRelic wavefront:Query cloudWatch:CloudWatch graphite:Query influxdb:Influxdb skywalking:SkyWalking kayenta:Kayenta job:Job plugin:object',
  Query: 'address query',
  Prometheus:
    'address query timeout:long insecure:bool headers:Header[] rangeQuery:RangeQuery authentication:Authentication',
  RangeQuery: 'start end step',
  Header: 'key* value*',
  Authentication: 'sigv4:Sigv4 oauth2:Oauth2 basicAuth:BasicAuth@none',
  Sigv4: 'region profile roleArn',
  Oauth2: 'tokenUrl clientId clientSecret scopes:string[]',
  BasicAuth: 'username password',
  Web: 'method url* headers:Header[] body jsonBody:object jsonPath timeoutSeconds:long insecure:bool authentication:Authentication',
  Datadog:
    'apiVersion:v1|v2 interval query queries:string{} formula aggregator:avg|min|max|sum|last|percentile|mean|l2norm|area secretRef:SecretRef requestTimeout:string@1.10',
  SecretRef: 'name namespaced:bool',
  NewRelic: 'profile query* timeout:long',
  CloudWatch: 'interval metricDataQueries*:CloudWatchQuery[]',
  CloudWatchQuery: 'id expression label metricStat:CloudWatchStat period:int-or-string returnData:bool',
  CloudWatchStat: 'metric:CloudWatchMetric period:int-or-string stat unit',
  CloudWatchMetric: 'namespace metricName dimensions:Dimension[]',
  Dimension: 'name value',
  Influxdb: 'profile query',
  SkyWalking: 'address query interval',
  Kayenta:
    'address* application* canaryConfigName* metricsAccountName* configurationAccountName* storageAccountName* threshold*:Threshold scopes*:Scope[] lookback:bool@1.9',
  Threshold: 'pass*:long marginal*:long',
  Scope: 'name* controlScope*:ScopeDetail experimentScope*:ScopeDetail',
  ScopeDetail: 'scope* region* step*:long start end',
  Job: 'metadata:Metadata spec*:JobSpec',
  JobSpec:
    'parallelism:int completions:int completionMode backoffLimit:int backoffLimitPerIndex:int maxFailedIndexes:int activeDeadlineSeconds:long ttlSecondsAfterFinished:int suspend:bool selector:Selector manualSelector:bool podFailurePolicy:object successPolicy:object podReplacementPolicy managedBy template*:PodTemplate',

  ExperimentSpec:
    'templates*:ExperimentTemplate[] duration progressDeadlineSeconds:int terminate:bool analyses:ExperimentAnalysis[] dryRun:DryRun[] measurementRetention:Retention[] analysisRunMetadata:RoleMetadata scaleDownDelaySeconds:int',
  ExperimentTemplate:
    'name* replicas:int minReadySeconds:int selector*:Selector service:ServiceName template*:PodTemplate',
  ExperimentAnalysis: 'name* templateName* clusterScope:bool requiredForCompletion:bool args:Arg[]',

  ...POD_TABLE,
};

/** One field of a shape. */
export interface FieldShape {
  readonly required: boolean;
  /**
   * A JSON type (`string`, `int`, `long`, `bool`, `int-or-string`, `time`, `quantity`, `object` with keys of its
   * owner's, `any`), the name of another shape, or the permitted words between bars.
   */
  readonly type: string;
  /** Whether it is a list or a map of that type. */
  readonly many: '' | '[]' | '{}';
  /** The first release that knows it, or {@link NO_RELEASE}. */
  readonly since: string | undefined;
}

/** Of fields that no release up to 1.10 knows, though Argo's code has them. */
export const NO_RELEASE = 'none';

const ENTRY = /^(\w+)(\*?)(?::([\w|-]+)(\[\]|\{\})?)?(?:@([\w.]+))?$/;

const PARSED = new Map<string, ReadonlyMap<string, FieldShape>>();

/**
 * The fields of a kind of Argo Rollouts, or of a part of one, in the order in which people write them.
 *
 * @returns `null` when there is no such shape.
 */
export function shapeOf(name: string): ReadonlyMap<string, FieldShape> | null {
  const known = PARSED.get(name);
  if (known !== undefined) return known;
  if (!Object.hasOwn(TABLE, name)) return null;
  const shape = new Map<string, FieldShape>();
  for (const entry of TABLE[name]!.split(' ')) {
    const [, key, star, type = 'string', many = '', since] = ENTRY.exec(entry)!;
    shape.set(key!, { required: star === '*', type, many: many as FieldShape['many'], since });
  }
  PARSED.set(name, shape);
  return shape;
}

/** The kinds that this table describes. */
export const ARGO_KINDS: readonly string[] = [
  'Rollout',
  'AnalysisTemplate',
  'ClusterAnalysisTemplate',
  'AnalysisRun',
  'Experiment',
];
