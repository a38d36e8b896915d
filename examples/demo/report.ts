import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evidenceHistory } from 'rolloutguard';
import { htmlReport } from 'rolloutguard/report';
import type { Outcome } from './outcome.ts';
import type { Recording } from './perform.ts';
import { policy } from './policy.ts';
import { SCENARIOS } from './scenarios.ts';
import { reportFacts } from './summary.ts';

/**
 * Writes the page, the outcome and the recorded telemetry of a run into a folder, and returns the path of the page. With
 * the telemetry every decision of the run can be replayed.
 */
export async function writeReports(folder: string, recording: Recording, outcome: Outcome): Promise<string> {
  const { decision, telemetry } = recording;
  const { scenario, fault } = outcome;
  const marks = [
    ...(fault === null ? [] : [{ atMs: fault.startedAtMs, label: 'the fault began' }]),
    ...(fault?.endedAtMs == null ? [] : [{ atMs: fault.endedAtMs, label: 'the fault was over' }]),
    ...(outcome.rollback === null ? [] : [{ atMs: outcome.rollback.decidedAtMs, label: 'rolled back' }]),
  ];
  const page = htmlReport({
    decision,
    telemetry,
    history: evidenceHistory(policy, telemetry),
    title: `Demo: ${SCENARIOS[scenario].story}`,
    marks,
    facts: reportFacts(outcome),
  });

  const file = (ending: string): string => join(folder, `${scenario}.${ending}`);
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(file('html'), page),
    writeFile(file('outcome.json'), `${JSON.stringify(outcome, null, 2)}\n`),
    writeFile(file('telemetry.json'), `${JSON.stringify(telemetry)}\n`),
  ]);
  return file('html');
}
