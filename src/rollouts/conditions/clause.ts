/**
 * Conditions as trees of `&&` and `||`, so that what must be asked first (is there a value at all?) is written once and
 * before the value is read: the expression language evaluates from the left and stops as soon as it knows.
 */

/** An expression, or several joined: all of none is `true`, any of none is `false`. */
export type Clause = string | { readonly all: readonly Clause[] } | { readonly any: readonly Clause[] };

/** Whether it is one, at least on its surface. */
export function isClause(value: unknown): value is Clause {
  if (typeof value === 'string') return true;
  const { all: ands, any: ors } = (value ?? {}) as { readonly all?: unknown; readonly any?: unknown };
  return Array.isArray(ands) || Array.isArray(ors);
}

/** Joins by `&&`: flat, and each part once. */
export function all(...clauses: readonly Clause[]): Clause {
  const parts = new Map<string, Clause>();
  for (const clause of clauses) {
    for (const part of partsOf(clause)) parts.set(print(part), part);
  }
  return parts.size === 1 ? [...parts.values()][0]! : { all: [...parts.values()] };
}

/** Joins by `||`. What all branches ask first is asked once, before them. */
export function any(...clauses: readonly Clause[]): Clause {
  if (clauses.length < 2) return clauses[0] ?? { any: [] };
  const branches = clauses.map(partsOf);
  const first = branches[0]!;
  let shared = 0;
  while (shared < first.length && branches.every((parts) => same(parts[shared], first[shared]))) shared++;
  const rests = branches.map((parts) => all(...parts.slice(shared)));
  // One branch asks nothing more than what is shared: the others add nothing.
  if (branches.some((parts) => parts.length === shared)) return all(...first.slice(0, shared));
  return all(...first.slice(0, shared), { any: rests.flatMap((rest) => (isAny(rest) ? rest.any : [rest])) });
}

/** The opposite. */
export function negated(clause: Clause): string {
  const text = print(clause);
  return /^!\w+\(\w+\)$/.test(text) ? text.slice(1) : `!(${text})`;
}

/** Writes it in the expression language. */
export function print(clause: Clause): string {
  if (typeof clause === 'string') return clause;
  if (isAny(clause)) return clause.any.length === 0 ? 'false' : clause.any.map(print).join(' || ');
  if (clause.all.length === 0) return 'true';
  return clause.all.map((part) => (isAny(part) ? `(${print(part)})` : print(part))).join(' && ');
}

function partsOf(clause: Clause): readonly Clause[] {
  return typeof clause === 'object' && 'all' in clause ? clause.all : [clause];
}

function isAny(clause: Clause): clause is { readonly any: readonly Clause[] } {
  return typeof clause === 'object' && 'any' in clause;
}

function same(a: Clause | undefined, b: Clause | undefined): boolean {
  return a !== undefined && b !== undefined && print(a) === print(b);
}
