/** Args that a Rollout or an Experiment gives to an analysis, by themselves (Argo rule 45 and what it leaves unsaid). */
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';
import { checkValue } from './args.ts';
import { textTags } from './tags.ts';
import { NEVER_MADE, type Use } from './uses.ts';

/** Reports args of an analysis of the Rollout `root`. */
export function checkRolloutArgs(use: Use, root: Field, report: Report): void {
  checkAll(use, report, (name, arg) => {
    const hash = arg.at('valueFrom', 'podTemplateHashValue');
    const path = arg.at('valueFrom', 'fieldRef', 'fieldPath');
    const sources = [hash, path, arg.at('value')].filter(({ present }) => present);
    if (sources.length > 1) {
      const message = `The arg ${name} has ${sources.length} sources.`;
      const effect = `Only ${String(sources[0]!.path.at(-1))} counts.`;
      report.unsafe('arg-sources-mixed', arg, message, effect, 'Keep one of them.');
    } else if (sources.length === 0) {
      const effect = 'It is given as empty text, which replaces the default of the template.';
      report.unsafe(
        'arg-without-value',
        arg,
        `The arg ${name} has no value.`,
        effect,
        'Give a value, or remove the arg.',
      );
    }
    if (hash.text !== undefined && !['Stable', 'Latest'].includes(hash.text)) {
      const message = `${shown(hash.text)} is no such hash.`;
      report.unsafe('pod-hash-value', hash, message, 'The arg is empty.', 'Write Stable or Latest, with a capital.');
    }
    if (!hash.present && path.text !== undefined) checkFieldPath(path, path.text, root, report);
  });
}

/** Reports args of an analysis of an Experiment: it takes literal values only. */
export function checkExperimentArgs(use: Use, report: Report): void {
  checkAll(use, report, (name, arg) => {
    const source = arg.at('valueFrom');
    if (!source.present) return;
    const message = `The arg ${name} has a valueFrom: an Experiment reads only value.`;
    report.unsafe('arg-source-unsupported', source, message, 'The arg is not given.', 'Give a value.');
  });
}

function checkAll(use: Use, report: Report, check: (name: string, arg: Field) => void): void {
  const seen = new Set<string>();
  for (const arg of use.args.items) {
    const name = arg.at('name').text;
    if (name === undefined) continue;
    const message = `The arg ${shown(name)} is given twice.`;
    if (seen.has(name)) report.unsafe('arg-twice', arg, message, 'The last one counts.', 'Keep one of them.');
    seen.add(name);
    check(shown(name), arg);
    checkValue(name, arg.at('value'), report, use.experiment === null);
  }
  if (use.experiment !== null) checkExperimentTags(use, use.experiment, report);
}

const KNOWN = new WeakMap<Field, ReadonlySet<string>>();

/** What an Experiment puts into the args of its analyses (Argo: utils/template/template.go). */
function knownTags(experiment: Field): ReadonlySet<string> {
  const known = new Set(['experiment.availableAt']);
  if (experiment.at('duration').text) known.add('experiment.finishedAt');
  for (const { text } of experiment.at('templates').items.map((template) => template.at('name'))) {
    if (text !== undefined) known.add(`templates.${text}.podTemplateHash`).add(`templates.${text}.replicaset.name`);
  }
  return known;
}

function checkExperimentTags(use: Use, experiment: Field, report: Report): void {
  const known = KNOWN.get(experiment) ?? knownTags(experiment);
  KNOWN.set(experiment, known);
  for (const value of use.args.items.map((arg) => arg.at('value'))) {
    const wrong = textTags(value.text ?? '').find((tag) => tag === null || !known.has(tag));
    if (wrong === undefined) continue;
    const [code, message] =
      wrong === null
        ? (['tag-unclosed', 'A {{ is never closed.'] as const)
        : (['tag-unknown', `The experiment knows no ${shown(wrong)}.`] as const);
    const mend = `It knows ${[...known].slice(0, 3).map(shown).join(', ')}.`;
    report.rejected(code, value, message, use.effect, mend);
  }
}

function checkFieldPath(at: Field, path: string, root: Field, report: Report): void {
  const [first, ...rest] = path.split(/[.[\]]+/).filter((key) => key !== '');
  // Metadata is read in another way, by a rule of the Rollout; what the controller fills in is not known.
  if (path.startsWith('metadata') || /^(?:status|kind|apiVersion)$/.test(first ?? '')) return;
  const mend = 'Name a field that holds one value, such as metadata.name.';
  let field = root.at(first ?? '');
  let never = first !== 'spec';
  for (const key of rest) {
    const list = Array.isArray(field.value);
    field = field.at(list ? Number(/^\+?\d+$/.test(key) ? key : -1) : key);
    never ||= list && !field.present;
  }
  never ||= typeof field.value === 'object' && field.present;
  if (!never && (field.present || path === 'spec.replicas')) return;
  const message = `The Rollout has no single value at ${shown(path)}.`;
  report[never ? 'rejected' : 'unsafe']('field-ref-missing', at, message, NEVER_MADE, mend);
}
