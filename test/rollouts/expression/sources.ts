/** Expressions that expr itself was asked about; what it said is in `test/fixtures/expression`. */

/** Conditions as people write them, and every rule of the language at its edges. */
export const WRITTEN: readonly string[] = String.raw`
result
result < 0.95
result >= 1 && result <= 2
result[0] < 0.05
result[0] >= 0.95 && result[1] <= 0.5
result[-1] < 1
result[5] < 1
result[0.0] < 1
result["value"] > 2
result.value > 2
result.missing > 2
result.missing == nil
result.name == "ok"
result.name startsWith "o"
result?.value
result?.in?.a
result?.in.a
result?.missing?.deeper
result.missing?.deeper.still
result.missing.deeper
result?.list[0]
result?.[0]
result?.[0]?.a
result.in["a"]
result.none ?? 5
(result.none ?? 5) > 3
result.none ?? 5 > 3
result.list[2] == nil
result.list[2] > 1
len(result) > 0
len(result) == 0 || result[0] < 0.05
len(result) > 0 && result[0] < 0.05
len(result) > 0 ? result[0] < 1 : true
len(result)
isNaN(result)
isNaN(result[0])
isInf(result)
isNil(result)
isNil(result[0])
not isNil(result) && result > 1
isNil(result) || result > 1
isNil(result) ? true : result > 1
default(result, 0)
default(result, 0) < 1
default(result[0], 0)
default(result, 0)[0]
default(result)
default(result, 0, 1)
default()
asInt(result)
asInt(result) % 5
asInt("12") == 12
asInt("x")
asFloat("1.5")
asFloat(result)
asFloat(result[0]) < 1
asFloat(nil)
isNaN(1)
isNaN(asFloat("NaN"))
isNaN("1")
isNaN(nil)
isNaN()
isNaN(1, 2)
isNaN(len("abc"))
isNaN(1 + 2)
all(result, # < 0.5)
all(result, {# < 0.5})
all(result, {.a > 0})
any(result, # > 0.1)
any(result, .a > 1)
none(result, # > 1)
one(result, # > 0.1)
filter(result, # > 0.1)
filter(result, # > 0.1)[0] > 0
map(result, # * 2)
map(result, .a)
map(result, {#.a + 1})
map(result, #index)
map(result, nil)
count(result, # > 0.1) == 1
count(result)
sum(result)
sum(result) / len(result) < 1
sum(result, # * 2)
mean(result)
mean(1, 2, 3)
median(result)
min(result)
max(result) < 1
max(1, 2.5, 3)
max(1, "a")
max()
max([])
max([], 1)
min([[1, 2], 0.5])
mean([])
median([])
sum([])
sum(["a"])
abs(-0.5)
abs(result)
abs("1")
ceil(1.2)
floor(-1.2)
round(2.5)
round(-2.5)
round(result)
int(2.9)
int("7")
int("7.5")
int(nil)
float("2.5")
float(3)
float("x")
string(1.5)
string(12) + "%"
string({a: 1, b: [1.5, nil]})
string(1e21)
string(0.00001)
string(-0.0)
string([1.0, true])
type(result)
type(1)
type(nil)
upper("abc")
lower("ABC")
trim("  a ")
trim("xxaxx", "x")
trimPrefix("abc", "a")
trimSuffix("abc", "c")
split("a,b,c", ",")
split("a,b,c", ",", 2)
join(["a", "b"], "-")
join(["a", "b"])
join([1, 2])
join(result, ",")
replace("aaa", "a", "b")
replace("aaa", "a", "b", 2)
repeat("ab", 3)
repeat("ab", 1.5)
indexOf("abc", "c")
lastIndexOf("abca", "a")
hasPrefix("abc", "ab")
hasSuffix("abc", "bc")
first(result)
last(result)
first([]) == nil
(first(result) ?? 1) < 1
first("abc")
take([1, 2, 3], 2)
take([1, 2, 3], 9)
take(result, 1.5)
keys({a: 1})
values({b: 2})
toPairs({a: 1})
fromPairs([["a", 1]])
fromPairs([["a", 1]]).a
sort([3, 1, 2])
sort([3, 1, 2], "desc")
sort(["b", "a"])
sortBy([{a: 2}, {a: 1}], .a)
sortBy([{a: 2}, {a: 1}], "a")
sortBy(result, .a, "desc")
groupBy([1, 2, 3], # % 2)
groupBy([1, 2, 3], # % 2)[1]
find(result, # > 0.1)
find(result, # > 9)
findIndex(result, # > 0.1)
findLast([1, 2, 3], # < 3)
findLastIndex([1, 2, 3], # < 3)
reduce([1, 2, 3], #acc + #)
reduce([1, 2, 3], #acc + #, 10)
reduce([], #acc + #)
reduce([], #acc + #, 1)
reduce(result, #acc + # + #index, 0.0)
get(result, 0)
get(result, 9) == nil
get(result, "value")
get(result, "x") == nil
reverse([1, 2])
uniq([1, 1, 2])
concat([1], [2, 3])
flatten([1, [2, [3]]])
bitand(6, 3)
bitor(6, 3)
bitxor(6, 3)
bitnand(6, 3)
bitnot(0)
bitshl(1, 4)
bitshr(16, 2)
bitushr(16, 2)
bitshl(1, -1)
toJSON(1)
toJSON("a")
fromJSON("[1, 2]")
fromJSON("{\"a\": 1}").a > 0
fromJSON("{")
toBase64("hi")
fromBase64("aGk=")
duration("1h30m")
duration("1x")
duration("1h") > duration("30m")
duration("1h") == duration("60m")
duration("1h") + duration("1m")
duration("1h") * 2
now() - duration("1h")
now() > now() - duration("1h")
now() - now() < duration("1s")
now() - 5
now().Year() > 2000
now().year
date("2024-01-02") < date("2024-01-03")
date("2024-01-02T03:04:05Z") - date("2024-01-02T03:04:04Z")
date("x")
date("2024", "2006")
date()
timezone("UTC")
nosuch
nosuch(1)
nosuch.a
$env != nil
$env.result
$env["result"]
$env.nosuch
$env?.nosuch
len
len > 1
len == nil
result == result
result in [0.5, 1]
result in [1, 2]
result not in ["a"]
"value" in result
1 in result
nil in result
"a" in {a: 1}
1 in {a: 1}
1 in [1, 2]
1.0 in [1, 2]
"1" in [1, 2]
3 in 1..5
3 not in 1..2
1..3
3..1
1.5..3
result..3
1..3 == [1, 2, 3]
[1, 2] == [1, 2]
[1, 2] == [1.0, 2.0]
[1] != [2]
[1, "a"][1] > 2
[1, 2][0] + 1
[1, 2,]
[,]
[1 2]
{a: 1}.a
{"a": 1, b: 2, 3: 4, ("c" + "d"): 5}
{a: 1,}
{,}
{a: 1}["a"]
{a: 1}[1]
{nosuch}
{in: 1}
1 + 1
1 + 1.5
1 - 2
2 * 3
7 / 2
1 / 0
-1 / 0
0 / 0
1.0 / 0
5 % 3
-5 % 3
5 % 0
5.0 % 3
2 ** 3
2 ^ 3
2 ** 3 ** 2
-2 ** 2
(-2) ** 2
2 ** -1
+1
-1
--1
- - 1
+"a"
-"a"
-nil
!true
!!true
!1
not true
not not false
not 1
true and false
true && false
true or nosuch
true || false
1 || true
true or 1
false and result > 1
true ?? false
nil ?? 1
nil ?? nil
1 ?? 2 ?? 3
1 ?? 2 + 3
(1 ?? 2) + 3
1 + 2 ?? 3
nil == nil
nil != 1
nil == result
nil < 1
1 < nil
nil + 1
nil.a
nil[0]
nil?.a
1.a
1[0]
"abc"[0]
"abc"[0:2]
"abc".a
true.a
[1, 2, 3][0:2]
[1, 2, 3][1:]
[1, 2, 3][:2]
[1, 2, 3][:]
[1, 2, 3][-2:]
[1, 2, 3][1:1]
[1, 2, 3][2:1]
[1, 2, 3]["a":]
[1, 2, 3][1.5:]
{a: 1}[0:1]
1 < 2 < 3
1 < 2 > 1
3 > 2 > 2
1 < 2 == true
1 == 1.0
1 == "1"
"a" < "b"
"a" < 1
"a" + "b"
"a" + 1
"a" - "b"
"a" * 2
"abc" contains "b"
"abc" not contains "b"
"abc" startsWith "a"
"abc" endsWith "c"
"abc" matches "^a.c$"
"abc" matches "("
"abc" matches "a(?=b)"
"abc" not matches "z"
result matches "1"
1 matches "1"
nil matches "1"
"1" contains 1
true == true
true == 1
true < false
true + true
true ? 1 : 2
true ? 1 : "a"
(true ? 1 : "a") + 1
false ? 1 : nil
1 ? 2 : 3
true ?: 2
nil ?: 2
true ? false ? 1 : 2 : 3
true ? 1
true ? : 1 : 2
if true { 1 } else { 2 }
if false { 1 } else if true { 2 } else { 3 }
if 1 { 2 } else { 3 }
if true { 1 }
if true { 1 } else { 2 } + 1
(if true { 1 } else { 2 }) + 1
let x = 1; x + 1
let x = 1; let y = x + 1; y * 2
let result = 1; result
let len = 1; len
let x = 1; let x = 2; x
let x = 1
let x; x
let = 1; 2
let x = result; x
let f = len; f(result)
(let x = 2; x) + 1
1; 2
1; 2;
1;
; 1
(1; 2)
true; result
[1, 2] | map(# + 1)
[1, 2] | filter(# > 1) | len()
[1, 2] | sum()
[1, 2] | len
[1, 2] | 1
result | all(# < 1)
result | len() > 0
"a" | upper() | lower()
1 | isNaN()
1 | nosuch()
::len([1])
::nosuch()
len(::result)
all([1, 2], {let x = #; x > 0})
all([1, 2], {1; true})
all([1, 2], 1; true)
all([1, 2], # > 0,)
all([1, 2],)
all([1, 2])
all([1, 2], {# > 0}, 1)
all(1, true)
all([1], 1)
all([1], nil)
all([1], nosuch)
all([], nosuch)
all("abc", true)
all({a: 1}, true)
all([[1, 2], [3]], all(#, # > 0))
all([{a: 1}], {.a == 1})
all([{a: 1}], .a == 1 and #.a == 1)
all([1], #acc)
all([1], #index)
map([1], #index)
map([1, 2], #index + #)
map([1, 2], # index)
filter(1..10, # % 2 == 0)
filter([1, 2], # > 1)[0]
count([1, 2])
count([1, 2],)
#
.a
#a
len([1, 2],)
len()
len(1, 2)
len(nil)
len(1)
upper(1)
upper(nil)
upper()
max(1,)
len([1,],)
1_000
1__0
_1
0x1F
0X1F
0x
0x1G
0b101
0B1
0b2
0b
0o17
0o8
017
1e3
1E3
1e-3
1e+3
1e
1e400
1.5e3
.5
.5.5
5.
5.e1
5.a
1..2
1...2
0x1p4
0x1.8
9223372036854775807
9223372036854775808
18446744073709551616
0x7fffffffffffffff
0xffffffffffffffff
1a
1 a
'a'
"a"
'a"b'
"it's"
'\''
"\""
"\'"
'\"'
"\n\t\\"
"\x41"
"\u0041"
"\u{41}"
"\u{110000}"
"\u{}"
"\U00000041"
"\U00110000"
"\101"
"\401"
"\q"
"\
"a
'a
"\u00g0"
b"abc"
B'abc'
b"\xff"
b"\u0041"
b"a" == b"a"
b"abc"[0]
b "a"
len(b"abc")
1 // comment
1 /* comment */ + 1
1 /* open
/**/ 1
/***/ 1
1 # comment
// only
a
é
"é"
len("é")
len("😀")
"😀"[0:1]
x²
result == "12"
result + "a"
result + 1
result * 2 > 1
-result < 0
not result
result ? 1 : 2
result && true
result or false
result ?? 1
result.a.b
result[result]
result["a"]["b"]
result[0]["a"]
result[0].a > 0
result[0].Values[0] > 1
result[0].Values | first() > 1
result[0].values
result[0].Id == "m1"
result[0].StatusCode == "Complete"
len(result[0].Values) > 0
result[0] < 1 and result[1] < 1 or false
result[0] == result[1]
any(result, .Values[0] > 1)
map(result, .Values[0])[0] > 6
a b
1 1
(1
1)
()
[1
{a: 1
{a 1}
&&
1 &&
1 & 2
1 | 2
1 = 1
1 === 1
1 !== 1
1 <> 2
1 => 2
1 =< 2
!
not
not in
1 not 2
1 not == 2
1 not in [2]
result not
1 + 2 not in [3]
1 + 2 in [3]
not 1 in [1]
not (1 in [1])
in
or true
true or
let
if
else
else 1
result.in
result.not
result.let
result.if
result.else
result.or.and
result.1
result."a"
result.
.
..
?.
?.a
result?.
result?
result ?. value
result . value
result ?? 
@
result @ 1
$
$x
\
~1
1 ~ 2
"a" ~ "b"
1 ? 2
1 : 2
a:b
:
::
;
,
1, 2
len (result)
len{result}
result (1)
result()
result.value()
len(result)()
isNil
isNil == nil
default
default(result, "x") == "x"
[isNil]
{a: len}
true == false == false
1 in [1] in [true]
1 + 2 * 3 - 4 / 2 % 3
1 - 1 - 1
2 * 3 ** 2
-3 ** 2 * 2
1 < 2 and 2 < 3
1 .. 2 + 1
1 + 1 .. 4
[1, 2][1] .. 4
1 == 1 ? 2 : 3
not true ? 1 : 2
1 in 1..3 ? "y" : "n"
fromJSON("1") > 0
fromJSON("\"a\"") > 0
fromJSON("null") > 0
fromJSON("null") == nil
fromJSON("[1]") > 0
fromJSON("null") contains "a"
fromJSON("null") in [1]
1 in fromJSON("null")
1 in fromJSON("1")
-fromJSON("1")
-fromJSON("\"a\"")
not fromJSON("true")
not fromJSON("1")
fromJSON("true") and true
fromJSON("1") and true
fromJSON("1") ? 1 : 2
fromJSON("{}").a.b
fromJSON("{}").a?.b
fromJSON("[]")[0]
fromJSON("[1,2]")[1]
fromJSON("{\"a\":[1]}").a[0] + 1
fromJSON("[3,1]") | sort()
fromJSON("[3,1]") | max()
fromJSON("[3,\"a\"]") | max()
fromJSON("[1,2]") | sum()
fromJSON("[1,2]") | mean()
fromJSON("[1,null]") | mean()
fromJSON("5") % 2
fromJSON("5") .. 7
abs(fromJSON("-1"))
round(fromJSON("1.5"))
len(fromJSON("1"))
len(fromJSON("[]"))
upper(fromJSON("1"))
isNaN(fromJSON("1"))
isNaN(fromJSON("\"a\""))
isNaN(fromJSON("null"))
asFloat(fromJSON("\"2\""))
`
  .split('\n')
  .slice(1, -1);

/** With line ends and backticks in them. */
export const ODD: readonly string[] = [
  ...[
    '',
    ' ',
    '\n',
    '1 +\n 2',
    '1 // a\n + 2',
    '"a\nb"',
    '"a\rb"',
    '`a`',
    '`a``b`',
    '`',
    '``',
    '```',
    '`a\nb\\n`',
    '`a` + "b"',
  ],
  ...[
    '{a: `x`}',
    '\u00a01',
    '\ufeff1',
    '1\u2028+ 1',
    '1\u0085+ 1',
    '\u0000',
    '1 // a\r+ 2',
    'result[`value`]',
    "'\\u{1F600}'",
  ],
];

const OPERATORS = [
  ...[
    '==',
    '!=',
    '<',
    '>',
    '<=',
    '>=',
    '+',
    '-',
    '*',
    '/',
    '%',
    '**',
    '..',
    '??',
    'and',
    'or',
    'in',
    'not in',
    'matches',
  ],
  ...['contains', 'startsWith', 'endsWith'],
];
const OPERANDS = [
  ...[
    '2',
    '1.5',
    '"a"',
    'true',
    'nil',
    '[1, 2]',
    '["a"]',
    '{a: 1}',
    'now()',
    'duration("1s")',
    'fromJSON("1")',
    'len',
    'result',
  ],
];
const FUNCTIONS = [
  ...[
    'all none any one filter map find findLast findIndex findLastIndex groupBy reduce len type abs ceil floor round int',
  ],
  ...['float string trim trimPrefix trimSuffix upper lower split splitAfter replace repeat join indexOf lastIndexOf'],
  ...[
    'hasPrefix hasSuffix toJSON fromJSON toBase64 fromBase64 duration first last get take keys values toPairs fromPairs',
  ],
  ...[
    'sort count sum mean median max min now date sortBy timezone reverse uniq concat flatten bitand bitor bitxor bitnand',
  ],
  ...['bitshl bitshr bitushr bitnot asInt asFloat isNaN isInf isNil default'],
].flatMap((names) => names.split(' '));

/** Every operator on every two kinds of operands, and every function on up to two kinds of arguments. */
export const CROSSED: readonly string[] = [
  ...OPERATORS.flatMap((operator) =>
    OPERANDS.flatMap((left) => OPERANDS.map((right) => `${left} ${operator} ${right}`)),
  ),
  ...['-', '+', 'not '].flatMap((operator) => OPERANDS.map((operand) => `${operator}${operand}`)),
  ...FUNCTIONS.flatMap((name) => [
    `${name}()`,
    ...OPERANDS.flatMap((first) => [`${name}(${first})`, ...OPERANDS.map((second) => `${name}(${first}, ${second})`)]),
  ]),
  ...FUNCTIONS.flatMap((name) => [`${name}("a", "b", 1)`, `${name}("a", "b", "c")`, `${name}("a", "b", "c", 1)`]),
];

const WORDS = [
  ...[
    'result',
    'len',
    'all',
    'x',
    '1',
    '2.5',
    '"a"',
    'true',
    'nil',
    '(',
    ')',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    ';',
    ':',
    '.',
  ],
  ...[
    '..',
    '?.',
    '?',
    '??',
    '|',
    '+',
    '-',
    '*',
    '**',
    '<',
    '>',
    '==',
    '!=',
    '&&',
    'or',
    'not',
    'in',
    'matches',
    '#',
    '!',
    '::',
  ],
  ...['let', '=', 'if', 'else', 'count', 'reduce', 'a'],
];

let state = 20_260_101;
function pick(below: number): number {
  // Numerical Recipes' linear congruential generator; its high bits are good enough for words.
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

/** Words in no order, and conditions with a word lost, doubled or exchanged: expr and we must agree on which are nonsense. */
export const SOUPS: readonly string[] = [
  ...Array.from({ length: 2000 }, () =>
    Array.from({ length: 2 + pick(7) }, () => WORDS[pick(WORDS.length)]!).join(' '),
  ),
  ...Array.from({ length: 6000 }, () => {
    const words = WRITTEN[pick(WRITTEN.length)]!.match(/\w+|\s+|[^\w\s]/g) ?? [];
    const at = pick(words.length);
    const added = pick(3);
    words.splice(
      at,
      pick(2),
      ...(added === 0 ? [] : [added === 1 ? WORDS[pick(WORDS.length)]! : words[pick(words.length)]!]),
    );
    return words.join('');
  }),
];
