/**
 * Tells npm and its like from apps.
 *
 * NODE_OPTIONS reaches every Node process, and `npm start` in a container is two of them. With telemetry the first would pass
 * for a second instance of the deployment: an event that it has started, calls to the registry, and metrics of no requests.
 */
import { realpathSync } from 'node:fs';
import { packageNameOf } from './instrumentation/package-name.ts';

const PACKAGE_MANAGERS: ReadonlySet<string> = new Set(['@yarnpkg/cli-dist', 'corepack', 'npm', 'pnpm', 'yarn']);

/** Where projects keep their own Yarn, and where corepack keeps what it has fetched. */
const KEPT = /[/\\](?:\.yarn[/\\]releases[/\\]yarn-[^/\\]+|corepack[/\\]v\d+[/\\](?:npm|pnpm|yarn)[/\\].+)\.c?js$/;

/** Whether the script of a process, `process.argv[1]`, is that of a package manager. Links are followed, as of /usr/bin/npm. */
export function isPackageManager(entry: string | undefined): boolean {
  if (entry === undefined) return false;
  let place = entry;
  try {
    place = realpathSync(entry);
  } catch {
    // The name as it is: Node adds the extension later.
  }
  const name = place.includes('node_modules') ? packageNameOf(place) : null;
  return (name !== null && PACKAGE_MANAGERS.has(name)) || KEPT.test(place);
}
