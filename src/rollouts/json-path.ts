/**
 * The JSONPath of a web metric: Kubernetes' own dialect, with braces (client-go: util/jsonpath/parser.go). What it reads and
 * what it finds differ from other dialects, so it is read here as there.
 */

/** What is wrong with a path. */
export interface JsonPathProblem {
  /** A clause without a full stop. */
  readonly problem: string;
  /** Where, in UTF-16 code units. */
  readonly offset: number;
  /** False when Kubernetes takes it, and it finds something else than it says. */
  readonly refused: boolean;
}

class Refused extends Error {
  readonly offset: number;
  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

/** A filter in a filter does not exist; this ends the search for one. */
const MAX_DEPTH = 9;
const TERMINATOR = /(?<!\\)[\s.,[\]$@{}]/;

/** Hears of what Kubernetes takes, and nobody means. */
type Doubt = (problem: string, offset: number) => void;

/**
 * Reads a path such as `{$.data[0].value}`.
 *
 * @returns what is wrong with it, or `null`. A path with `{{args.x}}` in it is not read.
 */
export function parseJsonPath(source: string): JsonPathProblem | null {
  if (source === '' || source.includes('{{')) return null;
  let doubt: JsonPathProblem | null = null;
  const doubts: Doubt = (problem, offset) => {
    doubt ??= { problem, offset, refused: false };
  };
  const open = source.indexOf('{');
  if (open < 0) doubts('it is a text: a path stands in braces, such as {$.value}', 0);
  if (open > 0) doubts('the text before the brace is the first match, and Argo takes that', 0);
  try {
    for (let at = open; at >= 0; at = source.indexOf('{', at)) at = action(source, at + 1, 0, doubts);
    return doubt;
  } catch (error) {
    if (error instanceof Refused) return { problem: error.message, offset: error.offset, refused: true };
    throw error;
  }
}

/** Reads up to the closing brace; returns what follows it. */
function action(text: string, start: number, depth: number, doubts: Doubt): number {
  let at = start;
  let recursive = -1;
  const refuse = (problem: string, offset: number): never => {
    throw new Refused(problem, offset);
  };
  const until = (pattern: RegExp, from: number): number => {
    const length = text.slice(from).search(pattern);
    return length < 0 ? text.length : from + length;
  };
  const part = (from: number, inner: string): void => {
    if (depth >= MAX_DEPTH) refuse('a filter has no end', from);
    try {
      action(`${inner}}`, 0, depth + 1, (problem) => doubts(problem, from));
    } catch (error) {
      // Of a part, its beginning is near enough.
      throw error instanceof Refused ? new Refused(error.message, from) : error;
    }
  };
  for (;;) {
    const from = at;
    const first = text[at] ?? '\n';
    const two = text.slice(at, at + 2);
    if (first === '}') return at + 1;
    if (text.startsWith('[?(', at)) {
      // As there: a filter ends at the first parenthesis that is not in its first quotes.
      const match = /^\[\?\(([^"')\n]*(?:(["'])(?:[^\n](?!\2)|\\\2)*[^\n]?\2[^)\n]*)?)\)(\]?)/.exec(text.slice(at));
      if (match === null || match[3] === '') return refuse('a filter has no end', at);
      const [, left = match[1]!, operator, right = ''] = /^([^!<>=]+)([!<>=]+)(.+)$/s.exec(match[1]!) ?? [];
      part(at + 3, left);
      part(at + 3, right);
      if (operator !== undefined && !/^(?:[<>]=?|[!=]=)$/.test(operator)) refuse(`${operator} compares nothing`, at);
      at += match[0].length;
    } else if (two === '..') {
      if (recursive === at) refuse('.. stands twice', at);
      at += 2;
      recursive = at;
      if (/^[\p{L}\p{Nd}_]/u.test(text.slice(at, at + 2))) at = until(TERMINATOR, at);
    } else if (first === '[') {
      at = until(/[\]\n]/, at) + 1;
      if (text[at - 1] !== ']') refuse('[ has no end', from);
      const keys = text.slice(from + 1, at - 1).split(',');
      for (const key of keys.length > 1 ? keys.map((one) => one.replace(/^ +| +$/g, '')) : keys) {
        const name = /^'([^']*)'$/.exec(key)?.[1];
        if (name !== undefined) {
          part(from, `.${name}`);
          if (TERMINATOR.test(name)) doubts(`'${name}' is cut at its dots: write a backslash before them`, from);
        } else if (key !== '*' && !/^(?:-?\d+)?(?::(?:-?\d+)?){0,2}$/.test(key)) refuse(`[${key}] is no index`, from);
      }
    } else if (first === '"' || first === "'") {
      at = until(first === '"' ? /(?<!\\)"|\n/ : /(?<!\\)'|\n/, at + 1) + 1;
      if (text[at - 1] !== first) refuse('a quote has no end', from);
      const rest = text
        .slice(from + 1, at - 1)
        .replace(/\\(?:[abfnrtv\\]|x[\da-f]{2}|u[\da-f]{4}|[0-3][0-7]{2})/gi, '');
      if (rest.replaceAll(`\\${first}`, '').includes('\\')) refuse('a quote has an unknown escape', from);
    } else if (/[ @$]/.test(first)) {
      at++;
      if (recursive === from) recursive = at;
    } else if (first === '.') at = until(TERMINATOR, at + 1);
    else if (/[-+\d]/.test(first)) {
      at = until(/[^\d.]/, at + 1);
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(text.slice(from, at))) refuse('this is no number', from);
    } else if (/\s/.test(first)) refuse('{ has no end', Math.max(0, start - 1));
    else {
      at = until(TERMINATOR, at);
      const word = text.slice(from, at);
      if (!/^[\p{L}_]/u.test(word)) refuse(`${first} means nothing here`, from);
      if (!/^(?:true|false|range|end)$/.test(word)) refuse(`a field begins with a dot: .${word}`, from);
    }
  }
}
