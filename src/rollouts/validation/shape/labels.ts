/** Syntax of labels, annotations and label selectors wherever a schema has them. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { isLabelKey, isLabelValue } from '../syntax.ts';

/** All annotations of an object together, keys and values, in bytes. */
const MOST_ANNOTATION_BYTES = 256 * 1024;
const KEY_MEND = 'Use at most 63 letters, digits, "-", "_" or ".", after "example.com/" or not.';
const VALUE_MEND = 'Use at most 63 letters, digits, "-", "_" or ".", or put it into an annotation.';

/** What Kubernetes refuses among `labels` and `annotations`: where, why, and what to do about it. */
export function badLabels(metadata: Field): (readonly [at: Field, message: string, mend: string])[] {
  const found: (readonly [Field, string, string])[] = [];
  for (const [key, value] of metadata.at('labels').entries) {
    if (!isLabelKey(key)) found.push([value, `${shown(key)} is no key of a label.`, KEY_MEND]);
    if (!isLabelValue(value.text ?? ''))
      found.push([value, `${shown(value.text)} is no value of a label.`, VALUE_MEND]);
  }
  for (const [key, value] of metadata.at('annotations').entries) {
    if (!isLabelKey(key.toLowerCase())) found.push([value, `${shown(key)} is no key of an annotation.`, KEY_MEND]);
  }
  return found;
}

/** Checks `labels` and `annotations` of the object itself, or of what the controller gives them to. */
export function checkMetadata(metadata: Field, { report }: Context): void {
  const effect = metadata.path.length === 1 ? EFFECT.apply : 'The API server refuses what should get it.';
  for (const [at, message, mend] of badLabels(metadata)) report.rejected('bad-label', at, message, effect, mend);
  const annotations = metadata.at('annotations');
  const letters = annotations.entries.reduce((sum, [key, { text = '' }]) => sum + key.length + text.length, 0);
  if (letters > MOST_ANNOTATION_BYTES) {
    const message = `The annotations have ${letters} letters together; ${MOST_ANNOTATION_BYTES} bytes are allowed.`;
    report.rejected('bad-label', annotations, message, effect, 'Keep big texts in a ConfigMap.');
  }
}

/** Checks a label selector: Argo rules 3 and 6. */
export function checkSelector(selector: Field, { report }: Context): void {
  const wrong = (at: Field, message: string, mend: string) =>
    report.rejected('bad-selector', at, message, EFFECT.invalidSpec, mend);
  const checkKey = (key: string, at: Field) => {
    if (!isLabelKey(key)) wrong(at, `${shown(key)} is no key of a label.`, KEY_MEND);
  };
  const checkValue = (value: Field) => {
    const { text } = value;
    if (text !== undefined && !isLabelValue(text)) wrong(value, `${shown(text)} is no value of a label.`, VALUE_MEND);
  };
  for (const [key, value] of selector.at('matchLabels').entries) {
    checkKey(key, value);
    checkValue(value);
  }
  for (const term of selector.at('matchExpressions').items) {
    const key = term.at('key');
    const operator = term.at('operator');
    const values = term.at('values');
    if (key.text !== undefined) checkKey(key.text, key);
    values.items.forEach(checkValue);
    const { text } = operator;
    if (text === 'In' || text === 'NotIn') {
      if (values.items.length === 0) wrong(values, `${text} needs values.`, 'List the values of the label.');
    } else if (text === 'Exists' || text === 'DoesNotExist') {
      if (values.items.length > 0) wrong(values, `${text} takes no values.`, 'Leave out values, or use In or NotIn.');
    } else if (text !== undefined) {
      wrong(operator, `There is no operator ${shown(text)}.`, 'Use In, NotIn, Exists or DoesNotExist.');
    }
  }
}
