/** Weights of a canary, in percent. */
import type { OptionCheck } from '../options.ts';

/** A list of weights that ascend, each a whole percentage from 1 to 99: what rollout controllers take. */
export function checkedWeights(check: OptionCheck, path: string, weights: readonly number[]): readonly number[] {
  if (!Array.isArray(weights) || weights.length === 0) {
    check.fail(path, weights, 'Give at least one weight in percent, such as 5.');
  }
  // Not by `forEach`, which would leave out holes.
  [...weights].forEach((weight, i) => {
    check.number(`${path}[${i}]`, weight ?? null, 0, { min: 1, max: 99, integer: true });
    if (i > 0 && weight <= weights[i - 1]!) {
      check.fail(`${path}[${i}]`, weight, `Weights must ascend: the one before it is ${weights[i - 1]}.`);
    }
  });
  return weights;
}
