/**
 * Finds out whether the app resolves another copy of `@opentelemetry/api` than we do.
 *
 * Copies meet in a global object, but a newer copy does not trust what an older one has registered: the app's own spans
 * and metrics are then dropped without a word. (An older copy in the app works.)
 */
import { fileURLToPath } from 'node:url';
import type { TelemetryProblem } from '../problems.ts';
import { findCopy } from './copies.ts';

const API = '@opentelemetry/api';

/** Compares our copy with the one that the app's entry script resolves; null when they get along. */
export function findApiClash(
  entry: string | undefined,
  ours: string = fileURLToPath(import.meta.url),
): TelemetryProblem | null {
  const own = findCopy(API, ours);
  const apps = entry === undefined ? null : findCopy(API, entry);
  if (own === null || apps === null || own.directory === apps.directory || trusts(apps.version, own.version))
    return null;
  return {
    code: 'DUPLICATE_API',
    message:
      `the app uses ${API} ${apps.version}, telemetry uses ${own.version}: what the app records itself is dropped. ` +
      `Install one copy: npm install ${API}@${own.version}`,
  };
}

/** Whether one version of the api takes what another has registered, by its own rule: same major version, and the registered minor version is not older. */
export function trusts(reader: string, registered: string): boolean {
  const [readerMajor, readerMinor] = reader.split('.').map(Number);
  const [major, minor] = registered.split('.').map(Number);
  return readerMajor === major && (readerMinor as number) <= (minor as number);
}
