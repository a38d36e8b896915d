/**
 * Predicted against simulated times to detection. `npm run bench -- planner [runs]`; `--write` renews the tables in docs/planning.md;
 * `levels` prints what the named noises stand for.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { accuracyOf, summary, table } from './accuracy.ts';
import { heldOutCells, tunedCells } from './cells.ts';
import { printLevels } from './levels.ts';

const DOCUMENT = new URL('../../docs/planning.md', import.meta.url);
const USUAL_RUNS = 400;
const RECORDINGS = 30;

/** Runs the bench with the words that follow its name. */
export async function benchPlanner(words: readonly string[], print: (line: string) => void): Promise<void> {
  if (words.includes('levels')) return printLevels(RECORDINGS, print);
  const runs = Number(words.find((word) => /^\d+$/.test(word)) ?? USUAL_RUNS);
  const parts: string[] = [];
  for (const [title, cells] of [
    ['The cells that the planner was made with', tunedCells()],
    ['Cells that were chosen afterwards, and that nothing was changed for', heldOutCells()],
  ] as const) {
    const list = await accuracyOf(cells, runs, availableParallelism());
    parts.push(`${title}: ${summary(list)}.\n\n${table(list)}`);
    print(`${parts.at(-1)}\n`);
  }
  if (words.includes('--write')) {
    const command = `Command: \`npm run bench -- planner ${runs} --write\`.`;
    write(
      [command, 'Simulated / predicted; bold: more than 25 % and more than one interval off.', ...parts].join('\n\n'),
    );
  }
}

/** Puts the text between the two marks of the document. */
function write(text: string): void {
  const [begin, end] = ['<!-- accuracy -->', '<!-- /accuracy -->'];
  const before = readFileSync(DOCUMENT, 'utf8');
  const [from, to] = [before.indexOf(begin), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/planning.md has no place for the tables: ${begin} ... ${end}`);
  writeFileSync(DOCUMENT, `${before.slice(0, from + begin.length)}\n${text}\n${before.slice(to)}`);
}
