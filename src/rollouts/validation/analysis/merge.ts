/**
 * Templates that are used together. Argo follows what they refer to, takes each one once, AnalysisTemplates before
 * ClusterAnalysisTemplates, and merges their metrics and args (Argo: utils/analysis/helpers.go).
 */
import type { Field } from '../field.ts';
import type { GivenObject, GivenObjects } from '../objects.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';
import { isSecret } from './args.ts';

/** A reference to a template: the field that holds its name, and its kind. */
export interface TemplateRef {
  readonly at: Field;
  readonly kind: 'AnalysisTemplate' | 'ClusterAnalysisTemplate';
}

/** A reference, wherever it stands: templates of an analysis, or an analysis of an experiment. */
export function refOf(field: Field): TemplateRef {
  const cluster = field.at('clusterScope').value === true;
  return { at: field.at('templateName'), kind: cluster ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate' };
}

/** Where the template of a reference from that namespace lives. */
export function namespaceOf({ kind }: TemplateRef, namespace: string | null): string | null {
  return kind === 'AnalysisTemplate' ? namespace : null;
}

/** Reports templates that refer back to themselves. Rejected, though nothing refuses them: the controller does not survive. */
export function reportCycle(cycle: readonly string[], at: Field, report: Report): void {
  const message = `Templates lead back to themselves: ${cycle.slice(0, 9).map(shown).join(' -> ')}.`;
  const effect = 'The controller follows them without an end and crashes, with all rollouts.';
  report.rejected('template-cycle', at, message, effect, 'Break the circle.');
}

/** What references lead to. */
export interface Resolved {
  /** Each given template once, in Argo's order. */
  readonly templates: readonly GivenObject[];
  /** True when every template was found. */
  readonly whole: boolean;
  /** Names along the first way that leads back to where it was. */
  readonly cycle: readonly string[] | null;
}

/** Follows references to the end; a cycle is left where it closes. `most` limits how many templates are looked at. */
export function resolveTemplates(
  refs: readonly TemplateRef[],
  from: GivenObject,
  objects: GivenObjects,
  most: number = Number.POSITIVE_INFINITY,
): Resolved {
  const found = new Set<GivenObject>();
  const way = new Map<GivenObject, true>();
  const frames: { template: GivenObject | null; left: TemplateRef[] }[] = [{ template: null, left: reversed(refs) }];
  let whole = true;
  let cycle: string[] | null = null;
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const ref = frame.left.pop();
    if (ref === undefined) {
      frames.pop();
      if (frame.template !== null) way.delete(frame.template);
      continue;
    }
    const template = ref.at.text
      ? objects.find(ref.kind, namespaceOf(ref, from.ref.namespace), ref.at.text, frame.template ?? from)
      : undefined;
    if (template === undefined) whole = false;
    else if (way.has(template)) {
      // Only the first is told; there may be thousands.
      cycle ??= cycleOf([...way.keys()], template);
    } else if (!found.has(template) && found.size < most) {
      found.add(template);
      way.set(template, true);
      frames.push({ template, left: reversed(template.root.at('spec', 'templates').items.map(refOf)) });
    }
  }
  const templates = [...found].sort((a, b) => Number(isCluster(a)) - Number(isCluster(b)));
  return { templates, whole, cycle };
}

function cycleOf(way: readonly GivenObject[], back: GivenObject): string[] {
  return [...way.slice(way.indexOf(back)), back].map(({ ref }) => ref.name ?? '');
}

function reversed(refs: readonly TemplateRef[]): TemplateRef[] {
  return [...refs].reverse();
}

function isCluster(template: GivenObject): boolean {
  return template.ref.kind === 'ClusterAnalysisTemplate';
}

/** One metric of one of the templates. */
export interface UsedMetric {
  readonly metric: Field;
  readonly template: GivenObject;
}

const METRICS = new WeakMap<GivenObject, readonly UsedMetric[]>();

/** The metrics of a template: the same ones each time, since templates are used many times. */
export function metricsOf(template: GivenObject): readonly UsedMetric[] {
  const metrics =
    METRICS.get(template) ?? template.root.at('spec', 'metrics').items.map((metric) => ({ metric, template }));
  METRICS.set(template, metrics);
  return metrics;
}

/** An arg as the templates together declare it. */
export interface MergedArg {
  readonly name: string;
  readonly value: string | undefined;
  /** True when there is a valueFrom, whatever it names. */
  readonly sourced: boolean;
  readonly secret: boolean;
  readonly template: GivenObject;
}

/** Two templates that declare one arg with different values. */
export interface ArgConflict {
  readonly name: string;
  readonly templates: readonly [GivenObject, GivenObject];
}

/** Merges args as Argo does: the first with a value stays, one without is replaced by the next of its name. */
export function mergeArgs(templates: readonly GivenObject[]): {
  readonly args: ReadonlyMap<string, MergedArg>;
  readonly conflicts: readonly ArgConflict[];
} {
  const args = new Map<string, MergedArg>();
  const conflicts: ArgConflict[] = [];
  for (const template of templates) {
    for (const arg of template.root.at('spec', 'args').items) {
      const name = arg.at('name').text;
      if (name === undefined) continue;
      const value = arg.at('value').text;
      const merged = { name, value, sourced: arg.at('valueFrom').present, secret: isSecret(arg), template };
      const earlier = args.get(name);
      if (earlier?.value === undefined) args.set(name, merged);
      else if (value !== undefined && value !== earlier.value && earlier.template !== template)
        conflicts.push({ name, templates: [earlier.template, template] });
    }
  }
  return { args, conflicts };
}
