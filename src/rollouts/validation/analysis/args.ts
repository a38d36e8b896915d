/** Args of a template or a run: what they are declared with, and where they are put in (Argo rules 52, 55, 56, 84). */
import { type Field, pathText } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
import { meant, shown } from '../shown.ts';
import { type Tag, tagsOf } from './tags.ts';

/** Go writes these as `\a`, `\v` or `\x7f`, which JSON does not know; others become `\n` or `\u2028`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BREAKS_JSON = /[\x00-\x07\x0b\x0e-\x1f\x7f]|(?=[\u{10000}-\u{10ffff}])[\p{Cf}\p{Co}]/u;

/** What happens when a template contradicts itself. */
export const TEMPLATE_REFUSED = 'Each Rollout that uses the template becomes InvalidSpec.';
const EARLY = 'In a step or a promotion the Rollout becomes InvalidSpec. Elsewhere';

/** Args by name; the last one of a name. */
export type Declared = ReadonlyMap<string, Field>;

/** True when the value of the arg comes from a Secret. */
export function isSecret(arg: Field): boolean {
  return arg.at('valueFrom', 'secretKeyRef').present;
}

/** Args by name. */
export function declaredArgs(args: Field): Declared {
  return new Map(args.items.flatMap((arg) => (arg.at('name').text === undefined ? [] : [[arg.at('name').text!, arg]])));
}

/** Reports each arg of a template or a run that is declared wrongly. */
export function checkArgs(args: Field, report: Report, ofRun: boolean): void {
  // The first with a value stays, as in Argo.
  const first = new Map<string, Field>();
  for (const arg of args.items) {
    const name = arg.at('name').text ?? '';
    const earlier = first.get(name);
    if (!earlier?.at('value').present) first.set(name, arg);
    if (earlier !== undefined) {
      const values = [earlier.at('value'), arg.at('value')] as const;
      const differ = !ofRun && values.every(({ present }) => present) && values[0].value !== values[1].value;
      const message = `The arg ${shown(name)} is declared twice.`;
      if (differ) report.rejected('args-conflict', arg, message, TEMPLATE_REFUSED, KEEP_ONE);
      else report.unsafe('arg-twice', arg, message, 'Only one of them counts.', KEEP_ONE);
    }
    checkSource(name, arg, report, ofRun);
    checkValue(name, arg.at('value'), report, true);
  }
}

const KEEP_ONE = 'Keep one of them.';

function checkSource(name: string, arg: Field, report: Report, ofRun: boolean): void {
  const [source, value] = [arg.at('valueFrom'), arg.at('value')];
  if (source.present && value.present) {
    const effect = ofRun ? 'Only the Secret counts.' : `${EARLY} only the Secret counts.`;
    report.unsafe('arg-sources-mixed', arg, `The arg ${shown(name)} has value and valueFrom.`, effect, KEEP_ONE);
  } else if (source.present && !isSecret(arg)) {
    const message = `The valueFrom of the arg ${shown(name)} names no Secret: nothing else is read here.`;
    const effect = `${ofRun ? '' : 'Unless a Rollout gives the arg: '}${EFFECT.runError}`;
    const mend = 'Use secretKeyRef, or the fieldRef in the Rollout.';
    report[ofRun ? 'rejected' : 'unsafe']('arg-source-unsupported', source, message, effect, mend);
  } else if (ofRun && !source.present && !value.present) {
    const message = `The arg ${shown(name)} has no value.`;
    report.rejected('arg-unresolved', arg, message, EFFECT.runError, 'Give value or valueFrom.');
  }
}

/** Reports what Argo cannot put into a metric, or would not replace if it is `literal`. */
export function checkValue(name: string, value: Field, report: Report, literal: boolean): void {
  const text = value.text ?? '';
  if (BREAKS_JSON.test(text)) {
    const message = `The arg ${shown(name)} has a control character that JSON cannot carry.`;
    report.rejected('arg-breaks-json', value, message, EFFECT.runError, 'Remove the character.');
  }
  if (literal && text.includes('{{args.')) {
    const message = `The arg ${shown(name)} has an {{args.x}} in its value.`;
    report.unsafe('arg-value-not-read', value, message, 'It stays as it is.', 'Put both args into the metric.');
  }
}

/** Where a secret would be kept in the status of the run, or be written into logs of servers and proxies. */
const SHOWN = /^(?:url|query|address|name)$/;

/** Reports the double braces of a metric that nothing replaces. */
export function checkTags(metric: Field, declared: Declared, report: Report, ofRun: boolean): void {
  const seen = new Set<string>();
  for (const { name, at } of tagsOf(metric)) {
    const key = `${name}\n${pathText(at.path)}`;
    if (!seen.has(key)) checkTag(name, at, declared, report, ofRun);
    seen.add(key);
  }
}

function checkTag(tag: Tag['name'], at: Field, declared: Declared, report: Report, ofRun: boolean): void {
  if (tag === null) {
    report.rejected('tag-unclosed', at, 'A {{ is never closed.', EFFECT.runError, NO_ESCAPE);
    return;
  }
  const arg = tag.startsWith('args.') ? declared.get(tag.slice(5)) : undefined;
  if (!tag.startsWith('args.')) {
    const message = `${shown(`{{${tag}}}`)} is no {{args.x}}.`;
    report.rejected('tag-unknown', at, message, EFFECT.runError, NO_ESCAPE);
  } else if (arg === undefined) {
    const message = `The arg ${shown(tag.slice(5))} is not declared.`;
    const effect = `${ofRun ? '' : `${EARLY}, unless another template declares it: `}${EFFECT.runError}`;
    const mend = meant(tag.slice(5), declared.keys(), 'Add it to spec.args.');
    report[ofRun ? 'rejected' : 'unsafe']('arg-undeclared', at, message, effect, mend);
  } else if (isSecret(arg) && SHOWN.test(String(at.path.at(-1)))) {
    const message = `The Secret of the arg ${shown(tag.slice(5))} is put in here.`;
    const effect = 'It gets into the status of the run, or into logs of servers.';
    report.advice('secret-shown', at, message, effect, 'Send it in a header or in the body.');
  }
}

const NO_ESCAPE = 'Nothing escapes {{: put the text into an arg, whose value is not read again.';
