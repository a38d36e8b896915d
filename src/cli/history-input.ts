/** What the commands on past deployments have in common: where recordings and labels come from. */
import { RolloutGuardError } from '../errors.ts';
import { type Labels, parseLabels } from '../replay/labels.ts';
import type { SkippedRecording } from '../replay/recording.ts';
import type { RunEdges } from './command.ts';
import { readDocument, within } from './input.ts';
import type { Invocation } from './invocation.ts';

/** How the help shows the operands. */
export const RECORDINGS = 'FILE|FOLDER|-...';

/** What the help says of recordings and labels. */
export const HISTORY_HELP: string =
  'Reads recordings from JSON files, JSON Lines, folders of them (also packed with gzip) or stdin, one at a time. What ' +
  'cannot be used is named in the report, and the rest is used. Labels say which deployments were good or bad: ' +
  '{ "deploy-1": { "outcome": "good" }, "api/deploy-2": { "outcome": "bad", "badFromMs": 1767603600000 } }.';

/**
 * Files, folders and stdin, as the operands name them.
 *
 * @param caller - the command as it was typed, such as `rolloutguard replay`.
 * @throws RolloutGuardError `INVALID_OPTION` - there is none, or stdin is given twice.
 */
export function sourcesOf(
  caller: string,
  { operands }: Invocation,
  { stdin }: RunEdges,
): (string | RunEdges['stdin'])[] {
  if (operands.length === 0) {
    const mend = 'Name files or folders, or - for stdin.';
    throw new RolloutGuardError('INVALID_OPTION', `${caller}: no recordings are named`, { mend });
  }
  if (operands.filter((operand) => operand === '-').length > 1) {
    const mend = 'Give it once.';
    throw new RolloutGuardError('INVALID_OPTION', `${caller}: - is given twice, and stdin can be read once`, { mend });
  }
  return operands.map((operand) => (operand === '-' ? stdin : operand));
}

/** The labels, if there are any. */
export async function labelsOf(invocation: Invocation, edges: RunEdges): Promise<{ labels?: Labels }> {
  const source = invocation.text('labels');
  if (source === undefined) return {};
  const { name, value } = await readDocument('--labels', source, edges);
  return { labels: await within(name, () => parseLabels(value)) };
}

/**
 * Refuses what was made of no recording at all: it would pass every check.
 *
 * @param used - how many recordings could be used.
 * @throws RolloutGuardError `INVALID_OPTION` with the first reason.
 */
export function refuseNothing(
  caller: string,
  used: number,
  { skipped, skippedCount }: { skipped: readonly SkippedRecording[]; skippedCount: number },
): void {
  if (used > 0) return;
  const [first] = skipped;
  const place = first === undefined ? '' : `${first.source}${first.line === null ? '' : ` line ${first.line}`}`;
  const why =
    first === undefined
      ? 'there is none'
      : `${skippedCount} left out, the first: ${place}: ${first.message.replace(/\.$/, '')}`;
  throw new RolloutGuardError('INVALID_OPTION', `${caller}: no recording could be used: ${why}`);
}
