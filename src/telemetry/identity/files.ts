/**
 * Identity from files: pod labels and annotations as the Kubernetes downward API mounts them, one `key="value"` a line,
 * the value quoted as Go quotes it. Unlike environment variables such a file follows the pod when it is relabelled.
 */
import { ATTRIBUTE } from '../attributes.ts';
import { parseCohort } from '../cohort/cohort.ts';
import { type AttributeKeys, DEFAULT_KEYS } from './attribute-keys.ts';
import { unquoteGo } from './go-quote.ts';

/** A file that was read. */
export interface IdentityFile {
  readonly path: string;
  readonly text: string;
}

/** Where the downward API is usually mounted; looked at when no path is given. */
export const DEFAULT_IDENTITY_FILES = ['/etc/podinfo/labels', '/etc/podinfo/annotations'] as const;

/** Prefix of pod annotations that name a resource attribute: OpenTelemetry's own rule for Kubernetes. */
const ANNOTATION_PREFIX = 'resource.opentelemetry.io/';

/** The label that Argo Rollouts examples put on canary and stable pods. */
const ROLE_LABEL = 'role';

/** Labels that name an attribute, where no annotation does. The first is a fact, the others are what people write. */
export const LABEL_ATTRIBUTES: Readonly<Record<string, string>> = {
  'rollouts-pod-template-hash': ATTRIBUTE.podTemplateHash,
  'app.kubernetes.io/name': ATTRIBUTE.serviceName,
  'app.kubernetes.io/version': ATTRIBUTE.serviceVersion,
};

/** What a file says about an attribute. */
export interface FileClaim {
  readonly attribute: string;
  readonly value: string;
  /** `file:<path>` */
  readonly source: string;
}

/** What the files claim, first the strongest, and the numbers (from 1) of lines that are not `key="value"`. */
export interface FileClaims {
  readonly claims: readonly FileClaim[];
  readonly badLines: readonly { readonly path: string; readonly lines: readonly number[] }[];
}

/**
 * Reads what the files claim: the label of the cohort first, since Argo Rollouts keeps it up to date; then annotations
 * `resource.opentelemetry.io/<attribute>`; then `app.kubernetes.io/name` and `/version`, where no annotation says the same;
 * last `role`, when its value is a cohort. Other lines are left out.
 */
export function readFileClaims(files: readonly IdentityFile[], keys: AttributeKeys = DEFAULT_KEYS): FileClaims {
  const cohorts: FileClaim[] = [];
  const annotated = new Map<string, FileClaim>();
  const labelled = new Map<string, FileClaim>();
  const roles: FileClaim[] = [];
  const badLines: { path: string; lines: number[] }[] = [];
  const cohortLabels = new Set([ATTRIBUTE.cohort, keys.cohort]);
  for (const file of files) {
    const source = `file:${file.path}`;
    const { entries, bad } = parseDownwardFile(file.text);
    if (bad.length > 0) badLines.push({ path: file.path, lines: bad });
    for (const [key, value] of entries) {
      if (value.trim() === '') continue;
      if (cohortLabels.has(key)) {
        cohorts.push({ attribute: keys.cohort, value, source });
      } else if (key.startsWith(ANNOTATION_PREFIX)) {
        const attribute = key.slice(ANNOTATION_PREFIX.length);
        if (attribute !== '' && !annotated.has(attribute)) annotated.set(attribute, { attribute, value, source });
      } else if (Object.hasOwn(LABEL_ATTRIBUTES, key)) {
        const attribute = LABEL_ATTRIBUTES[key] as string;
        if (!labelled.has(attribute)) labelled.set(attribute, { attribute, value, source });
      } else if (key === ROLE_LABEL && parseCohort(value) !== null) {
        // A common label with other meanings too ("db", "worker"), so only a cohort is taken from it.
        roles.push({ attribute: keys.cohort, value, source });
      }
    }
  }
  const fromLabels = [...labelled.values()].filter(({ attribute }) => !annotated.has(attribute));
  return { claims: [...cohorts, ...annotated.values(), ...fromLabels, ...roles], badLines };
}

/** What one file claims, of each attribute the strongest, and the numbers (from 1) of broken lines. */
export function fileAttributes(
  file: IdentityFile,
  keys: AttributeKeys = DEFAULT_KEYS,
): { attributes: Map<string, string>; badLines: readonly number[] } {
  const { claims, badLines } = readFileClaims([file], keys);
  const attributes = new Map<string, string>();
  for (const { attribute, value } of claims) {
    const name = attribute === ATTRIBUTE.cohort ? keys.cohort : attribute;
    if (!attributes.has(name)) attributes.set(name, value);
  }
  return { attributes, badLines: badLines[0]?.lines ?? [] };
}

/** With more broken lines than this it is another kind of file, and not worth the time of a start. */
const MOST_BAD_LINES = 100;

/**
 * The lines of a downward API file; of a key given twice the last. `bad` has the numbers (from 1) of broken lines; behind the
 * hundredth nothing is read.
 */
export function parseDownwardFile(text: string): { entries: Map<string, string>; bad: number[] } {
  const entries = new Map<string, string>();
  const bad: number[] = [];
  let start = 0;
  for (let number = 1; start < text.length && bad.length < MOST_BAD_LINES; number++) {
    const end = text.indexOf('\n', start);
    const line = text.slice(start, end === -1 ? undefined : end).trim();
    start = end === -1 ? text.length : end + 1;
    if (line === '') continue;
    const at = line.indexOf('=');
    const key = line.slice(0, Math.max(at, 0));
    const value = at > 0 && !/["\s]/.test(key) ? unquoteGo(line.slice(at + 1)) : null;
    if (value === null) bad.push(number);
    else entries.set(key, value);
  }
  return { entries, bad };
}
