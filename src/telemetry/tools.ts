/**
 * Tells npm and its like, and our own program, from apps.
 *
 * NODE_OPTIONS reaches every Node process: `npm start` in a container is two of them, and `rolloutguard doctor` is run in pods.
 * With telemetry they would pass for instances of the deployment: an event that it has started, calls to the registry, and
 * metrics of no requests.
 */
import { realpathSync } from 'node:fs';
import { packageNameOf } from './instrumentation/package-name.ts';

const TOOLS: ReadonlySet<string> = new Set(['@yarnpkg/cli-dist', 'corepack', 'npm', 'pnpm', 'rolloutguard', 'yarn']);

/** Where projects keep their own Yarn, and where corepack keeps what it has fetched. */
const KEPT = /[/\\](?:\.yarn[/\\]releases[/\\]yarn-[^/\\]+|corepack[/\\]v\d+[/\\](?:npm|pnpm|yarn)[/\\].+)\.c?js$/;

/** Whether the script of a process, `process.argv[1]`, is that of a tool. Links are followed, as of /usr/bin/npm. */
export function isTool(entry: string | undefined): boolean {
  if (entry === undefined) return false;
  let place = entry;
  try {
    place = realpathSync(entry);
  } catch {
    // The name as it is: Node adds the extension later.
  }
  const name = place.includes('node_modules') ? packageNameOf(place) : null;
  return (name !== null && TOOLS.has(name)) || KEPT.test(place);
}
