import { readFile } from 'node:fs/promises';
import { type DeploymentTelemetry, type JudgedCounts, policyDigest } from 'rolloutguard';
import type { DemoArguments } from './arguments.ts';
import { createLiveView, type Frame } from './live-view.ts';
import type { Outcome } from './outcome.ts';
import { perform, type Recording } from './perform.ts';
import { policy, steps } from './policy.ts';
import { DemoProblem } from './problem.ts';
import { replayRun } from './replayed.ts';
import { writeReports } from './report.ts';
import { recentFailures } from './routed-metrics.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { openStage } from './stage.ts';
import { summaryLines } from './summary.ts';

/** Kept back of a scenario's time: for the last look, the stopping and the report. */
const RESERVE_SECONDS = 12;

/**
 * Runs one scenario from start-up to the report, and shows it on standard output.
 *
 * @param interrupt Ends the run early: everything is stopped, then its reason is thrown.
 */
export async function runDemo(
  { scenario: name, seed, port, reportFolder }: DemoArguments,
  interrupt: AbortSignal,
): Promise<Outcome> {
  const scenario = SCENARIOS[name];
  const view = createLiveView(process.stdout);
  for (const line of await introduction(scenario, seed)) view.note(line);

  const stage = await openStage({ seed, port, intervalMs: policy.intervalSeconds * 1000 }, interrupt);
  view.note(`${seconds()}  the router listens at http://127.0.0.1:${stage.cluster.routerPort}`);
  let recording: Recording;
  let processesLeft = 0;
  try {
    recording = await perform({
      stage,
      scenario,
      seed,
      deadlineMs: performance.timeOrigin + (scenario.limitSeconds - RESERVE_SECONDS) * 1000,
      signal: interrupt,
      onDecision: (decision, stepIndex, weight, telemetry) =>
        view.show({
          elapsedSeconds: elapsed(),
          step: stepIndex + 1,
          steps: steps.length,
          weight,
          recent: recentOf(telemetry),
          decision,
        }),
      onNews: (news) => view.note(`${seconds()}  ${news}`),
    });
  } catch (error) {
    // What breaks because everything is being stopped, or because a process died, is not what went wrong.
    interrupt.throwIfAborted();
    if (stage.deaths.length === 0) throw error;
    throw new DemoProblem('PROCESS_DIED', stage.deaths.map(({ message }) => message).join('\n'));
  } finally {
    view.end();
    processesLeft = await stage.close();
  }

  const { fault } = recording.outcome;
  const isFaulty = scenario.fault?.at === 'version' && fault !== null;
  const label = isFaulty ? { outcome: 'bad' as const, badFromMs: fault.startedAtMs } : { outcome: 'good' as const };
  const outcome: Outcome = {
    ...recording.outcome,
    replayed: await replayRun(recording.telemetry, label),
    processesLeft,
    totalSeconds: Math.round(elapsed() * 10) / 10,
  };
  const page = await writeReports(reportFolder, recording, outcome);
  for (const line of summaryLines(outcome, page)) view.note(line);
  return outcome;
}

async function introduction({ name, story, expectation }: Scenario, seed: number): Promise<string[]> {
  const policyFile = new URL('./policy.ts', import.meta.url);
  const policyText = (await readFile(policyFile, 'utf8')).trimEnd().split('\n');
  return [
    `rolloutguard demo, scenario "${name}" (seed ${seed})`,
    `  What happens:    ${story}.`,
    `  What ought to:   ${expectation}.`,
    '',
    `The policy, examples/demo/policy.ts (${policyDigest(policy).slice(0, 19)}...):`,
    ...policyText.map((line) => `  | ${line}`),
    '',
  ];
}

/** The live view shows the last seconds: over the whole rollout an incident would outlive itself. */
function recentOf(telemetry: DeploymentTelemetry | null): Frame['recent'] {
  const seconds = 10;
  const of = (cohort: 'canary' | 'stable'): JudgedCounts =>
    telemetry === null ? { requests: 0, bad: 0 } : recentFailures(telemetry, cohort, seconds);
  return { seconds, canary: of('canary'), stable: of('stable') };
}

/** Seconds since this process was started. */
function elapsed(): number {
  return performance.now() / 1000;
}

function seconds(): string {
  return `${Math.round(elapsed())} s`.padStart(6);
}
