/** From a replay to the record that authority is earned by: history that was labelled once need not be waited for again. */
import { OptionCheck } from '../options.ts';
import type { PastDeployment } from '../ports/decision.ts';
import type { ReplayedDeployment, ReplayedPolicy, ReplayReport } from './replay-report.ts';
import { actedAtMs } from './score-sheet.ts';

/**
 * The deployments of a replay as a record of one policy, by service, in the order of the replay. An escalation counts as a
 * rollback: it would have called a human. A deployment without a label has the outcome `unknown`.
 *
 * @param policy - its name in the report.
 * @throws RolloutGuardError `INVALID_OPTION` - the report has no such policy, or was made with `keepDeployments: false`.
 */
export function pastDeployments(report: ReplayReport, policy: string): Record<string, PastDeployment[]> {
  const check = new OptionCheck('INVALID_OPTION', 'pastDeployments');
  const at = report.policies.findIndex(({ name }) => name === policy);
  const names = report.policies.map(({ name }) => name).join(', ');
  if (at < 0) check.fail('policy', policy, `Name one of the report: ${names}.`);
  if (report.deployments.length < report.scores[at]!.deployments)
    check.fail('report.deployments', report.deployments, 'Replay with keepDeployments.');
  const record = new Map<string, PastDeployment[]>();
  for (const row of report.deployments) {
    const past = record.get(row.service) ?? [];
    record.set(row.service, past);
    past.push(pastOf(row, row.policies[at]!));
  }
  return Object.fromEntries(record);
}

function pastOf({ deploymentId, endedAtMs, label }: ReplayedDeployment, row: ReplayedPolicy): PastDeployment {
  return { deploymentId, endedAtMs, verdict: strongest(row), outcome: label?.outcome ?? 'unknown' };
}

/** What was never judged is no deployment that was left alone; what was judged and then fell silent, as all do at the end, is one. */
function strongest(row: ReplayedPolicy): PastDeployment['verdict'] {
  if (actedAtMs(row) !== null) return 'rollback';
  if (row.promotedAtMs !== null) return 'promote';
  return row.judged ? 'continue' : 'hold';
}
