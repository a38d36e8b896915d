/** A decision as text, as JSON, and as one self-contained HTML page with plots. */
export { type HtmlReportInput, htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export type { ReportFact } from './sections.ts';
export { textReport } from './text.ts';
