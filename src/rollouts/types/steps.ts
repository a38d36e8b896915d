/** `spec.strategy.canary.steps`: a step is exactly one of eight kinds. */
import type { LabelSelector, LabelsAndAnnotations } from './meta.ts';
import type { AnalysisRunArgument, DryRun, RolloutAnalysis } from './rollout-analysis.ts';
import type { GoDuration, IntOrString, PluginName } from './values.ts';

/** The key of each kind of step. */
export type StepKind =
  | 'setWeight'
  | 'pause'
  | 'setCanaryScale'
  | 'analysis'
  | 'setHeaderRoute'
  | 'setMirrorRoute'
  | 'experiment'
  | 'plugin';

/** All keys but its own are absent: two kinds in one step are refused, or worse, one of them decides when it is done. */
type OnlyKind<K extends StepKind> = { [Other in Exclude<StepKind, K>]?: never };

/** One step of a canary: exactly one of eight kinds. */
export type CanaryStep =
  | SetWeightStep
  | PauseStep
  | SetCanaryScaleStep
  | AnalysisStep
  | SetHeaderRouteStep
  | SetMirrorRouteStep
  | ExperimentStep
  | PluginStep;

/** Gives the canary a share of the traffic; without a router, of the pods. */
export interface SetWeightStep extends OnlyKind<'setWeight'> {
  /** 0 to 100, or to `maxTrafficWeight`. */
  setWeight: number;
}

/** Waits. */
export interface PauseStep extends OnlyKind<'pause'> {
  pause: {
    /** Seconds, or a duration. Absent: until somebody promotes. */
    duration?: IntOrString | GoDuration;
  };
}

/** Sets the number of the canary's pods apart from its traffic. Needs a router. */
export interface SetCanaryScaleStep extends OnlyKind<'setCanaryScale'> {
  setCanaryScale: CanaryScale;
}

/** Exactly one of the three. */
export type CanaryScale = CanaryScaleByWeight | CanaryScaleByReplicas | CanaryScaleByTraffic;

/** A share of `replicas` in percent. */
export interface CanaryScaleByWeight {
  weight: number;
  replicas?: never;
  matchTrafficWeight?: never;
}

/** A number of pods. */
export interface CanaryScaleByReplicas {
  replicas: number;
  weight?: never;
  matchTrafficWeight?: never;
}

/** Back to as many pods as its traffic asks for. */
export interface CanaryScaleByTraffic {
  matchTrafficWeight: boolean;
  weight?: never;
  replicas?: never;
}

/** Runs an analysis and waits for it: Failed and Error abort, Inconclusive pauses. Its metrics must end by themselves. */
export interface AnalysisStep extends OnlyKind<'analysis'> {
  analysis: RolloutAnalysis;
}

/** Sends requests with certain headers to the canary. Istio, ALB, APISIX and plugins. */
export interface SetHeaderRouteStep extends OnlyKind<'setHeaderRoute'> {
  setHeaderRoute: {
    /** One of `trafficRouting.managedRoutes`. */
    name: string;
    /** Absent removes the route. */
    match?: HeaderMatch[];
  };
}

/** A header and what it must be. */
export interface HeaderMatch {
  headerName: string;
  /** ALB knows `exact` only. */
  headerValue: StringMatch;
}

/** Exactly one of the three. */
export type StringMatch = ExactMatch | PrefixMatch | RegexMatch;

/** The whole text. */
export interface ExactMatch {
  exact: string;
  prefix?: never;
  regex?: never;
}

/** How it begins. */
export interface PrefixMatch {
  prefix: string;
  exact?: never;
  regex?: never;
}

/** A regular expression as the router reads it. */
export interface RegexMatch {
  regex: string;
  exact?: never;
  prefix?: never;
}

/** Sends copies of requests to the canary. Istio and plugins. */
export interface SetMirrorRouteStep extends OnlyKind<'setMirrorRoute'> {
  setMirrorRoute: {
    /** One of `trafficRouting.managedRoutes`. */
    name: string;
    /** Any one of them. Absent removes the route. */
    match?: RouteMatch[];
    /** 0 to 100. @defaultValue 100 */
    percentage?: number;
  };
}

/** Requests that fit all of what is given. */
export interface RouteMatch {
  method?: StringMatch;
  path?: StringMatch;
  headers?: { [name: string]: StringMatch };
}

/** Runs versions beside each other for a while, and waits for it. */
export interface ExperimentStep extends OnlyKind<'experiment'> {
  experiment: RolloutExperiment;
}

/** The experiment of a step. */
export interface RolloutExperiment {
  templates: RolloutExperimentTemplate[];
  /** Absent: until the analyses that are required for completion are done; without any, for ever. */
  duration?: GoDuration;
  analyses?: RolloutExperimentAnalysis[];
  dryRun?: DryRun[];
  /** For the AnalysisRuns. */
  analysisRunMetadata?: LabelsAndAnnotations;
  /** How long its pods stay afterwards. @defaultValue 30 */
  scaleDownDelaySeconds?: number;
}

/** One version in an experiment. */
export interface RolloutExperimentTemplate {
  name: string;
  /** Which version's pods. Any other word makes the controller try for ever. */
  specRef: 'canary' | 'stable';
  /** @defaultValue 1 */
  replicas?: number;
  /** Added to the pods. */
  metadata?: LabelsAndAnnotations;
  /** In place of the rollout's. */
  selector?: LabelSelector;
  /** Share of the traffic in percent. Only with a router, and only ALB, SMI, Istio and plugins. */
  weight?: number;
  /** A Service of its own. Without a name it is called as the ReplicaSet. */
  service?: { name?: string };
}

/** An analysis of an experiment. One template each. */
export interface RolloutExperimentAnalysis {
  name: string;
  templateName: string;
  /** @defaultValue false */
  clusterScope?: boolean;
  args?: AnalysisRunArgument[];
  /** True: the experiment lasts until this run is done. @defaultValue false */
  requiredForCompletion?: boolean;
}

/** Runs a step plugin of the controller. */
export interface PluginStep extends OnlyKind<'plugin'> {
  plugin: {
    /** As the controller's configuration has it. */
    name: PluginName;
    /** What the plugin takes. */
    config?: object;
  };
}
