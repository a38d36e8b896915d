/** Codes of a Rollout, each with its rule in a line without a full stop. */

export type RolloutCode =
  | 'negative-value'
  | 'selector-missing'
  | 'selector-empty'
  | 'template-beside-workload'
  | 'workload-invalid'
  | 'deadline-too-short'
  | 'rollback-window-off'
  | 'rollback-window-too-long'
  | 'abort-after-invalid-spec'
  | 'deadline-stands-still'
  | 'strategy-missing'
  | 'two-strategies'
  | 'anti-affinity-kinds'
  | 'anti-affinity-weight'
  | 'services-equal'
  | 'service-empty'
  | 'service-missing'
  | 'revision-limit-too-high'
  | 'preview-above-replicas'
  | 'auto-promotion-both'
  | 'old-pods-gone-early'
  | 'cannot-move'
  | 'percent-without-sign'
  | 'needs-router'
  | 'ignored-without-router'
  | 'no-router'
  | 'router-unsupported'
  | 'root-service-missing'
  | 'dynamic-scale-with-delay'
  | 'router-source-not-one'
  | 'progress-threshold'
  | 'step-mixes-kinds'
  | 'step-empty'
  | 'weight-out-of-range'
  | 'pause-invalid'
  | 'canary-scale-unclear'
  | 'canary-too-small'
  | 'string-match'
  | 'managed-routes-missing'
  | 'route-not-managed'
  | 'field-path-invalid'
  | 'weight-unwatched'
  | 'last-weight-unwatched'
  | 'weights-descend'
  | 'weight-unreachable'
  | 'full-weight-alone'
  | 'nothing-judges'
  | 'analysis-starts-late'
  | 'service-selector'
  | 'service-managed-by-other'
  | 'service-shared'
  | 'ingress-backend'
  | 'virtual-service-routes'
  | 'destination-rule-subsets'
  | 'mapping-weight'
  | 'app-mesh-routes';

export const ROLLOUT_RULES: Readonly<Record<RolloutCode, string>> = {
  'negative-value': 'Counts, seconds and limits are 0 or more',
  'selector-missing': 'A Rollout has a selector, unless a workload gives it',
  'selector-empty': 'A selector selects something',
  'template-beside-workload': 'A Rollout with a workloadRef has no pod template of its own',
  'workload-invalid': 'A workloadRef names a Deployment, ReplicaSet or PodTemplate, and a known way to scale it down',
  'deadline-too-short': 'progressDeadlineSeconds is longer than minReadySeconds',
  'rollback-window-off': 'A rollback window counts at least one revision',
  'rollback-window-too-long': 'A rollback window is not longer than the revisions that are kept',
  'abort-after-invalid-spec': 'With progressDeadlineAbort the first spec that is applied is valid',
  'deadline-stands-still': 'What progressDeadlineAbort should end is not a pause',
  'strategy-missing': 'A Rollout has a strategy',
  'two-strategies': 'A Rollout has one strategy',
  'anti-affinity-kinds': 'Anti-affinity is either preferred or required',
  'anti-affinity-weight': 'The weight of preferred anti-affinity is 1 to 100',
  'services-equal': 'Services for different versions are different ones',
  'service-empty': 'The active service has a name',
  'service-missing': 'A router that needs the Services of canary and stable has both',
  'revision-limit-too-high': 'scaleDownDelayRevisionLimit is not above revisionHistoryLimit',
  'preview-above-replicas': 'The preview has not more pods than the Rollout',
  'auto-promotion-both': 'autoPromotionSeconds is not set where autoPromotionEnabled is false',
  'old-pods-gone-early': 'The old pods outlive the analysis after promotion',
  'cannot-move': 'maxSurge and maxUnavailable are not both zero',
  'percent-without-sign': 'maxSurge and maxUnavailable are numbers, or percentages with their sign',
  'needs-router': 'What shifts traffic is used with traffic routing',
  'ignored-without-router': 'What acts only with traffic routing is used with it',
  'no-router': 'trafficRouting names a router',
  'router-unsupported': 'A feature of traffic routing is used with a router that has it',
  'root-service-missing': 'Ping-pong with ALB has a root service',
  'dynamic-scale-with-delay': 'dynamicStableScale is not combined with scaleDownDelaySeconds',
  'router-source-not-one': 'A router is given one object or a list of them, not both or none',
  'progress-threshold': 'A replicaProgressThreshold is one that can be met and matters',
  'step-mixes-kinds': 'A step does one thing',
  'step-empty': 'A step does something',
  'weight-out-of-range': 'A weight is 0 to 100, or to maxTrafficWeight',
  'pause-invalid': 'The duration of a pause is seconds or a Go duration, and not negative',
  'canary-scale-unclear': 'setCanaryScale says one thing',
  'canary-too-small': 'A canary has pods for its share of the traffic',
  'string-match': 'A match has exactly one of exact, prefix and regex',
  'managed-routes-missing': 'Steps that set routes need managedRoutes',
  'route-not-managed': 'The route of a step is one of managedRoutes',
  'field-path-invalid': 'A fieldRef to metadata is one that Kubernetes can read',
  'weight-unwatched': 'A weight is watched before the next',
  'last-weight-unwatched': 'The last weight is watched before all traffic goes over',
  'weights-descend': 'Weights rise',
  'weight-unreachable': 'Without a router, weights are such that the pods can make',
  'full-weight-alone': 'While all traffic is on the canary and watched, the old pods are there',
  'nothing-judges': 'A canary is judged by an analysis or by a person',
  'analysis-starts-late': 'The background analysis starts at one of the steps',
  'service-selector': 'A Service selects the pods of its Rollout',
  'service-managed-by-other': 'A Service belongs to one Rollout',
  'service-shared': 'No two Rollouts name one Service',
  'ingress-backend': 'An Ingress leads to the Service whose traffic is shifted',
  'virtual-service-routes': 'A VirtualService has the routes and destinations whose weights are set',
  'destination-rule-subsets': 'A DestinationRule has the subsets of canary and stable',
  'mapping-weight': 'A Mapping of Ambassador leaves its weight to the controller',
  'app-mesh-routes': 'A VirtualRouter has routes with two weighted targets each',
};
