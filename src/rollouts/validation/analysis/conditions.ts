/** Conditions of a metric: whether there are any, whether the provider evaluates them, and what they say (Argo rule 93). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { knownText, type Resolve } from './values.ts';

/** A quotient is NaN where both sides are 0, a quantile where there was no traffic. */
const CAN_BE_NAN = /\/|histogram_quantile/;

/** Reports missing and useless conditions of one metric. */
export function checkConditions(metric: Field, resolve: Resolve, { report }: Context): void {
  const names = ['successCondition', 'failureCondition'] as const;
  const [success, failure] = names.map((name) => (metric.at(name).text ? metric.at(name) : null));
  const providers = metric.at('provider').entries.map(([name]) => name);
  const provider = providers.length === 1 ? providers[0]! : null;
  if (provider === 'kayenta' || provider === 'job') {
    for (const condition of [success, failure]) {
      if (!condition) continue;
      const message = `The provider ${provider} evaluates no condition.`;
      const effect = provider === 'job' ? 'Only the outcome of the Job counts.' : 'Only threshold counts.';
      report.unsafe('condition-ignored', condition, message, effect, 'Remove the condition.');
    }
    return;
  }
  if (provider === null || provider === 'plugin') return;
  if (!success && !failure) {
    const mend = 'Add a successCondition, such as result[0] < 0.01.';
    const message = 'There is neither a successCondition nor a failureCondition.';
    report.unsafe('no-condition', metric, message, 'Every measured value is a success.', mend);
  }
  const condition = success || !failure ? null : knownText(failure, resolve);
  const query = knownText(metric.at('provider', 'prometheus', 'query'), resolve) ?? '';
  if (condition !== null && CAN_BE_NAN.test(query) && !/isNaN|!\s*\(|not\s*\(/.test(condition)) {
    const message = 'The only condition is a failureCondition, and without traffic the query gives NaN.';
    const effect = 'NaN fails no comparison: a canary without traffic passes.';
    const mend = 'Add "|| isNaN(result[0])", or a successCondition.';
    report.unsafe('nan-passes', failure!, message, effect, mend);
  }
}
