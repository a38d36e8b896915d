/**
 * Objects of Argo Rollouts: their types, builders that make them, and a validation that knows what the controller refuses
 * and what it silently does wrong. Also steps of a canary, and the rule by which a step advances.
 *
 * @module
 */

export { arg, hashArgs, type LabelOperator, promqlLabel } from './analysis/args.ts';
export { type ComparedMetricOptions, type MetricLimits, type MetricOptions, metric } from './analysis/metric.ts';
export type { ReadyOptions } from './analysis/ready/selection.ts';
export {
  type BusinessMetricOptions,
  businessMetricTemplate,
  type ErrorRateOptions,
  errorRateTemplate,
  type HttpMetricOptions,
  type LatencyOptions,
  latencyTemplate,
  type SaturationOptions,
  type SuccessRatioOptions,
  saturationTemplate,
  successRatioTemplate,
} from './analysis/ready/templates.ts';
export {
  type RolloutguardVerdictOptions,
  rolloutguardVerdict,
  verdictArgs,
  verdictCautions,
} from './analysis/ready/verdict.ts';
export {
  cloudWatch,
  datadog,
  graphite,
  influxdb,
  job,
  kayenta,
  type MetricSource,
  metricPlugin,
  newRelic,
  prometheus,
  skyWalking,
  wavefront,
  web,
} from './analysis/sources.ts';
export { AnalysisTemplateBuilder, analysisTemplate, clusterAnalysisTemplate } from './analysis/template.ts';
export { BlueGreenRolloutBuilder, blueGreenRollout } from './builders/blue-green-rollout.ts';
export {
  type Buildable,
  type BuildOptions,
  type Built,
  type BuiltAll,
  buildAll,
  InvalidObjectsError,
} from './builders/build.ts';
export { CanaryRolloutBuilder, canaryRollout } from './builders/canary-rollout.ts';
export {
  type BulkheadOptions,
  bulkhead,
  type CircuitBreakerOptions,
  circuitBreaker,
  type DestinationRuleOptions,
  destinationRule,
  safeRetries,
  type VirtualServiceOptions,
  virtualService,
} from './builders/istio-objects.ts';
export {
  livenessProbe,
  type Probes,
  type ProbesOptions,
  type ProbeTarget,
  type ProbeTiming,
  probes,
  readinessProbe,
  startupProbe,
} from './builders/probes.ts';
export type { AnalysisOptions, TemplateSource } from './builders/rollout-analysis.ts';
export type { HistoryLimits } from './builders/rollout-builder.ts';
export { type ServiceName, type ServicesOptions, services } from './builders/services.ts';
export {
  analyze,
  experiment,
  pause,
  plugin,
  setCanaryScale,
  setHeaderRoute,
  setMirrorRoute,
  setWeight,
} from './builders/steps.ts';
export {
  type AlbOptions,
  type AppMeshOptions,
  alb,
  ambassador,
  apisix,
  appMesh,
  type GatewayApiOptions,
  gatewayApi,
  type IstioOptions,
  istio,
  type NginxOptions,
  nginx,
  type Router,
  smi,
  traefik,
  trafficPlugin,
} from './builders/traffic-routers.ts';
export {
  type ArgoPlanStep,
  type CanaryPlan,
  type CanaryPlanOptions,
  type CanaryPlanStep,
  canaryPlan,
} from './canary-plan.ts';
export {
  allOf,
  anyOf,
  type ConditionOptions,
  type Conditions,
  conditions,
  type NoData,
  not,
  type Predicate,
} from './conditions/predicate.ts';
export {
  type CloudWatchResult,
  type DatadogResult,
  type NewRelicResult,
  type PrometheusResult,
  resultOf,
  type WavefrontResult,
} from './conditions/results.ts';
export type { JsonValue, Limit, NumberList, NumberValue, TextValue } from './conditions/values.ts';
export { alertProvider, type FlaggerPlace, flaggerCanary, metricTemplate } from './flagger/objects.ts';
export { goDuration } from './go-duration.ts';
export { nextStep, type StepMove, type StepPermission, type StepPosition } from './next-step.ts';
export type {
  AnalysisPhase,
  AnalysisRun,
  AnalysisRunSpec,
  AnalysisRunStatus,
  Measurement,
  MetricResult,
  RunSummary,
  TtlStrategy,
} from './types/analysis-run.ts';
export type {
  AnalysisTemplate,
  AnalysisTemplateSpec,
  ClusterAnalysisTemplate,
  PlainArgument,
  ReferredArgument,
  SecretKeyRef,
  SecretSource,
  TemplateArgument,
  TemplateFieldSource,
  TemplateValueSource,
} from './types/analysis-template.ts';
export type { BlueGreenStrategy } from './types/blue-green.ts';
export type {
  AntiAffinity,
  BackgroundAnalysis,
  CanaryStrategy,
  PingPong,
  PreferredAntiAffinity,
  ReplicaProgressThreshold,
  RequiredAntiAffinity,
} from './types/canary.ts';
export type {
  CloudWatchExpressionQuery,
  CloudWatchMetric,
  CloudWatchQuery,
  CloudWatchStat,
  CloudWatchStatQuery,
} from './types/cloud-watch.ts';
export type {
  ClientTls,
  ConnectionPool,
  DestinationRule,
  DestinationRuleSpec,
  LoadBalancer,
  OutlierDetection,
  PortTrafficPolicy,
  Subset,
  TrafficPolicy,
} from './types/destination-rule.ts';
export type {
  Experiment,
  ExperimentAnalysis,
  ExperimentAnalysisRunStatus,
  ExperimentCondition,
  ExperimentSpec,
  ExperimentStatus,
  ExperimentTemplate,
  ExperimentTemplateStatus,
} from './types/experiment.ts';
export type {
  AlertProvider,
  AlertProviderSpec,
  FlaggerAlert,
  FlaggerAnalysis,
  FlaggerAutoscalerRef,
  FlaggerCanary,
  FlaggerCanarySpec,
  FlaggerHook,
  FlaggerIterations,
  FlaggerMesh,
  FlaggerMetric,
  FlaggerMetricProvider,
  FlaggerMetricType,
  FlaggerRef,
  FlaggerService,
  FlaggerSessionAffinity,
  FlaggerStepWeight,
  FlaggerStepWeights,
  FlaggerTargetRef,
  FlaggerWebhook,
  MetricTemplate,
  MetricTemplateSpec,
} from './types/flagger.ts';
export type { JobMetric, JobPodSpec, JobPodTemplate, JobSpec, PodFailurePolicy } from './types/job.ts';
export type { Ingress, Service, ServicePort, ServiceSpec } from './types/kubernetes.ts';
export type {
  KubernetesObject,
  LabelSelector,
  LabelSelectorRequirement,
  LabelsAndAnnotations,
  ObjectMeta,
} from './types/meta.ts';
export type { Metric } from './types/metric.ts';
export type { ArgoObject } from './types/objects.ts';
export type {
  AnyPodSpec,
  Container,
  ContainerPort,
  ContainerResizePolicy,
  ContainerRestartRule,
  EnvVar,
  EnvVarSource,
  HttpGet,
  Lifecycle,
  LifecycleHandler,
  PodResourceClaim,
  PodSpec,
  PodTemplate,
  Probe,
  ResourceRequirements,
} from './types/pod.ts';
export type {
  Affinity,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from './types/pod-scheduling.ts';
export type { PodSecurityContext, SecurityContext, SecurityProfile } from './types/pod-security.ts';
export type {
  AzureDiskVolume,
  ClusterTrustBundleProjection,
  EphemeralVolume,
  HostPathVolume,
  PodCertificateProjection,
  ProjectedVolume,
  Volume,
  VolumeClaim,
  VolumeMount,
  VolumeProjection,
} from './types/pod-volumes.ts';
export type {
  DatadogAggregator,
  DatadogManyQueries,
  DatadogMetric,
  DatadogOneQuery,
  KayentaMetric,
  KayentaScope,
  KayentaScopeDetail,
  OAuth2,
  PrometheusAuthentication,
  PrometheusMetric,
  PrometheusRange,
  RequestHeader,
  WebMetric,
  WebWithBody,
  WebWithJsonBody,
  WebWithoutBody,
} from './types/provider-settings.ts';
export type {
  CloudWatchProvider,
  DatadogProvider,
  GraphiteProvider,
  InfluxdbProvider,
  JobProvider,
  KayentaProvider,
  MetricProvider,
  NewRelicProvider,
  PluginProvider,
  PrometheusProvider,
  ProviderName,
  SkyWalkingProvider,
  WavefrontProvider,
  WebProvider,
} from './types/providers.ts';
export type {
  AnalysisHistoryLimits,
  BlueGreenRolloutStrategy,
  CanaryRolloutStrategy,
  DeploymentRef,
  PodTemplateRef,
  RollbackWindow,
  Rollout,
  RolloutSpec,
  RolloutStrategy,
  WorkloadRef,
  WorkloadScaleDown,
} from './types/rollout.ts';
export type {
  AnalysisRunArgument,
  AnalysisTemplateRef,
  ArgumentByValue,
  ArgumentFromRollout,
  DryRun,
  FieldRef,
  MeasurementRetention,
  PodTemplateHashSource,
  RolloutAnalysis,
  RolloutFieldSource,
  RolloutValueSource,
} from './types/rollout-analysis.ts';
export type {
  AlbStatus,
  ArgoRolloutPhase,
  ArgoRolloutStatus,
  AwsResource,
  BlueGreenStatus,
  CanaryStatus,
  PauseCondition,
  RolloutAnalysisRunStatus,
  RolloutCondition,
  RolloutDuration,
  StepPluginStatus,
  TrafficWeights,
  WeightDestination,
} from './types/rollout-status.ts';
export type {
  AnalysisStep,
  CanaryScale,
  CanaryScaleByReplicas,
  CanaryScaleByTraffic,
  CanaryScaleByWeight,
  CanaryStep,
  ExactMatch,
  ExperimentStep,
  HeaderMatch,
  PauseStep,
  PluginStep,
  PrefixMatch,
  RegexMatch,
  RolloutExperiment,
  RolloutExperimentAnalysis,
  RolloutExperimentTemplate,
  RouteMatch,
  SetCanaryScaleStep,
  SetHeaderRouteStep,
  SetMirrorRouteStep,
  SetWeightStep,
  StepKind,
  StringMatch,
} from './types/steps.ts';
export type {
  AlbManyIngresses,
  AlbOneIngress,
  AlbTrafficRouting,
  AmbassadorTrafficRouting,
  ApisixTrafficRouting,
  AppMeshTrafficRouting,
  IstioDestinationRuleRef,
  IstioManyVirtualServices,
  IstioOneVirtualService,
  IstioTrafficRouting,
  IstioVirtualServiceRef,
  NginxManyIngresses,
  NginxOneIngress,
  NginxTrafficRouting,
  SmiTrafficRouting,
  TraefikTrafficRouting,
  TrafficRouting,
} from './types/traffic-routing.ts';
export type {
  ArgReference,
  GoDuration,
  IntOrPercent,
  IntOrString,
  MetricDuration,
  MetricNumber,
  Percent,
  PluginName,
  Timestamp,
} from './types/values.ts';
export type {
  ConnectionMatch,
  Destination,
  HeaderOperation,
  HeaderOperations,
  HttpDestination,
  HttpMatch,
  HttpRetry,
  HttpRoute,
  IstioStringMatch,
  RouteDestination,
  TcpRoute,
  TlsRoute,
  VirtualService,
  VirtualServiceSpec,
} from './types/virtual-service.ts';
export type { RuleCode } from './validation/codes/index.ts';
export type { QueryCheck, QueryProblem } from './validation/context.ts';
export type { ArgoTarget, ObjectRef, Path, RolloutFinding, Severity } from './validation/finding.ts';
export { type ValidateOptions, validate } from './validation/validate.ts';
