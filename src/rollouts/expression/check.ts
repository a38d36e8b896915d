/** What is wrong with a condition of a metric, or with a time of a range query, before anything is measured. */
import type { ExpressionCode } from '../validation/codes/expression.ts';
import type { ArgoTarget, Severity } from '../validation/finding.ts';
import { EFFECT } from '../validation/report.ts';
import { type Fault, type Inference, infer } from './infer.ts';
import { parseExpression } from './parse.ts';
import { type Expression, ExpressionError, grammarOf } from './syntax.ts';
import { type Case, casesOf, NIL, typeName, type Value, type ValueType } from './value-type.ts';

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
      /** What the provider returns: `resultTypeOf`. */
      readonly result: ValueType;
      /**
       * Which condition it is, and whether the metric has the other one too: NaN means something else for each.
       * @defaultValue 'both': then NaN is Inconclusive, which is as good a meaning as any
       */
      readonly role?: 'success-only' | 'failure-only' | 'both';
    }
  | { readonly kind: 'time' };

interface Run extends Inference, Case {}

const guardOf = ({ of }: Value): string => {
  const length = `len(${of?.kind === 'struct' ? 'result[0].Values' : 'result'})`;
  return `Say what no data means: ${length} == 0 || ..., or ${length} > 0 && ...`;
};

/**
 * Checks an expression as Argo evaluates it: compiled against each value that the provider may return.
 * Pure; never throws.
 *
 * @param source the condition, or `rangeQuery.start` or `.end`, with its `{{args.x}}` still in it.
 */
export function checkExpression(source: string, use: ExpressionUse, target: ArgoTarget): ExpressionProblem[] {
  // Arguments are filled in before Argo compiles the expression; until then each is one unknown word.
  const text = source.replace(/\{\{[^{}]*\}\}/g, (argument) => `$${'_'.repeat(argument.length - 1)}`);
  try {
    const grammar = grammarOf(target);
    const tree = parseExpression(text, grammar);
    if (use.kind === 'condition') {
      const runs = casesOf(use.result).map((one): Run => ({ ...one, ...infer(tree, one.given, grammar) }));
      return conditionProblems(tree, runs, use.role);
    }
    const found = blocking(tree, infer(tree, null, grammar), 'time');
    return found === null ? [] : [{ ...found, severity: 'rejected' }];
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, offset, ours } = error;
    const severity = ours || text !== source ? 'advice' : 'rejected';
    const mend = 'Write it as https://expr-lang.org/docs/language-definition says.';
    return [{ code: 'expression-syntax', severity, message, offset, effect: EFFECT.measurementError, mend }];
  }
}

/** Why it never becomes what it should be: it does not compile, it surely fails, or it is something else. */
function blocking(tree: Expression, run: Inference, kind: 'bool' | 'time'): ExpressionProblem | null {
  const { faults, value } = run;
  const fault = faults.find(({ compiles }) => !compiles) ?? faults.find(({ sure }) => sure);
  const is = value.now ?? value;
  const effect = EFFECT.measurementError;
  const severity = 'advice';
  if (fault !== undefined) {
    const { unknown, offset, mend } = fault;
    const code = unknown ? 'expression-unknown-name' : 'expression-type';
    return { code, severity, message: `${fault.message}.`, offset, effect, mend };
  }
  if (is.kind === kind || is.kind === 'any') return null;
  const code = `expression-not-${kind}` as const;
  const mend = kind === 'bool' ? 'Compare it with something.' : 'Write a time, such as now() - duration("5m").';
  return { code, severity, message: `This is ${typeName(is)}, not a ${kind}.`, offset: tree.from, effect, mend };
}

function conditionProblems(tree: Expression, runs: readonly Run[], role = 'both'): ExpressionProblem[] {
  const data = runs.filter(({ when }) => when === 'data');
  const blocks = data.map((run) => blocking(tree, run, 'bool'));
  const [first = null] = blocks;
  const fit = data[blocks.indexOf(null)];
  const problems: ExpressionProblem[] = [];
  if (fit === undefined) problems.push({ ...first!, severity: 'rejected' });
  else {
    blocks.forEach((block, index) => {
      if (block === null) return;
      problems.push({ ...block, message: `If result is ${typeName(data[index]!.given)}: ${block.message}` });
    });
  }
  for (const { name, offset, whole } of (fit ?? data[0]!).guards) {
    if (whole && runs.some(({ given }) => given === NIL || given.kind === 'any')) continue;
    problems.push({
      ...{ code: 'expression-ignored-guard', severity: 'unsafe', offset, effect: 'The guard guards nothing.' },
      message: `${name}() asks whether all of result is nil${whole ? ', which it never is here' : ', not its argument'}.`,
      mend: guardOf((fit ?? data[0]!).given),
    });
  }
  if (fit === undefined) return problems;
  const { is } = fit.value.now ?? fit.value;
  if ((!fit.looks || (is !== undefined && fit.guards.length === 0)) && tree.type !== 'name') {
    problems.push({
      ...{
        code: 'expression-constant',
        severity: 'advice',
        message: fit.looks ? `This is ${String(is)} whatever result is.` : 'This does not look at result.',
        offset: tree.from,
      },
      ...{ effect: 'Each measurement has the same outcome.', mend: 'Compare result with something.' },
    });
  }
  for (const run of runs) {
    const nan = run.value.now ?? run.value;
    // What does not compile for a full list does not for an empty one either, and is said.
    if (run.when === 'none') problems.push(...withoutData(tree, run, run.faults[0]));
    if (run.when === 'NaN' && nan.is === false && role !== 'both') {
      const passes = role === 'failure-only';
      problems.push({
        ...{ code: 'expression-nan', severity: passes ? 'unsafe' : 'advice', offset: tree.from },
        message: 'This is false for NaN, such as nothing divided by nothing.',
        effect: `A measurement of NaN is ${passes ? 'Successful' : 'Failed'}.`,
        mend: 'Say what NaN means: isNaN(result[0]) || ..., or give the other condition too.',
      });
    }
  }
  return problems;
}

function withoutData(tree: Expression, { given, value }: Run, fault: Fault | undefined): ExpressionProblem[] {
  const nil = given === NIL;
  const bad = fault === undefined ? !/bool|any/.test((value.now ?? value).kind) : nil || fault.compiles;
  if (!bad) return [];
  // A guard in the same condition does not help against nil: Argo compiles all of it.
  const what = nil
    ? 'nil, and this does not compile'
    : given.length === 0
      ? 'an empty list'
      : 'a series without values';
  return [
    {
      ...{ code: 'expression-no-data', severity: 'advice', offset: fault?.offset ?? tree.from },
      message: `Without data, result is ${what}: ${fault?.message ?? 'this is no bool then'}.`,
      effect: EFFECT.measurementError,
      mend: nil ? 'Write default(result, 0) in place of result, with what no data means to you.' : guardOf(given),
    },
  ];
}
