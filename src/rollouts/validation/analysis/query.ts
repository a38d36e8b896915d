import type { Context } from '../context.ts';
import type { Field } from '../field.ts';

/** Reports what the given reader of PromQL says of a metric's query; without one, queries are not read. */
export function checkQuery(metric: Field, { promql, report }: Context): void {
  const provider = metric.at('provider', 'prometheus');
  const query = provider.at('query');
  if (promql === null || !query.text) return;
  for (const problem of promql(query.text, { rangeQuery: provider.at('rangeQuery').present })) {
    const { code, severity, message, effect, mend } = problem;
    report[severity](code, query, message, effect, mend);
  }
}
