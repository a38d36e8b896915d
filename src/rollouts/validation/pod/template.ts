/**
 * Argo rule 7: the pod template of a Rollout passes Kubernetes' own checks of a ReplicaSet's template, after Kubernetes'
 * defaults (Argo: validation.go; Kubernetes: pkg/apis/core/validation/validation.go). The same for the templates of an
 * Experiment, whose ReplicaSets the API server checks.
 */
import type { Context, Rule } from '../context.ts';
import { type Field, pathText } from '../field.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue } from '../syntax.ts';
import { checkAdvice } from './advice.ts';
import { checkContainers } from './containers.ts';
import { checkWord, type Pod } from './pod.ts';
import { checkResources } from './resources.ts';
import { checkScheduling } from './scheduling.ts';
import { checkSecurity } from './security.ts';
import { checkVolumes } from './volumes.ts';

/** Checks the pod templates of a Rollout or an Experiment. */
export const podTemplates: Rule = (root: Field, context: Context): void => {
  const spec = root.at('spec');
  if (context.self.ref.kind === 'Rollout') {
    // With workloadRef the template comes from elsewhere.
    if (isObject(spec) && !spec.at('workloadRef').present)
      checkTemplate(spec.at('template'), spec.at('selector'), context, EFFECT.invalidSpec);
  } else {
    const effect = 'The API server refuses its ReplicaSet, and the experiment ends in Error.';
    for (const one of spec.at('templates').items)
      if (one.at('template').present) checkTemplate(one.at('template'), one.at('selector'), context, effect);
  }
};

function isObject({ value }: Field): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkTemplate(template: Field, selector: Field, context: Context, effect: string): void {
  const spec = template.at('spec');
  // Of another type: the schema says so.
  if ([template, spec].some((field) => field.present && !isObject(field))) return;
  const pod: Pod = {
    context,
    template,
    spec,
    reject(code, at, message, mend, argoPath) {
      context.report.rejected(code, at, message, effect, mend, argoPath);
    },
  };
  checkLabels(pod, selector);
  checkSpec(pod);
  checkVolumes(pod);
  checkContainers(pod);
  checkResources(pod);
  checkScheduling(pod);
  checkSecurity(pod);
  checkAdvice(pod);
}

function checkLabels(pod: Pod, selector: Field): void {
  const labels = pod.template.at('metadata', 'labels');
  const annotations = pod.template.at('metadata', 'annotations');
  const mend = 'Use at most 63 letters, digits, "-", "_" and ".", begun and ended by a letter or digit.';
  for (const map of [labels, annotations]) {
    for (const [key, value] of map.entries) {
      // Kubernetes leaves `metadata` out of the paths of a template.
      const argoPath = pathText([...pod.template.path, map === labels ? 'labels' : 'annotations']);
      if (!isLabelKey(map === labels ? key : key.toLowerCase()))
        pod.reject('bad-label', value, `The key ${shown(key)} is no label name.`, mend, argoPath);
      else if (map === labels && value.text !== undefined && !isLabelValue(value.text))
        pod.reject('bad-label', value, `${shown(value.text)} is no value of a label.`, mend, argoPath);
    }
  }
  const missed = unmatched(selector, (key) => labels.at(key).text);
  if (missed !== undefined) {
    const [term, path] = missed;
    const advice = `Give the pods that label, or mend the selector (it cannot be changed on a live object).`;
    pod.reject('selector-mismatch', labels, `The labels do not match ${term} of ${pathText(path)}.`, advice);
  }
}

/** The first term of a label selector that labels do not meet, and where the selector is. */
function unmatched(selector: Field, labelOf: (key: string) => string | undefined): [string, Field['path']] | undefined {
  for (const [key, { text }] of selector.at('matchLabels').entries)
    if (text !== undefined && labelOf(key) !== text) return [`${key}=${text}`, selector.path];
  for (const term of selector.at('matchExpressions').items) {
    const key = term.at('key').text;
    const operator = term.at('operator').text;
    if (key === undefined || operator === undefined) continue;
    const label = labelOf(key);
    const listed = term.at('values').items.some((value) => value.value === label);
    const met = { In: listed, NotIn: !listed, Exists: label !== undefined, DoesNotExist: label === undefined };
    if (Object.hasOwn(met, operator) && !met[operator as keyof typeof met])
      return [`${key} ${operator}`, selector.path];
  }
  return undefined;
}

function checkSpec(pod: Pod): void {
  const { spec, reject, context } = pod;
  const { report } = context;
  if (spec.at('restartPolicy').text && spec.at('restartPolicy').text !== 'Always')
    reject('restart-policy', spec.at('restartPolicy'), 'Pods of a ReplicaSet are always restarted.', 'Leave it out.');
  if (spec.at('activeDeadlineSeconds').present)
    reject(
      'active-deadline',
      spec.at('activeDeadlineSeconds'),
      'Pods of a ReplicaSet have no deadline.',
      'Leave it out.',
    );
  if (spec.at('ephemeralContainers').items.length > 0)
    reject(
      'ephemeral-containers',
      spec.at('ephemeralContainers'),
      'A template has no ephemeral containers.',
      'Leave it out.',
    );
  for (const [key, isName] of [
    ['serviceAccountName', isDnsSubdomain],
    ['priorityClassName', isDnsSubdomain],
    ['hostname', isDnsLabel],
    ['subdomain', isDnsLabel],
  ] as const) {
    const { text } = spec.at(key);
    if (text && !isName(text))
      reject('bad-name', spec.at(key), `${shown(text)} is no DNS name.`, 'Use lower-case letters, digits and "-".');
  }
  checkWord(pod, spec.at('dnsPolicy'), 'ClusterFirst|ClusterFirstWithHostNet|Default|None');
  checkWord(pod, spec.at('preemptionPolicy'), 'PreemptLowerPriority|Never');
  if (spec.at('dnsPolicy').text === 'None' && spec.at('dnsConfig', 'nameservers').items.length === 0)
    reject(
      'dns-without-servers',
      spec.at('dnsPolicy'),
      'dnsPolicy None needs nameservers.',
      'Give dnsConfig.nameservers.',
    );
  const grace = spec.at('terminationGracePeriodSeconds');
  if (grace.number !== undefined && grace.number < 0)
    report.unsafe(
      'grace-period',
      grace,
      `A grace period of ${grace.number} s is none.`,
      'The pods are killed almost at once, with the requests that they serve.',
      'Give at least the seconds that a request and the preStop hook take.',
    );
}
