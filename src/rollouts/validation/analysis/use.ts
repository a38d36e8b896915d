/** Rules of the templates that one analysis uses together (Argo rules 50 to 58, 68 and 84 at their place of use). */
import { nearestName } from '../../../nearest.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { GivenObject } from '../objects.ts';
import { EFFECT } from '../report.ts';
import { MOST_COMPARED, meant, shown } from '../shown.ts';
import { checkAgain, checkOwnRules, namesOf } from './again.ts';
import { declaredArgs } from './args.ts';
import { measurementsOf } from './limits.ts';
import { type ArgConflict, type MergedArg, mergeArgs, metricsOf, type Resolved, type UsedMetric } from './merge.ts';
import { andMore, mayGuess, quietly, remembered } from './remember.ts';
import { resolveWith, tagsOf } from './tags.ts';
import { isCheckedEarly, type Use } from './uses.ts';
import type { Resolve } from './values.ts';

type Args = ReadonlyMap<string, MergedArg>;

/** Reports what the templates of one analysis do not agree on, with each other or with the args that they get. */
export function checkTogether(use: Use, { templates, whole }: Resolved, context: Context): void {
  const { report } = context;
  const metrics = templates.flatMap(metricsOf);
  const { args, conflicts } = mergeArgs(templates);
  const given = givenOf(use, context);
  const resolve = resolverOf(args, given);
  const early = isCheckedEarly(use);
  const alone = (quiet: Context): void => {
    checkNames(use, metrics, quiet);
    checkConflicts(use, conflicts, quiet);
    if (early) for (const template of templates) checkEarly(use, template, quiet);
    else if (whole) checkDeclared(use, metrics, args, EFFECT.runError, quiet);
  };
  remembered(use, templates, [whole, early, use.effect], context, () => quietly(context, alone));
  checkOwnRules(use, () => (whole ? namesIn(metrics, resolve) : null), context);
  if (!whole) return;
  if (metrics.length === 0 && templates.length > 0)
    report.rejected('no-metrics', use.at, 'No template has a metric.', EFFECT.runError, 'Name one with metrics.');
  checkGiven(use, args, given, context);
  const values = [...args.keys()].map((name) => resolve(`{{args.${name}}}`));
  remembered(use, templates, [use.kind, values], context, () => [
    ...quietly(context, (quiet) => {
      if (use.kind === 'background') checkEnds(use, metrics, resolve, quiet);
    }),
    ...checkAgain(use, templates, metrics, resolve, context),
  ]);
}

function namesIn(metrics: readonly UsedMetric[], resolve: Resolve): readonly string[] | null {
  return namesOf(
    metrics.map(({ metric }) => metric),
    resolve,
  );
}

function checkConflicts(use: Use, conflicts: readonly ArgConflict[], { report }: Context): void {
  for (const { name, templates: two } of conflicts) {
    // The values are not shown: they may be tokens.
    const message = `The arg ${shown(name)} has one value in ${nameOf(two[0])}, another one in ${nameOf(two[1])}.`;
    report.rejected('args-conflict', use.at, message, use.effect, 'Make them agree, or rename one.');
  }
}

function nameOf(template: GivenObject): string {
  return shown(template.ref.name);
}

function checkNames(use: Use, metrics: readonly UsedMetric[], { report }: Context): void {
  const owners = new Map<string, GivenObject>();
  const said = new Map<string, { name: string; times: number }>();
  for (const { metric, template } of metrics) {
    const name = metric.at('name').text;
    if (name === undefined) continue;
    const owner = owners.get(name) ?? template;
    owners.set(name, owner);
    if (owner === template) continue;
    const both = `${nameOf(owner)} and ${nameOf(template)} both have a metric`;
    said.set(both, { name: said.get(both)?.name ?? name, times: (said.get(both)?.times ?? 0) + 1 });
  }
  for (const [both, { name, times }] of said) {
    const message = `${both} ${shown(name)}${andMore(times)}.`;
    report.rejected('metric-names-equal', use.at, message, use.effect, 'Rename one of them.');
  }
}

/** What Argo checks of each template alone, with nothing that the Rollout gives. */
function checkEarly(use: Use, template: GivenObject, context: Context): void {
  const { report } = context;
  const declared = declaredArgs(template.root.at('spec', 'args'));
  const values = new Map<string, string>();
  for (const [name, arg] of declared) {
    if (arg.at('value').present && arg.at('valueFrom').present) {
      const message = `The arg ${shown(name)} of ${nameOf(template)} has value and valueFrom.`;
      report.rejected('arg-sources-mixed', use.at, message, use.effect, 'Keep one of them.');
    }
    values.set(name, arg.at('value').text ?? 'dummy-value');
  }
  const metrics = metricsOf(template);
  checkDeclared(use, metrics, declared, use.effect, context);
  const endless = metrics
    .map(({ metric }) => metric)
    .filter((metric) => measurementsOf(metric, resolveWith(values)) === Number.POSITIVE_INFINITY);
  for (const filled of [false, true]) {
    const alike = endless.filter((metric) => filled === (metric.at('count').text?.includes('{{') === true));
    if (alike.length === 0) continue;
    const why = filled ? ': its count is read without the args of the Rollout' : '';
    const named = `${shown(alike[0]!.at('name').text)}${andMore(alike.length)}`;
    const message = `The metric ${named} of ${nameOf(template)} never ends${why}.`;
    const mend = filled ? 'Give the arg a default in the template.' : 'Set count.';
    report.rejected('metric-never-ends', use.at, message, use.effect, mend);
  }
}

function checkDeclared(
  use: Use,
  metrics: readonly UsedMetric[],
  declared: ReadonlyMap<string, unknown>,
  effect: string,
  { report }: Context,
): void {
  const missing = new Map<string, GivenObject>();
  for (const { metric, template } of metrics) {
    for (const { name } of tagsOf(metric))
      if (name?.startsWith('args.') && !declared.has(name.slice(5))) missing.set(name.slice(5), template);
  }
  for (const [name, template] of missing) {
    const message = `${nameOf(template)} uses the arg ${shown(name)}, which is not declared there.`;
    report.rejected('arg-undeclared', use.at, message, effect, 'Add it to spec.args of the template.');
  }
}

function checkGiven(use: Use, args: Args, given: ReadonlyMap<string, unknown>, context: Context): void {
  const { report } = context;
  const missing = new Map(
    [...args].filter(([name, { value, secret }]) => !given.has(name) && value === undefined && !secret),
  );
  const names = [...missing.keys()].slice(0, MOST_COMPARED);
  const tell = ({ name, sourced, template }: MergedArg, at: Field, mend: string) => {
    const message = `${nameOf(template)} needs the arg ${shown(name)}.`;
    report.rejected('arg-missing', at, message, sourced ? EFFECT.runError : use.effect, mend);
  };
  for (const [name, arg] of declaredArgs(use.args)) {
    const merged = args.get(name);
    const guess = merged === undefined && mayGuess(name, names.length + Math.min(args.size, MOST_COMPARED), context);
    const near = guess ? nearestName(name, names) : null;
    if (near !== null && missing.has(near)) {
      // Misspelt here: that it is missing there is the same mistake.
      tell(missing.get(near)!, arg.at('name'), `${shown(name)} is given. Did you mean "${near}"?`);
      missing.delete(near);
    } else if (merged === undefined) {
      const mend = meant(name, guess ? args.keys() : [], 'Remove it, or declare it in a template.');
      // Hashes are often given to all templates, whichever need them.
      if (mend.startsWith('Did') || !arg.at('valueFrom', 'podTemplateHashValue').present)
        report.unsafe('arg-not-declared', arg, `No template has the arg ${shown(name)}.`, 'It is dropped.', mend);
    } else if (merged.secret) {
      const message = `The template reads the arg ${shown(name)} from a Secret.`;
      report.unsafe('arg-overridden', arg, message, 'The value here is not used.', 'Remove one of the two.');
    }
  }
  for (const arg of missing.values()) tell(arg, use.args, 'Give it here, or a default in the template.');
}

/** A background analysis whose metrics have all been measured ends, and is not started again. */
function checkEnds(use: Use, metrics: readonly UsedMetric[], resolve: Resolve, { report }: Context): void {
  const times = metrics.map(({ metric }) => measurementsOf(metric, resolve));
  if (metrics.length === 0 || times.some((count) => count === null || count === Number.POSITIVE_INFINITY)) return;
  const effect = 'After their last measurement nothing watches the rollout.';
  report.unsafe(
    'background-ends-early',
    use.at,
    'All metrics of the background analysis end.',
    effect,
    'Give one an interval and no count.',
  );
}

/** Values that are given, by name; `null` where one is not known before the rollout: hashes, fields, tags of an experiment. */
function givenOf(use: Use, { self }: Context): ReadonlyMap<string, string | null> {
  const given = new Map<string, string | null>();
  const literal = self.ref.kind === 'Experiment';
  for (const [name, arg] of declaredArgs(use.args)) {
    // A Rollout gives empty text for a name alone; an Experiment passes over what has no value.
    const value = arg.at('value').text ?? (literal ? null : '');
    const unknown = arg.at('valueFrom').present || (use.experiment !== null && value?.includes('{{') === true);
    if (!literal) given.set(name, unknown ? null : value);
    else if (value !== null) given.set(name, value.includes('{{') ? null : value);
  }
  return given;
}

/** Values as the run will have them, as far as they are known; those of Secrets are not. */
function resolverOf(args: Args, given: ReadonlyMap<string, string | null>): Resolve {
  const values = new Map<string, string>();
  for (const { name, value, secret } of args.values()) {
    const known = given.has(name) ? given.get(name)! : value;
    if (!secret && typeof known === 'string') values.set(name, known);
  }
  return resolveWith(values);
}
