/** Rules of one field each, as tables: numbers within bounds, words of a list, what needs a router, what must differ. */
import type { RolloutCode } from '../codes/rollout.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { each } from '../pod/places.ts';
import { shown } from '../shown.ts';
import { invalid, nameOf, routersOf, says } from './strategy.ts';

const BOTH = 'strategy.canary,blueGreen';
const STEPS = 'strategy.canary.steps';
const MOST = 2 ** 31;
const UNCHECKED = 'Nobody checks it.';
const REFUSED = 'The ReplicaSet is refused.';

/** Code, places below `spec`, smallest and largest number, and what another one does; without that, Argo refuses it. */
const NUMBERS: readonly (readonly [RolloutCode, string, number, number, string?])[] = [
  ['negative-value', 'replicas,minReadySeconds,revisionHistoryLimit,progressDeadlineSeconds', 0, MOST],
  [
    'negative-value',
    'analysis.successfulRunHistoryLimit,unsuccessfulRunHistoryLimit',
    0,
    MOST,
    'It counts as 0: no run is kept.',
  ],
  [
    'negative-value',
    `${BOTH}.scaleDownDelaySeconds,abortScaleDownDelaySeconds,scaleDownDelayRevisionLimit`,
    0,
    MOST,
    'Old pods go at once.',
  ],
  ['negative-value', `${BOTH}.maxSurge,maxUnavailable,autoPromotionSeconds`, 0, MOST, UNCHECKED],
  ['negative-value', 'strategy.blueGreen.previewReplicaCount', 0, MOST, REFUSED],
  ['negative-value', `${STEPS}.setCanaryScale.replicas`, 0, MOST, REFUSED],
  ['weight-out-of-range', `${STEPS}.setCanaryScale.weight`, 0, 100, UNCHECKED],
  ['weight-out-of-range', `${STEPS}.setMirrorRoute.percentage`, 0, 100, UNCHECKED],
  ['anti-affinity-weight', `${BOTH}.antiAffinity.preferredDuringSchedulingIgnoredDuringExecution.weight`, 1, 100],
];

/** Code, places below `spec`, words, and what another one does. */
const WORDS: readonly (readonly [RolloutCode, string, string, string])[] = [
  ['progress-threshold', 'strategy.canary.replicaProgressThreshold.type', 'Percent|Pods', 'It counts as Pods.'],
  ['workload-invalid', 'workloadRef.scaleDown', 'never|onsuccess|progressively', 'The workload keeps running, too.'],
];

/**
 * Places below `canary`, the routers that they work with (any, when none is named; with a star, since Argo 1.10), and where
 * Argo reports it.
 */
const ROUTED: readonly (readonly [string, string, string?])[] = [
  ['scaleDownDelaySeconds,dynamicStableScale', ''],
  ['steps.setCanaryScale', '', 'spec.strategy.trafficRouting'],
  ['steps.setHeaderRoute', 'istio, alb, apisix, plugins'],
  ['steps.setMirrorRoute', 'istio, plugins*'],
  ['steps.experiment.templates.weight', 'alb, smi, istio, plugins'],
  ['trafficRouting.maxTrafficWeight', 'nginx, plugins'],
  ['pingPong', 'alb, istio, plugins*', 'spec.strategy.trafficRouting.alb'],
];

/** Places below `strategy`, and the names there that must differ. */
const DIFFERENT: readonly (readonly [string, string, string])[] = [
  ['blueGreen', 'activeService', 'previewService'],
  ['canary', 'stableService', 'canaryService'],
  ['canary.pingPong', 'pingService', 'pongService'],
];

/** Argo rules 1, 8 to 10, 14, 17, 19, 20, 23, 27, 28, 30, 35, 36, 39, 43 and 44, and traps 15, 16 and 18. */
export function checkSimple(root: Field, context: Context): void {
  const spec = root.at('spec');
  const { report } = context;
  for (const [code, path, min, max, effect] of NUMBERS)
    for (const field of each(spec, path)) {
      const { number } = field;
      if (number === undefined || !(number < min || number > max)) continue;
      const mend = max === MOST ? 'Use 0 or more.' : `Use ${min} to ${max}.`;
      if (effect !== undefined) report.unsafe(code, field, says(field), effect, mend);
      else
        invalid(
          context,
          code,
          field,
          says(field),
          mend,
          max === MOST ? undefined : 'spec.strategy.antiAffinity.weight',
        );
    }
  for (const [code, path, words, effect] of WORDS)
    for (const field of each(spec, path)) {
      const known = words.split('|');
      if (!field.text || known.includes(field.text)) continue;
      report.unsafe(code, field, says(field), effect, `Write ${known.join(' or ')}.`);
    }
  for (const [path, one, other] of DIFFERENT) {
    const owner = spec.at('strategy', ...path.split('.'));
    const first = owner.at(one);
    const { text } = first;
    // Blue-green without any name has one name twice.
    if (text !== (owner.at(other).text ?? '') || (text === '' && path !== 'blueGreen')) continue;
    const message = `${one} and ${other} are both ${shown(text)}.`;
    invalid(context, 'services-equal', first, message, 'Give each its own Service.');
  }
  checkRouted(spec.at('strategy', 'canary'), context);
}

function checkRouted(canary: Field, context: Context): void {
  const given = routersOf(canary);
  const routed = canary.at('trafficRouting').present;
  const mend = 'Use that, or leave this out.';
  for (const [path, list, argoPath] of ROUTED) {
    const routers = list.replace(/(, plugins)\*/, context.target === '1.10' ? '$1' : '');
    const known = routers.split(', ');
    if (routers === '' ? routed : given.some((router) => known.includes(router))) continue;
    for (const field of each(canary, path)) {
      // Ping-pong alone is not looked at.
      if (field.value === false || (path === 'pingPong' && !routed)) continue;
      const message = `${nameOf(field)} works with ${routers || 'trafficRouting'} only.`;
      invalid(context, routed ? 'router-unsupported' : 'needs-router', field, message, mend, argoPath);
    }
  }
  if (routed) return;
  for (const field of each(canary, 'abortScaleDownDelaySeconds,minPodsPerReplicaSet')) {
    const message = `${nameOf(field)} works with trafficRouting only.`;
    context.report.unsafe('ignored-without-router', field, message, 'It is ignored.', mend);
  }
}
