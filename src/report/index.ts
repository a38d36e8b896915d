/** A decision as text, as JSON, as Markdown, and as one self-contained HTML page with plots. */
export { type HtmlReportInput, htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { markdownReport } from './markdown-report.ts';
export type { ReportFact } from './sections.ts';
export { textReport } from './text.ts';
