/** The bench's figures as Markdown tables. */
import { percent, wilsonInterval } from '../figures.ts';
import { type Cell, GROUPS } from './cell.ts';
import { incidentOf } from './incident.ts';
import {
  type CellFigures,
  type Detection,
  type JudgeSummary,
  type MeanAndWorst,
  SECTIONS,
  sectionOf,
  summarise,
} from './summary.ts';

/** All tables: the summary first, then the cells by kind and part. `-` = the judge does not know a cell's metrics. */
export function tables(cells: readonly Cell[], figures: readonly CellFigures[]): string {
  const judges = [...new Set(figures.map(({ judge }) => judge))];
  const cellTable = (
    title: string,
    of: readonly Cell[],
    what: string,
    show: (figure: CellFigures) => string,
  ): string[] => {
    const rows = of.map(({ name }) => [
      name,
      ...judges.map((judge) => {
        const figure = figures.find((one) => one.name === name && one.judge === judge);
        return figure ? show(figure) : '-';
      }),
    ]);
    return rows.length > 0 ? [title, table([what, ...judges], rows)] : [];
  };
  const nulls = cells.filter(({ kind }) => kind === 'null');
  const effects = cells.filter(({ kind }) => kind === 'effect');
  const causes = cells.filter((cell) => incidentOf(cell) !== null || cell.kw.interference !== undefined);
  const mayPromote = effects.filter((cell) => {
    return (
      sectionOf(cell) === 'promotion' ||
      figures.some(({ name, falsePromoteRate }) => name === cell.name && (falsePromoteRate ?? 0) > 0)
    );
  });
  return [
    ...summaryTables(summarise(cells, figures)),
    ...cellTable('Healthy canaries: false rollbacks within 30 min, % [95 % CI]', nulls, 'traffic', rateWithInterval),
    ...SECTIONS.flatMap((section) =>
      cellTable(
        `Faulty canaries, ${section}: power, median/p90 time from the onset (mean bad answers served until the rollback)`,
        effects.filter((cell) => sectionOf(cell) === section),
        'fault',
        detection,
      ),
    ),
    ...cellTable(
      'Incidents: intervals from the fourth on that were held, % / runs released within 120 s, % / intervals held outside, % / interference suspected, % of runs / rollbacks with the deployment as cause, %',
      causes,
      'incident',
      causeShares,
    ),
    ...cellTable(
      'Canaries to promote: promoted within 30 min, % (rolled back, %), median/p95 time; within 5 and 18 min, %',
      cells.filter(({ kind }) => kind === 'promote'),
      'traffic',
      promotion,
    ),
    ...cellTable(
      'Faults that may be promoted: promoted after the onset and before any rollback, % [95 % CI]',
      mayPromote,
      'fault',
      ({ falsePromoteRate, runs }) => withInterval(falsePromoteRate!, runs),
    ),
  ].join('\n\n');
}

function summaryTables(summaries: readonly JudgeSummary[]): string[] {
  const parts: string[] = [];
  if (summaries.some(({ falseRollbacks }) => falseRollbacks)) {
    const groups = GROUPS.filter((group) => summaries.some((summary) => summary.falseRollbacksByGroup[group]));
    const most = (of: (summary: JudgeSummary) => MeanAndWorst | null | undefined): number =>
      Math.max(...summaries.map((summary) => of(summary)?.cells ?? 0));
    const heads = [
      `all (${most(({ falseRollbacks }) => falseRollbacks)})`,
      ...groups.map((group) => `${group} (${most((summary) => summary.falseRollbacksByGroup[group])})`),
      'held without an incident',
    ];
    const rows = summaries.map(({ judge, falseRollbacks, falseRollbacksByGroup, holds }) => [
      judge,
      meanAndWorst(falseRollbacks),
      ...groups.map((group) => meanAndWorst(falseRollbacksByGroup[group])),
      meanAndWorst(holds),
    ]);
    parts.push('False rollbacks, and intervals held without an incident, %: mean / worst over the cells');
    parts.push(table(['judge', ...heads], rows));
  }
  const rows = SECTIONS.flatMap((section) =>
    summaries.flatMap(({ judge, detection }) => {
      const found = detection[section];
      return found ? [[section, judge, ...detectionRow(found)]] : [];
    }),
  );
  if (rows.length > 0) {
    parts.push(
      'Detection: cells with power of 80 % or more, cells with less than 50 %, geometric mean of the median times (at most the time left); false promotions, %: mean / worst',
      table(
        [
          'faults',
          'judge',
          'power >= 80 %',
          'power < 50 %',
          'time',
          'time / oracle',
          'time / oracle-margin',
          'promoted',
        ],
        rows,
      ),
    );
  }
  return parts;
}

function detectionRow(found: Detection): string[] {
  return [
    `${found.powerful} of ${found.effectCells}`,
    `${found.weak}`,
    `${Math.round(found.geometricMeanSeconds)} s`,
    found.timeToOracle?.toFixed(2) ?? '',
    found.timeToOracleMargin?.toFixed(2) ?? '',
    meanAndWorst(found.falsePromotions),
  ];
}

function meanAndWorst(rates: MeanAndWorst | null | undefined): string {
  return rates ? `${(rates.mean * 100).toFixed(2)} / ${percent(rates.worst)}` : '';
}

function causeShares(figure: CellFigures): string {
  return [
    figure.heldShareFromFourth,
    figure.releasedWithin120,
    figure.holdShare,
    figure.suspectedInterferenceShare,
    figure.causeDeploymentShare,
  ]
    .map((share) => (share === null ? '-' : percent(share)))
    .join(' / ');
}

function promotion(figure: CellFigures): string {
  const rates = `${percent(figure.promoteRate)} (${percent(figure.rollbackRate)})`;
  const times = `${time(figure.promoteMedianSeconds)}/${time(figure.promoteP95Seconds)}`;
  return `${rates} ${times}; ${percent(figure.promotedWithin300)}, ${percent(figure.promotedWithin1080)}`;
}

function rateWithInterval({ rollbackRate, runs }: CellFigures): string {
  return withInterval(rollbackRate, runs);
}

function withInterval(share: number, runs: number): string {
  const { low, high } = wilsonInterval(Math.round(share * runs), runs);
  return `${percent(share)} [${percent(low)}, ${percent(high)}]`;
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
