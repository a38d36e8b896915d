/** Variables of OpenTelemetry that nothing reads. Our own are looked at by the start itself. */
import { nearestName } from '../../../nearest.ts';
import { shownName } from '../../shown-text.ts';
import type { Check } from '../facts.ts';
import { finding } from '../finding.ts';
import { OTEL_VARIABLES } from '../otel-variables.ts';

/** More of them than this are no slips of the pen. */
const MAX_REPORTED = 20;

/** In long names that share much, more letters than this are no slip. */
const MAX_SLIP = 4;

/** Misspelt names. */
export const checkVariables: Check = ({ env }) => {
  const names = Object.keys(env).filter((name) => name.startsWith('OTEL_') && !Object.hasOwn(OTEL_VARIABLES, name));
  const known = Object.keys(OTEL_VARIABLES);
  // Other SDKs have variables of their own, so what resembles nothing is left alone.
  const misspelt = names.slice(0, 1_000).flatMap((name) => {
    const nearest = nearestName(name, known);
    return nearest !== null && differing(name, nearest) <= MAX_SLIP
      ? [finding('UNKNOWN_OTEL_VARIABLE', `nothing reads ${shownName(name)}. Did you mean ${nearest}?`)]
      : [];
  });
  return misspelt.slice(0, MAX_REPORTED);
};

/** How many letters are left between the common beginning and the common end. */
function differing(a: string, b: string): number {
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end;
}
