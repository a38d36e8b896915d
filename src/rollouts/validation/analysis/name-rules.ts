/**
 * dryRun and measurementRetention name metrics by regular expressions of Go's, which match anywhere in a name (Argo rules 53,
 * 54, 82, 83: utils/analysis/helpers.go). Only expressions that cannot run long are tried; of the others nothing is said.
 */
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
import { shown } from '../shown.ts';

/** More pairs of rules and metrics than this are not compared. */
const MOST_PAIRS = 10_000;
/** Names that both languages read alike, and that are soon read. */
const PLAIN_NAME = /^[ -~]{0,100}$/;

type Matcher = (name: string) => boolean;

/** What the two languages read differently: groups with flags, other escapes, odd classes, repeated anchors. */
const DIFFERENT =
  /[^ -~]|\(\?(?!:)|\\(?![dDwWbBnrt!-/:-@[-`{-~]|$)|\[\^?\]|\[\^?[^\]]*(?:\[|\\\w)|(?:[\^$]|\\[bB])[*+?{]/;
/** What multiplies the ways to read a name. One such choice takes no time; with each further one there are as many times more. */
const CHOICE = /[*+{]|[^(]\?|\((?=[^)]*\|)/g;
/** It changes nothing: a rule matches anywhere in a name. */
const ANYTHING_AROUND = /^\.\*(?![?+])|(?<!\\)\.\*$/g;

/**
 * Reads a regular expression as Go does.
 *
 * @returns `'invalid'` when Go refuses it, `'unknown'` when it is beyond what is read here.
 */
export function goPattern(source: string): Matcher | 'invalid' | 'unknown' {
  if (/^[\w -]*$/.test(source)) return (name) => name.includes(source);
  if (source.length > 200 || DIFFERENT.test(source)) return 'unknown';
  try {
    new RegExp(source);
    const inner = source.replace(ANYTHING_AROUND, '');
    const pattern = new RegExp(inner);
    const isSlow = /\)[*+]|\{/.test(inner) || (inner.match(CHOICE) ?? []).length > 1;
    return isSlow ? 'unknown' : (name) => pattern.test(name);
  } catch {
    return 'invalid';
  }
}

/** What a list of rules is about, for the sentences. */
export interface NameRules {
  readonly field: 'dryRun' | 'measurementRetention';
  readonly rules: readonly Field[];
}

/**
 * Reports the rules that are wrong by themselves, or do not fit these metrics.
 *
 * @param names `null` when a name is not known before a run; `alone` when other templates may bring more metrics.
 */
export function checkNameRules(
  { field, rules }: NameRules,
  names: readonly string[] | null,
  alone: boolean,
  report: Report,
): void {
  const seen = new Set<string>();
  const comparable =
    names !== null && rules.length * names.length <= MOST_PAIRS && names.every((name) => PLAIN_NAME.test(name));
  for (const rule of rules) {
    const at = rule.at('metricName');
    const { text } = at;
    if (text === undefined) continue;
    if (seen.has(text)) {
      const message = `${shown(text)} is there twice.`;
      const effect = 'No run can be made.';
      report.rejected('name-rules-equal', at, message, effect, 'Keep one of them.');
    }
    seen.add(text);
    const pattern = goPattern(text);
    if (pattern === 'invalid') {
      const message = `${shown(text)} is no regular expression.`;
      const mend = 'Write .* for all metrics; escape what stands for itself.';
      report.rejected('name-rule-invalid', at, message, `It matches nothing. ${EFFECT.runError}`, mend);
    } else if (pattern !== 'unknown' && comparable) checkMatches(field, text, names.filter(pattern), alone, at, report);
  }
}

function checkMatches(
  field: NameRules['field'],
  text: string,
  matches: readonly string[],
  alone: boolean,
  at: Field,
  report: Report,
): void {
  if (matches.length === 0) {
    const message = `${shown(text)} matches no metric.`;
    const effect = `${alone ? 'Unless another template has it: ' : ''}${EFFECT.runError}`;
    report[alone ? 'unsafe' : 'rejected']('name-rule-matches-none', at, message, effect, 'Name a metric.');
  } else if (matches.length > 1 && matches.includes(text)) {
    const message = `${shown(text)} also matches ${shown(matches.find((name) => name !== text))}.`;
    const effect = field === 'dryRun' ? 'That metric cannot fail the analysis either.' : 'The limit is its too.';
    const mend = `Write ${shown(`^${text}$`)}: a rule matches anywhere in a name.`;
    report.unsafe('name-rule-matches-more', at, message, effect, mend);
  }
}
