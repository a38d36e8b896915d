import type { Field } from '../field.ts';
import { shown } from '../shown.ts';
import { containersOf, type Pod } from './pod.ts';
import { parseQuantity } from './quantity.ts';

const MEBIBYTE = 2 ** 20;

/** Requests and limits. */
export function checkResources(pod: Pod): void {
  const { spec, reject } = pod;
  for (const owner of [...containersOf(pod), spec]) {
    const resources = owner.at('resources');
    for (const list of ['limits', 'requests'])
      for (const [name, amount] of resources.at(list).entries) checkAmount(pod, name, amount);
    for (const [name, request] of resources.at('requests').entries) {
      const [asked, most] = [amountOf(request), amountOf(resources.at('limits', name))];
      if (asked === null || most === null) continue;
      const mend = 'Raise the limit or lower the request.';
      // Kubernetes compares exactly; ours are rounded in the last bit.
      if (asked > most * (1 + 1e-12))
        reject('requests-over-limits', request, `${shown(request.value)} is over the limit.`, mend);
      else if (isWhole(name) && asked < most * (1 - 1e-12))
        reject('requests-over-limits', request, `${name} cannot be shared: it must equal its limit.`, mend);
    }
  }
  for (const volume of spec.at('volumes').items) checkAmount(pod, '', volume.at('emptyDir', 'sizeLimit'));
}

/** Huge pages and devices are given whole. */
function isWhole(name: string): boolean {
  return name.startsWith('hugepages-') || (name.includes('/') && !name.includes('kubernetes.io/'));
}

function amountOf({ text, number }: Field): number | null {
  return text === undefined ? (number ?? null) : parseQuantity(text);
}

function checkAmount({ reject, context }: Pod, name: string, amount: Field): void {
  if (!/^(|cpu|memory|ephemeral-storage|hugepages-.+|.+\/.+)$/.test(name))
    reject('bad-resource-name', amount, `${shown(name)} is no resource of containers.`, 'Use cpu or memory.');
  const value = amountOf(amount);
  if (value === null) {
    if (amount.text !== undefined)
      reject(
        'bad-quantity',
        amount,
        `${shown(amount.text)} is no quantity.`,
        'Write 500m, 1.5, 512Mi or 2G, without spaces.',
      );
    return;
  }
  if (value < 0) reject('bad-quantity', amount, `${shown(amount.value)} is negative.`, 'Use 0 or more.');
  if (name === 'memory' && value > 0 && value < MEBIBYTE)
    context.report.unsafe(
      'quantity-unit',
      amount,
      `${shown(amount.value)} of memory is ${value} bytes.`,
      'No container starts in so little, or the scheduler takes it for nothing.',
      'Write Mi or Gi; "m" is a thousandth.',
    );
  if (name === 'cpu' && value >= 100)
    context.report.unsafe(
      'quantity-unit',
      amount,
      `${shown(amount.value)} are ${value} whole cores.`,
      'No node has that many: the pods stay Pending.',
      'Write thousandths with m, as in 250m.',
    );
}
