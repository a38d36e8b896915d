/** Args of a template or a run: what they are declared with, and where they are put in (Argo rules 52, 55, 56, 84). */
import { nearestName } from '../../../nearest.ts';
import type { Field } from '../field.ts';
import { EFFECT, type Report } from '../report.ts';
import { shown } from '../shown.ts';
import { type Tag, tagsOf } from './tags.ts';

/** Go writes these as `\a`, `\v` or `\x7f`, which JSON does not know; others become `\n` or `\u2028`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BREAKS_JSON = /[\x00-\x07\x0b\x0e-\x1f\x7f]|(?=[\u{10000}-\u{10ffff}])[\p{Cf}\p{Co}]/u;

/** What happens when a template contradicts itself. */
export const TEMPLATE_REFUSED = 'Each Rollout that uses the template becomes InvalidSpec.';

/** An arg that is declared, by its name. The last one of a name counts where Argo takes the last. */
export type Declared = ReadonlyMap<string, Field>;

/** True when the value of the arg comes from a Secret. */
export function isSecret(arg: Field): boolean {
  return arg.at('valueFrom', 'secretKeyRef').present;
}

/** Args by name. */
export function declaredArgs(args: Field): Declared {
  const declared = new Map<string, Field>();
  for (const arg of args.items) {
    const name = arg.at('name').text;
    if (name !== undefined) declared.set(name, arg);
  }
  return declared;
}

/** Reports each arg of a template or a run that is declared wrongly. */
export function checkArgs(args: Field, report: Report, ofRun: boolean): void {
  const first = new Map<string, Field>();
  for (const arg of args.items) {
    const name = arg.at('name').text ?? '';
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, arg);
    else checkTwice(name, earlier, arg, report, ofRun);
    checkSource(name, arg, report, ofRun);
    checkValue(name, arg.at('value'), report, true);
  }
}

function checkTwice(name: string, earlier: Field, arg: Field, report: Report, ofRun: boolean): void {
  const values = [earlier.at('value'), arg.at('value')];
  const differ = values.every((value) => value.present) && values[0]!.value !== values[1]!.value;
  const message = `The arg ${shown(name)} is declared twice.`;
  const mend = 'Keep one of them.';
  if (differ && !ofRun) report.rejected('args-conflict', arg, message, TEMPLATE_REFUSED, mend);
  else report.unsafe('arg-twice', arg, message, ofRun ? 'The last one counts.' : 'Only one of them counts.', mend);
}

function checkSource(name: string, arg: Field, report: Report, ofRun: boolean): void {
  const source = arg.at('valueFrom');
  const value = arg.at('value');
  if (source.present && value.present) {
    const effect = ofRun
      ? 'The Secret counts, the value does not.'
      : 'A Rollout refuses the template in analysis steps and promotions; elsewhere the Secret counts.';
    const mend = 'Keep value or valueFrom.';
    report.unsafe('arg-sources-mixed', arg, `The arg ${shown(name)} has value and valueFrom.`, effect, mend);
  } else if (source.present && !isSecret(arg)) {
    const message = `The valueFrom of the arg ${shown(name)} names no Secret, and nothing else is read here.`;
    const mend = 'Use secretKeyRef, or give the fieldRef where the Rollout passes its args.';
    if (ofRun) report.rejected('arg-source-unsupported', source, message, EFFECT.runError, mend);
    else {
      const effect = 'The arg has no value unless a Rollout gives it one: then the run ends in Error.';
      report.unsafe('arg-source-unsupported', source, message, effect, mend);
    }
  } else if (ofRun && !source.present && !value.present) {
    const message = `The arg ${shown(name)} has no value.`;
    report.rejected('arg-unresolved', arg, message, EFFECT.runError, 'Give value or valueFrom.');
  }
}

/** Reports what Argo cannot put into a metric, or would not replace if it is `literal`. */
export function checkValue(name: string, value: Field, report: Report, literal: boolean): void {
  const text = value.text ?? '';
  if (BREAKS_JSON.test(text)) {
    const message = `The value of the arg ${shown(name)} has a control character that JSON cannot carry.`;
    const effect = `Where the arg is put in, the metric cannot be read. ${EFFECT.runError}`;
    report.rejected('arg-breaks-json', value, message, effect, 'Remove the character.');
  }
  if (literal && text.includes('{{args.')) {
    const message = `The value of the arg ${shown(name)} has an {{args.x}} in it.`;
    const effect = 'Values of args are put in as they are: the braces reach the metrics source.';
    report.unsafe('arg-value-not-read', value, message, effect, 'Put both args into the metric itself.');
  }
}

/** Where a secret would be kept in the status of the run, or be written into logs of servers and proxies. */
const SHOWN = new Set(['url', 'query', 'address', 'name']);

/** Reports the double braces of a metric that nothing replaces. */
export function checkTags(metric: Field, declared: Declared, report: Report, ofRun: boolean): void {
  for (const { name, at } of tagsOf(metric)) checkTag(name, at, declared, report, ofRun);
}

function checkTag(tag: Tag['name'], at: Field, declared: Declared, report: Report, ofRun: boolean): void {
  if (tag === null) {
    const mend = 'Close it with }}, or put the text into an arg: values of args are not read again.';
    report.rejected('tag-unclosed', at, 'A {{ is never closed.', EFFECT.runError, mend);
    return;
  }
  if (!tag.startsWith('args.')) {
    const message = `{{${tag}}} is no {{args.x}}.`;
    const mend = 'There is no escape: put the text into an arg, because values of args are not read again.';
    report.rejected('tag-unknown', at, message, EFFECT.runError, mend);
    return;
  }
  const name = tag.slice('args.'.length);
  const arg = declared.get(name);
  if (arg === undefined) {
    const near = nearestName(name, [...declared.keys()]);
    const mend = near === null ? `Add ${shown(name)} to spec.args.` : `Did you mean {{args.${near}}}?`;
    const message = `{{args.${name}}} is not declared in spec.args.`;
    if (ofRun) report.rejected('arg-undeclared', at, message, EFFECT.runError, mend);
    else {
      const effect =
        'A Rollout refuses the template in analysis steps and promotions; elsewhere the run ends in Error unless another template of it declares the arg.';
      report.unsafe('arg-undeclared', at, message, effect, mend);
    }
  } else if (isSecret(arg) && SHOWN.has(String(at.path.at(-1)))) {
    const message = `The Secret of the arg ${shown(name)} becomes part of ${String(at.path.at(-1))}.`;
    const effect =
      'It is kept in the status of the run or written to the logs of servers; Argo hides it in messages only.';
    report.advice('secret-shown', at, message, effect, 'Send it in a header or in the body.');
  }
}
