/** Findings as SARIF 2.1.0, which code hosts and editors read. */
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { jsonText } from '../../report/json-text.ts';
import { VERSION } from '../../version.ts';
import { LINT_RULES, type LintFinding, type LintResult } from './finding.ts';

const LEVELS = { rejected: 'error', unsafe: 'warning', advice: 'note' } as const;

/** One run, with the rules that were broken. */
export function lintSarif({ findings, unreadable }: LintResult): string {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const rules = codes.map((id) => ({ id, shortDescription: { text: `${LINT_RULES[id]}.` } }));
  const notifications = unreadable.map(({ file, message }) => ({
    level: 'error',
    message: { text: `${file} cannot be read: ${message}` },
  }));
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'rolloutguard', semanticVersion: VERSION, rules } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: unreadable.length === 0, toolExecutionNotifications: notifications }],
        results: findings.map((finding) => resultOf(finding, codes.indexOf(finding.code))),
      },
    ],
  });
}

function resultOf(finding: LintFinding, ruleIndex: number): object {
  const { code, severity, file, line, column, endColumn, object, path, message, effect, mend } = finding;
  const name = [object?.kind, object?.namespace, object?.name].map((part) => part ?? '').join('/');
  const logical =
    object === null ? {} : { logicalLocations: [{ fullyQualifiedName: `${name}#${path}`, kind: 'object' }] };
  const region = { startLine: line, startColumn: column, endLine: line, endColumn };
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${message} ${effect} ${mend}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) }, region }, ...logical }],
    // The same mistake keeps its name when lines above it come and go.
    partialFingerprints: { 'rolloutguard/v1': `${code}:${name}#${path}` },
  };
}

/** Relative paths stay relative, so that a code host finds the file in its tree. */
function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
}
