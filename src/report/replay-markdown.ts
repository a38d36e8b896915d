/** A replay as Markdown, for the summary of a CI run or a pull request that changes a policy. */
import type { ReplayReport } from '../replay/replay-report.ts';
import { formatCount } from './format.ts';
import { Markdown, type MarkdownPiece, markdown, markdownList, markdownTable } from './markdown.ts';
import { type ReplayGroup, replayGroups } from './replay-order.ts';
import type { ReplayViewOptions } from './replay-text.ts';
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
  scoreRows,
  scoreSentence,
  skippedPlace,
} from './replay-words.ts';

const MOST_LISTED = 20;
const TIMELINE = 40;

/**
 * A replay as Markdown: a sentence about each policy, the table of scores, comparisons, and the deployments that matter
 * most with a line of what each policy said. Text from recordings is escaped. A line break at the end.
 */
export function replayMarkdown(report: ReplayReport, { deployments = 20 }: ReplayViewOptions = {}): string {
  const { policies, scores, engineVersion } = report;
  const comparisons = comparisonWords(report);
  const page = markdown`### ${replayTitle(report)}

${labelsText(report)}

${markdownList(scores.map(scoreSentence))}${markdownTable(
  ['', ...policies.map(({ name }) => name)],
  scoreRows(report).map(({ label, values }) => [label, ...values]),
)}${REPLAY_NOTES.map((note) => markdown`${note} `)}

${comparisons.shown.map(
  ({ title, lines }) => markdown`**${title}**

${markdownList(lines)}`,
)}${notShown(comparisons.more > 0 && counted(comparisons.more, 'more comparison'))}${groups(report, deployments)}${leftOutMarkdown(report)}${markdownList(policies.map(({ name, digest }) => `policy ${name}: ${digest}`))}rolloutguard ${engineVersion}
`;
  return page.toString();
}

/** Recordings that could not be used, and labels of nothing. */
export function leftOutMarkdown({
  skipped,
  skippedCount,
  unusedLabels,
}: Pick<ReplayReport, 'skipped' | 'skippedCount' | 'unusedLabels'>): Markdown {
  return markdown`${listed(
    `Left out: ${counted(skippedCount, 'recording')}`,
    skipped.map((each) => `${skippedPlace(each)}: ${each.message} (${each.code})`),
    skippedCount,
  )}${listed(
    `Labels that name no deployment: ${formatCount(unusedLabels.length)}`,
    unusedLabels,
    unusedLabels.length,
  )}`;
}

function groups(report: ReplayReport, atMost: number): MarkdownPiece {
  const all = replayGroups(report, atMost);
  if (all.length === 0) return null;
  return markdown`#### What each policy said

${TIMELINE_LEGEND}

${all.map(group)}`;
}

function group({ heading, count, shown }: ReplayGroup): MarkdownPiece {
  const more = count - shown.length;
  return markdown`**${heading} (${formatCount(count)})**

${markdownTable(
  ['deployment', 'policy', 'timeline', 'outcome'],
  shown.flatMap((deployment) =>
    deployment.policies.map((policy, i) => [
      i === 0 && markdown`**${deploymentName(deployment)}**<br>${deploymentNote(deployment)}`,
      policy.policy,
      timelineCell(timelineText(timelineOf(deployment, policy), TIMELINE)),
      rowText(deployment, policy),
    ]),
  ),
)}${notShown(more > 0 && (shown.length === 0 ? counted(more, 'deployment') : counted(more, 'more deployment')))}`;
}

/** A fixed width, or the places would mean nothing. Without the spaces that a renderer would squeeze, and the bar of a table. */
function timelineCell(line: string): Markdown {
  return new Markdown(`<code>${line.replaceAll(' ', '&nbsp;').replaceAll('|', '&#124;')}</code>`);
}

function notShown(what: string | false): MarkdownPiece {
  return (
    what !== false &&
    markdown`${what} not shown

`
  );
}

function listed(heading: string, items: readonly string[], count: number): MarkdownPiece {
  const more = count - Math.min(items.length, MOST_LISTED);
  return (
    count > 0 &&
    markdown`**${heading}**

${markdownList(items.slice(0, MOST_LISTED))}${notShown(more > 0 && `${formatCount(more)} more`)}`
  );
}
