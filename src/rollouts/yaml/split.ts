/**
 * Cuts a text into documents where kubectl does: YAML at lines of three dashes, JSON behind each object. By lines and
 * not by a parser, so that one broken document does not spoil the rest, and one at a time is in memory.
 */
import { type RawProblem, YAML_EFFECT } from './problem.ts';

/** One document of a text: from the first character behind its separator to the next separator. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
}

/** The documents of a text, those without content among them. */
export function splitDocuments(text: string): { chunks: Chunk[]; problems: RawProblem[] } {
  const problems: RawProblem[] = [];
  const chunks: Chunk[] = [];
  let start = 0;
  for (const { index, 0: line } of text.matchAll(/^---.*$/gm)) {
    const rest = line.slice(3).trim();
    if (rest !== '' && !rest.startsWith('#')) {
      problems.push({
        ...{ code: 'yaml-separator', severity: 'rejected', segments: [], offset: index },
        message: 'Something stands behind the three dashes that separate documents.',
        effect: YAML_EFFECT.refused,
        mend: 'Put it on the next line.',
      });
    }
    chunks.push(...parts(text, start, index));
    start = index + line.length;
  }
  chunks.push(...parts(text, start, text.length));
  return { chunks, problems };
}

/** JSON objects may follow one another without a separator, as in JSON Lines. */
function parts(text: string, start: number, end: number): Chunk[] {
  const first = nextVisible(text, start, end);
  if (text[first] !== '{') return [{ start, end }];
  const chunks: Chunk[] = [];
  let from = start;
  for (;;) {
    const close = endOfObject(text, nextVisible(text, from, end), end);
    if (close === null || text[nextVisible(text, close, end)] !== '{') return [...chunks, { start: from, end }];
    chunks.push({ start: from, end: close });
    from = close;
  }
}

function nextVisible(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && /\s/.test(text[at]!)) at++;
  return at;
}

/** Where an object in braces ends, or `null` when it does not, or is no JSON. */
function endOfObject(text: string, from: number, end: number): number | null {
  // A string without an end goes to the end of the text: it is not looked for anew at each quote in it.
  const token = /"(?:[^"\\]|\\.?)*(?:"|$)|[{}[\]#']/gs;
  token.lastIndex = from;
  let depth = 0;
  for (let match = token.exec(text); match !== null && match.index < end; match = token.exec(text)) {
    const [sign] = match;
    // Comments and single quotes are YAML's: one document to the separator.
    if (sign === '#' || sign === "'") return null;
    if (sign === '{' || sign === '[') depth++;
    else if (sign === '}' || sign === ']') depth--;
    if (depth === 0) return match.index + 1;
  }
  return null;
}
