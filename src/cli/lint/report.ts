/** The formats of `lint`, chosen by their name. */
import { jsonText } from '../../report/json-text.ts';
import { VERSION } from '../../version.ts';
import { LINT_RULES, type LintResult } from './finding.ts';
import { lintGithub } from './github.ts';
import { lintSarif } from './sarif.ts';
import { lintText } from './text.ts';

/** What stdout may get. */
export type LintFormat = 'text' | 'json' | 'sarif' | 'github';

const FORMATS: Readonly<Record<LintFormat, (result: LintResult) => string>> = {
  text: lintText,
  json: ({ findings, counts, unreadable }) =>
    jsonText({ schemaVersion: 1, engineVersion: VERSION, counts, findings, unreadable }),
  sarif: lintSarif,
  github: lintGithub,
};

/** The whole report. */
export function lintReport(format: LintFormat, result: LintResult): string {
  return FORMATS[format](result);
}

/** All rules with their codes. */
export function rulesReport(format: LintFormat): string {
  if (format === 'json') return jsonText(LINT_RULES);
  const width = Math.max(...Object.keys(LINT_RULES).map((code) => code.length));
  return Object.entries(LINT_RULES)
    .map(([code, rule]) => `${code.padEnd(width)}  ${rule}\n`)
    .join('');
}
