/** Everything that `lint` loads when it runs, and not before. */
export { LINT_RULES } from './finding.ts';
export { lintReport, rulesReport } from './report.ts';
export { lint } from './run.ts';
