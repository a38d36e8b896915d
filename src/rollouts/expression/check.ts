/** What is wrong with a condition of a metric, or with a time of a range query, before anything is measured. */
import type { ExpressionCode } from '../validation/codes/expression.ts';
import type { ArgoTarget, Severity } from '../validation/finding.ts';
import { EFFECT } from '../validation/report.ts';
import { type Inference, infer } from './infer.ts';
import { parseExpression } from './parse.ts';
import { type Expression, ExpressionError, grammarOf } from './syntax.ts';
import { type Case, casesOf, typeName, type Value, type ValueType } from './value-type.ts';

/** One thing that is wrong with an expression. */
export interface ExpressionProblem {
  readonly code: ExpressionCode;
  /** `rejected` only where Argo can never evaluate it. */
  readonly severity: Severity;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** Where, in UTF-16 code units of the source. */
  readonly offset: number;
  readonly effect: string;
  readonly mend: string;
}

/** What the expression is for. */
export type ExpressionUse =
  | {
      readonly kind: 'condition';
      readonly result: ValueType;
      /**
       * Which condition it is, and whether the metric has the other one too: NaN means something else for each.
       * @defaultValue 'both': NaN is not looked at
       */
      readonly role?: 'success-only' | 'failure-only' | 'both';
    }
  | { readonly kind: 'time' };

const GUARD = 'Say what no data means, such as len(result) == 0 || ... or len(result) > 0 && ...';
const NO_DATA = `Without data ${EFFECT.measurementError.replace(/^E/, 'e')}`;

/** `{{args.x}}` are filled in before Argo compiles the expression; until then they are one unknown word each. */
function withoutArguments(source: string): string {
  return source.replace(/\{\{[^{}]*\}\}/g, (text) => `$${'_'.repeat(text.length - 1)}`);
}

/**
 * Checks an expression as Argo evaluates it: compiled against each value that the provider may return.
 * Pure; never throws.
 *
 * @param source the condition, or `rangeQuery.start` or `.end`, with its `{{args.x}}` still in it.
 */
export function checkExpression(source: string, use: ExpressionUse, target: ArgoTarget): ExpressionProblem[] {
  const text = withoutArguments(source);
  try {
    const grammar = grammarOf(target);
    const tree = parseExpression(text, grammar);
    if (use.kind === 'time') return timeProblems(tree, infer(tree, null, grammar));
    const runs = casesOf(use.result).map(
      (one): Run => ({ ...one, ...infer(tree, one.value, grammar), given: one.value }),
    );
    return conditionProblems(tree, runs, use.role ?? 'both');
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const sure = !error.ours && text === source;
    const mend = sure
      ? 'Write it as https://expr-lang.org/docs/language-definition says.'
      : 'Look whether it is meant so.';
    return [problem('expression-syntax', sure ? 'rejected' : 'advice', error, EFFECT.measurementError, mend)];
  }
}

interface Run extends Inference {
  readonly when: Case['when'];
  readonly given: Value;
}

function problem(
  code: ExpressionCode,
  severity: Severity,
  { message, offset }: { message: string; offset: number },
  effect: string,
  mend: string,
): ExpressionProblem {
  return { code, severity, message: message.endsWith('.') ? message : `${message}.`, offset, effect, mend };
}

function refused({ refusal }: Inference, severity: Severity, prefix: string): ExpressionProblem {
  const { message, offset, unknown, mend } = refusal!;
  const code = unknown ? 'expression-unknown-name' : 'expression-type';
  return problem(code, severity, { message: prefix + message, offset }, EFFECT.measurementError, mend);
}

function timeProblems(tree: Expression, run: Inference): ExpressionProblem[] {
  if (run.refusal !== null) return [refused(run, 'rejected', '')];
  const { kind } = run.value;
  if (kind === 'time' || kind === 'any') return [];
  const message = `This is ${typeName(run.value)}, not a time`;
  const mend = 'Write a time, such as now() - duration("5m").';
  return [problem('expression-not-time', 'rejected', { message, offset: tree.from }, EFFECT.measurementError, mend)];
}

/** It never becomes a bool in this case: it does not compile, it surely fails, or it is something else. */
function fails({ refusal, faults, value }: Run): boolean {
  return refusal !== null || faults.some(({ sure }) => sure) || !isBool(value);
}
function isBool(value: Value): boolean {
  const { kind } = value.now ?? value;
  return kind === 'bool' || kind === 'any';
}

function conditionProblems(tree: Expression, runs: readonly Run[], role: string): ExpressionProblem[] {
  const problems: ExpressionProblem[] = [];
  const data = runs.filter(({ when }) => when === 'data');
  const never = data.every(fails);
  for (const run of data) {
    if (!fails(run)) continue;
    const prefix = data.length > 1 ? `If result is ${typeName(run.given)}: ` : '';
    problems.push(unfit(tree, run, never ? 'rejected' : 'advice', prefix));
    if (never) break;
  }
  const fit = data.find((run) => !fails(run)) ?? data[0]!;
  for (const { name, offset, whole } of fit.guards) {
    const nilable = runs.some(({ given }) => given.kind === 'nil' || given.kind === 'any');
    if (whole && nilable) continue;
    const message = whole
      ? `${name}() asks whether result is nil, and from this provider it never is`
      : `${name}() looks at the whole result, not at its argument`;
    const effect = 'The guard guards nothing.';
    const mend = whole ? GUARD : `Write ${name}(result${name === 'default' ? ', 0' : ''}), or ask with len(result).`;
    problems.push(problem('expression-ignored-guard', 'unsafe', { message, offset }, effect, mend));
  }
  if (never) return problems;
  if (!fit.looks && tree.type !== 'name') {
    const message = 'This does not look at the result';
    const effect = 'Each measurement has the same outcome.';
    problems.push(problem('expression-constant', 'advice', { message, offset: tree.from }, effect, 'Compare result.'));
  }
  for (const run of runs) {
    if (run.when === 'none') problems.push(...withoutData(tree, run));
    if (run.when === 'NaN' && run.refusal === null) problems.push(...withNaN(tree, run, role));
  }
  return problems;
}

function unfit(tree: Expression, run: Run, severity: Severity, prefix: string): ExpressionProblem {
  if (run.refusal !== null) return refused(run, severity, prefix);
  const fault = run.faults.find(({ sure }) => sure);
  if (fault === undefined) {
    const message = `${prefix}This is ${typeName(run.value.now ?? run.value)}, not true or false`;
    const mend = 'Compare it with something.';
    return problem('expression-not-bool', severity, { message, offset: tree.from }, EFFECT.measurementError, mend);
  }
  const { message, offset, mend } = fault;
  return problem('expression-type', severity, { message: prefix + message, offset }, EFFECT.measurementError, mend);
}

function withoutData(tree: Expression, run: Run): ExpressionProblem[] {
  const nil = run.given.kind === 'nil';
  const found = run.refusal ?? run.faults[0] ?? (isBool(run.value) ? null : { message: '', offset: tree.from });
  // What other shapes of the answer do not compile either is said already.
  if (found === null || (!nil && run.refusal !== null)) return [];
  const message = nil
    ? 'Without data, result is nil, and this does not compile'
    : `Without data, result is empty, and ${found.message}`;
  const mend = nil ? 'Write default(result, 0) in place of result, with what no data means to you.' : GUARD;
  return [problem('expression-no-data', 'advice', { message, offset: found.offset }, NO_DATA, mend)];
}

function withNaN(tree: Expression, run: Run, role: string): ExpressionProblem[] {
  const { is } = run.value.now ?? run.value;
  if (is !== false || role === 'both') return [];
  const passes = role === 'failure-only';
  return [
    problem(
      'expression-nan',
      passes ? 'unsafe' : 'advice',
      { message: 'This is false for NaN, which a ratio of nothing to nothing is', offset: tree.from },
      passes ? 'A measurement of NaN is Successful.' : 'A measurement of NaN is Failed.',
      passes
        ? 'Write isNaN(result[0]) || ... in front, or give a successCondition too.'
        : 'Say what NaN means: isNaN(result[0]) || ...',
    ),
  ];
}
