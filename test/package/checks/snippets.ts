/** One block of TypeScript in a Markdown file. */
export interface Snippet {
  /** The heading that it stands under. */
  readonly heading: string;
  /** The line of the opening fence. */
  readonly line: number;
  /** A file name made of the line, so that compiler errors lead back to it. */
  readonly file: string;
  readonly code: string;
  /** False for a block marked `no-run`, which is only type-checked. */
  readonly runs: boolean;
}

/**
 * Reads the ```ts blocks of a Markdown text. A block marked ```ts no-run needs its reason in a comment right above:
 * `<!-- no-run: needs a cluster -->`.
 *
 * @throws Error when a `no-run` block has no reason, a block has a mark that nobody knows, or a fence never closes
 */
export function readSnippets(markdown: string): Snippet[] {
  const snippets: Snippet[] = [];
  let heading = 'README';
  let lastText = '';
  let open: { mark: string; line: number; reason: string; code: string[] } | null = null;
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
    } else if (/^```(ts|typescript)\b/.test(text)) {
      open = { mark: text.replace(/^```\w+/, '').trim(), line, reason: lastText, code: [] };
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

function finish(block: { mark: string; line: number; reason: string; code: string[] }, heading: string): Snippet {
  const { mark, line, reason, code } = block;
  if (mark !== '' && mark !== 'no-run') throw new Error(`line ${line}: unknown mark "${mark}"; there is only no-run`);
  if (mark === 'no-run' && !/<!-- no-run: .+ -->/.test(reason)) {
    throw new Error(`line ${line}: no-run needs a reason right above: <!-- no-run: why -->`);
  }
  return { heading, line, file: `line-${line}.ts`, code: `${code.join('\n')}\n`, runs: mark === '' };
}
