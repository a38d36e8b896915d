/** Findings as annotations of GitHub Actions. */
import { visibleText } from '../../visible-text.ts';
import type { LintFinding, LintResult } from './finding.ts';
import { summary } from './text.ts';

const COMMANDS = { rejected: 'error', unsafe: 'warning', advice: 'notice' } as const;

/** A workflow command for each finding, and the summary as plain text. */
export function lintGithub({ findings, counts }: LintResult): string {
  return [...findings.map(annotation), summary(counts), ''].join('\n');
}

function annotation(finding: LintFinding): string {
  const { code, severity, file, line, column, endColumn, message, effect, mend } = finding;
  const properties = { file, line, endLine: line, col: column, endColumn, title: `rolloutguard ${code}` };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${COMMANDS[severity]} ${list.join(',')}::${data(`${message} ${effect} ${mend}`)}`;
}

function data(text: string): string {
  return visibleText(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
