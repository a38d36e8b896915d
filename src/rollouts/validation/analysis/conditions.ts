/** Conditions of a metric: whether there are any, whether the provider evaluates them, and what they say (Argo rule 93). */
import { checkExpression, type ExpressionUse } from '../../expression/check.ts';
import { resultTypeOf } from '../../expression/provider-results.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { knownText, type Resolve } from './values.ts';

/** A quotient is NaN where both sides are 0, a quantile where there was no traffic; of other queries NaN is no news. */
const CAN_BE_NAN = /\/|histogram_quantile/;

/** Reports missing, useless and wrong conditions of one metric, and what its query's own language says of it. */
export function checkConditions(metric: Field, resolve: Resolve, context: Context): void {
  const provider = metric.at('provider');
  const [name, second] = provider.entries.map(([key]) => key);
  const conditions = [metric.at('successCondition'), metric.at('failureCondition')].filter(({ text }) => text);
  if (name === 'kayenta' || name === 'job') {
    const effect = name === 'job' ? 'Only the outcome of the Job counts.' : 'Only threshold counts.';
    for (const at of conditions) {
      const message = `The provider ${name} evaluates no condition.`;
      context.report.unsafe('condition-ignored', at, message, effect, 'Remove it.');
    }
  }
  checkQueries(provider, resolve, context);
  const result = second === undefined ? resultTypeOf(provider, context.target) : null;
  if (result === null) return;
  if (conditions.length === 0) {
    const message = 'There is no successCondition and no failureCondition.';
    context.report.unsafe('no-condition', metric, message, 'Every value is a success.', 'Add one of them.');
  }
  // A successCondition fails on NaN, which is the safe side; a failureCondition alone passes.
  const passes = conditions.length === 1 && CAN_BE_NAN.test(provider.at(name!, 'query').text ?? '');
  let said = false;
  for (const at of conditions) {
    const role = passes && at.path.at(-1) === 'failureCondition' ? 'failure-only' : 'both';
    // What no data does to the one condition it does to the other: one measurement evaluates both.
    said = checkSource(at, { kind: 'condition', result, role }, resolve, context, said);
  }
}

/** @param said - whether it is said already what no data does. @returns whether it is now. */
function checkSource(
  at: Field,
  use: ExpressionUse,
  resolve: Resolve,
  { target, report, expressions }: Context,
  said = false,
): boolean {
  if (!at.text) return said;
  // Args that are not known yet are one unknown word each.
  const source = resolve(at.text) ?? at.text;
  // Templates are copied: most conditions are there many times.
  const key = JSON.stringify([source, use]);
  const problems = expressions.get(key) ?? checkExpression(source, use, target);
  expressions.set(key, problems);
  for (const problem of problems) {
    if (said && problem.code === 'expression-no-data') continue;
    report.pass(problem, at, problem.offset > 0 ? `At character ${problem.offset + 1}: ` : '');
  }
  return said || problems.some(({ code }) => code === 'expression-no-data');
}

function checkQueries(provider: Field, resolve: Resolve, context: Context): void {
  const prometheus = provider.at('prometheus');
  const range = prometheus.at('rangeQuery');
  for (const name of ['start', 'end']) checkSource(range.at(name), { kind: 'time' }, resolve, context);
  const query = prometheus.at('query');
  const text = knownText(query, resolve) ?? query.text;
  if (!text || context.promql === null) return;
  for (const problem of context.promql(text, { rangeQuery: range.present })) context.report.pass(problem, query);
}
