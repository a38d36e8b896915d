/** A blue-green Rollout (Argo: validation.go, ValidateRolloutStrategyBlueGreen; rollout/bluegreen.go). */
import { parseGoDuration } from '../../../duration.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { historyLimit } from './base.ts';
import { checkPercent } from './canary.ts';
import { invalid, numberOr, says } from './strategy.ts';

/** Argo rule 15, and what Argo never says of these fields. */
export function checkBlueGreen(root: Field, context: Context): void {
  const { report } = context;
  const spec = root.at('spec');
  const blueGreen = spec.at('strategy', 'blueGreen');
  if (!blueGreen.isObject) return;

  const active = blueGreen.at('activeService');
  if (active.text === '' && blueGreen.at('previewService').text) {
    const effect = 'The controller tries again and again.';
    report.unsafe('service-empty', active, says(active), effect, 'Name the Service.');
  }

  const revisions = blueGreen.at('scaleDownDelayRevisionLimit');
  const kept = historyLimit(spec);
  if ((revisions.number ?? 0) > kept) {
    const message = `scaleDownDelayRevisionLimit (${revisions.number}) is above revisionHistoryLimit (${kept}).`;
    invalid(context, 'revision-limit-too-high', revisions, message, 'Raise revisionHistoryLimit.');
  }
  checkPercent(blueGreen.at('maxUnavailable'), context);

  const previewed = blueGreen.at('previewReplicaCount');
  const replicas = numberOr(spec.at('replicas'), 1);
  if ((previewed.number ?? 0) > replicas) {
    const message = says(previewed);
    report.unsafe(
      'preview-above-replicas',
      previewed,
      message,
      'The promotion takes pods away.',
      `Use at most ${replicas}.`,
    );
  }
  const seconds = blueGreen.at('autoPromotionSeconds');
  if (blueGreen.at('autoPromotionEnabled').value === false && (seconds.number ?? 0) > 0) {
    const message = says(seconds);
    const mend = 'Leave out this, or autoPromotionEnabled.';
    report.unsafe('auto-promotion-both', seconds, message, 'It is ignored: the Rollout waits for a person.', mend);
  }
  checkDelay(blueGreen, context);
}

/** After promotion the old pods are what a rollback needs, as long as the analysis may still fail. */
function checkDelay(blueGreen: Field, { report, objects, self }: Context): void {
  const delay = blueGreen.at('scaleDownDelaySeconds');
  const { number } = delay;
  if (number === undefined || number < 0) return;
  let longest = 0;
  for (const reference of blueGreen.at('postPromotionAnalysis', 'templates').items) {
    const name = reference.at('templateName').text ?? '';
    const cluster = reference.at('clusterScope').value === true;
    const kind = cluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    const template = objects.find(kind, cluster ? null : self.ref.namespace, name, self);
    for (const metric of template?.root.at('spec', 'metrics').items ?? [])
      longest = Math.max(longest, secondsOf(metric));
  }
  if (longest <= number) return;
  const message = `The old pods go after ${number} s; the analysis takes ${longest} s.`;
  const effect = 'When it fails late, there is nothing to go back to.';
  const mend = `Use at least ${Math.ceil(longest)}, or leave it out: then they stay.`;
  report.unsafe('old-pods-gone-early', delay, message, effect, mend);
}

/** Least time that a metric takes, as far as it is written in numbers. */
function secondsOf(metric: Field): number {
  const seconds = (name: string) => parseGoDuration(metric.at(name).text ?? '0') ?? 0;
  const count = metric.at('count');
  const times = count.number ?? (/^\d+$/.test(count.text ?? '') ? Number(count.text) : 1);
  return seconds('initialDelay') + Math.max(0, times - 1) * seconds('interval');
}
