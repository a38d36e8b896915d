/** Whether this release of Node can do what telemetry needs. */

import { shownName } from '../../shown-text.ts';
import type { Check } from '../facts.ts';
import { finding } from '../finding.ts';

/** What a release of Node offers to patch ES modules: hooks in the thread of the app, on a thread of their own, or too old. */
export function hooksOf(nodeVersion: string): 'in-thread' | 'own-thread' | 'too-old' {
  const [major = 0, minor = 0, patch = 0] = nodeVersion.replace(/^v/, '').split('.').map(Number.parseFloat);
  const since = (line: number, m: number, p: number): boolean =>
    major === line && (minor > m || (minor === m && patch >= p));
  if (major < 22 || (major === 22 && minor < 15)) return 'too-old';
  // Their first releases refused what a hook says of CommonJS modules.
  const fixed = since(22, 22, 3) || since(24, 11, 1) || since(25, 1, 0) || major >= 26;
  return fixed ? 'in-thread' : 'own-thread';
}

/** The release. */
export const checkNode: Check = ({ nodeVersion }) => {
  const hooks = hooksOf(nodeVersion);
  const shown = shownName(nodeVersion);
  if (hooks === 'too-old') return [finding('NODE_TOO_OLD', `Node ${shown} is older than 22.15.`)];
  return hooks === 'own-thread'
    ? [finding('NODE_HOOKS_ON_THREAD', `Node ${shown} patches ES modules from a thread of its own.`)]
    : [];
};
