/** Finds what Prometheus would refuse in a query, and what makes it useless for a canary. */
import { parser } from '@prometheus-io/lezer-promql';
import type { QueryCheck, QueryProblem } from '../validation/context.ts';
import { EFFECT } from '../validation/report.ts';
import { namesCohort } from './cohort.ts';
import { needsTwoSamples, takesRange } from './functions.ts';
import { expressionsOf, firstExpression, firstOf, isAskedFor, nameOf, type SyntaxNode, WRAPPERS } from './nodes.ts';
import { type Filled, fillPlaceholders } from './placeholders.ts';
import { REFUSED, syntaxProblem } from './syntax.ts';

/** A query longer than this was made by a program. */
const LONGEST = 16_384;
/** Two samples need twice the interval at which Prometheus scrapes; 30 s is what most have, 60 s is its default. */
const SHORTEST_SECONDS = 60;
const UNIT_SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

const OPERATOR = 'An operator';

/** What an expression gives. */
type Result = 'scalar' | 'string' | 'instant' | 'range' | 'unknown';

/**
 * Reads a PromQL query for `validate` and the builders: syntax, ranges, counters without a rate, and whether it looks at
 * canary or stable pods at all. `{{args.x}}` may stand anywhere. Pure; never throws.
 */
export const checkPromql: QueryCheck = (query, { rangeQuery }) => {
  if (query.length > LONGEST) {
    const message = `The query has ${query.length} characters, and was not read.`;
    return [
      {
        code: 'promql-syntax',
        severity: 'advice',
        message,
        effect: 'It was not checked.',
        mend: 'Make it shorter, by a recording rule.',
      },
    ];
  }
  const filled = fillPlaceholders(query);
  const tree = parser.parse(filled.text);
  const broken = syntaxProblem(query, filled, tree);
  if (broken !== null) return [broken];
  return new Reader(query, filled, rangeQuery).read(tree.topNode);
};

class Reader {
  readonly #query: string;
  readonly #filled: Filled;
  readonly #rangeQuery: boolean;
  readonly #problems: QueryProblem[] = [];
  #selects = false;
  #hasCohort = false;

  constructor(query: string, filled: Filled, rangeQuery: boolean) {
    this.#query = query;
    this.#filled = filled;
    this.#rangeQuery = rangeQuery;
  }

  read(root: SyntaxNode): readonly QueryProblem[] {
    const cursor = root.cursor();
    do this.#visit(cursor.node);
    while (cursor.next());
    const expression = firstExpression(root);
    if (expression !== null) this.#whole(expression);
    if (this.#selects && !this.#hasCohort) {
      const effect = 'A bad canary is averaged with the stable pods, and may pass.';
      const mend = 'Match a label that only the canary has, such as rollouts_pod_template_hash="{{args.canary-hash}}".';
      this.#tell('promql-no-cohort', 'advice', 'The query selects canary and stable pods alike.', effect, mend);
    }
    return this.#problems;
  }

  /** The query's own result. */
  #whole(expression: SyntaxNode): void {
    const result = this.#resultOf(expression);
    if (result === 'string') {
      const effect = `The provider knows no texts. ${EFFECT.measurementError}`;
      this.#tell(
        'promql-syntax',
        'rejected',
        'The query gives a text.',
        effect,
        'Write an expression that gives numbers.',
      );
    }
    if (result !== 'range') return;
    const mend = `Take one number of the range, such as ${exampleRate(this.#text(expression))}.`;
    if (this.#rangeQuery) {
      this.#tell(
        'promql-range',
        'rejected',
        'The query gives ranges, and rangeQuery makes them itself.',
        REFUSED,
        mend,
      );
    } else {
      const effect = 'result holds every sample of every series of that time.';
      this.#tell('promql-range', 'advice', 'The query gives ranges of samples, and no single values.', effect, mend);
    }
  }

  #visit(node: SyntaxNode): void {
    if (node.name === 'FunctionCall' || node.name === 'AggregateExpr') this.#call(node, nameOf(this.#text(node)));
    else if (node.name === 'BinaryExpr') this.#operands(node, OPERATOR);
    else if (node.name === 'VectorSelector') this.#selector(node);
  }

  #call(node: SyntaxNode, name: string): void {
    // The name is an arg.
    if (name === '') return;
    const body = node.getChild('FunctionCallBody');
    if (!takesRange(name)) {
      this.#operands(body, `${name}()`);
      return;
    }
    const args = expressionsOf(body);
    const results = args.map((arg) => this.#resultOf(arg));
    const range = args[results.indexOf('range')];
    if (range === undefined) {
      if (args.length === 0 || results.includes('unknown')) return;
      const given = this.#text(args.at(-1)!);
      const mend = `Write the time behind the selector, such as ${/^[\w:]+$/.test(given) ? given : 'x'}[5m].`;
      this.#tell('promql-range', 'rejected', `${name}() takes a range of samples, and gets none.`, REFUSED, mend);
      return;
    }
    const seconds = needsTwoSamples(name) ? this.#rangeSeconds(range) : null;
    if (seconds === null || seconds >= SHORTEST_SECONDS) return;
    const effect = 'With fewer than two samples in the range it gives nothing, and result is empty.';
    const mend = 'Give at least four times the scrape interval of your Prometheus, such as [2m].';
    this.#tell('promql-range', 'advice', `${name}() looks at ${seconds} s only.`, effect, mend);
  }

  /** Ranges where values are wanted, and texts where numbers are. */
  #operands(node: SyntaxNode | null, who: string): void {
    const operands = expressionsOf(node);
    const results = operands.map((operand) => this.#resultOf(operand));
    if (who === OPERATOR && results.includes('string')) {
      const mend = 'Compare labels in the braces of a selector.';
      this.#tell('promql-syntax', 'rejected', `${who} takes no text.`, REFUSED, mend);
    }
    const range = operands[results.indexOf('range')];
    if (range === undefined) return;
    const mend = `Take one number of the range first, such as ${exampleRate(this.#text(range))}.`;
    this.#tell('promql-range', 'rejected', `${who} takes no range of samples.`, REFUSED, mend);
  }

  #selector(node: SyntaxNode): void {
    if (this.#isFilled(node)) return;
    this.#selects = true;
    this.#hasCohort ||= namesCohort(this.#text(node));
    const name = node.getChild('Identifier');
    const counter = name === null ? null : this.#text(name);
    if (counter === null || !/_(?:total|bucket)$/.test(counter) || isAskedFor(node, (one) => this.#text(one))) return;
    const effect = 'It only grows, since long before the canary: the condition judges the age of the pods.';
    const mend = `Write rate(${counter}[5m]) or increase(${counter}[5m]).`;
    this.#tell(
      'promql-no-rate',
      'unsafe',
      `${counter} is a counter by its name, and is read without a rate.`,
      effect,
      mend,
    );
  }

  #rangeSeconds(node: SyntaxNode): number | null {
    const selector = node.name === 'MatrixSelector' ? node : firstOf(node, 'MatrixSelector');
    const duration = selector?.getChild('DurationExpr') ?? null;
    if (duration === null || this.#isFilled(duration)) return null;
    const text = this.#text(duration).trim();
    if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return null;
    const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNIT_SECONDS[unit!]!, 0);
  }

  #resultOf(node: SyntaxNode): Result {
    let at: SyntaxNode | null = node;
    while (at !== null && WRAPPERS.has(at.name)) at = firstExpression(at);
    if (at === null || this.#isFilled(at)) return 'unknown';
    if (at.name === 'MatrixSelector' || at.name === 'SubqueryExpr') return 'range';
    if (at.name === 'StringLiteral') return 'string';
    return at.name === 'NumberDurationLiteral' ? 'scalar' : 'instant';
  }

  /** Whether a placeholder stands for all of it, or for a part that decides what it is. */
  #isFilled({ from, to }: SyntaxNode): boolean {
    return this.#filled.placeholders.some((one) => one.isBare && one.from <= from && to <= one.to);
  }

  #text({ from, to }: SyntaxNode): string {
    return this.#query.slice(from, to);
  }

  #tell(
    code: QueryProblem['code'],
    severity: QueryProblem['severity'],
    message: string,
    effect: string,
    mend: string,
  ): void {
    // The same slip in both halves of a fraction is one slip.
    if (this.#problems.some((one) => one.code === code && one.message === message)) return;
    this.#problems.push({ code, severity, message, effect, mend });
  }
}

/** How a range becomes a number, in a few words. */
function exampleRate(range: string): string {
  const text = range.replace(/\s+/g, ' ');
  return `rate(${text.length > 60 ? 'x[5m]' : text})`;
}
