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
      // Kubernetes compares exactly; ours are rounded in the last bit. Without a limit this is NaN.
      const over = amountOf(request) / amountOf(resources.at('limits', name)) - 1;
      // Huge pages and devices are not shared.
      const isWhole = /^hugepages-|^[^/]+(?<!kubernetes\.io)\//.test(name);
      if (over > 1e-12 || (isWhole && over < -1e-12)) {
        const rule = `${isWhole ? 'differs from' : 'is above'} the limit of ${String(resources.at('limits', name).value)}`;
        reject(
          'requests-over-limits',
          request,
          `The request of ${String(request.value)} ${rule}.`,
          'Mend one of the two.',
        );
      }
    }
  }
  for (const size of each(spec, 'volumes.emptyDir.sizeLimit')) checkAmount(pod, '', size);
}

/** NaN when it is no quantity. */
function amountOf({ value }: Field): number {
  return (
    parseQuantity(typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '') ?? Number.NaN
  );
}

function checkAmount({ reject, warn }: Pod, name: string, amount: Field): void {
  const value = amountOf(amount);
  const given = shown(amount.value);
  if (!/^(|cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/.test(name))
    reject('bad-resource-name', amount, `Containers have no ${shown(name)}.`, 'Use cpu or memory.');
  if (!(value >= 0) && typeof amount.value !== 'object' && typeof amount.value !== 'boolean')
    reject('bad-quantity', amount, `${given} is no quantity.`, 'Write 500m, 1.5, 512Mi or 2G.');
  if (name === 'memory' && value > 0 && value < 2 ** 20)
    warn(
      'quantity-unit',
      amount,
      `${given} is ${value} bytes.`,
      'No container starts in so little.',
      'Write Mi, not "m".',
    );
  if (name === 'cpu' && value >= 100)
    warn(
      'quantity-unit',
      amount,
      `${given} is ${value} cores.`,
      'No node has so many: pods stay Pending.',
      'Write 250m.',
    );
}
