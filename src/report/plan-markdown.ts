/** A plan as Markdown, for the summary of a CI run or a pull request that changes the steps of a rollout. */
import { type MarkdownPiece, markdown, markdownList, markdownTable } from './markdown.ts';
import type { PlanReport } from './plan-report.ts';
import {
  curveGaps,
  curveTable,
  curveTitle,
  detectionTable,
  PLAN_NOTES,
  planSentence,
  planTitle,
  smallestTable,
  stepsTable,
  targetText,
  trafficText,
  type WordTable,
} from './plan-words.ts';

/** The answers of the planner as Markdown, with the tables of GitHub and GitLab. A line break at the end. */
export function planMarkdown(report: PlanReport): string {
  const { traffic, detections = [], smallest = [], steps, curve } = report;
  const page = markdown`### ${planTitle(report)}

${traffic && markdown`${trafficText(traffic)}\n\n`}${
  detections.length > 0 && part('When a fault is seen', table(detectionTable(detections)))
}${smallest.length > 0 && part('What is seen in a time', table(smallestTable(smallest)))}${
  steps && stepsPart(steps)
}${curve && part(curveTitle(curve), [table(curveTable(curve)), markdownList(curveGaps(curve))])}${markdownList(PLAN_NOTES)}`;
  return `${page.toString().trimEnd()}\n`;
}

function stepsPart({ target, plan }: NonNullable<PlanReport['steps']>): MarkdownPiece {
  const sentence = markdown`${planSentence(plan)}\n\n`;
  const title = `Steps: ${targetText(target)}`;
  if (plan.feasible) return part(title, [sentence, table(stepsTable(target, plan.steps))]);
  return part(title, [
    markdown`**${planSentence(plan)}**\n\n`,
    plan.closest.length > 0 && markdown`What comes closest:\n\n${table(stepsTable(target, plan.closest))}`,
    plan.mends.length === 0
      ? markdown`No single change would make it feasible.\n\n`
      : markdown`Any one of these would make it feasible:\n\n${markdownList(plan.mends.map(({ words }) => words))}`,
  ]);
}

function part(title: string, content: MarkdownPiece): MarkdownPiece {
  return markdown`#### ${title}\n\n${content}`;
}

function table({ columns, rows }: WordTable): MarkdownPiece {
  return markdownTable(columns, rows);
}
