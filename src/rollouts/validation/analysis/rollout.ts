/** Rules of a Rollout about the analyses that it uses (Argo rules 49 to 58). */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import type { GivenObject } from '../objects.ts';
import { follow } from '../references.ts';
import { EFFECT, type Report } from '../report.ts';
import { shown } from '../shown.ts';
import { RULE_FIELDS } from './again.ts';
import { checkRolloutArgs } from './given-args.ts';
import { namespaceOf, type Resolved, reportCycle, resolveTemplates } from './merge.ts';
import { quietly } from './remember.ts';
import { checkTogether } from './use.ts';
import { clashEffect, type Use, usesOfRollout } from './uses.ts';

/** What an empty list of templates does, by the kind of use. */
const WITHOUT = {
  step: 'No run is ever made: the step never completes.',
  background: 'Nothing is analysed.',
  'pre-promotion': 'No run is ever made, and the switch waits for it.',
  'post-promotion': 'No run is ever made: the new version never becomes stable.',
  experiment: '',
};

/** Reports what is wrong with the analyses of a Rollout. */
export function checkRolloutAnalyses(root: Field, context: Context): void {
  once(context, (quiet) => {
    const uses = usesOfRollout(root).map((use) => ({ use, resolved: checkUse(use, quiet) }));
    for (const { use } of uses) checkRolloutArgs(use, root, quiet.report);
    checkScope(uses, quiet);
    checkClashes(uses, quiet);
  });
}

/** Reports each finding once: analyses of one experiment share their rules. */
export function once(context: Context, check: (quiet: Context) => void): void {
  const seen = new Set<string>();
  for (const finding of quietly(context, check)) {
    const key = JSON.stringify([finding.code, finding.path, finding.message]);
    if (!seen.has(key)) context.report.pass(finding, finding.segments);
    seen.add(key);
  }
}

/** Reports a reference that names nothing; what requires the name in its schema is told so already. */
function checkNamed(at: Field, effect: string, report: Report): void {
  if (at.text === '' || (!at.present && at.path.at(-3) === 'templates'))
    report.rejected('reference-missing', at, 'It names no template.', effect, 'Give templateName.');
}

/** Follows the references of one use and reports what its templates make together. */
export function checkUse(use: Use, context: Context): Resolved {
  const { report, self, objects } = context;
  if (use.refs.length === 0)
    report.unsafe(
      'no-templates',
      use.at,
      'The analysis names no template.',
      WITHOUT[use.kind],
      'Name one, or remove it.',
    );
  for (const ref of use.refs) {
    const namespace = namespaceOf(ref, self.ref.namespace);
    checkNamed(ref.at, use.effect, report);
    follow(ref.at, { kind: ref.kind, namespace, effect: use.effect }, context);
  }
  const resolved = resolveTemplates(use.refs, self, objects);
  if (resolved.cycle !== null) {
    reportCycle(resolved.cycle, use.at, report);
  }
  checkTogether(use, resolved, context);
  return resolved;
}

/** Rules of one name in the analysis and in its templates; those of each step are held against the templates of all. */
function checkClashes(uses: readonly { use: Use; resolved: Resolved }[], { report }: Context): void {
  const early = uses.filter(({ use: { kind } }) => kind === 'step' || kind === 'background');
  const ofSteps = [...new Set(early.flatMap(({ resolved }) => resolved.templates))];
  for (const field of RULE_FIELDS) {
    // Thousands of uses may have the same templates.
    const known = new Map<string, ReadonlyMap<string, string>>();
    for (const { use, resolved } of uses) {
      if (use[field].items.length === 0) continue;
      const templates = use.kind === 'step' ? ofSteps : resolved.templates;
      const key = use.kind === 'step' ? '' : templates.map(({ ref }) => ref.index).join();
      const theirs = known.get(key) ?? ownersOf(field, templates);
      known.set(key, theirs);
      for (const rule of use[field].items) {
        const at = rule.at('metricName');
        const owner = theirs.get(at.text ?? '');
        if (at.text === undefined || owner === undefined) continue;
        const message = `${shown(at.text)} is a rule of the template ${owner} too.`;
        report.rejected('name-rules-equal', at, message, clashEffect(use), 'Keep one of them.');
      }
    }
  }
}

/** Which template has a rule of that name. */
function ownersOf(field: (typeof RULE_FIELDS)[number], templates: readonly GivenObject[]): ReadonlyMap<string, string> {
  return new Map(
    templates.flatMap(({ root, ref }) =>
      root.at('spec', field).items.map((rule): [string, string] => [rule.at('metricName').text ?? '', shown(ref.name)]),
    ),
  );
}

/** A controller that was started for its own namespace reads no ClusterAnalysisTemplate: only where it is among the objects. */
function checkScope(uses: readonly { use: Use }[], { report, self, objects }: Context): void {
  const refs = uses.flatMap(({ use }) => use.refs).filter(({ kind }) => kind === 'ClusterAnalysisTemplate');
  if (refs.length === 0) return;
  const isNamespaced = ({ root, ref }: GivenObject): boolean =>
    ref.kind === 'Deployment' &&
    ref.namespace === self.ref.namespace &&
    root
      .at('spec', 'template', 'spec', 'containers')
      .items.some(
        (container) =>
          container.at('image').text?.includes('argo-rollouts') === true &&
          [...container.at('args').items, ...container.at('command').items].some(({ text }) => text === '--namespaced'),
      );
  if (!objects.all.some(isNamespaced)) return;
  for (const { at } of refs) {
    const message = 'The controller runs with --namespaced, and reads no ClusterAnalysisTemplate.';
    report.unsafe('cluster-template-namespaced', at, message, EFFECT.invalidSpec, 'Use an AnalysisTemplate.');
  }
}
