/** What shows of a template only once its args are known, or only beside the other templates. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { RolloutFinding } from '../finding.ts';
import type { GivenObject } from '../objects.ts';
import type { Said } from '../report.ts';
import { shown } from '../shown.ts';
import { checkConditions } from './conditions.ts';
import { checkLimits } from './limits.ts';
import type { UsedMetric } from './merge.ts';
import { checkNameRules } from './name-rules.ts';
import { checkProvider } from './providers.ts';
import { andMore, mayRead, quietly } from './remember.ts';
import { tagsOf } from './tags.ts';
import type { Use } from './uses.ts';
import { type Resolve, templateText } from './values.ts';

/** Fields whose text is read before a run. */
const READ =
  /Limit$|Condition$|^(?:count|interval|initialDelay|start|end|step|address|method|jsonPath|requestTimeout)$/;

function matters({ path }: Field, { promql }: Context): boolean {
  const name = String(path.at(-1));
  return READ.test(name) || (name === 'query' && promql !== null);
}

type Checks = (resolve: Resolve, context: Context) => void;

/**
 * Reads metrics and rules of templates once more as the run will have them.
 *
 * @returns what is new; what several metrics have alike is one finding.
 */
export function checkAgain(
  use: Use,
  templates: readonly GivenObject[],
  metrics: readonly UsedMetric[],
  resolve: Resolve,
  context: Context,
): Said[] {
  const found = new Map<string, { finding: RolloutFinding; what: string; times: number }>();
  const read = metrics.filter(({ metric }) => tagsOf(metric).some(({ at }) => matters(at, context)));
  const rules = RULE_FIELDS.map((field) =>
    templates.flatMap((template) => template.root.at('spec', field).items.map((rule) => ({ rule, template }))),
  );
  if (!mayRead(use, [...read, ...rules.flat()], context)) return [];
  for (const { metric, template } of read) {
    const checks: Checks = (how, where) => {
      checkLimits(metric, how, where.report);
      checkProvider(metric, how, where);
      checkConditions(metric, how, where);
    };
    const before = new Set(findingsOf(checks, templateText, context).map(keyOf));
    const what = `With these args, metric ${shown(metric.at('name').text)} of ${shown(template.ref.name)}`;
    for (const finding of findingsOf(checks, resolve, context)) {
      if (before.has(keyOf(finding))) continue;
      const words = `${finding.code} ${finding.message}`;
      const one = found.get(words);
      if (one === undefined) found.set(words, { finding, what, times: 1 });
      else one.times++;
    }
  }
  const said: Said[] = [...found.values()].map(({ finding, what, times }) => ({
    ...finding,
    message: `${what}${andMore(times)}: ${finding.message}`,
  }));
  const names = namesOf(
    metrics.map(({ metric }) => metric),
    resolve,
  );
  for (const [index, field] of RULE_FIELDS.entries()) {
    const ofField = { field, rules: rules[index]!.map(({ rule }) => rule) };
    const checks: Checks = (_, { report }) => checkNameRules(ofField, names, false, report);
    const own = new Set(templates.flatMap((template) => ownFindings(field, template, context)));
    for (const finding of findingsOf(checks, resolve, context)) {
      if (!own.has(finding.message)) said.push({ ...finding, message: `${field} of a template: ${finding.message}` });
    }
  }
  return said;
}

/** Lists of rules that name metrics. */
export const RULE_FIELDS: readonly ['dryRun', 'measurementRetention'] = ['dryRun', 'measurementRetention'];

/** Names that rules were held against: the analyses of one experiment share their rules, and mostly their templates. */
const HELD = new WeakMap<Field, Set<string>>();

/** Reports the rules that the use itself has for the metrics of its templates; once for the same names. */
export function checkOwnRules(use: Use, names: () => readonly string[] | null, context: Context): void {
  for (const field of RULE_FIELDS) {
    const rules = use[field].items;
    if (rules.length === 0) continue;
    const known = names();
    const held = HELD.get(use[field]) ?? new Set();
    HELD.set(use[field], held);
    const key = JSON.stringify(known);
    if (!held.has(key)) checkNameRules({ field, rules }, known, false, context.report);
    held.add(key);
  }
}

/** Names of all metrics as the run will have them; `null` when one is not known. */
export function namesOf(metrics: readonly Field[], resolve: Resolve): readonly string[] | null {
  const names = metrics.map((metric) => resolve(metric.at('name').text ?? ''));
  return names.includes(null) ? null : (names as string[]);
}

/** What a template says of its own rules by itself. */
function ownFindings(field: (typeof RULE_FIELDS)[number], template: GivenObject, context: Context): string[] {
  const metrics = template.root.at('spec', 'metrics').items;
  const rules = template.root.at('spec', field).items;
  const checks: Checks = (how, { report }) => checkNameRules({ field, rules }, namesOf(metrics, how), false, report);
  const known = findingsOf(checks, templateText, context);
  return known.filter(({ code }) => code !== 'name-rule-matches-none').map(({ message }) => message);
}

function findingsOf(checks: Checks, resolve: Resolve, context: Context): RolloutFinding[] {
  return quietly(context, (quiet) => checks(resolve, quiet));
}

function keyOf({ code, path }: RolloutFinding): string {
  return `${code} ${path}`;
}
