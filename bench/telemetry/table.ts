/** The figures as a table. */
import { median, quantile } from '../figures.ts';
import type { Round } from './measure.ts';
import type { VariantName } from './variants.ts';

const RATIOS: readonly (readonly [VariantName, VariantName])[] = [
  ['ours', 'stock'],
  ['plain', 'stock'],
  ['again', 'stock'],
  ['stock', 'bare'],
];

/** Head of the table of these set-ups. */
export function head(names: readonly VariantName[]): string {
  const titles = ['', ...names, ...ratiosOf(names).map((pair) => pair.join(' / '))];
  return `| ${titles.join(' | ')} |\n|${titles.map(() => '---|').join('')}`;
}

/** One row: the median of each set-up, and ratios with their spread over the rounds. */
export function row<T>(
  title: string,
  names: readonly VariantName[],
  rounds: readonly Round<T>[],
  figure: (value: T) => number,
  digits: number = 0,
): string {
  const of = (round: Round<T>, name: VariantName): number => figure(round[name] as T);
  const middles = names.map((name) => median(rounds.map((round) => of(round, name))).toFixed(digits));
  const ratios = ratiosOf(names).map(([name, to]) => spread(rounds.map((round) => of(round, name) / of(round, to))));
  return `| ${[title, ...middles, ...ratios].join(' | ')} |`;
}

function ratiosOf(names: readonly VariantName[]): (readonly [VariantName, VariantName])[] {
  return RATIOS.filter((pair) => pair.every((name) => names.includes(name)));
}

/** `median [quartiles] (smallest-largest)`. */
function spread(ratios: readonly number[]): string {
  if (!ratios.every(Number.isFinite)) return '';
  const [low, high] = [quantile(ratios, 0.25), quantile(ratios, 0.75)].map((value) => value.toFixed(2));
  const ends = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  return `${median(ratios).toFixed(3)} [${low}, ${high}] (${ends})`;
}
