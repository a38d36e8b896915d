/** Decisions, replays, plans and calibrations as text, as Markdown, and as self-contained HTML pages with plots; decisions as JSON too. */
export { calibrationMarkdown } from './calibration-markdown.ts';
export { calibrationText } from './calibration-text.ts';
export { type HtmlReportInput, htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { markdownReport } from './markdown-report.ts';
export { type PlanCurvePictureOptions, planCurveSvg } from './plan-curve-svg.ts';
export { planHtml } from './plan-html.ts';
export { planMarkdown } from './plan-markdown.ts';
export type { PlannedDetection, PlannedSmallest, PlanReport } from './plan-report.ts';
export { planText } from './plan-text.ts';
export { type ReplayPageOptions, replayHtml } from './replay-html.ts';
export { replayMarkdown } from './replay-markdown.ts';
export { type ReplayViewOptions, replayText } from './replay-text.ts';
export type { ReportFact } from './sections.ts';
export { textReport } from './text.ts';
