/** A decision as JSON: the same bytes for the same decision, whoever built the object. */
import type { Decision } from '../ports/decision.ts';
import { jsonText } from './json-text.ts';

/** Keys that come first, in the order in which a person asks for them. All other keys follow by name. */
const ORDER = [
  'schemaVersion',
  'service',
  'deploymentId',
  'verdict',
  'reason',
  'shouldRollback',
  'mayAdvance',
  'authority',
  'level',
  'cause',
  'suspected',
  'trigger',
  'guilty',
  'decidedAtMs',
  'crossedAtMs',
  'nextCheckAtMs',
  'evidence',
  'limits',
  'attribution',
  'outlook',
  'problems',
  'assumptions',
  'policyDigest',
  'engineVersion',
  'name',
  'criterion',
  'words',
  'detail',
  'status',
  'informational',
  'limit',
  'logE',
  'peakLogE',
  'bound',
  'effect',
  'kind',
  'estimate',
  'low',
  'high',
  'canary',
  'stable',
  'requests',
  'bad',
];
const RANK: ReadonlyMap<string, number> = new Map(ORDER.map((key, i) => [key, i]));

/**
 * A decision as JSON, indented by two spaces, with a line break at its end. Keys have a fixed order, whatever order they
 * were set in; unknown keys are kept. Control characters and overrides of text direction are written as `\u` escapes, so
 * the text is safe to print.
 */
export function jsonReport(decision: Decision): string {
  return jsonText(decision, (_key, value) => inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}

function rank(key: string): number {
  return RANK.get(key) ?? ORDER.length;
}
