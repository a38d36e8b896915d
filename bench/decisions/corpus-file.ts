/** Reads a corpus from a JSON file, and checks it strictly. */
import { readFileSync } from 'node:fs';
import { type Cell, GROUPS, type Group } from './cell.ts';
import { parseMetrics } from './cell-check.ts';
import { CorpusError } from './check.ts';

const KINDS = ['null', 'effect', 'promote'] as const;

/**
 * Checks a corpus given as parsed JSON: a list of cells as `cell.ts` describes them.
 *
 * @throws CorpusError - anything that is not one, with the cell's name and the path.
 */
export function parseCorpus(json: unknown): Cell[] {
  if (!Array.isArray(json)) throw new CorpusError('A corpus must be a list of cells.');
  const names = new Set<string>();
  return json.map((cell: unknown, i): Cell => {
    if (typeof cell !== 'object' || cell === null || Array.isArray(cell)) {
      throw new CorpusError(`Cell ${i} must be an object.`);
    }
    const { name, kind, group, metric, metrics, kw, ...rest } = cell as Record<string, unknown>;
    if (typeof name !== 'string' || name === '') throw new CorpusError(`Cell ${i}: name must be a text.`);
    const where = `Cell "${name}"`;
    if (names.has(name)) throw new CorpusError(`${where}: name is used twice; runs are seeded by it.`);
    names.add(name);
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined)
      throw new CorpusError(`${where}: ${unknown} is not known; known are name, kind, group, metric, metrics, kw.`);
    if (!KINDS.includes(kind as Cell['kind']))
      throw new CorpusError(`${where}: kind must be one of ${KINDS.join(', ')}.`);
    if (group !== undefined && !GROUPS.includes(group as Group))
      throw new CorpusError(`${where}: group must be one of ${GROUPS.join(', ')}.`);
    const own = group === undefined ? {} : { group: group as Group };
    return { name, kind: kind as Cell['kind'], ...own, ...parseMetrics({ metric, metrics, kw }, where) };
  });
}

/**
 * The cells of a corpus file.
 *
 * @throws CorpusError - the file is not JSON or not a corpus; the message names the file, the cell and the path.
 */
export function loadCorpus(file: string): Cell[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CorpusError(`${file} cannot be read as JSON: ${(error as Error).message}`, { cause: error });
  }
  return parseCorpus(json);
}
