/** The Rollout itself, outside its strategy (Argo: pkg/apis/rollouts/validation/validation.go, ValidateRolloutSpec). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { invalid, numberOr, says } from './strategy.ts';

const DEFAULT_DEADLINE_SECONDS = 600;
const DEFAULT_HISTORY = 10;
const LABELS = 'Write matchLabels that the labels of the pod template have.';

/** Old ReplicaSets that are kept: 10 unless it is written. */
export function historyLimit(spec: Field): number {
  return numberOr(spec.at('revisionHistoryLimit'), DEFAULT_HISTORY);
}

/** Argo rules 2, 4, 5 and 11, and what Argo never says of these fields. */
export function checkBase(root: Field, context: Context): void {
  const spec = root.at('spec');
  if (!spec.isObject) return;
  checkTemplate(spec, context);
  checkTimes(spec, context);
}

function checkTemplate(spec: Field, context: Context): void {
  const selector = spec.at('selector');
  const template = spec.at('template');
  if (spec.at('workloadRef').present) {
    if (!template.present) return;
    const metadata = template.at('metadata');
    const message = 'With a workloadRef the pod template comes from there.';
    const mend = 'Leave out spec.template.';
    if (metadata.at('labels').entries.length + metadata.at('annotations').entries.length > 0)
      invalid(context, 'template-beside-workload', template, message, mend);
    else context.report.unsafe('template-beside-workload', template, message, 'This one is ignored.', mend);
    return;
  }
  if (!selector.present) invalid(context, 'selector-missing', selector, says(selector), LABELS);
  else if (
    selector.isObject &&
    selector.at('matchLabels').entries.length + selector.at('matchExpressions').items.length === 0
  )
    invalid(context, 'selector-empty', selector, 'selector is empty.', LABELS);
}

function checkTimes(spec: Field, context: Context): void {
  const deadline = spec.at('progressDeadlineSeconds');
  const ready = numberOr(spec.at('minReadySeconds'), 0);
  const seconds = numberOr(deadline, DEFAULT_DEADLINE_SECONDS);
  if (seconds <= ready) {
    const message = `progressDeadlineSeconds (${seconds}) must be above minReadySeconds (${ready}).`;
    invalid(context, 'deadline-too-short', deadline, message, 'Raise progressDeadlineSeconds.');
  }
  if (!spec.at('rollbackWindow').present) return;
  const revisions = spec.at('rollbackWindow', 'revisions');
  const window = numberOr(revisions, 0);
  const kept = historyLimit(spec);
  if (window <= 0) {
    const message = says(revisions);
    const effect = 'A rollback goes through all steps.';
    context.report.unsafe('rollback-window-off', revisions, message, effect, 'Use 1 or more.');
  } else if (window > kept) {
    const message = `The window is ${window} revisions; ${kept} are kept.`;
    const effect = 'A rollback beyond them goes through all steps.';
    context.report.unsafe('rollback-window-too-long', revisions, message, effect, 'Raise revisionHistoryLimit.');
  }
}

/** Last of a Rollout's rules: what happens to the mended spec when this one was refused (Argo issue 3082). */
export function checkAbortAfterInvalidSpec(root: Field, { report }: Context): void {
  const field = root.at('spec', 'progressDeadlineAbort');
  if (field.value !== true || !report.refused) return;
  const message = 'The deadline counts the time of an invalid spec too.';
  const effect = 'The mended spec may be aborted as soon as it is applied.';
  report.advice('abort-after-invalid-spec', field, message, effect, 'Mend the spec before it is applied.');
}
