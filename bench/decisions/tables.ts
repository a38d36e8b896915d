/** The bench's figures as Markdown tables. */
import { percent, wilsonInterval } from '../figures.ts';
import { GROUPS } from './corpus.ts';
import type { Cell } from './judge.ts';
import { type CellFigures, type FalseRollbacks, type JudgeSummary, summarise } from './summary.ts';

/** All tables: the summary first, then the cells by kind. */
export function tables(cells: readonly Cell[], figures: readonly CellFigures[]): string {
  const judges = [...new Set(figures.map(({ judge }) => judge))];
  const ofKind = (kind: Cell['kind']): Cell[] => cells.filter((cell) => cell.kind === kind);
  const cellTable = (title: string, kind: Cell['kind'], show: (figure: CellFigures) => string): string[] => {
    const rows = ofKind(kind).map(({ name }) => [
      name,
      ...judges.map((judge) => {
        const figure = figures.find((one) => one.name === name && one.judge === judge);
        return figure ? show(figure) : '-';
      }),
    ]);
    return rows.length > 0 ? [title, table([kind === 'effect' ? 'fault' : 'traffic', ...judges], rows)] : [];
  };
  return [
    ...summaryTables(summarise(cells, figures)),
    ...cellTable('Healthy canaries: false rollbacks within 30 min, % [95 % CI]', 'null', rateWithInterval),
    ...cellTable(
      'Faulty canaries: power, median/p90 time from the onset (mean bad answers served until the rollback)',
      'effect',
      detection,
    ),
    ...cellTable(
      'Canaries to promote: promoted within 30 min, % (rolled back, %)',
      'promote',
      (figure) => `${percent(figure.promoteRate)} (${percent(figure.rollbackRate)})`,
    ),
  ].join('\n\n');
}

function summaryTables(summaries: readonly JudgeSummary[]): string[] {
  const parts: string[] = [];
  if (summaries.some(({ falseRollbacks }) => falseRollbacks)) {
    const groups = GROUPS.filter((group) => summaries.some((summary) => summary.falseRollbacksByGroup[group]));
    const first = summaries[0]!;
    const heads = [
      `all (${first.falseRollbacks!.cells})`,
      ...groups.map((group) => `${group} (${first.falseRollbacksByGroup[group]!.cells})`),
    ];
    const rows = summaries.map(({ judge, falseRollbacks, falseRollbacksByGroup }) => [
      judge,
      meanAndWorst(falseRollbacks),
      ...groups.map((group) => meanAndWorst(falseRollbacksByGroup[group])),
    ]);
    parts.push('False rollbacks, %: mean / worst over the cells', table(['judge', ...heads], rows));
  }
  if (summaries.some(({ effectCells }) => effectCells > 0)) {
    const rows = summaries.map((summary) => [
      summary.judge,
      `${summary.powerful} of ${summary.effectCells}`,
      `${summary.weak}`,
      summary.geometricMeanSeconds === null ? '' : `${Math.round(summary.geometricMeanSeconds)} s`,
      summary.timeToOracle?.toFixed(2) ?? '',
      summary.timeToOracleMargin?.toFixed(2) ?? '',
    ]);
    parts.push(
      'Detection: cells with power of 80 % or more, cells with less than 50 %, geometric mean of the median times (at most the time left)',
      table(['judge', 'power >= 80 %', 'power < 50 %', 'time', 'time / oracle', 'time / oracle-margin'], rows),
    );
  }
  return parts;
}

function meanAndWorst(rates: FalseRollbacks | null | undefined): string {
  return rates ? `${(rates.mean * 100).toFixed(2)} / ${percent(rates.worst)}` : '';
}

function rateWithInterval({ rollbackRate, runs }: CellFigures): string {
  const { low, high } = wilsonInterval(Math.round(rollbackRate * runs), runs);
  return `${percent(rollbackRate)} [${percent(low)}, ${percent(high)}]`;
}

function detection({ rollbackRate, medianSeconds, p90Seconds, badAnswers }: CellFigures): string {
  return `${Math.round(rollbackRate * 100)} % ${time(medianSeconds)}/${time(p90Seconds)} (${Math.round(badAnswers)})`;
}

function time(seconds: number | null): string {
  if (seconds === null) return '-';
  return seconds < 600 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
