/** A decision as text, as JSON, as Markdown, and as one self-contained HTML page with plots. */
export { type HtmlReportInput, htmlReport } from './html.ts';
export { jsonReport } from './json.ts';
export { markdownReport } from './markdown-report.ts';
export { type ReplayPageOptions, replayHtml } from './replay-html.ts';
export { replayMarkdown } from './replay-markdown.ts';
export { type ReplayViewOptions, replayText } from './replay-text.ts';
export type { ReportFact } from './sections.ts';
export { textReport } from './text.ts';
