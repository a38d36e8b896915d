/** A plan as plain text, for a terminal or a CI log. */
import { visibleText } from '../visible-text.ts';
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
import { textTable } from './text-table.ts';

/** As many sizes of a fault as a screen shows at once. */
const MOST_EFFECTS = 10;

/**
 * The answers of the planner as readable text: when faults are seen, what is seen in a time, the steps for a target or
 * what would make them possible, and the times for several weights. A line break at the end.
 */
export function planText(report: PlanReport): string {
  const { traffic, detections = [], smallest = [], steps, curve } = report;
  const lines = [
    planTitle(report),
    ...(traffic === undefined ? [] : [trafficText(traffic)]),
    ...part('When a fault is seen', detections.length > 0 && detectionTable(detections)),
    ...part('What is seen in a time', smallest.length > 0 && smallestTable(smallest)),
    ...(steps === undefined ? [] : stepsLines(steps)),
    ...(curve === undefined
      ? []
      : [...part(curveTitle(curve), thinned(curveTable(curve))), ...curveGaps(curve).map((gap) => `  ${gap}`)]),
    '',
    ...PLAN_NOTES,
  ];
  return `${lines.map((line) => visibleText(line).trimEnd()).join('\n')}\n`;
}

function stepsLines({ target, plan }: NonNullable<PlanReport['steps']>): string[] {
  const head = ['', `Steps: ${targetText(target)}`, `  ${planSentence(plan)}`];
  if (plan.feasible) return [...head, ...indented(stepsTable(target, plan.steps))];
  return [
    ...head,
    ...(plan.closest.length === 0 ? [] : ['', '  What comes closest:', ...indented(stepsTable(target, plan.closest))]),
    '',
    plan.mends.length === 0
      ? '  No single change would make it feasible.'
      : '  Any one of these would make it feasible:',
    ...plan.mends.map(({ words }) => `  - ${words}`),
  ];
}

function part(title: string, table: WordTable | false): string[] {
  return table === false ? [] : ['', title, ...indented(table)];
}

function indented({ columns, rows }: WordTable): string[] {
  return textTable([columns, ...rows]).map((line) => `  ${line}`);
}

/** Evenly fewer rows, with the first and the last one. */
function thinned({ columns, rows }: WordTable): WordTable {
  if (rows.length <= MOST_EFFECTS) return { columns, rows };
  const step = (rows.length - 1) / (MOST_EFFECTS - 1);
  return { columns, rows: Array.from({ length: MOST_EFFECTS }, (_, i) => rows[Math.round(i * step)]!) };
}
