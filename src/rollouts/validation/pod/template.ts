/**
 * Argo rule 7: the pod template of a Rollout passes Kubernetes' own checks of a ReplicaSet's template, after Kubernetes'
 * defaults (Argo: validation.go; Kubernetes: pkg/apis/core/validation/validation.go). The same for the templates of an
 * Experiment, whose ReplicaSets the API server checks.
 */
import type { Context, Rule } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { EFFECT } from '../report.ts';
import { badLabels } from '../shape/labels.ts';
import { checkAdvice } from './advice.ts';
import { checkContainers, checkOthers, checkVolumes } from './cross.ts';
import type { Pod } from './pod.ts';
import { checkResources } from './resources.ts';
import { checkSimple } from './simple.ts';

/** Checks the pod templates of a Rollout or an Experiment. */
export const podTemplates: Rule = (root: Field, context: Context): void => {
  const spec = root.at('spec');
  if (context.self.ref.kind === 'Experiment') {
    const effect = 'The API server refuses its ReplicaSet, and the experiment ends in Error.';
    for (const one of spec.at('templates').items)
      if (one.at('template').present) checkTemplate(one.at('template'), one.at('selector'), context, effect);
    // With workloadRef the template comes from elsewhere.
  } else if (spec.present && !spec.at('workloadRef').present)
    checkTemplate(spec.at('template'), spec.at('selector'), context, EFFECT.invalidSpec);
};

function checkTemplate(template: Field, selector: Field, { report, target }: Context, effect: string): void {
  const spec = template.at('spec');
  // Of another type: the schema says so.
  if ([template, spec].some(({ present, isObject }) => present && !isObject)) return;
  const pod: Pod = {
    spec,
    target,
    reject: (code, at, message, mend, argoPath) => report.rejected(code, at, message, effect, mend, argoPath),
    warn: report.unsafe.bind(report),
    advise: report.advice.bind(report),
  };
  checkLabels(pod, template, selector);
  checkSimple(pod);
  checkContainers(pod);
  checkVolumes(pod);
  checkResources(pod);
  checkOthers(pod);
  checkAdvice(pod);
}

function checkLabels({ reject }: Pod, template: Field, selector: Field): void {
  const metadata = template.at('metadata');
  // Kubernetes leaves `metadata` out of the paths of a template.
  for (const [at, message, mend] of badLabels(metadata))
    reject('bad-label', at, message, mend, pathText([...template.path, at.path.at(-2)!]));
  const labels = metadata.at('labels');
  const missed = unmatched(selector, labels);
  if (missed !== undefined) {
    const message = `The labels do not match ${missed} of ${pathText(selector.path)}.`;
    reject(
      'selector-mismatch',
      labels,
      message,
      'Give the pods that label; the selector of a live Rollout cannot change.',
    );
  }
}

/** The first term of a label selector that labels do not meet. */
function unmatched(selector: Field, labels: Field): string | undefined {
  for (const [key, { text }] of selector.at('matchLabels').entries)
    if (text !== undefined && labels.at(key).text !== text) return `${key}=${text}`;
  for (const term of selector.at('matchExpressions').items) {
    const key = term.at('key').text ?? '';
    const operator = term.at('operator').text ?? '';
    const label = labels.at(key);
    const listed = label.present && term.at('values').items.some(({ value }) => value === label.value);
    const met: Readonly<Record<string, boolean>> = {
      In: listed,
      NotIn: !listed,
      Exists: label.present,
      DoesNotExist: !label.present,
    };
    if (Object.hasOwn(met, operator) && !met[operator]) return `${key} ${operator}`;
  }
  return undefined;
}
