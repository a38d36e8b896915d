/** What each step of a planned canary can detect, as plain text and as Markdown. */
import { goDurationText } from '../../duration.ts';
import { type Fault, faultOf } from '../../planning/fault.ts';
import type { PlannedCanaryRow } from './row.ts';
import { about, faultWords, weightWords } from './words.ts';

function cells(fault: Fault, rows: readonly PlannedCanaryRow[]): string[][] {
  return [
    ['weight', 'pause', 'smallest fault it shows alone', `${faultWords(fault)} alone after`, 'users', 'bad answers'],
    ...rows.map((row) => [
      weightWords(row),
      goDurationText(row.pauseSeconds),
      row.smallestDetectable === null ? 'none' : faultWords(faultOf(fault.kind, row.smallestDetectable)),
      row.secondsToFind === null ? 'over a week' : goDurationText(row.secondsToFind),
      about(row.usersExposed),
      about(row.badAnswers),
    ]),
  ];
}

/** Columns below each other; a line a step. */
export function textTable(fault: Fault, rows: readonly PlannedCanaryRow[]): string {
  const lines = cells(fault, rows);
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i]!))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** The same as a table of GitHub and GitLab. */
export function markdownTable(fault: Fault, rows: readonly PlannedCanaryRow[]): string {
  const [head, ...body] = cells(fault, rows).map((line) => `| ${line.join(' | ')} |\n`);
  return `${head}${'|---'.repeat(6)}|\n${body.join('')}`;
}
