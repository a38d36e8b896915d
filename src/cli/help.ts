/** The texts of `--help`, made of what the commands say of themselves. */
import type { Command } from './command.ts';
import { EXIT } from './exit-codes.ts';

const LINE_WIDTH = 100;

const EVERYWHERE: Readonly<Record<number, string>> = {
  [EXIT.fault]: 'a fault of rolloutguard itself',
  [EXIT.usage]: 'wrong arguments, input that cannot be read or is invalid, output that cannot be written',
  [EXIT.interrupted]: 'stopped by Ctrl-C',
};

/** The help of the whole command line. */
export function overview(commands: readonly Command[]): string {
  const lines = [
    'rolloutguard: is the new version worse, is the deployment the cause, is rolling back safe',
    '',
    'Usage: rolloutguard COMMAND [options]',
    '',
    'Commands',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options',
    ...table([
      ['--help', 'shows this text; behind a command: its options, exit codes and examples'],
      ['--version', 'shows the version'],
    ]),
    '',
    'To begin with',
    ...(commands.find(({ name }) => name === 'decide')?.examples[0]?.lines ?? []).map((line) => `  ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** The help of one command. */
export function commandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, { argument, repeatable, help }]): [string, string] => [
    `--${name}${argument === undefined ? '' : ` ${argument}`}`,
    `${help}${repeatable ? ' (may be repeated)' : ''}`,
  ]);
  const exits = Object.entries({ ...command.exits, ...EVERYWHERE }).toSorted(([a], [b]) => Number(a) - Number(b));
  const lines = [
    `rolloutguard ${command.name}: ${command.summary}`,
    '',
    `Usage: rolloutguard ${command.name} ${command.usage}`,
    ...(command.about === '' ? [] : ['', ...broken(command.about, LINE_WIDTH)]),
    '',
    'Options',
    ...table([...options, ['--help', 'shows this text']]),
    '',
    'Exit codes',
    ...table(exits),
    ...command.examples.flatMap(({ says, lines: example, exits: code }) => [
      '',
      `Example: ${says} (exit code ${code})`,
      ...example.map((line) => `  ${line}`),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/** Two columns, the right one broken at blanks. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.max(...rows.map(([word]) => word.length)) + 4;
  return rows.flatMap(([word, text]) =>
    broken(text, LINE_WIDTH - left).map((line, i) => `${(i === 0 ? `  ${word}` : '').padEnd(left)}${line}`),
  );
}

function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
