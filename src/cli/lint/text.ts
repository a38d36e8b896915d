/** Findings for people: each with the line that it is about. */
import { maskedText, visibleText } from '../../visible-text.ts';
import type { LintCounts, LintFinding, LintResult } from './finding.ts';

/** Characters of a line that are shown. */
const WIDTH = 100;

/** The report on a terminal. */
export function lintText({ findings, counts, lineOf }: LintResult): string {
  const blocks = findings.map((finding) => `${block(finding, lineOf(finding))}\n`);
  return `${blocks.join('\n')}${blocks.length === 0 ? '' : '\n'}${summary(counts)}\n`;
}

function block(finding: LintFinding, source: string): string {
  const { file, line, column, severity, code, path, argoPath, object, message, effect, mend } = finding;
  const where = [object?.kind, object?.name, path].filter((part) => part).join(' ');
  const head = `${visibleText(file)}:${line}:${column}: ${severity} ${code}${where === '' ? '' : `: ${visibleText(where)}`}`;
  const argo = argoPath === undefined ? [] : [`    Argo Rollouts calls it ${visibleText(argoPath)}.`];
  const words = [message, effect, mend].map((text) => `    ${visibleText(text)}`);
  return [head, ...excerpt(finding, source), ...words, ...argo].join('\n');
}

/** The line, and carets below what is meant. */
function excerpt({ line, column, endColumn }: LintFinding, source: string): string[] {
  if (source.trim() === '') return [];
  // Where its end is hidden, it is shorter than in the file.
  const start = Math.min(column, source.length + 1);
  const first = start > WIDTH - 20 ? start - 20 : 1;
  // Cut before it is looked at: a long line may have many findings. Each character stays one, so that carets fit.
  const cut = maskedText(source.slice(first - 1, first - 1 + WIDTH).replace(/\t/g, ' '));
  const carets = '^'.repeat(Math.max(1, Math.min(endColumn, first + WIDTH, source.length + 1) - start));
  const gutter = String(line);
  return [`  ${gutter} | ${cut}`, `  ${' '.repeat(gutter.length)} | ${' '.repeat(start - first)}${carets}`];
}

/** One line about all. */
export function summary(counts: LintCounts): string {
  const { files, objects, rejected, unsafe, advice, silenced, otherFiles, otherDocuments, templates } = counts;
  const looked = `${some(objects, 'object')} in ${some(files, 'file')}`;
  const found =
    rejected + unsafe + advice === 0 ? 'nothing found' : `${rejected} rejected, ${unsafe} unsafe, ${advice} advice`;
  const rest = [
    silenced > 0 ? `${silenced} silenced by comments` : '',
    templates > 0 ? `${some(templates, 'template')} not read` : '',
    otherDocuments > 0 ? `${some(otherDocuments, 'document')} without apiVersion and kind left out` : '',
    otherFiles > 0 ? `${some(otherFiles, 'file')} without manifests left out` : '',
  ].filter((part) => part !== '');
  return `${looked}: ${[found, ...rest].join('; ')}.`;
}

function some(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
