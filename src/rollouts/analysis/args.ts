/** Arguments of analysis templates where they are used. */
import type { OptionCheck } from '../../options.ts';
import { checkOf } from '../builders/options.ts';
import type { RolloutValueSource } from '../types/rollout-analysis.ts';

/**
 * An argument of the template, to be used in a query, a URL, a limit or a condition: `{{args.name}}`. Argo puts the value
 * in when the run starts, as it is: nothing is escaped, in a PromQL label value no more than in a URL. The template builder
 * declares what is used and not declared as an argument that the rollout must give.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when the name is empty or has braces or spaces.
 */
export function arg<N extends string>(name: N): `{{args.${N}}}` {
  checkArgName(checkOf('arg'), name);
  return `{{args.${name}}}`;
}

/**
 * What a rollout gives for the arguments `canary-hash` and `stable-hash` of ready templates: the hashes that label the pods
 * of the new version and of the old one. For `args` of `analyze(...)` and the like.
 */
export const hashArgs: Readonly<Record<'canary-hash' | 'stable-hash', RolloutValueSource>> = {
  'canary-hash': { podTemplateHashValue: 'Latest' },
  'stable-hash': { podTemplateHashValue: 'Stable' },
};

/** Names that Argo would find again between the braces. */
export function checkArgName(check: OptionCheck, name: unknown): string {
  if (!/^[^{}\s]+$/.test(check.text('name', name))) check.fail('name', name, 'Use a name without braces and spaces.');
  return name as string;
}

/** Names of the arguments that a text uses, each once, in the order of their first use. */
export function argsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*args\.([^{}\s]+)\s*\}\}/g)].map(([, name]) => name!))];
}

/** How a label is compared in PromQL. */
export type LabelOperator = '=' | '!=' | '=~' | '!~';

/**
 * A label matcher of PromQL, `service="a\"b"`: the value is escaped, so that it stays one whatever it holds. With `=~` and
 * `!~` the value is a regular expression of the caller's, of which only the quotes are escaped. `arg('x')` may be in it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when the label's name is none, or the operator is unknown.
 */
export function promqlLabel(name: string, value: string, operator: LabelOperator = '='): string {
  const check = checkOf('promqlLabel');
  if (!/^[A-Za-z_]\w*$/.test(check.text('name', name)))
    check.fail('name', name, 'Use letters, digits and underscores.');
  check.oneOf('operator', operator, '=', ['=', '!=', '=~', '!~']);
  if (typeof value !== 'string') check.fail('value', value, 'Use a string.');
  const escaped = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
  return `${name}${operator}"${escaped}"`;
}
