import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { isLabelKey, isLabelValue } from '../syntax.ts';
import { checkWord, type Pod } from './pod.ts';

const SOFT = 'preferredDuringSchedulingIgnoredDuringExecution';
const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Where pods may run: tolerations, spread, affinity. */
export function checkScheduling(pod: Pod): void {
  const { spec } = pod;
  for (const toleration of spec.at('tolerations').items) checkToleration(pod, toleration);
  checkSpread(pod);
  for (const [key, value] of spec.at('nodeSelector').entries)
    if (!isLabelKey(key) || (value.text !== undefined && !isLabelValue(value.text)))
      pod.reject('bad-label', value, `${shown(`${key}=${value.text}`)} is no label.`, 'Write it as the node has it.');
  for (const kind of ['nodeAffinity', 'podAffinity', 'podAntiAffinity']) {
    const affinity = spec.at('affinity', kind);
    for (const term of affinity.at(SOFT).items) {
      const weight = term.at('weight');
      if (weight.number !== undefined && !(weight.number >= 1 && weight.number <= 100))
        pod.reject('bad-affinity', weight, `${weight.number} is no weight.`, 'Use 1 to 100.');
      checkTopologyKey(pod, term.at('podAffinityTerm', 'topologyKey'));
    }
    if (kind === 'nodeAffinity') {
      const terms = affinity.at(HARD, 'nodeSelectorTerms');
      if (affinity.at(HARD).present && Array.isArray(terms.value ?? []) && terms.items.length === 0)
        pod.reject('bad-affinity', terms, 'It has no term.', 'Give at least one.');
    } else for (const term of affinity.at(HARD).items) checkTopologyKey(pod, term.at('topologyKey'));
  }
}

function checkTopologyKey({ reject }: Pod, key: Field): void {
  if (key.text !== undefined && !isLabelKey(key.text))
    reject('bad-affinity', key, `${shown(key.text)} is no topology.`, 'Use a label of nodes: kubernetes.io/hostname.');
}

function checkToleration(pod: Pod, toleration: Field): void {
  const { reject } = pod;
  const [key, value, effect] = ['key', 'value', 'effect'].map((name) => toleration.at(name).text);
  const operator = toleration.at('operator');
  checkWord(pod, operator, 'Exists|Equal|Gt|Lt');
  checkWord(pod, toleration.at('effect'), 'NoSchedule|PreferNoSchedule|NoExecute');
  if (!key && operator.text !== 'Exists' && typeof toleration.value === 'object')
    reject('bad-toleration', operator, 'Without a key only Exists is possible.', 'Give the key of the taint.');
  if (key && !isLabelKey(key))
    reject('bad-toleration', toleration.at('key'), `${shown(key)} is no key.`, 'Write it as the taint has it.');
  if (operator.text === 'Exists' && value)
    reject('bad-toleration', toleration.at('value'), 'Exists takes no value.', 'Leave it out, or use Equal.');
  if (toleration.at('tolerationSeconds').present && effect !== 'NoExecute')
    reject(
      'bad-toleration',
      toleration.at('effect'),
      'tolerationSeconds is for NoExecute only.',
      'Leave the seconds out.',
    );
}

function checkSpread(pod: Pod): void {
  const { spec, reject } = pod;
  const seen = new Set<string>();
  for (const spread of spec.at('topologySpreadConstraints').items) {
    const [skew, domains, unmet] = [spread.at('maxSkew'), spread.at('minDomains'), spread.at('whenUnsatisfiable')];
    checkWord(pod, unmet, 'DoNotSchedule|ScheduleAnyway');
    for (const field of [skew, domains])
      if (field.number !== undefined && field.number < 1)
        reject('bad-spread', field, `${field.number} is too low.`, 'Use 1 or more.');
    if (domains.present && unmet.text === 'ScheduleAnyway')
      reject('bad-spread', domains, 'minDomains needs DoNotSchedule.', 'Leave it out.');
    const topology = spread.at('topologyKey');
    if (topology.text === '')
      reject('bad-spread', topology, 'It has no topology.', 'Use a label of nodes: topology.kubernetes.io/zone.');
    const key = JSON.stringify([topology.value, unmet.value]);
    if (topology.text && seen.has(key))
      reject('bad-spread', spread, 'The same constraint is there twice.', 'Keep one.');
    seen.add(key);
  }
}
