/** The words of an expression, cut as expr's lexer cuts them (expr: parser/lexer/state.go). */
import { ExpressionError, type Grammar } from './syntax.ts';

/** One word. `sign` is its text when it is an operator, a bracket or a keyword, else empty. */
export interface Token {
  readonly kind: 'sign' | 'name' | 'number' | 'string' | 'bytes' | 'end';
  readonly sign: string;
  /** The name, the digits, or the string without its quotes and escapes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Longer conditions are nobody's; the limit bounds the time and the stack of everything that reads one. */
const MAX_LENGTH = 100_000;

// Go's unicode.IsSpace; JavaScript's \s differs in U+0085 and U+FEFF.
const BLANK = /(?:[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const NUMBER = /0x[\da-f_]*|0o[0-7_]*|0b[01_]*|[\d_]*(?:\.(?!\.)[\d_]*)?(?:e[+-]?[\d_]*)?/iy;
const NAME = /[\p{L}\p{Nd}_$]+/uy;
const SIGN = /\?[.?]?|\|\|?|::?|\.\.?|##?|[&!=*<>][&=*]?|[()[\]{},;%+\-^/]/y;
const KEYWORDS = /^(?:not|in|or|and|matches|contains|startsWith|endsWith|let)$/;

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
};
const ESCAPE =
  /\\(?:([abfnrtv])|([0-3][0-7]{2})|(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8}))|(.))/gu;

/** What may stand between the quotes; `u{...}` is new in 1.17, bytes know no Unicode escapes. */
function body(quote: string, codePoints: string): RegExp {
  return new RegExp(
    `(?:[^${quote}\\\\\\n]|\\\\(?:[abfnrtv\\\\${quote}]|[0-3][0-7]{2}|x[\\da-fA-F]{2}${codePoints}))*`,
    'y',
  );
}
const OLD_POINTS = '|u[\\da-fA-F]{4}|U00(?:0[\\da-fA-F]|10)[\\da-fA-F]{4}';
const NEW_POINTS = `${OLD_POINTS}|u\\{0*(?:[\\da-fA-F]{1,5}|10[\\da-fA-F]{4})\\}`;

/** Cuts a source into its words; the last one is of kind `end`. */
export function tokensOf(source: string, grammar: Grammar): Token[] {
  if (source.length > MAX_LENGTH) {
    throw new ExpressionError(`The expression has more than ${MAX_LENGTH} characters`, MAX_LENGTH, true);
  }
  const modern = grammar === '1.17';
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? '';
  };
  const push = (kind: Token['kind'], text: string, length: number, sign = ''): void => {
    tokens.push({ kind, sign, text, from: at, to: at + length });
    at += length;
  };
  for (;;) {
    at += match(BLANK).length;
    const first = source[at];
    if (first === undefined) {
      push('end', '', 0, '');
      return tokens;
    }
    const bytes = modern && /b['"]/iy.test(source.slice(at, at + 2));
    const quote = bytes ? source[at + 1]! : first;
    if (quote === '"' || quote === "'") {
      const start = at + (bytes ? 2 : 1);
      const pattern = body(quote, bytes ? '' : modern ? NEW_POINTS : OLD_POINTS);
      pattern.lastIndex = start;
      const text = pattern.exec(source)![0];
      const end = start + text.length;
      if (source[end] !== quote) {
        const escaped = source[end] === '\\';
        throw new ExpressionError(escaped ? 'This escape is unknown' : 'This string has no end', escaped ? end : at);
      }
      push(bytes ? 'bytes' : 'string', unescaped(text), end + 1 - at);
    } else if (modern && first === '`') {
      const text = match(/`(?:[^`]|``)*`/y);
      if (text === '') throw new ExpressionError('This string has no end', at);
      push('string', text.slice(1, -1).replaceAll('``', '`'), text.length);
    } else if (source[at - 1] === '#' && match(NAME) !== '') {
      // What follows # is its name, whatever else it would mean.
      push('name', match(NAME), match(NAME).length);
    } else if (/^\d|^\.\d/.test(source.slice(at, at + 2))) {
      const text = match(NUMBER);
      push('number', text, text.length);
      if (match(NAME) !== '') throw new ExpressionError('This is no number', at - text.length);
    } else {
      const name = match(NAME);
      const sign = name === '' ? match(SIGN) : name;
      if (sign === '' || (sign === '::' && !modern)) {
        if (sign === '::') push('sign', '', 1, ':');
        else throw new ExpressionError('This character means nothing here', at);
      } else if (name === '' || isKeyword(name, modern)) push('sign', '', sign.length, sign);
      else push('name', name, name.length);
    }
  }
}

function isKeyword(name: string, modern: boolean): boolean {
  return KEYWORDS.test(name) || (modern && (name === 'if' || name === 'else'));
}

function unescaped(text: string): string {
  // expr reads every line end as \n.
  return text.replace(/\r\n?/g, '\n').replace(ESCAPE, (_, letter, octal, x, u, braces, U, other) => {
    if (letter !== undefined) return ESCAPES[letter]!;
    if (other !== undefined) return other;
    const code = octal === undefined ? Number.parseInt(x ?? u ?? braces ?? U, 16) : Number.parseInt(octal, 8);
    return String.fromCodePoint(code);
  });
}
