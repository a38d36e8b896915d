import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { CONTAINERS, each } from './places.ts';
import type { Pod } from './pod.ts';
import { parseQuantity } from './quantity.ts';

/** Requests and limits. */
export function checkResources(pod: Pod): void {
  const { spec, reject } = pod;
  for (const resources of each(spec, `${CONTAINERS}.resources`).concat(spec.at('resources'))) {
    for (const list of each(resources, 'limits,requests'))
      for (const [name, amount] of list.entries) checkAmount(pod, name, amount);
    for (const [name, request] of resources.at('requests').entries) {
      const asked = amountOf(request);
      const limit = amountOf(resources.at('limits', name));
      // Kubernetes compares exactly; ours are rounded in the last bit.
      const over = (asked ?? 0) / (limit ?? Number.NaN) - 1;
      const isWhole = /^hugepages-|^(?!.*kubernetes\.io\/).+\//.test(name);
      if (over > 1e-12 || (isWhole && over < -1e-12)) {
        const rule = isWhole ? 'It must equal its limit' : 'It is over its limit';
        reject('requests-over-limits', request, `${rule}.`, 'Raise the limit or lower the request.');
      }
    }
  }
  for (const size of each(spec, 'volumes.emptyDir.sizeLimit')) checkAmount(pod, '', size);
}

function amountOf({ text, number }: Field): number | null {
  return text === undefined ? (number ?? null) : parseQuantity(text);
}

function checkAmount({ reject, warn }: Pod, name: string, amount: Field): void {
  const value = amountOf(amount);
  const given = shown(amount.value);
  if (!/^(|cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/.test(name))
    reject('bad-resource-name', amount, `${shown(name)} is no resource of containers.`, 'Use cpu or memory.');
  if ((value === null && amount.text !== undefined) || (value ?? 0) < 0)
    reject('bad-quantity', amount, `${given} is no quantity.`, 'Write 500m, 1.5, 512Mi or 2G, without spaces.');
  if (name === 'memory' && value && value > 0 && value < 2 ** 20)
    warn(
      'quantity-unit',
      amount,
      `${given} are ${value} bytes.`,
      'No container starts in so little.',
      'Write Mi; "m" is a thousandth.',
    );
  if (name === 'cpu' && value && value >= 100)
    warn(
      'quantity-unit',
      amount,
      `${given} are ${value} cores.`,
      'No node has so many: pods stay Pending.',
      'Write 250m for a quarter.',
    );
}
