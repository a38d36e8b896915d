/** Rules of AnalysisTemplate, ClusterAnalysisTemplate and AnalysisRun by themselves. */
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { follow } from '../references.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { namesOf, RULE_FIELDS } from './again.ts';
import { checkArgs, checkTags, declaredArgs, isSecret, TEMPLATE_REFUSED } from './args.ts';
import { checkConditions } from './conditions.ts';
import { adviseOutage, checkLimits } from './limits.ts';
import { namespaceOf, refOf, reportCycle, resolveTemplates } from './merge.ts';
import { checkNameRules } from './name-rules.ts';
import { checkProvider } from './providers.ts';
import { resolveWith } from './tags.ts';
import { type Resolve, templateText } from './values.ts';

/** Rules of a template: what a Rollout gives it is not known here. */
export function checkAnalysisTemplate(root: Field, context: Context): void {
  checkAnalysis(root.at('spec'), context, false);
  const { self, objects, report } = context;
  for (const ref of root.at('spec', 'templates').items.map(refOf)) {
    // Which namespace a cluster template's AnalysisTemplates are in depends on who uses it.
    if (self.ref.kind === 'AnalysisTemplate' || ref.kind === 'ClusterAnalysisTemplate')
      follow(
        ref.at,
        { kind: ref.kind, namespace: namespaceOf(ref, self.ref.namespace), effect: TEMPLATE_REFUSED },
        context,
      );
    const { cycle, templates } = resolveTemplates([ref], self, objects, MOST_FOLLOWED);
    if (cycle !== null && templates.includes(self)) reportCycle(cycle, ref.at, report);
  }
}

/** A chain of templates longer than this is followed only from where it is used: from each of its links it takes too long. */
const MOST_FOLLOWED = 200;

/** Rules of a run: its args are all there are. */
export function checkAnalysisRun(root: Field, context: Context): void {
  checkAnalysis(root.at('spec'), context, true);
}

function checkAnalysis(spec: Field, context: Context, ofRun: boolean): void {
  const { report } = context;
  const metrics = spec.at('metrics').items;
  const args = spec.at('args');
  const nested = spec.at('templates').items.length > 0;
  if (metrics.length === 0 && !nested && spec.present) {
    const effect = `${ofRun ? '' : 'Unless another template brings one: '}${EFFECT.runError}`;
    report[ofRun ? 'rejected' : 'unsafe'](
      'no-metrics',
      spec.at('metrics'),
      'There are no metrics.',
      effect,
      'Add a metric.',
    );
  }
  checkArgs(args, report, ofRun);
  const declared = declaredArgs(args);
  const resolve = ofRun ? resolveBy(args) : templateText;
  checkNames(metrics, resolve, ofRun ? EFFECT.runError : TEMPLATE_REFUSED, context);
  for (const metric of metrics) {
    checkTags(metric, declared, report, ofRun);
    checkLimits(metric, resolve, report);
    checkProvider(metric, resolve, context);
    checkConditions(metric, resolve, context);
  }
  const known = namesOf(metrics, resolve);
  for (const field of RULE_FIELDS) checkNameRules({ field, rules: spec.at(field).items }, known, !ofRun, report);
  adviseOutage(metrics, resolve, report);
}

/** Values of args as a run has them; those of Secrets are not known. */
function resolveBy(args: Field): Resolve {
  const values = new Map<string, string>();
  for (const arg of args.items) {
    const name = arg.at('name').text;
    const value = arg.at('value').text;
    if (name !== undefined && value !== undefined && !isSecret(arg)) values.set(name, value);
  }
  return resolveWith(values);
}

function checkNames(metrics: readonly Field[], resolve: Resolve, effect: string, { report }: Context): void {
  const seen = new Set<string>();
  for (const metric of metrics) {
    const at = metric.at('name');
    const name = at.text === undefined ? null : resolve(at.text);
    if (name === null) continue;
    if (seen.has(name)) {
      const message = `Two metrics have the name ${shown(name)}.`;
      report.rejected('metric-names-equal', at, message, effect, 'Give each its own name.');
    }
    seen.add(name);
  }
}
