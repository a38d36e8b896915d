/** Whether Prometheus can read a query, and where it stops. */
import { nearestName } from '../../nearest.ts';
import type { QueryProblem } from '../validation/context.ts';
import { EFFECT } from '../validation/report.ts';
import type { Tree } from './nodes.ts';
import type { Filled } from './placeholders.ts';

/** What becomes of a query that Prometheus does not take. */
export const REFUSED: string = `Prometheus refuses the query. ${EFFECT.measurementError}`;

/** What only relatives of Prometheus read; there the query may well be right. */
const OTHER_DIALECT = /\b(?:WITH|default|keep_metric_names|ifnot|if|limit)\b|\$__\w+|\[\s*\]/;

/** The first thing that is no PromQL, or `null`. */
export function syntaxProblem(query: string, { text, placeholders }: Filled, tree: Tree): QueryProblem | null {
  if (text.trim() === '') return problem('rejected', 'The query is empty.', 'Write one.');
  let at: number | null = null;
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError && at === null) at = from;
      return at === null;
    },
  });
  if (at === null) return null;
  const near = query
    .slice(at, at + 20)
    .split('\n')[0]!
    .trim();
  const place = near === '' ? 'at its end' : `at character ${at + 1}, near ${JSON.stringify(near)}`;
  // The parser knows all functions of Prometheus; a call of another one stops it at the bracket.
  const called = /([A-Za-z_]\w*)\s*$/.exec(query.slice(0, at))?.[1];
  if (called !== undefined && query[at] === '(') {
    const nearest = nearestName(called, FUNCTIONS);
    const mend = nearest === null ? 'Look the name up for your release of Prometheus.' : `Did you mean ${nearest}?`;
    return problem('unsafe', `Prometheus knows no function ${called}.`, mend, UNLESS_OTHER);
  }
  const isSure = !placeholders.some(({ isBare }) => isBare) && !OTHER_DIALECT.test(query);
  const effect = isSure ? REFUSED : UNLESS_OTHER;
  return problem(isSure ? 'rejected' : 'unsafe', `The query is no PromQL ${place}.`, mendOf(query), effect);
}

const UNLESS_OTHER = `${REFUSED} A relative of Prometheus may take it.`;

const FUNCTIONS: readonly string[] = [
  ...[
    'rate',
    'irate',
    'increase',
    'delta',
    'deriv',
    'sum',
    'avg',
    'min',
    'max',
    'count',
    'quantile',
    'topk',
    'bottomk',
  ],
  ...[
    'histogram_quantile',
    'histogram_fraction',
    'histogram_avg',
    'clamp_min',
    'clamp_max',
    'clamp',
    'scalar',
    'vector',
  ],
  ...['absent', 'label_replace', 'label_join', 'sum_over_time', 'avg_over_time', 'min_over_time', 'max_over_time'],
  ...[
    'count_over_time',
    'quantile_over_time',
    'last_over_time',
    'absent_over_time',
    'stddev',
    'round',
    'ceil',
    'floor',
  ],
];

function problem(severity: QueryProblem['severity'], message: string, mend: string, effect = REFUSED): QueryProblem {
  return { code: 'promql-syntax', severity, message, effect, mend };
}

function mendOf(query: string): string {
  const bare = query.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/gs, '');
  if (/["'`]/.test(bare)) return 'Close the quotes.';
  for (const [open, close] of ['()', '[]', '{}'] as const) {
    const [opened, closed] = [bare.split(open!).length, bare.split(close!).length];
    if (opened !== closed) return opened > closed ? `A ${close} is missing.` : `A ${open} is missing.`;
  }
  return 'Try it in the page of your Prometheus.';
}
