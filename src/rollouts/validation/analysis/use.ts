/** Rules of the templates that one analysis uses together (Argo rules 50 to 58, 68 and 84 at their place of use). */
import { nearestName } from '../../../nearest.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { GivenObject } from '../objects.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { checkAgain, checkOwnRules, namesOf } from './again.ts';
import { declaredArgs } from './args.ts';
import { measurementsOf } from './limits.ts';
import { type MergedArg, mergeArgs, type Resolved, type UsedMetric } from './merge.ts';
import { putArgs, tagsOf } from './tags.ts';
import { isCheckedEarly, type Use } from './uses.ts';
import type { Resolve } from './values.ts';

/** Reports what the templates of one analysis do not agree on, with each other or with the args that they get. */
export function checkTogether(use: Use, resolved: Resolved, context: Context): void {
  const { templates, whole } = resolved;
  const metrics = templates.flatMap((template) =>
    template.root.at('spec', 'metrics').items.map((metric) => ({ metric, template })),
  );
  const { args, conflicts } = mergeArgs(templates);
  const resolve = resolverOf(use, args);
  checkNames(use, metrics, context);
  for (const { name, values, templates: two } of conflicts) {
    const message = `${nameOf(two[0])} has ${shown(values[0])} for the arg ${shown(name)}, ${nameOf(two[1])} has ${shown(values[1])}.`;
    context.report.rejected('args-conflict', use.at, message, use.effect, 'Make them agree, or rename one.');
  }
  if (isCheckedEarly(use)) for (const template of templates) checkEarly(use, template, context);
  checkOwnRules(use, whole ? namesOf(metrics, resolve) : null, context);
  if (!whole) return;
  if (metrics.length === 0 && templates.length > 0) {
    const message = 'None of the templates has a metric.';
    context.report.rejected('no-metrics', use.at, message, EFFECT.runError, 'Name a template with metrics.');
  }
  checkGiven(use, args, context);
  if (!isCheckedEarly(use)) checkResolvable(use, metrics, args, context);
  if (use.kind === 'background') checkEnds(use, metrics, resolve, context);
  checkAgain(use, templates, metrics, resolve, context);
}

function nameOf(template: GivenObject): string {
  return shown(template.ref.name);
}

function checkNames(use: Use, metrics: readonly UsedMetric[], { report }: Context): void {
  const owners = new Map<string, GivenObject>();
  for (const { metric, template } of metrics) {
    const name = metric.at('name').text;
    if (name === undefined) continue;
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, template);
    else if (owner !== template) {
      const message = `${nameOf(owner)} and ${nameOf(template)} both have a metric ${shown(name)}.`;
      report.rejected('metric-names-equal', use.at, message, use.effect, 'Rename one, or use one of the templates.');
    }
  }
}

/** What Argo checks of each template alone, with nothing that the Rollout gives. */
function checkEarly(use: Use, template: GivenObject, { report }: Context): void {
  const declared = declaredArgs(template.root.at('spec', 'args'));
  const values = new Map<string, string>();
  for (const [name, arg] of declared) {
    if (arg.at('value').present && arg.at('valueFrom').present) {
      const message = `${nameOf(template)} has value and valueFrom for the arg ${shown(name)}.`;
      report.rejected('arg-sources-mixed', use.at, message, use.effect, 'Keep one of them.');
    }
    values.set(name, arg.at('value').text ?? 'dummy-value');
  }
  const missing = new Set<string>();
  for (const metric of template.root.at('spec', 'metrics').items) {
    for (const name of argNames(metric)) if (!declared.has(name)) missing.add(name);
    if (measurementsOf(metric, (text) => putArgs(text, values)) !== Number.POSITIVE_INFINITY) continue;
    const count = metric.at('count').text;
    const why = count?.includes('{{')
      ? `its count ${shown(count)} is read here without the args of the Rollout`
      : 'it has an interval and no count';
    const message = `The metric ${shown(metric.at('name').text)} of ${nameOf(template)} never ends: ${why}.`;
    const mend = count?.includes('{{') ? 'Give the arg a default in the template.' : 'Set count.';
    report.rejected('metric-never-ends', use.at, message, use.effect, mend);
  }
  for (const name of missing) {
    const message = `${nameOf(template)} uses {{args.${name}}} and does not declare it itself.`;
    report.rejected('arg-undeclared', use.at, message, use.effect, `Add ${shown(name)} to its spec.args.`);
  }
}

function argNames(metric: Field): string[] {
  return tagsOf(metric).flatMap(({ name }) => (name?.startsWith('args.') ? [name.slice('args.'.length)] : []));
}

function checkGiven(use: Use, args: ReadonlyMap<string, MergedArg>, { report }: Context): void {
  const given = new Set<string>();
  for (const arg of use.args.items) {
    const name = arg.at('name').text;
    if (name === undefined) continue;
    given.add(name);
    const merged = args.get(name);
    if (merged === undefined) {
      const near = nearestName(name, [...args.keys()].slice(0, MOST_COMPARED));
      const message = `No template declares the arg ${shown(name)}.`;
      const mend =
        near === null ? 'Remove it, or declare it in spec.args of the template.' : `Did you mean ${shown(near)}?`;
      report.unsafe('arg-not-declared', arg, message, 'It is dropped.', mend);
    } else if (merged.secret) {
      const message = `The template reads the arg ${shown(name)} from a Secret.`;
      report.unsafe('arg-overridden', arg, message, 'The value given here is not used.', 'Remove one of the two.');
    }
  }
  for (const { name, value, sourced, secret, template } of args.values()) {
    if (given.has(name) || value !== undefined || secret) continue;
    const message = `${nameOf(template)} needs the arg ${shown(name)}, and it is not given.`;
    const effect = sourced ? EFFECT.runError : use.effect;
    report.rejected(
      'arg-missing',
      use.args,
      message,
      effect,
      `Give ${shown(name)} in args, or a default in the template.`,
    );
  }
}

const MOST_COMPARED = 200;

/** What Argo finds only when the run starts. */
function checkResolvable(
  use: Use,
  metrics: readonly UsedMetric[],
  args: ReadonlyMap<string, MergedArg>,
  { report }: Context,
): void {
  const missing = new Map<string, GivenObject>();
  for (const { metric, template } of metrics) {
    for (const name of argNames(metric)) if (!args.has(name)) missing.set(name, template);
  }
  for (const [name, template] of missing) {
    const message = `${nameOf(template)} uses {{args.${name}}}, which no template here declares.`;
    report.rejected('arg-undeclared', use.at, message, EFFECT.runError, `Add ${shown(name)} to its spec.args.`);
  }
}

/** A background analysis whose metrics have all been measured ends, and is not started again. */
function checkEnds(use: Use, metrics: readonly UsedMetric[], resolve: Resolve, { report }: Context): void {
  const times = metrics.map(({ metric }) => measurementsOf(metric, resolve));
  if (metrics.length === 0 || times.some((count) => count === null || count === Number.POSITIVE_INFINITY)) return;
  const message = 'All metrics of the background analysis end.';
  const effect = 'After their last measurement nothing watches the rest of the rollout.';
  report.unsafe('background-ends-early', use.at, message, effect, 'Give a metric an interval and no count.');
}

/** Values as the run will have them, as far as they are known: not those of Secrets, hashes and fields. */
function resolverOf(use: Use, args: ReadonlyMap<string, MergedArg>): Resolve {
  const values = new Map<string, string>();
  for (const { name, value, secret } of args.values()) if (value !== undefined && !secret) values.set(name, value);
  for (const arg of use.args.items) {
    const name = arg.at('name').text;
    if (name === undefined || !args.has(name) || args.get(name)!.secret) continue;
    const value = arg.at('value').text;
    const literal = value !== undefined && !arg.at('valueFrom').present && !value.includes('{{');
    if (literal) values.set(name, value);
    else if (arg.at('value').present || arg.at('valueFrom').present) values.delete(name);
  }
  return (text) => (text.includes('{{') ? putArgs(text, values) : text);
}
