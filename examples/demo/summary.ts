import type { RuleResult, ThresholdComparison } from './comparison.ts';
import type { UserView } from './load.ts';
import type { Outcome } from './outcome.ts';
import type { Replayed } from './replayed.ts';

/** What came of a run, in words: the lines at the end of the demo. */
export function summaryLines(outcome: Outcome, reportPath: string): string[] {
  const { users, problems, totalSeconds, processesLeft } = outcome;
  return [
    '',
    ...endingLines(outcome),
    `Bad answers: v2 ${badOf(users.canary)}, v1 ${badOf(users.stable)} since the rollout began.`,
    '',
    ...thresholdLines(outcome.thresholds),
    '',
    'The recording of this run, replayed:',
    ...replayLines(outcome.replayed),
    '',
    ...problems.map((problem) => `Problem: ${problem}`),
    `Report: ${reportPath}`,
    `Recording: ${reportPath.replace(/html$/, 'telemetry.json')}`,
    `Total time ${totalSeconds} s, ${processesLeft === 0 ? 'no process' : `${processesLeft} processes`} left behind.`,
  ];
}

/** The figures on top of the report. */
export function reportFacts(outcome: Outcome): { label: string; value: string }[] {
  const { users, thresholds } = outcome;
  const late = secondsToRollback(outcome);
  const fired = thresholds.asWritten.filter(({ firedAfterSeconds }) => firedAfterSeconds !== null);
  return [
    ...(late === null ? [] : [{ label: 'From fault to rollback', value: `${late} s` }]),
    { label: 'Bad answers by v2', value: badOf(users.canary) },
    { label: 'Bad answers by v1', value: badOf(users.stable) },
    {
      label: 'Fixed thresholds, same data',
      value: fired.length > 0 ? fired.map(firedWords).join('; ') : whyNeverFired(thresholds),
    },
  ];
}

/** Seconds from the start of the fault to the decision; `null` without a fault or a rollback. */
export function secondsToRollback({ fault, rollback }: Outcome): number | null {
  if (fault === null || rollback === null) return null;
  return Math.round((rollback.decidedAtMs - fault.startedAtMs) / 100) / 10;
}

function endingLines(outcome: Outcome): string[] {
  const { ending, rollback, verdicts, deployedAtMs, criteria } = outcome;
  if (ending === 'unfinished') return ['The rollout did not come to an end in its time.'];
  if (rollback === null) return ['v2 got all the traffic.', ...criteria.map(provenWords), ...heldLines(outcome)];

  const late = secondsToRollback(outcome);
  const decided = ((rollback.decidedAtMs - deployedAtMs) / 1000).toFixed(1);
  const restored = ((rollback.restoredAtMs - rollback.decidedAtMs) / 1000).toFixed(1);
  const first = late === null ? '' : `, ${late} s after the fault began`;
  return [
    `Rolled back ${decided} s after v2 got its first traffic${first}.`,
    `  ${rollback.reason}`,
    rollback.trafficRestored
      ? `  ${restored} s later the router was seen to send nothing to v2 any more.`
      : '  It could not be verified that the traffic is back at v1.',
    ...(verdicts.some(({ cause }) => cause === 'external') ? heldLines(outcome) : []),
  ];
}

function provenWords({ name, status }: Outcome['criteria'][number]): string {
  if (status === 'non-inferior') return `  ${name}: proven not worse than v1, within the margin for promotion`;
  return `  ${name}: merely not disproved (${status}): too little traffic to prove it`;
}

/** How long the rollout was held because of something outside of it. */
function heldLines({ verdicts, deployedAtMs }: Outcome): string[] {
  return verdicts.flatMap((change, index) => {
    if (change.cause !== 'external') return [];
    const from = ((change.atMs - deployedAtMs) / 1000).toFixed(0);
    const until = verdicts[index + 1];
    const to = until === undefined ? 'the end' : `${((until.atMs - deployedAtMs) / 1000).toFixed(0)} s`;
    return [`  held from ${from} s to ${to}: stable itself was failing, so the cause lay outside`];
  });
}

function thresholdLines(thresholds: ThresholdComparison): string[] {
  const { asWritten, withoutMinimum } = thresholds;
  const fired = asWritten.filter(({ firedAfterSeconds }) => firedAfterSeconds !== null);
  return [
    'Fixed thresholds on the same data, over a window of 5 minutes:',
    ...(fired.length > 0 ? asWritten.map((result) => `  ${firedWords(result)}`) : [`  ${whyNeverFired(thresholds)}`]),
    '  Without their least number of requests:',
    ...withoutMinimum.map((result) => `    ${firedWords(result)}`),
  ];
}

function replayLines({ asRun, thresholds }: Replayed): string[] {
  return [asRun, thresholds].map(({ policy, verdict, rolledBackAfterSeconds, badAnswers }) => {
    if (rolledBackAfterSeconds === null) return `  ${policy}: ${verdict}, ${badAnswers} bad answers by v2 in all`;
    const when = `${rolledBackAfterSeconds.toFixed(1)} s after the first traffic`;
    return `  ${policy}: ${verdict} ${when}, ${badAnswers} bad answers by v2 until then`;
  });
}

function firedWords({ rule, firedAfterSeconds }: RuleResult): string {
  if (firedAfterSeconds === null) return `${rule}: never`;
  return `${rule}: rollback ${firedAfterSeconds.toFixed(0)} s after the first traffic`;
}

function whyNeverFired({ mostRequests, requestsNeeded }: ThresholdComparison): string {
  if (mostRequests >= requestsNeeded) return 'no rule fired';
  return `no rule could fire: they need ${requestsNeeded} canary requests, and v2 had ${mostRequests}`;
}

function badOf({ bad, answers }: UserView): string {
  const share = answers === 0 ? '' : ` (${((100 * bad) / answers).toFixed(1)} %)`;
  return `${bad} of ${answers}${share}`;
}
