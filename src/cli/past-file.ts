/** The record of past deployments that a decision is asked with: a list, or lists by service as `replay --record` writes them. */
import { checkPast } from '../engine/authority.ts';
import { OptionCheck } from '../options.ts';
import type { PastDeployment } from '../ports/decision.ts';
import { visibleText } from '../visible-text.ts';
import type { RunEdges } from './command.ts';
import { readDocument, within } from './input.ts';

/**
 * Reads the record of a service.
 *
 * @throws RolloutGuardError `INVALID_OPTION` - it cannot be read, or is no record; the message names the file and the place.
 */
export async function readPast(source: string, service: string, edges: RunEdges): Promise<readonly PastDeployment[]> {
  const { name, value } = await readDocument('--past', source, edges);
  const past = Array.isArray(value) ? value : await within(name, () => listOf(value, service));
  if (past === undefined) {
    // Nothing is known of it, which is what a new service is. A misspelt name would look the same, so it is told.
    await edges.stderr.write(
      `rolloutguard decide: ${name} has no record of ${visibleText(JSON.stringify(service))}.\n`,
    );
    return [];
  }
  await within(name, () => checkPast(past as PastDeployment[]));
  return past as PastDeployment[];
}

function listOf(value: unknown, service: string): unknown {
  const check = new OptionCheck('INVALID_OPTION', 'past deployments');
  if (typeof value !== 'object' || value === null) {
    return check.fail('past', value, 'Use a list, or lists by service.');
  }
  return Object.hasOwn(value, service) ? (value as Record<string, unknown>)[service] : undefined;
}
