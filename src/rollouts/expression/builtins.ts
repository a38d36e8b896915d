/** The functions that expr brings along, by release (expr: builtin/builtin.go), in a notation that costs few bytes. */
import type { Grammar } from './syntax.ts';

/**
 * Arguments of a function, one letter each, and of what it returns. Arguments: `n` number, `f` float, `i` int, `N` number
 * or string, `s` string, `a` array, `q` number or array, `l` anything with a length, `m` map, `z` time zone, `c` predicate,
 * `S` array of strings, `*` anything. Results: the same, `b` bool, `t` time, `d` duration, `z` time zone, `A` array of
 * anything, `0` the type of the first argument, `e` its element, `p` the predicate's, `P` an array of that, `*` unknown.
 */
export interface Signature {
  readonly required: string;
  readonly optional: string;
  /** The last argument may be repeated. */
  readonly variadic: boolean;
  readonly result: string;
}

const BOTH =
  'all(ac)b none(ac)b any(ac)b one(ac)b filter(ac)0 map(ac)P find(ac)e findLast(ac)e findIndex(ac)i findLastIndex(ac)i ' +
  'groupBy(ac)* reduce(ac?*)p len(l)i type(*)s abs(n)0 ceil(n)f floor(n)f round(n)f int(N)i float(N)f string(*)s ' +
  'trim(s?s)s trimPrefix(s?s)s trimSuffix(s?s)s upper(s)s lower(s)s split(ss?i)S splitAfter(ss?i)S replace(sss?i)s ' +
  'repeat(si)s join(S?s)s indexOf(ss)i lastIndexOf(ss)i hasPrefix(ss)b hasSuffix(ss)b toJSON(*)s fromJSON(s)* ' +
  'toBase64(s)s fromBase64(s)s duration(s)d first(a)e last(a)e get(**)* take(an)0 keys(m)A values(m)A toPairs(m)A ' +
  'fromPairs(a)* sort(a?s)A ';
const BY_GRAMMAR: Readonly<Record<Grammar, string>> = {
  '1.15': `${BOTH}count(ac)i sum(a)* mean(a)f median(a)f max(n+)0 min(n+)0 now()t date(s?ss)t sortBy(as?s)A`,
  '1.17':
    `${BOTH}count(a?c)i sum(a?c)p mean(q+)0 median(q+)0 max(q+)0 min(q+)0 now(?z)t date(*?***)t sortBy(ac?s)0 timezone(s)z ` +
    'reverse(a)A uniq(a)A concat(a+)A flatten(a)A bitand(ii)i bitor(ii)i bitxor(ii)i bitnand(ii)i bitshl(ii)i ' +
    'bitshr(ii)i bitushr(ii)i bitnot(i)i',
};

// What Argo adds (Argo: utils/evaluate/evaluate.go).
const NUMERIC = 'isNaN(f)b isInf(f)b ';
const CONDITION = 'asInt(*)i asFloat(*)f isNil(*)b default(**)*';

function table(text: string): ReadonlyMap<string, Signature> {
  return new Map(
    [...text.matchAll(/(\w+)\(([^?+)]*)(\+?)\??(.*?)\)(.)/g)].map(([, name, required, plus, optional, result]) => [
      name!,
      { required: required!, optional: optional!, variadic: plus === '+', result: result! },
    ]),
  );
}

const TABLES = new Map<string, ReadonlyMap<string, Signature>>();
function cached(text: string): ReadonlyMap<string, Signature> {
  const found = TABLES.get(text) ?? table(text);
  TABLES.set(text, found);
  return found;
}

/** expr's own functions. */
export function builtinsOf(grammar: Grammar): ReadonlyMap<string, Signature> {
  return cached(BY_GRAMMAR[grammar]);
}

/** Argo's functions: all of them in a condition, two in the times of a range query. */
export function argoFunctions(use: 'condition' | 'time'): ReadonlyMap<string, Signature> {
  return cached(use === 'time' ? NUMERIC : NUMERIC + CONDITION);
}
