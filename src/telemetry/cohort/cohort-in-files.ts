/** Reads the cohort from mounted files of labels and annotations, and says once what is wrong with each of them. */
import { visibleText } from '../../visible-text.ts';
import { ATTRIBUTE } from '../attributes.ts';
import { type AttributeKeys, DEFAULT_KEYS } from '../identity/attribute-keys.ts';
import { type IdentityFile, readFileClaims } from '../identity/files.ts';
import type { TelemetryProblem } from '../problems.ts';
import { EMITTED_COHORTS, type EmittedCohort, parseCohort } from './cohort.ts';
import type { WatchedFiles } from './watched-files.ts';

/** Options of {@link cohortInFiles}. */
export interface CohortFilesOptions {
  /** Files that may name the cohort; the first that does decides. */
  readonly paths: readonly string[];
  /** Whether a file that never was there is worth a word. One that was there and is gone always is. */
  readonly reportMissing: boolean;
  /** Names of the attributes in effect. @defaultValue ours */
  readonly keys?: AttributeKeys;
  readonly files: WatchedFiles;
  readonly report: (problem: TelemetryProblem) => void;
}

/** Line numbers shown at most. */
const MAX_LINES_SHOWN = 10;

/** Returns a function that reads the cohort that the files name now; null when they name none. It never rejects. */
export function cohortInFiles({
  paths,
  reportMissing,
  keys = DEFAULT_KEYS,
  files,
  report,
}: CohortFilesOptions): () => Promise<EmittedCohort | null> {
  const told = new Set<string>();
  const seen = new Set<string>();
  let last: EmittedCohort | null = null;

  // A file that is broken is broken at every look; one word is enough.
  const once = (kind: string, path: string, code: TelemetryProblem['code'], message: string): void => {
    const key = `${kind} ${path}`;
    if (told.has(key)) return;
    told.add(key);
    report({ code, message: `${visibleText(path)}${message}` });
  };

  const read = async (path: string): Promise<string | null> => {
    try {
      const text = await files.read(path);
      seen.add(path);
      return text;
    } catch (error) {
      const code = errorCode(error);
      if (code !== 'ENOENT' || reportMissing || seen.has(path)) {
        once('read', path, 'COHORT_FILE', ` cannot be read (${code}): the last cohort is kept.`);
      }
      return null;
    }
  };

  const cohortOf = (read: readonly IdentityFile[]): EmittedCohort | null => {
    const { claims, badLines } = readFileClaims(read, keys);
    for (const { path, lines } of badLines) {
      const shown = lines.slice(0, MAX_LINES_SHOWN).join(', ');
      once('line', path, 'COHORT_FILE', `: line ${shown} is not key="value" and was not used.`);
    }
    for (const { attribute, value, source } of claims) {
      if (attribute !== keys.cohort && attribute !== ATTRIBUTE.cohort) continue;
      const cohort = parseCohort(value);
      if (cohort !== null) return cohort;
      const shown = visibleText(JSON.stringify(value.slice(0, 80)));
      const allowed = `${EMITTED_COHORTS.join(', ')}, preview or active`;
      const path = source.slice('file:'.length);
      once('value', path, 'BAD_COHORT', `: ${shown} is not a cohort; use ${allowed}. The last cohort is kept.`);
    }
    return null;
  };

  return async () => {
    const readable: IdentityFile[] = [];
    for (const path of paths) {
      const text = await read(path);
      if (text !== null) readable.push({ path, text });
    }
    const found = cohortOf(readable);
    // Typical: `canaryMetadata` without `stableMetadata`. The promoted pods lose the label and would be canaries for ever.
    if (found === null && last !== null && readable.length > 0) {
      const mend = 'Give the label in canaryMetadata and in stableMetadata.';
      once('gone', paths.join(', '), 'COHORT_FILE', `: no cohort is named any more; ${last} is kept. ${mend}`);
    }
    last = found ?? last;
    return found;
  };
}

/** The code of an error of the file system. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unreadable';
}
