/** From bytes to text: which encoding it is, and which characters YAML does not allow. */
import { type RawProblem, YAML_EFFECT } from './problem.ts';

const UTF16_LE = [0xff, 0xfe];
const UTF16_BE = [0xfe, 0xff];
/** YAML 1.1 allows no others; a lone carriage return is a line break to one reader and text to another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]|\r(?!\n)|\p{Cs}/gu;
/** So many are told one by one. */
const MOST_TOLD = 20;

/** Text of bytes, or why it is none. */
export function decode(input: string | Uint8Array): { text: string; problems: RawProblem[] } {
  if (typeof input === 'string') return { text: withoutMark(input), problems: [] };
  const [first, second] = input;
  const utf16 = [UTF16_LE, UTF16_BE].some(([a, b]) => a === first && b === second);
  if (utf16) return refused('yaml-encoding', 'This is UTF-16.', 'Save the file as UTF-8.');
  if (input.includes(0)) {
    return refused('yaml-not-text', 'This is no text: it holds NUL bytes.', 'Give YAML or JSON in UTF-8.');
  }
  try {
    // Drops a byte order mark.
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(input), problems: [] };
  } catch {
    return refused('yaml-encoding', 'This is not UTF-8.', 'Save the file as UTF-8.');
  }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function refused(code: RawProblem['code'], message: string, mend: string): { text: string; problems: RawProblem[] } {
  const problem = { code, severity: 'rejected', segments: [], offset: 0, message, effect: YAML_EFFECT.refused, mend };
  return { text: '', problems: [problem as RawProblem] };
}

/** Characters that YAML refuses. */
export function forbiddenCharacters(text: string): RawProblem[] {
  const problems: RawProblem[] = [];
  for (const match of text.matchAll(FORBIDDEN)) {
    const more = problems.length === MOST_TOLD - 1 ? ' More may follow.' : '';
    const name = `U+${match[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    problems.push({
      ...{ code: 'yaml-control-character', severity: 'rejected', segments: [], offset: match.index },
      message: `The character ${name} is not allowed here.${more}`,
      effect: YAML_EFFECT.refused,
      mend: 'Remove it, or write it as an escape in double quotes.',
    });
    if (problems.length === MOST_TOLD) break;
  }
  return problems;
}
