/** Telemetry of one deployment, as an option names it. */
import { validateTelemetry } from '../engine/validate-telemetry.ts';
import type { AggregateTelemetry, DeploymentTelemetry } from '../ports/telemetry.ts';
import type { RunEdges } from './command.ts';
import { readDocument, within } from './input.ts';

/**
 * Reads and checks it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` when it cannot be read, `INVALID_TELEMETRY` when it would corrupt a decision;
 * the message names the file and the field.
 */
export async function readTelemetry(
  source: string,
  edges: RunEdges,
): Promise<{ name: string; telemetry: DeploymentTelemetry | AggregateTelemetry }> {
  const { name, value } = await readDocument('--telemetry', source, edges);
  const telemetry = value as DeploymentTelemetry | AggregateTelemetry;
  await within(name, () => validateTelemetry(telemetry));
  return { name, telemetry };
}
