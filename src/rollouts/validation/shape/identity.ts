/** What an object is: its apiVersion, its kind and its name. */
import { nearestName } from '../../../nearest.ts';
import type { Context } from '../context.ts';
import type { Field } from '../field.ts';
import { EFFECT } from '../report.ts';
import { shown } from '../shown.ts';
import { isDnsLabel, isDnsSubdomain } from '../syntax.ts';
import { ARGO_KINDS } from './table.ts';

const GROUP = 'argoproj.io';
const API_VERSION = `${GROUP}/v1alpha1`;

/**
 * Whether an object is one of Argo Rollouts'. Others have kinds of the same names (Rollout of OpenKruise, Experiment of
 * Katib), so a group with a domain of its own is none of ours; `apps/v1` is a slip.
 */
export function isArgoKind(kind: string, apiVersion: string | undefined): boolean {
  const group = apiVersion?.split('/')[0] ?? GROUP;
  return ARGO_KINDS.includes(kind) && (group === GROUP || !group.includes('.'));
}

/** For objects of any kind: reports a second one of the same name, and a kind that is nearly one of Argo Rollouts'. */
export function checkAny(root: Field, { report, self, objects }: Context): void {
  const { kind, name } = self.ref;
  if (kind === null) return;
  const group = groupOf(root);
  const first = objects.firstOf(self);
  if (first !== undefined && first !== self && groupOf(first.root) === group) {
    const message = `${shown(kind)} ${shown(name)} is here twice, first as object ${first.ref.index}.`;
    const mend = 'Rename one, or give them namespaces.';
    const severity = first.file === self.file ? 'unsafe' : 'advice';
    report[severity](
      'duplicate-object',
      root.at('metadata', 'name'),
      message,
      'The one that is applied last wins.',
      mend,
    );
  }
  // Argo CD, Workflows and Events have their kinds in that group too.
  const near = group === GROUP && !isArgoKind(kind, undefined) ? nearestName(kind, ARGO_KINDS) : null;
  if (near === null) return;
  const effect = 'The API server refuses the object unless it knows such a kind.';
  const mend = `Did you mean "${near}"?`;
  report.advice('unknown-kind', root.at('kind'), `Argo Rollouts has no kind ${shown(kind)}.`, effect, mend);
}

function groupOf(root: Field): string | undefined {
  return root.at('apiVersion').text?.split('/')[0];
}

/** Reports what is wrong with apiVersion, name and namespace of an object of Argo's. */
export function checkIdentity(root: Field, { report, self }: Context): void {
  const apiVersion = root.at('apiVersion');
  if (apiVersion.text !== undefined && apiVersion.text !== API_VERSION) {
    const message = `${self.ref.kind} of ${shown(apiVersion.text)} is unknown.`;
    report.rejected('wrong-api-version', apiVersion, message, EFFECT.apply, `Write ${API_VERSION}.`);
  }
  const name = root.at('metadata', 'name');
  const namespace = root.at('metadata', 'namespace');
  if (!name.present && !root.at('metadata', 'generateName').present) {
    report.rejected('missing-field', name, 'metadata.name is missing.', EFFECT.apply, 'Give it a name.');
  }
  if (name.text !== undefined && !isDnsSubdomain(name.text)) {
    const mend = 'Use at most 253 small letters, digits, "-" or ".".';
    report.rejected('bad-name', name, `${shown(name.text)} is no name of an object.`, EFFECT.apply, mend);
  }
  if (namespace.text !== undefined && !isDnsLabel(namespace.text)) {
    const mend = 'Use at most 63 small letters, digits or "-".';
    report.rejected('bad-name', namespace, `${shown(namespace.text)} is no name of a namespace.`, EFFECT.apply, mend);
  }
}
