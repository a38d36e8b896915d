import type { RuleCase } from './case.ts';
import { blueGreen, canary, podTemplate, rollout, template } from './objects.ts';

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api' },
  spec: { selector: { matchLabels: { app: 'api' } }, template: podTemplate() },
};
const WORKLOAD = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api' };
const byWorkload = (change: object = {}, spec: object = {}) =>
  canary({}, { template: undefined, selector: undefined, workloadRef: { ...WORKLOAD, ...change }, ...spec });
const REQUIRED = { requiredDuringSchedulingIgnoredDuringExecution: {} };
const preferred = (weight: number) => ({ preferredDuringSchedulingIgnoredDuringExecution: { weight } });
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const postAnalysis = (change: object) =>
  blueGreen({ postPromotionAnalysis: { templates: [{ templateName: 'errors' }] }, ...change });

/** The Rollout outside its strategy, the choice of a strategy, and blue-green. */
export const ROLLOUT_BASE_CASES: readonly RuleCase[] = [
  ...(
    [
      ['1', 'replicas'],
      ['8', 'minReadySeconds'],
      ['9', 'revisionHistoryLimit'],
      ['10', 'progressDeadlineSeconds'],
    ] as const
  ).map(
    ([rule, name]): RuleCase => ({
      ...{ of: [rule], code: 'negative-value', severity: 'rejected', shows: name, path: `spec.${name}` },
      bad: [canary({}, { [name]: -1 })],
      good: [canary({}, { [name]: name === 'progressDeadlineSeconds' ? 1 : 0 })],
    }),
  ),
  ...(
    [
      ['spec.analysis.successfulRunHistoryLimit', canary({}, { analysis: { successfulRunHistoryLimit: -1 } })],
      ['spec.analysis.unsuccessfulRunHistoryLimit', canary({}, { analysis: { unsuccessfulRunHistoryLimit: -1 } })],
      ['spec.strategy.blueGreen.autoPromotionSeconds', blueGreen({ autoPromotionSeconds: -1 })],
      ['spec.strategy.blueGreen.previewReplicaCount', blueGreen({ previewReplicaCount: -1 })],
      ['spec.strategy.blueGreen.abortScaleDownDelaySeconds', blueGreen({ abortScaleDownDelaySeconds: -1 })],
      ['spec.strategy.canary.scaleDownDelayRevisionLimit', canary({ scaleDownDelayRevisionLimit: -1 })],
      ['spec.strategy.canary.maxSurge', canary({ maxSurge: -1 })],
    ] as const
  ).map(
    ([path, bad]): RuleCase => ({
      ...{
        of: ['trap 18'],
        code: 'negative-value',
        severity: 'unsafe',
        shows: path.split('.').slice(-2).join('.'),
        path,
      },
      bad: [bad],
      good: [JSON.parse(JSON.stringify(bad).replaceAll(':-1', ':1')) as unknown],
    }),
  ),
  {
    ...{ of: ['2'], code: 'selector-missing', severity: 'rejected', shows: 'no selector', path: 'spec.selector' },
    bad: [canary({}, { selector: undefined })],
    good: [byWorkload()],
  },
  {
    ...{ of: ['4'], code: 'selector-empty', severity: 'rejected', shows: 'an empty selector', path: 'spec.selector' },
    bad: [canary({}, { selector: { matchLabels: {} } })],
    good: [canary()],
  },
  {
    ...{ of: ['5', '67'], code: 'template-beside-workload', severity: 'rejected', shows: 'with labels' },
    path: 'spec.template',
    bad: [byWorkload({}, { template: podTemplate() })],
    good: [byWorkload(), DEPLOYMENT],
  },
  {
    ...{
      of: ['5'],
      code: 'template-beside-workload',
      severity: 'unsafe',
      shows: 'without labels',
      path: 'spec.template',
    },
    bad: [byWorkload({}, { template: { spec: podTemplate()['spec'] } })],
    good: [byWorkload()],
  },
  {
    ...{ of: ['67'], code: 'workload-invalid', severity: 'rejected', shows: 'a kind without a pod template' },
    path: 'spec.workloadRef.kind',
    bad: [byWorkload({ kind: 'StatefulSet' })],
    good: [byWorkload({ apiVersion: 'v1', kind: 'PodTemplate' })],
  },
  {
    ...{ of: ['67'], code: 'workload-invalid', severity: 'rejected', shows: 'a Deployment of another group' },
    path: 'spec.workloadRef.kind',
    bad: [byWorkload({ apiVersion: 'extensions/v1beta1' })],
    good: [byWorkload({ kind: 'ReplicaSet' })],
  },
  {
    ...{ of: ['trap 18'], code: 'workload-invalid', severity: 'unsafe', shows: 'a way to scale down that is none' },
    path: 'spec.workloadRef.scaleDown',
    bad: [byWorkload({ scaleDown: 'onSuccess' })],
    good: [byWorkload({ scaleDown: 'onsuccess' })],
  },
  {
    ...{ of: ['67'], code: 'reference-missing', severity: 'rejected', shows: 'a workload that is not there' },
    ...{ path: 'spec.workloadRef.name', complete: true },
    bad: [byWorkload({ name: 'web' }), DEPLOYMENT],
    good: [byWorkload(), DEPLOYMENT],
  },
  {
    ...{ of: ['11'], code: 'deadline-too-short', severity: 'rejected', shows: 'as long as minReadySeconds' },
    path: 'spec.progressDeadlineSeconds',
    bad: [canary({}, { minReadySeconds: 60, progressDeadlineSeconds: 60 })],
    good: [canary({}, { minReadySeconds: 60, progressDeadlineSeconds: 61 })],
  },
  {
    ...{ of: ['11'], code: 'deadline-too-short', severity: 'rejected', shows: 'the default of 600' },
    path: 'spec.progressDeadlineSeconds',
    bad: [canary({}, { minReadySeconds: 600 })],
    good: [canary({}, { minReadySeconds: 599 })],
  },
  {
    ...{ of: ['trap 18'], code: 'rollback-window-off', severity: 'unsafe', shows: 'no revisions' },
    path: 'spec.rollbackWindow.revisions',
    bad: [canary({}, { rollbackWindow: { revisions: 0 } })],
    good: [canary({}, { rollbackWindow: { revisions: 1 } })],
  },
  {
    ...{ of: ['own'], code: 'rollback-window-too-long', severity: 'unsafe', shows: 'more than are kept' },
    path: 'spec.rollbackWindow.revisions',
    bad: [canary({}, { rollbackWindow: { revisions: 5 }, revisionHistoryLimit: 3 })],
    good: [canary({}, { rollbackWindow: { revisions: 5 }, revisionHistoryLimit: 5 })],
  },
  {
    ...{ of: ['own'], code: 'abort-after-invalid-spec', severity: 'advice', shows: 'a refused spec with a deadline' },
    path: 'spec.progressDeadlineAbort',
    bad: [canary({}, { progressDeadlineAbort: true, minReadySeconds: 600 })],
    good: [canary({}, { progressDeadlineAbort: true })],
  },
  {
    ...{ of: ['12'], code: 'strategy-missing', severity: 'rejected', shows: 'no strategy', path: 'spec.strategy' },
    argoPath: 'spec.strategy.strategy',
    bad: [rollout({})],
    good: [rollout({ canary: {} })],
  },
  {
    ...{ of: ['13'], code: 'two-strategies', severity: 'rejected', shows: 'both', path: 'spec.strategy' },
    argoPath: 'spec.strategy.strategy',
    bad: [rollout({ canary: {}, blueGreen: { activeService: 'api' } })],
    good: [rollout({ blueGreen: { activeService: 'api' } })],
  },
  {
    ...{ of: ['14'], code: 'services-equal', severity: 'rejected', shows: 'active and preview' },
    ...{ path: 'spec.strategy.blueGreen.activeService', argoPath: 'spec.strategy.activeService' },
    bad: [blueGreen({ previewService: 'api-active' })],
    good: [blueGreen()],
  },
  {
    ...{ of: ['14'], code: 'services-equal', severity: 'rejected', shows: 'active and preview, both without a name' },
    ...{ path: 'spec.strategy.blueGreen.activeService', argoPath: 'spec.strategy.activeService' },
    bad: [blueGreen({ activeService: '', previewService: undefined })],
    good: [blueGreen({ previewService: undefined })],
  },
  {
    ...{ of: ['trap 19'], code: 'service-empty', severity: 'unsafe', shows: 'an active service without a name' },
    path: 'spec.strategy.blueGreen.activeService',
    bad: [blueGreen({ activeService: '' })],
    good: [blueGreen()],
  },
  {
    ...{ of: ['15'], code: 'revision-limit-too-high', severity: 'rejected', shows: 'above the history' },
    path: 'spec.strategy.blueGreen.scaleDownDelayRevisionLimit',
    argoPath: 'spec.strategy.scaleDownDelayRevisionLimit',
    bad: [blueGreen({ scaleDownDelayRevisionLimit: 11 })],
    good: [blueGreen({ scaleDownDelayRevisionLimit: 10 })],
  },
  {
    ...{ of: ['16'], code: 'anti-affinity-kinds', severity: 'rejected', shows: 'both kinds' },
    ...{ path: 'spec.strategy.blueGreen.antiAffinity', argoPath: 'spec.strategy.antiAffinity' },
    bad: [blueGreen({ antiAffinity: { ...preferred(1), ...REQUIRED } })],
    good: [blueGreen({ antiAffinity: preferred(1) })],
  },
  {
    ...{ of: ['16'], code: 'anti-affinity-kinds', severity: 'rejected', shows: 'no kind' },
    ...{ path: 'spec.strategy.canary.antiAffinity', argoPath: 'spec.strategy.antiAffinity' },
    bad: [canary({ antiAffinity: {} })],
    good: [canary({ antiAffinity: REQUIRED })],
  },
  {
    ...{ of: ['17'], code: 'anti-affinity-weight', severity: 'rejected', shows: 'a weight of 101' },
    path: `spec.strategy.canary.antiAffinity.${PREFERRED}.weight`,
    argoPath: 'spec.strategy.antiAffinity.weight',
    bad: [canary({ antiAffinity: preferred(101) })],
    good: [canary({ antiAffinity: preferred(100) })],
  },
  {
    ...{ of: ['trap 18'], code: 'preview-above-replicas', severity: 'unsafe', shows: 'more than the Rollout has' },
    path: 'spec.strategy.blueGreen.previewReplicaCount',
    bad: [blueGreen({ previewReplicaCount: 11 })],
    good: [blueGreen({ previewReplicaCount: 10 })],
  },
  {
    ...{ of: ['own'], code: 'auto-promotion-both', severity: 'unsafe', shows: 'seconds, though it is off' },
    path: 'spec.strategy.blueGreen.autoPromotionSeconds',
    bad: [blueGreen({ autoPromotionEnabled: false, autoPromotionSeconds: 60 })],
    good: [blueGreen({ autoPromotionSeconds: 60 })],
  },
  {
    ...{ of: ['own'], code: 'old-pods-gone-early', severity: 'unsafe', shows: 'before the analysis is over' },
    path: 'spec.strategy.blueGreen.scaleDownDelaySeconds',
    // Four intervals of 30 s between five measurements.
    bad: [postAnalysis({ scaleDownDelaySeconds: 119 }), template()],
    good: [postAnalysis({ scaleDownDelaySeconds: 120 }), template()],
  },
];
