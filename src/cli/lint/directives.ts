/** Comments in a manifest that silence a rule on their line or on the next one. */
import { nearestName } from '../../nearest.ts';
import type { YamlFile } from '../../rollouts/yaml/index.ts';
import { LINT_RULES, type LintFinding } from './finding.ts';

const DIRECTIVE = /#[ \t]*rolloutguard-(disable[\w-]*)[ \t]*([^\n\r]*)/g;
const LINES_BELOW: Readonly<Record<string, number>> = { 'disable-line': 0, 'disable-next-line': 1 };

interface Directive {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  /** The line whose findings it silences. */
  readonly about: number;
  readonly codes: readonly string[];
  readonly problem: string | null;
}

/**
 * The findings of one file that no comment silences, and findings about comments that are wrong or silence nothing.
 *
 * @param isOn - whether a rule speaks at all: a comment about one that does not is no mistake.
 */
export function heeding(
  name: string,
  file: YamlFile,
  findings: readonly LintFinding[],
  isOn: (code: string) => boolean,
): { kept: LintFinding[]; silenced: number } {
  if (!file.text.includes('rolloutguard-disable')) return { kept: [...findings], silenced: 0 };
  const directives = directivesOf(file);
  const used = new Set<Directive>();
  const kept = findings.filter(({ line, code }) => {
    const silencing = directives.filter(({ about, codes }) => about === line && codes.includes(code));
    for (const directive of silencing) used.add(directive);
    return silencing.length === 0;
  });
  const silenced = findings.length - kept.length;
  for (const directive of directives) {
    const { line, column, endColumn, codes } = directive;
    const isIdle = codes.some(isOn) && !used.has(directive);
    const problem = directive.problem ?? (isIdle ? `Nothing is found there by ${codes.join(', ')}.` : null);
    if (problem === null) continue;
    kept.push({
      ...{ code: 'lint-directive', severity: 'advice', file: name, line, column, endColumn, object: null, path: '' },
      message: problem,
      effect: 'The comment does nothing.',
      mend: 'Write "# rolloutguard-disable-line CODE" or "# rolloutguard-disable-next-line CODE", or remove it.',
    });
  }
  return { kept, silenced };
}

function directivesOf(file: YamlFile): Directive[] {
  const directives: Directive[] = [];
  file.text.split('\n').forEach((text, index) => {
    for (const match of text.matchAll(DIRECTIVE)) {
      const [whole, verb, words] = match as unknown as [string, string, string];
      const codes = words.split(/[\s,]+/).filter((word) => word !== '');
      // Of a verb that is none, no line is meant.
      const about = Object.hasOwn(LINES_BELOW, verb) ? index + 1 + LINES_BELOW[verb]! : 0;
      const unknown = codes.find((code) => !Object.hasOwn(LINT_RULES, code));
      const place = { line: index + 1, column: match.index + 1, endColumn: match.index + 1 + whole.trimEnd().length };
      directives.push({ ...place, about, codes, problem: problemOf(verb, codes, unknown) });
    }
  });
  return directives;
}

function problemOf(verb: string, codes: readonly string[], unknown: string | undefined): string | null {
  if (!Object.hasOwn(LINES_BELOW, verb)) return `There is no comment rolloutguard-${verb}.`;
  if (codes.length === 0) return 'This comment names no rule.';
  if (unknown === undefined) return null;
  const near = nearestName(unknown, Object.keys(LINT_RULES));
  return `There is no rule ${JSON.stringify(unknown)}.${near === null ? '' : ` Did you mean ${near}?`}`;
}
