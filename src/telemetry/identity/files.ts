/**
 * Identity from files: pod labels and annotations as the Kubernetes downward API mounts them, one `key="value"` a line,
 * the value quoted as Go quotes it. Unlike environment variables such a file follows the pod when it is relabelled.
 */
import { ATTRIBUTE } from '../attributes.ts';
import { parseCohort } from '../cohort/cohort.ts';

/** A file that was read. */
export interface IdentityFile {
  readonly path: string;
  readonly text: string;
}

/** Where the downward API is usually mounted; looked at when no path is given. */
export const DEFAULT_IDENTITY_FILES = ['/etc/podinfo/labels', '/etc/podinfo/annotations'] as const;

/** Prefix of pod annotations that name a resource attribute. */
const ANNOTATION_PREFIX = 'resource.opentelemetry.io/';

const WELL_KNOWN_LABELS: Readonly<Record<string, string>> = {
  'app.kubernetes.io/name': ATTRIBUTE.serviceName,
  'app.kubernetes.io/version': ATTRIBUTE.serviceVersion,
};

/** The label that Argo Rollouts examples put on canary and stable pods. */
const ROLE_LABEL = 'role';

/**
 * The attributes that a file claims: `resource.opentelemetry.io/<attribute>` first, then `app.kubernetes.io/name` and
 * `/version`, then `role` when its value is a cohort. Other lines are left out. Also the numbers (from 1) of lines that
 * are not `key="value"`.
 */
export function fileAttributes(file: IdentityFile): { attributes: Map<string, string>; badLines: number[] } {
  const annotated = new Map<string, string>();
  const labelled = new Map<string, string>();
  const badLines: number[] = [];
  for (const [index, line] of file.text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const entry = parseLine(line.trim());
    if (entry === null) {
      badLines.push(index + 1);
    } else if (entry.value.trim() !== '') {
      const { key, value } = entry;
      if (key.startsWith(ANNOTATION_PREFIX)) annotated.set(key.slice(ANNOTATION_PREFIX.length), value);
      else if (Object.hasOwn(WELL_KNOWN_LABELS, key)) labelled.set(WELL_KNOWN_LABELS[key] as string, value);
      // `role` is a common label with other meanings too ("db", "worker"), so only a cohort is taken from it.
      else if (key === ROLE_LABEL && parseCohort(value) !== null) labelled.set(ATTRIBUTE.cohort, value);
    }
  }
  return { attributes: new Map([...labelled, ...annotated]), badLines };
}

function parseLine(line: string): { key: string; value: string } | null {
  const match = /^([^="\s]+)=("(?:[^"\\]|\\.)*")$/.exec(line);
  if (match === null) return null;
  try {
    return { key: match[1] as string, value: unquoteGo(match[2] as string) };
  } catch {
    return null;
  }
}

/** Go's escapes beyond those of JSON: \a, \v, \xHH, \UHHHHHHHH. */
function unquoteGo(quoted: string): string {
  const json = quoted.replace(
    /\\(?:x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8})|.)/g,
    (sequence, byte?: string, codePoint?: string) => {
      if (codePoint !== undefined) {
        return JSON.stringify(String.fromCodePoint(Number.parseInt(codePoint, 16))).slice(1, -1);
      }
      if (byte !== undefined) return `\\u00${byte}`;
      if (sequence === '\\a') return '\\u0007';
      return sequence === '\\v' ? '\\u000b' : sequence;
    },
  );
  return JSON.parse(json) as string;
}
