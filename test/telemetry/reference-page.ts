/** The tables of docs/telemetry.md that are made of the sources. */
import { readFileSync } from 'node:fs';
import { CATALOGUE } from '../../src/telemetry/instrumentation/catalogue.ts';
import { OFF_BY_DEFAULT } from '../../src/telemetry/instrumentation/selection.ts';
import { KNOWN_VARIABLES } from '../../src/telemetry/variables.ts';
import { ENDINGS, type Ending } from '../processes/shutdown/endings.ts';

const PROBLEMS = new URL('../../src/telemetry/problems.ts', import.meta.url);

const TABLES: Readonly<Record<string, () => string>> = { variables, instrumentations, endings, problems };

/** The page with its tables as they should be. Throws when the page asks for a table that nobody makes, or lacks one. */
export function withTables(page: string): string {
  const wanted = new Set(Object.keys(TABLES));
  const made = page.replace(
    /(<!-- made: (\w+) -->\n)[\s\S]*?(<!-- \/made -->)/g,
    (_, head: string, name: string, end: string) => {
      const table = TABLES[name];
      if (table === undefined || !wanted.delete(name))
        throw new Error(`there is no table ${name}, or it is there twice`);
      return `${head}${table()}${end}`;
    },
  );
  if (wanted.size > 0) throw new Error(`the page lacks ${[...wanted].join(', ')}`);
  return made;
}

function variables(): string {
  const names = Object.keys(KNOWN_VARIABLES).sort();
  return table(
    ['variable', ''],
    names.map((name) => [`\`${name}\``, KNOWN_VARIABLES[name] ?? '']),
  );
}

function instrumentations(): string {
  const rows = CATALOGUE.map(({ name, modules }) => {
    const off = OFF_BY_DEFAULT.includes(name) ? 'off, unless asked for by name' : '';
    return [
      `\`${name}\``,
      modules.map((module) => `\`${module}\``).join(', '),
      name === 'aws-lambda' ? 'on a Lambda' : off,
    ];
  });
  return table(['name', 'patches', ''], rows);
}

function endings(): string {
  return table(['what happens', 'exit without telemetry', 'exit with it', 'what arrives'], ENDINGS.map(endingRow));
}

function endingRow({ name, bare, code, spans, rest }: Ending): string[] {
  const exit = code ?? bare;
  return [name, String(bare), String(exit), arrives(spans, rest ?? true)];
}

function arrives(spans: number | undefined, rest: boolean): string {
  if (spans === undefined) return 'what was flushed at the first signal';
  return spans === 0 && !rest ? 'what was exported before' : 'everything';
}

/** The words of the type's own comments: one a code. */
function problems(): string {
  const source = readFileSync(PROBLEMS, 'utf8');
  const found = [...source.matchAll(/\/\*\* ([^*]+) \*\/\s+\| '([A-Z_]+)'/g)];
  if (found.length !== source.match(/\| '[A-Z_]+'/g)?.length)
    throw new Error('a code of problems.ts has no comment of one line');
  const rows = found.map(([, words = '', code = '']) => [`\`${code}\``, words.replaceAll('\\@', '@')]);
  return table(['code', 'meaning'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line), ''].join('\n');
}
