/** A replay as plain text, for a terminal or a CI log. */
import type { ReplayedDeployment, ReplayReport } from '../replay/replay-report.ts';
import { visibleText } from '../visible-text.ts';
import { formatCount } from './format.ts';
import { outcomeOf, type ReplayGroup, type ReplayOutcome, replayGroups } from './replay-order.ts';
import { TIMELINE_LEGEND, timelineOf, timelineText } from './replay-timeline.ts';
import {
  comparisonWords,
  counted,
  deploymentName,
  deploymentNote,
  labelsText,
  REPLAY_NOTES,
  replayTitle,
  rowText,
  type ScoreRow,
  scoreRows,
  skippedPlace,
} from './replay-words.ts';
import { lengthOf, shortened, textTable } from './text-table.ts';

/** How much of a replay is shown. */
export interface ReplayViewOptions {
  /** Deployments that are shown, worst first. @defaultValue 20 as text and Markdown, 200 on a page */
  deployments?: number;
}

/** Wide enough for most terminals. */
const LINE = 110;
const LONGEST_NAME = 28;
const TIMELINE = 40;
const MOST_LISTED = 20;
/** Where the reader's next question is why it acted. */
const ASKS_WHY: readonly ReplayOutcome[] = ['false-rollback', 'early', 'unlabelled-rollback'];

/**
 * A replay as readable text: the scores of all policies side by side, each against the others, then the deployments with a
 * line of what each policy said, false rollbacks and misses first, then what was left out. A line break at the end.
 *
 * Text from recordings cannot steer a terminal: control characters are spelled out.
 */
export function replayText(report: ReplayReport, { deployments = 20 }: ReplayViewOptions = {}): string {
  const { policies, engineVersion } = report;
  const comparisons = comparisonWords(report);
  const lines = [
    `${replayTitle(report)}: ${labelsText(report)}`,
    '',
    ...scoreTables(
      scoreRows(report),
      policies.map(({ name }) => name),
    ),
    ...REPLAY_NOTES,
    ...comparisons.shown.flatMap(({ title, lines: words }) => ['', title, ...words.map((word) => `  ${word}`)]),
    ...(comparisons.more > 0 ? ['', `${counted(comparisons.more, 'more comparison')} not shown`] : []),
    ...deploymentLines(report, deployments),
    ...leftOutLines(report),
    '',
    ...policies.map(({ name, digest }) => `policy ${name}: ${digest}`),
    `engine ${engineVersion}`,
  ];
  return `${lines.map((line) => visibleText(line).trimEnd()).join('\n')}\n`;
}

/** Recordings that could not be used, and labels of nothing. */
export function leftOutLines({
  skipped,
  skippedCount,
  unusedLabels,
}: Pick<ReplayReport, 'skipped' | 'skippedCount' | 'unusedLabels'>): string[] {
  return [
    ...list(
      `Left out: ${counted(skippedCount, 'recording')}`,
      skipped.map((each) => `${skippedPlace(each)}: ${each.message} [${each.code}]`),
      skippedCount,
    ),
    ...list(`Labels that name no deployment: ${formatCount(unusedLabels.length)}`, unusedLabels, unusedLabels.length),
  ];
}

/** As many policies side by side as a line holds, then the next ones. */
function scoreTables(rows: readonly ScoreRow[], names: readonly string[]): string[] {
  const short = names.map((name) => shortened(name, LONGEST_NAME));
  const labels = Math.max(0, ...rows.map(({ label }) => label.length));
  const widths = short.map(
    (name, i) => Math.max(lengthOf(name), ...rows.map(({ values }) => lengthOf(values[i]!))) + 2,
  );
  const lines: string[] = [];
  for (let from = 0; from < names.length; ) {
    let to = from + 1;
    let width = labels + widths[from]!;
    while (to < names.length && width + widths[to]! <= LINE) width += widths[to++]!;
    lines.push(
      ...textTable([
        ['', ...short.slice(from, to)],
        ...rows.map(({ label, values }) => [label, ...values.slice(from, to)]),
      ]),
      '',
    );
    from = to;
  }
  return lines;
}

function deploymentLines(report: ReplayReport, atMost: number): string[] {
  const groups = replayGroups(report, atMost);
  if (groups.length === 0) return [];
  return ['', `What each policy said: ${TIMELINE_LEGEND}`, ...groups.flatMap(groupLines)];
}

function groupLines({ heading, count, shown }: ReplayGroup): string[] {
  const more = count - shown.length;
  return [
    '',
    `${heading} (${formatCount(count)})`,
    ...shown.flatMap(oneDeployment),
    ...(more > 0 ? [`  ${shown.length === 0 ? formatCount(more) : `${formatCount(more)} more`} not shown`] : []),
  ];
}

function oneDeployment(deployment: ReplayedDeployment): string[] {
  const names = deployment.policies.map(({ policy }) => shortened(policy, LONGEST_NAME));
  const width = Math.max(0, ...names.map(lengthOf));
  return [
    `- ${deploymentName(deployment)} (${deploymentNote(deployment)})`,
    ...deployment.policies.flatMap((policy, i) => {
      const gap = ' '.repeat(width - lengthOf(names[i]!));
      const line = timelineText(timelineOf(deployment, policy), TIMELINE);
      const row = `    ${names[i]}${gap}  [${line}]  ${rowText(deployment, policy)}`;
      return ASKS_WHY.includes(outcomeOf(deployment, policy)) ? [row, `      because: ${policy.reason}`] : [row];
    }),
  ];
}

function list(title: string, items: readonly string[], count: number): string[] {
  if (count === 0) return [];
  const more = count - Math.min(items.length, MOST_LISTED);
  return [
    '',
    title,
    ...items.slice(0, MOST_LISTED).map((item) => `- ${item}`),
    ...(more > 0 ? [`  ${formatCount(more)} more not shown`] : []),
  ];
}
