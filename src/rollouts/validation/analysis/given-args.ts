/** Args that a Rollout or an Experiment gives to an analysis, by themselves (Argo rule 45 and what it leaves unsaid). */
import type { Field } from '../field.ts';
import type { Report } from '../report.ts';
import { shown } from '../shown.ts';
import { checkValue } from './args.ts';
import { textTags } from './tags.ts';
import type { Use } from './uses.ts';

/** What the downward API reads of a Rollout (Kubernetes: pkg/fieldpath). */
const METADATA = /^metadata\.(?:name|namespace|uid|labels|annotations|(?:labels|annotations)\['[^']+'\])$/;
const NEVER_MADE = 'The controller cannot make the run and tries again for ever; the rollout stands still.';

/** Reports args of an analysis of the Rollout `root`. */
export function checkRolloutArgs(use: Use, root: Field, report: Report): void {
  checkAll(use, report, (name, arg) => {
    const source = arg.at('valueFrom');
    const hash = source.at('podTemplateHashValue');
    const path = source.at('fieldRef', 'fieldPath');
    if (arg.at('value').present && (hash.present || path.present)) {
      const message = `The arg ${shown(name)} has value and valueFrom.`;
      report.unsafe('arg-sources-mixed', arg, message, 'Only valueFrom counts.', 'Keep one of them.');
    } else if (hash.present && path.present) {
      const message = `The valueFrom of the arg ${shown(name)} names two sources.`;
      report.unsafe('arg-sources-mixed', source, message, 'Only the hash counts.', 'Keep one of them.');
    } else if (!arg.at('value').present && !hash.present && !path.present) {
      const message = `The arg ${shown(name)} has a name and no value.`;
      const effect = 'It is given as empty text, also where the template has a default.';
      const mend = 'Give value or valueFrom, or leave the arg out for the default.';
      report.unsafe('arg-without-value', arg, message, effect, mend);
    }
    if (hash.text !== undefined && hash.text !== 'Stable' && hash.text !== 'Latest') {
      const message = `podTemplateHashValue is ${shown(hash.text)}.`;
      report.unsafe('pod-hash-value', hash, message, 'The arg is empty.', 'Write Stable or Latest, with a capital.');
    }
    if (!hash.present && path.text !== undefined) checkFieldPath(use, path, path.text, root, report);
  });
}

/** Reports args of an analysis of an Experiment: it takes literal values only. */
export function checkExperimentArgs(use: Use, report: Report): void {
  checkAll(use, report, (name, arg) => {
    const source = arg.at('valueFrom');
    if (!source.present) return;
    const message = `The arg ${shown(name)} has a valueFrom, and an Experiment reads only value.`;
    const effect = 'The arg is passed over: the template keeps its default.';
    report.unsafe('arg-source-unsupported', source, message, effect, 'Give a value.');
  });
}

function checkAll(use: Use, report: Report, check: (name: string, arg: Field) => void): void {
  const seen = new Set<string>();
  for (const arg of use.args.items) {
    const name = arg.at('name').text;
    if (name === undefined) continue;
    if (seen.has(name)) {
      report.unsafe(
        'arg-twice',
        arg,
        `The arg ${shown(name)} is given twice.`,
        'The last one counts.',
        'Keep one of them.',
      );
    }
    seen.add(name);
    check(name, arg);
    checkValue(name, arg.at('value'), report, use.kind !== 'experiment');
  }
  if (use.experiment !== null) checkExperimentTags(use, use.experiment, report);
}

/** What an Experiment puts into the args of its analyses (Argo: utils/template/template.go). */
function checkExperimentTags(use: Use, experiment: Field, report: Report): void {
  const known = new Set(['experiment.availableAt']);
  if (experiment.at('duration').text) known.add('experiment.finishedAt');
  for (const template of experiment.at('templates').items) {
    const name = template.at('name').text;
    known.add(`templates.${name}.podTemplateHash`).add(`templates.${name}.replicaset.name`);
  }
  for (const arg of use.args.items) {
    const value = arg.at('value');
    const wrong = textTags(value.text ?? '').find((tag) => tag === null || !known.has(tag));
    if (wrong === undefined) continue;
    const message = wrong === null ? 'A {{ is never closed.' : `The experiment knows no {{${wrong}}}.`;
    const mend = `It knows ${[...known].slice(0, 5).join(', ')}.`;
    report.rejected(wrong === null ? 'tag-unclosed' : 'tag-unknown', value, message, use.effect, mend);
  }
}

function checkFieldPath(use: Use, at: Field, path: string, root: Field, report: Report): void {
  const mend = 'Name a field that holds text, a number or a boolean, such as metadata.name.';
  if (path.startsWith('metadata')) {
    // Those of steps and experiments are a rule of the Rollout.
    if (use.kind === 'step' || use.kind === 'experiment' || METADATA.test(path)) return;
    const message = `${shown(path)} is no metadata that an arg can have.`;
    report.rejected('field-ref-missing', at, message, NEVER_MADE, mend);
    return;
  }
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  if (keys[0] === 'status') return;
  let field = root;
  for (const key of keys) field = field.at(Array.isArray(field.value) ? Number(key) : key);
  if (keys[0] !== 'spec' || (typeof field.value === 'object' && field.value !== null)) {
    const message = `${shown(path)} is no single value of the Rollout.`;
    report.rejected('field-ref-missing', at, message, NEVER_MADE, mend);
  } else if (!field.present && path !== 'spec.replicas') {
    report.unsafe('field-ref-missing', at, `The Rollout has no ${shown(path)}.`, NEVER_MADE, mend);
  }
}
