/** The figures as a table. */
import { median, quantile } from '../figures.ts';
import type { Round } from './measure.ts';
import type { VariantName } from './variants.ts';

/** One row: a figure of each set-up, and ratios with their spread over the rounds. */
export function row<T>(title: string, all: readonly Round<T>[], figure: (value: T) => number, digits: number): string {
  const of = (name: VariantName): number[] =>
    all.flatMap((round) => (round[name] === undefined ? [] : [figure(round[name])]));
  const middle = (name: VariantName): string => (of(name).length === 0 ? '' : median(of(name)).toFixed(digits));
  const ratio = (name: VariantName, to: VariantName): string =>
    spread(
      all.flatMap((round) =>
        round[name] === undefined || round[to] === undefined ? [] : [figure(round[name]) / figure(round[to])],
      ),
    );
  const cells = [
    title,
    middle('bare'),
    middle('stock'),
    middle('lean'),
    middle('ours'),
    ratio('ours', 'stock'),
    ratio('stock', 'bare'),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Head of the table. */
export const HEAD: string = [
  '| | bare | stock | stock, lean | ours | ours / stock | stock / bare |',
  '|---|---|---|---|---|---|---|',
].join('\n');

/** `median [quartiles] (smallest-largest)`. */
function spread(ratios: readonly number[]): string {
  if (ratios.length === 0) return '';
  const [low, high] = [quantile(ratios, 0.25), quantile(ratios, 0.75)].map((value) => value.toFixed(2));
  const ends = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  return `${median(ratios).toFixed(3)} [${low}, ${high}] (${ends})`;
}
