/** What a step of a canary says (Argo: validation.go, ValidateRolloutStrategyCanary). */
import { parseGoDuration } from '../../../duration.ts';
import { NEVER_MADE } from '../analysis/uses.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { isLabelKey } from '../syntax.ts';
import { checkRoutes } from './routes.ts';
import { invalid, numberOr, STEP_KINDS, says } from './strategy.ts';

/** Kinds of which Argo counts how many a step has; of the others it takes the first and forgets the rest. */
const COUNTED: readonly string[] = ['setWeight', 'pause', 'experiment', 'analysis'];
const LONGEST_PAUSE_SECONDS = 2 ** 31 - 1;

/** Argo rules 31 to 34 and 45, those of routes, and what Argo never says of a step. */
export function checkSteps(root: Field, context: Context): void {
  const canary = root.at('spec', 'strategy', 'canary');
  const most = numberOr(canary.at('trafficRouting', 'maxTrafficWeight'), 100);
  for (const step of canary.at('steps').items) {
    if (!step.isObject) continue;
    checkKinds(step, context);
    const weight = step.at('setWeight');
    if ((weight.number ?? 0) < 0 || (weight.number ?? 0) > most)
      invalid(context, 'weight-out-of-range', weight, says(weight), `Use 0 to ${most}.`);
    checkPause(step.at('pause', 'duration'), context);
    checkCanaryScale(step.at('setCanaryScale'), context);
    for (const args of [
      step.at('analysis', 'args'),
      ...step.at('experiment', 'analyses').items.map((one) => one.at('args')),
    ])
      checkFieldPaths(args, root, context, `spec.strategy.steps[${String(step.path.at(-1))}].analyses`);
  }
  for (const args of [
    canary.at('analysis', 'args'),
    root.at('spec', 'strategy', 'blueGreen', 'prePromotionAnalysis', 'args'),
    root.at('spec', 'strategy', 'blueGreen', 'postPromotionAnalysis', 'args'),
  ])
    checkFieldPaths(args, root, context, null);
  checkRoutes(canary, context);
}

function checkKinds(step: Field, context: Context): void {
  const kinds = STEP_KINDS.filter((kind) => step.at(kind).present);
  if (kinds.length === 0) {
    const mend = `Write one of ${STEP_KINDS.join(', ')}.`;
    invalid(context, 'step-empty', step, 'The step does nothing.', mend);
  }
  if (kinds.length < 2) return;
  const message = `The step has ${kinds.join(' and ')}.`;
  const mend = 'Make a step of each.';
  if (kinds.filter((kind) => COUNTED.includes(kind)).length > 1)
    invalid(context, 'step-mixes-kinds', step, message, mend);
  else {
    const effect = `It is over when ${kinds[0]} is; the rest may be skipped.`;
    context.report.unsafe('step-mixes-kinds', step, message, effect, mend);
  }
}

/** Seconds of a pause as Argo reads them: whole seconds, in digits or as a Go duration. `null` where it cannot. */
function pauseSeconds(duration: Field): number | null {
  const { text, number } = duration;
  if (number !== undefined) return number;
  if (text === undefined) return null;
  // More than 32 bits of digits are no number to Argo, and no duration either.
  if (/^[-+]?\d+$/.test(text)) return Math.abs(Number(text)) > LONGEST_PAUSE_SECONDS ? null : Number(text);
  const seconds = parseGoDuration(text);
  return seconds === null ? null : Math.trunc(seconds);
}

function checkPause(duration: Field, context: Context): void {
  const { text } = duration;
  if (text === undefined && duration.number === undefined) return;
  const seconds = pauseSeconds(duration);
  if (seconds === null || seconds < 0) {
    const message = says(duration);
    invalid(context, 'pause-invalid', duration, message, 'Write seconds, or "90s", "5m", "24h".');
  } else if (seconds === 0 && text !== undefined && /[1-9]/.test(text)) {
    const effect = 'Argo counts whole seconds.';
    context.report.unsafe('pause-invalid', duration, says(duration), effect, 'Write at least "1s".');
  } else if (seconds > LONGEST_PAUSE_SECONDS) {
    const effect = 'The seconds may turn negative, which is refused.';
    context.report.unsafe('pause-invalid', duration, says(duration), effect, 'Leave out the duration.');
  }
}

function checkCanaryScale(scale: Field, { report }: Context): void {
  if (!scale.isObject) return;
  const given = ['matchTrafficWeight', 'replicas', 'weight'].filter((name) => {
    const field = scale.at(name);
    return field.present && field.value !== false;
  });
  if (given.length === 0) {
    const effect = 'The step changes nothing.';
    report.unsafe('canary-scale-unclear', scale, says(scale), effect, 'Write weight or replicas.');
  } else if (given.length > 1) {
    const message = `It has ${given.join(' and ')}.`;
    report.unsafe('canary-scale-unclear', scale, message, `Only ${given[0]} counts.`, 'Keep one.');
  }
}

/** @param argoPath - where Argo reports a wrong one; `null` where it does not look. */
function checkFieldPaths(args: Field, root: Field, context: Context, argoPath: string | null): void {
  for (const arg of args.items) {
    const field = arg.at('valueFrom', 'fieldRef', 'fieldPath');
    const { text } = field;
    if (text === undefined || !text.startsWith('metadata')) continue;
    const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/s.exec(text) ?? [];
    if (map === undefined || key === undefined) {
      if (/^metadata\.(name|namespace|uid|labels|annotations)$/.test(text)) continue;
    } else if (isLabelKey(map === 'labels' ? key : key.toLowerCase())) {
      // Argo and its tools add theirs later.
      if (root.at('metadata', map, key).present || /argoproj\.io\/|^app\.kubernetes\.io\/instance$/.test(key)) continue;
      const message = `The Rollout has no ${map} ${shown(key)}.`;
      context.report.advice('field-path-invalid', field, message, 'The argument is empty.', 'Add it to the Rollout.');
      continue;
    }
    const message = says(field);
    const mend = "Use metadata.name, .namespace, .uid, .labels['key'] or .annotations['key'].";
    if (argoPath !== null) invalid(context, 'field-path-invalid', field, message, mend, argoPath);
    else context.report.rejected('field-path-invalid', field, message, NEVER_MADE, mend);
  }
}
