import type { OptionCheck } from '../../options.ts';
import { checkOf } from '../builders/options.ts';
import { all, any, type Clause, isClause, negated, print } from './clause.ts';

const CHECK = /* @__PURE__ */ checkOf('condition');

/**
 * A statement about a measured value. It is true, false, or unknown where a value that it needs is missing: absent,
 * nil or NaN. Parts are joined as one would by hand: a part that is false makes `allOf` false whatever is missing beside it.
 */
export interface Predicate {
  /** Expression that is true exactly when the statement is. Never errs for want of data. */
  readonly whenTrue: Clause;
  /** Expression that is true exactly when the statement is false. */
  readonly whenFalse: Clause;
  /** Expression that is true when it is either. */
  readonly known: Clause;
}

/**
 * All statements hold.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when one is no statement, as the other functions that join them.
 */
export function allOf(...predicates: readonly Predicate[]): Predicate {
  for (const one of predicates) checkPredicate(CHECK, 'predicate', one);
  const whenTrue = all(...predicates.map((one) => one.whenTrue));
  const whenFalse = any(...predicates.map((one) => one.whenFalse));
  return { whenTrue, whenFalse, known: knownOf(predicates, whenTrue, whenFalse) };
}

/** At least one statement holds. */
export function anyOf(...predicates: readonly Predicate[]): Predicate {
  return not(allOf(...predicates.map((one) => not(one))));
}

/** The statement does not hold. Unknown stays unknown. */
export function not(predicate: Predicate): Predicate {
  const { whenTrue, whenFalse, known } = checkPredicate(CHECK, 'predicate', predicate);
  return { whenTrue: whenFalse, whenFalse: whenTrue, known };
}

function knownOf(predicates: readonly Predicate[], whenTrue: Clause, whenFalse: Clause): Clause {
  const [first, ...others] = predicates.map((one) => one.known);
  if (first === undefined) return all();
  return others.every((other) => print(other) === print(first)) ? first : any(whenTrue, whenFalse);
}

/**
 * What a measurement counts as when a value that it needs is missing. `error` makes the controller ask again after 10 s,
 * whatever the interval, until `consecutiveErrorLimit` is exceeded.
 */
export type NoData = 'inconclusive' | 'fail' | 'pass' | 'error';

/** Options of {@link conditions}. */
export interface ConditionOptions {
  /** The measurement is good. */
  readonly passes: Predicate;
  /**
   * The measurement is bad. What neither passes nor fails is Inconclusive; what does both fails.
   * @defaultValue not `passes`
   */
  readonly fails?: Predicate | undefined;
  /** What missing values count as. @defaultValue 'inconclusive' */
  readonly noData?: NoData | undefined;
}

/** The two conditions of a metric. */
export interface Conditions {
  readonly successCondition: string;
  readonly failureCondition: string;
}

const ERROR = 'asFloat("no data") > 0';

/**
 * Writes both conditions of a metric, so that each measurement comes out as the options say, also where a value is missing.
 * Argo reads them so (utils/evaluate/evaluate.go): failed if the failure condition is true, else successful if the success
 * condition is, else inconclusive; an error in either is an Error. A metric with only one of them is never inconclusive,
 * and then NaN, to which every comparison is false, fails or passes by accident.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when `noData` is none of the four.
 */
export function conditions(options: ConditionOptions): Conditions {
  const check = checkOf('conditions', options, 'passes fails noData');
  const noData = check.oneOf('noData', options.noData, 'inconclusive', ['inconclusive', 'fail', 'pass', 'error']);
  const { passes, fails } = options;
  checkPredicate(check, 'passes', passes);
  if (fails !== undefined) checkPredicate(check, 'fails', fails);
  const bad = fails === undefined ? passes.whenFalse : fails.whenTrue;
  const good = fails === undefined ? passes.whenTrue : all(passes.whenTrue, fails.known);
  // Without `fails` there are three cases, and the third is neither of the two.
  const missing = fails === undefined ? negated(good) : negated(all(passes.known, fails.known));
  const success = {
    inconclusive: good,
    fail: good,
    pass: fails === undefined ? negated(bad) : any(passes.whenTrue, missing),
    error: good,
  };
  const failure = {
    inconclusive: bad,
    fail: fails === undefined ? missing : any(bad, missing),
    pass: bad,
    error: any(bad, all(missing, ERROR)),
  };
  return { successCondition: print(success[noData]), failureCondition: print(failure[noData]) };
}

/** What came from outside TypeScript may be anything. */
export function checkPredicate(check: OptionCheck, path: string, value: Predicate): Predicate {
  const { whenTrue, whenFalse, known } = (value ?? {}) as Partial<Predicate>;
  if (isClause(whenTrue) && isClause(whenFalse) && isClause(known)) return value;
  return check.fail(path, value, 'Use a comparison such as result.first.atMost(0.01).');
}
