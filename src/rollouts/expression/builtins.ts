/** The functions that expr brings along, by release (expr: builtin/builtin.go), in a notation that costs few bytes. */
import type { Grammar } from './syntax.ts';

/**
 * What a function takes and returns, in the letters of `kinds.ts`, and `c` for a predicate. Results also: `0` the type of
 * the first argument, `e` its element, `p` the predicate's, `P` a list of that.
 */
export interface Signature {
  readonly required: string;
  readonly optional: string;
  /** The last argument may be repeated. */
  readonly variadic: boolean;
  readonly result: string;
}

// Each line: required letters, `?` and optional ones, `+` for more of the last; the result; the names.
const BOTH = `ac b all any none one
ac 0 filter
ac P map
ac e find findLast
ac i findIndex findLastIndex
ac * groupBy
ac?* p reduce
l i len
* s type string toJSON
n n ceil floor round
n 0 abs
N i int
N n float
s?s s trim trimPrefix trimSuffix
s s upper lower toBase64 fromBase64
s * fromJSON
s d duration
ss?i S split splitAfter
sss?i s replace
si s repeat
S?s s join
ss i indexOf lastIndexOf
ss b hasPrefix hasSuffix
a e first last
** * get
an 0 take
m a keys values toPairs
a * fromPairs
a?s a sort
`;
const BY_GRAMMAR: Readonly<Record<Grammar, string>> = {
  '1.15': `${BOTH}ac i count
a * sum
a n mean median
n+ 0 max min
? t now
s?ss t date
as?s a sortBy`,
  '1.17': `${BOTH}a?c i count
a?c p sum
q+ 0 max min mean median
?z t now
*?*** t date
ac?s 0 sortBy
s z timezone
a a reverse uniq flatten
a+ a concat
ii i bitand bitor bitxor bitnand bitshl bitshr bitushr
i i bitnot`,
};

// What Argo adds (Argo: utils/evaluate/evaluate.go): all of it in a condition, two functions in a time.
const NUMERIC = 'n b isNaN isInf';
const CONDITION = `${NUMERIC}
* i asInt
* n asFloat
* b isNil
** * default`;

const TABLES = new Map<string, ReadonlyMap<string, Signature>>();

function tableOf(text: string): ReadonlyMap<string, Signature> {
  let found = TABLES.get(text);
  if (found === undefined) {
    found = new Map(
      text.split('\n').flatMap((line) => {
        const [letters, result, ...names] = line.split(' ');
        const [required = '', optional = ''] = letters!.replace('+', '').split('?');
        const signature = { required, optional, variadic: letters!.endsWith('+'), result: result! };
        return names.map((name) => [name, signature] as const);
      }),
    );
    TABLES.set(text, found);
  }
  return found;
}

/** expr's own functions. */
export function builtinsOf(grammar: Grammar): ReadonlyMap<string, Signature> {
  return tableOf(BY_GRAMMAR[grammar]);
}

/** Argo's functions. */
export function argoFunctions(use: 'condition' | 'time'): ReadonlyMap<string, Signature> {
  return tableOf(use === 'time' ? NUMERIC : CONDITION);
}
