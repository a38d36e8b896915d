/** Files that telemetry reads: labels of the pod, certificates. */
import { readFileSync } from 'node:fs';
import { ATTRIBUTE } from '../../attributes.ts';
import { parseCohort } from '../../cohort/cohort.ts';
import type { Environment } from '../../environment.ts';
import type { AttributeKeys } from '../../identity/attribute-keys.ts';
import { readBoundedText } from '../../identity/bounded-file.ts';
import { readFileClaims } from '../../identity/files.ts';
import { identityPaths } from '../../identity/sources.ts';
import type { LabelFileFacts, NamedFile } from '../facts.ts';
import type { TlsFiles } from '../probe.ts';

/** The label files that the environment names, or the usual ones. */
export function gatherLabelFiles(
  env: Environment,
  keys: AttributeKeys,
  mounts: () => string = readMounts,
): LabelFileFacts[] {
  const named = env['ROLLOUTGUARD_COHORT_FILE']?.trim();
  const { paths } = identityPaths(env);
  const followed = named === undefined || named === '' || named === 'false' ? paths : [named, ...paths];
  return [...new Set(followed)].map((path) => {
    const text = readText(path);
    if (typeof text !== 'string') return { path, state: text.state, isMountPoint: false, tellsCohort: false };
    const { claims } = readFileClaims([{ path, text }], keys);
    const tellsCohort = claims.some(
      ({ attribute, value }) =>
        (attribute === keys.cohort || attribute === ATTRIBUTE.cohort) && parseCohort(value) !== null,
    );
    return { path, state: 'read', isMountPoint: isMountPoint(path, mounts()), tellsCohort };
  });
}

const TLS_VARIABLES = { ca: 'CERTIFICATE', cert: 'CLIENT_CERTIFICATE', key: 'CLIENT_KEY' } as const;

/** The files for TLS of a signal, as far as they can be read, and which of them cannot. */
export function gatherTlsFiles(env: Environment, signal: string): { tls: TlsFiles; files: NamedFile[] } {
  const tls: { -readonly [Field in keyof TlsFiles]: string } = {};
  const files: NamedFile[] = [];
  for (const [field, name] of Object.entries(TLS_VARIABLES) as [keyof TlsFiles, string][]) {
    const variable = [`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`, `OTEL_EXPORTER_OTLP_${name}`].find(
      (candidate) => env[candidate]?.trim(),
    );
    if (variable === undefined) continue;
    const text = readText((env[variable] as string).trim());
    files.push({ variable, readable: typeof text === 'string' });
    if (typeof text === 'string') tls[field] = text;
  }
  return { tls, files };
}

function readText(path: string): string | { state: 'absent' | 'unreadable' } {
  try {
    return readBoundedText(path).text;
  } catch (error) {
    return { state: (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable' };
  }
}

/** Whether the file itself is mounted, as subPath does, rather than the folder in which it lies. */
function isMountPoint(path: string, mounts: string): boolean {
  return mounts.split('\n').some((line) => line.split(' ')[4] === path);
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}
