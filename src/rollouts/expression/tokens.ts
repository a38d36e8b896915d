/** The words of an expression, cut as expr's lexer cuts them (expr: parser/lexer/state.go). */
import { ExpressionError, type Grammar } from './syntax.ts';

/** One word. `sign` is its text when it is an operator, a bracket or a keyword, else empty. */
export interface Token {
  readonly kind: 'sign' | 'name' | 'number' | 'string' | 'end';
  readonly sign: string;
  /** The name, the digits, or the string without its quotes and escapes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Longer conditions are nobody's; the limit bounds the time and the stack of everything that reads one. */
const MAX_LENGTH = 100_000;

// Go's blanks: JavaScript's \s differs in U+0085 and U+FEFF.
const BLANK = /(?:(?!\ufeff)[\s\x85]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const NUMBER = /0x[\da-f_]*|0o[0-7_]*|0b[01_]*|[\d_]*(?:\.(?!\.)[\d_]*)?(?:e[+-]?[\d_]*)?/iy;
const TEXT = /(["'])((?:(?!\1)[^\\\n]|\\[^\n])*)\1/y;
const RAW = /`((?:[^`]|``)*)`/y;
const NAME = /[\p{L}\p{Nd}_$]+/uy;
const SIGN = /\?[.?]?|\|\|?|::?|\.\.?|##?|[&!=*<>][&=*]?|[()[\]{},;%+\-^/]/y;
const KEYWORDS = /^(?:not|in|or|and|matches|contains|startsWith|endsWith|let)$/;
const ESCAPE =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|u\{([\da-fA-F]{1,6})\}|U([\da-fA-F]{8})|([0-3][0-7]{2})|[\s\S])/g;

/** Cuts a source into its words; the last one is of kind `end`. */
export function tokensOf(source: string, grammar: Grammar): Token[] {
  const modern = grammar === '1.17';
  const tokens: Token[] = [];
  let at = 0;
  const fail = (message: string, offset = at, ours = false): never => {
    throw new ExpressionError(message, offset, ours);
  };
  const match = (pattern: RegExp): readonly string[] | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const push = (kind: Token['kind'], length: number, text = source.slice(at, at + length), sign = ''): void => {
    tokens.push({ kind, sign, text, from: at, to: at + length });
    at += length;
  };
  if (source.length > MAX_LENGTH) fail(`An expression of more than ${MAX_LENGTH} characters is not read`, 0, true);
  for (;;) {
    at += match(BLANK)![0]!.length;
    if (at === source.length) {
      push('end', 0);
      return tokens;
    }
    const [name = ''] = match(NAME) ?? [];
    const [text = '', quote, inside] = match(TEXT) ?? [];
    const [raw = '', rawInside] = (modern && match(RAW)) || [];
    // What follows # is its name, whatever else it would mean.
    if (source[at - 1] === '#' && name !== '') push('name', name.length);
    else if (/^\.?\d/.test(source.slice(at, at + 2))) {
      push('number', match(NUMBER)![0]!.length);
      if (match(NAME) !== null) fail('This is no number', tokens.at(-1)!.from);
    } else if (text !== '') push('string', text.length, unescaped(inside!, quote!, modern, fail));
    else if (raw !== '') push('string', raw.length, rawInside!.replaceAll('``', '`'));
    else if (name !== '' && !KEYWORDS.test(name) && !(modern && /^(?:if|else)$/.test(name))) push('name', name.length);
    else {
      const [sign = ''] = name === '' ? (match(SIGN) ?? []) : [name];
      if (sign === '') fail(/["'`]/.test(source[at]!) ? 'This text has no end' : 'This character means nothing here');
      const known = sign === '::' && !modern ? ':' : sign;
      push('sign', known.length, '', known);
    }
  }
}

/** `\u{...}` is new in 1.17. */
function unescaped(text: string, quote: string, modern: boolean, fail: (message: string) => never): string {
  // expr reads every line end as \n.
  return text.replace(/\r\n?/g, '\n').replace(ESCAPE, (all, two, four, braces, eight, octal) => {
    const code = Number.parseInt(two ?? four ?? braces ?? eight ?? octal, octal === undefined ? 16 : 8);
    if (code <= 0x10_ffff && (modern || braces === undefined)) return String.fromCodePoint(code);
    const plain = `abfnrtv\\${quote}`.indexOf(all[1]!);
    return all.length > 2 || plain < 0 ? fail(`${all} is no escape`) : `\x07\b\f\n\r\t\v\\${quote}`[plain]!;
  });
}
