/** Codes of analysis templates and runs, each with its rule in a line without a full stop. */

export type AnalysisCode =
  | 'no-metrics'
  | 'metric-names-equal'
  | 'limit-negative'
  | 'limit-not-a-number'
  | 'limits-off'
  | 'count-too-small'
  | 'interval-missing'
  | 'duration-invalid'
  | 'duration-not-positive'
  | 'not-one-provider'
  | 'metric-never-fails'
  | 'metric-never-inconclusive'
  | 'outage-aborts'
  | 'outage-unnoticed'
  | 'no-condition'
  | 'condition-ignored'
  | 'tag-unclosed'
  | 'tag-unknown'
  | 'arg-undeclared'
  | 'arg-unresolved'
  | 'arg-twice'
  | 'arg-sources-mixed'
  | 'arg-source-unsupported'
  | 'arg-breaks-json'
  | 'arg-value-not-read'
  | 'args-conflict'
  | 'arg-missing'
  | 'arg-not-declared'
  | 'arg-without-value'
  | 'arg-overridden'
  | 'pod-hash-value'
  | 'field-ref-missing'
  | 'no-templates'
  | 'template-cycle'
  | 'metric-never-ends'
  | 'background-ends-early'
  | 'cluster-template-namespaced'
  | 'secret-shown'
  | 'name-rule-invalid'
  | 'name-rule-matches-none'
  | 'name-rule-matches-more'
  | 'name-rules-equal'
  | 'provider-field-missing'
  | 'provider-fields-conflict'
  | 'provider-field-ignored'
  | 'timeout-not-positive'
  | 'address-not-url'
  | 'json-path-invalid'
  | 'web-method-unknown'
  | 'web-text-passes'
  | 'too-many-analyses'
  | 'job-restart-policy';

export const ANALYSIS_RULES: Readonly<Record<AnalysisCode, string>> = {
  'no-metrics': 'An analysis has at least one metric',
  'metric-names-equal': 'Metrics of one analysis have different names',
  'limit-negative': 'Limits are 0 or more; failureLimit may be -1',
  'limit-not-a-number': 'A count or limit is a whole number or an {{args.x}}',
  'limits-off': 'failureLimit -1 needs a consecutiveSuccessLimit',
  'count-too-small': 'count leaves room for the limits',
  'interval-missing': 'More than one measurement needs an interval',
  'duration-invalid': 'A duration is one that Go reads: 90s, 5m, 1h30m',
  'duration-not-positive': 'An interval is longer than 0',
  'not-one-provider': 'A metric has exactly one provider',
  'metric-never-fails': 'A metric can fail before its count is reached',
  'metric-never-inconclusive': 'A metric can become inconclusive before its count is reached',
  'outage-aborts':
    'Whether a short outage of the metrics source aborts the rollout is decided, not left to the default',
  'outage-unnoticed': 'An outage of the metrics source ends the analysis some day',
  'no-condition': 'A measured value is judged by a condition',
  'condition-ignored': 'Conditions belong to providers that evaluate them',
  'tag-unclosed': 'Each {{ has its }}',
  'tag-unknown': 'Only {{args.x}} stands between double braces',
  'arg-undeclared': 'An {{args.x}} is declared in the same template',
  'arg-unresolved': 'Each arg of a run has a value',
  'arg-twice': 'An arg is declared once',
  'arg-sources-mixed': 'An arg has a value or one source of it',
  'arg-source-unsupported': 'An arg of a template comes from a literal value or a Secret',
  'arg-breaks-json': 'Values of args hold no control characters that JSON cannot carry',
  'arg-value-not-read': 'Values of args are literal: {{args.x}} in them is not replaced',
  'args-conflict': 'Templates that are used together give an arg one value',
  'arg-missing': 'An arg without a default is given where the template is used',
  'arg-not-declared': 'An arg that is given is declared by a template',
  'arg-without-value': 'An arg that is given has a value',
  'arg-overridden': 'An arg that comes from a Secret is not given again',
  'pod-hash-value': 'podTemplateHashValue is Stable or Latest',
  'field-ref-missing': 'The fieldPath of an arg leads to a single value of the Rollout',
  'no-templates': 'An analysis names a template',
  'template-cycle': 'Templates do not refer back to themselves',
  'metric-never-ends': 'Metrics of analysis steps and promotions end',
  'background-ends-early': 'A background analysis watches the whole rollout',
  'cluster-template-namespaced': 'A controller for one namespace is asked for no ClusterAnalysisTemplate',
  'secret-shown': 'Secrets stay out of what is stored and logged',
  'name-rule-invalid': "A metricName of dryRun or measurementRetention is a regular expression of Go's",
  'name-rule-matches-none': 'A rule of dryRun or measurementRetention matches a metric',
  'name-rule-matches-more': 'A rule of dryRun or measurementRetention matches only the metric that it names',
  'name-rules-equal': 'Rules of dryRun or measurementRetention differ',
  'provider-field-missing': 'A provider has the fields that it needs',
  'provider-fields-conflict': 'Fields of a provider do not exclude each other',
  'provider-field-ignored': 'A field has an effect',
  'timeout-not-positive': 'A timeout is longer than 0',
  'address-not-url': 'The address of Prometheus is a URL with scheme and host',
  'json-path-invalid': "jsonPath is one of Kubernetes' dialect",
  'web-method-unknown': 'A web metric asks by GET, POST or PUT',
  'web-text-passes': 'The answer to a web metric is JSON',
  'too-many-analyses': 'All metrics are read with the args of all their uses',
  'job-restart-policy': 'The pod of a Job restarts Never or OnFailure',
};
