import type { NoData } from '../../../src/rollouts/index.ts';
import type { Statement } from './random-conditions.ts';

/** What a measurement must come out as, by what the options of `conditions` promise. */
export function expected(passes: Statement, fails: Statement | null, noData: NoData, result: unknown): string {
  const missing = { inconclusive: 'Inconclusive', fail: 'Failed', pass: 'Successful', error: 'Error' }[noData];
  const good = passes.holds(result);
  if (fails === null) return good === null ? missing : good ? 'Successful' : 'Failed';
  const bad = fails.holds(result);
  // That it is bad is known, whatever else is not.
  if (bad === true) return 'Failed';
  if (good === null || bad === null) return missing;
  return good ? 'Successful' : 'Inconclusive';
}
