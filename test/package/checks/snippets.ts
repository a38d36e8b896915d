/** Languages of blocks that can be run. */
export type SnippetLanguage = 'ts' | 'sh';

/** One block of code in a Markdown file. */
export interface Snippet {
  readonly language: SnippetLanguage;
  /** The heading that it stands under. */
  readonly heading: string;
  /** The line of the opening fence. */
  readonly line: number;
  /** The name that a comment in its first line gives, or one made of the line: compiler errors lead back to it. */
  readonly file: string;
  readonly code: string;
  /** False for a block marked `no-run`, which is only type-checked. */
  readonly runs: boolean;
}

/**
 * Reads the ```ts blocks of a Markdown text, and the ```sh blocks if asked for. A block marked ```ts no-run needs its reason
 * in a comment right above: `<!-- no-run: needs a cluster -->`. A block that begins with the comment `// steps.ts` is a file
 * of that name, which other blocks can import.
 *
 * @throws Error when a `no-run` block has no reason, a block has a mark that nobody knows, or a fence never closes
 */
export function readSnippets(markdown: string, languages: readonly SnippetLanguage[] = ['ts']): Snippet[] {
  const snippets: Snippet[] = [];
  let heading = 'README';
  let lastText = '';
  let open: Block | null = null;
  let otherFence = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    const line = index + 1;
    if (open !== null) {
      if (text.trimEnd() === '```') {
        snippets.push(finish(open, heading));
        open = null;
      } else {
        open.code.push(text);
      }
    } else if (otherFence) {
      otherFence = text.trimEnd() !== '```';
    } else if (languages.some((language) => FENCES[language].test(text))) {
      const language = FENCES.ts.test(text) ? 'ts' : 'sh';
      open = { language, mark: text.replace(/^```\w+/, '').trim(), line, reason: lastText, code: [] };
    } else if (text.startsWith('```')) {
      otherFence = true;
    } else {
      heading = /^#+ (.*)/.exec(text)?.[1] ?? heading;
      if (text.trim() !== '') lastText = text;
    }
  }
  if (open !== null) throw new Error(`the block at line ${open.line} never closes`);
  return snippets;
}

interface Block {
  readonly language: SnippetLanguage;
  readonly mark: string;
  readonly line: number;
  readonly reason: string;
  readonly code: string[];
}

const FENCES: Readonly<Record<SnippetLanguage, RegExp>> = { ts: /^```(ts|typescript)\b/, sh: /^```sh\b/ };

function finish(block: Block, heading: string): Snippet {
  const { language, mark, line, reason, code } = block;
  if (mark !== '' && mark !== 'no-run') throw new Error(`line ${line}: unknown mark "${mark}"; there is only no-run`);
  if (mark === 'no-run' && !/<!-- no-run: .+ -->/.test(reason)) {
    throw new Error(`line ${line}: no-run needs a reason right above: <!-- no-run: why -->`);
  }
  const file = /^\/\/ ([\w.-]+\.ts)$/.exec(code[0] ?? '')?.[1] ?? `line-${line}.${language}`;
  return { language, heading, line, file, code: `${code.join('\n')}\n`, runs: mark === '' };
}
