import {
  type Decision,
  type DeploymentTelemetry,
  inMemoryEventSink,
  RollbackDecisionEngine,
  systemClock,
} from 'rolloutguard';
import { recordingClient } from 'rolloutguard/replay';
import { canaryPlan } from 'rolloutguard/rollouts';
import { SHOP, switchFault } from './cluster.ts';
import type { Look } from './comparison.ts';
import { Fault } from './fault.ts';
import { type RollOutEnd, rollOut } from './guarded-rollout.ts';
import type { UserView } from './load.ts';
import type { VerdictChange } from './outcome.ts';
import { beforeSeconds, policy, steps } from './policy.ts';
import { DemoProblem } from './problem.ts';
import { seededRandom } from './random.ts';
import { outcomeOf, type RecordedOutcome } from './recorded-outcome.ts';
import { RoutedMetrics } from './routed-metrics.ts';
import { DemoRollout } from './routing-client.ts';
import type { Scenario } from './scenarios.ts';
import type { Stage } from './stage.ts';

export interface PerformanceOptions {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly seed: number;
  /** The rollout is given up at this moment, Unix time in milliseconds. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  /** Sees each decision, the step (counted from 0) and weight at which it was made, and the telemetry behind it. */
  readonly onDecision: (
    decision: Decision,
    stepIndex: number,
    weight: number,
    telemetry: DeploymentTelemetry | null,
  ) => void;
  readonly onNews: (news: string) => void;
}

/** What was recorded of one rollout. */
export interface Recording {
  /** The decision that the rollout ended with. */
  readonly decision: Decision;
  readonly telemetry: DeploymentTelemetry;
  /** The outcome, except for what is only known when everything has been stopped. */
  readonly outcome: RecordedOutcome;
}

const INTERVAL_MS = policy.intervalSeconds * 1000;
/** After its end a rollout is watched a little longer, so that the report shows what came of it. */
const SETTLE_MS = 2 * INTERVAL_MS;

/** Performs one scenario on a stage that is set: v1 alone, then the rollout of v2 with whatever befalls it. */
export async function perform(options: PerformanceOptions): Promise<Recording> {
  const { stage, scenario, seed, deadlineMs, signal, onDecision, onNews } = options;
  const { cluster, load } = stage;
  const clock = systemClock;
  const rollout = new DemoRollout(SHOP, cluster.router, clock);
  const metrics = new RoutedMetrics(stage.receiver, () => rollout.weights);
  // What the engine is told is kept, so that it can be decided again.
  const recorder = recordingClient(metrics);
  const events = inMemoryEventSink();
  const engine = new RollbackDecisionEngine({ policy, metrics: recorder, rollouts: rollout, events });
  const problems: string[] = [];
  const verdicts: VerdictChange[] = [];
  const looks: Look[] = [];

  const fault = new Fault({
    scenario,
    random: seededRandom(seed, 'fault'),
    clock,
    toggle: async (on) => {
      if (scenario.fault?.at === 'version' && scenario.fault.kind === 'down') stage.letCanaryDie();
      await switchFault(scenario, cluster, on);
      onNews(on ? 'the fault begins (the engine is not told)' : 'the fault is over (the engine is not told)');
    },
  });

  onNews(`v1 serves alone for ${beforeSeconds} s, so that it is known what is normal`);
  await clock.sleep(beforeSeconds * 1000, signal);
  mustHaveTelemetry(stage);
  const stableBefore = { ...load.users.stable };
  await fault.arm();

  onNews('the rollout of v2 begins');
  const faultEnds = new AbortController();
  // A process that is gone cannot be given a fault: that is a problem of this run, and no reason to fall over.
  const faultPlays = fault.play(AbortSignal.any([signal, faultEnds.signal])).catch((error: Error) => {
    problems.push(`the fault could not be switched: ${error.message}`);
  });
  const end = await rollOut({
    ref: SHOP,
    plan: canaryPlan({ steps }),
    engine,
    rollout,
    clock,
    intervalMs: INTERVAL_MS,
    deadlineMs,
    signal,
    onDecision: (decision, stepIndex, weight) => {
      const last = verdicts.at(-1);
      const { verdict, cause, decidedAtMs: atMs } = decision;
      if (last?.verdict !== verdict || last.cause !== cause) verdicts.push({ atMs, weight, verdict, cause });
      looks.push({ atMs, completeUntilMs: metrics.latest?.completeUntilMs ?? 0 });
      onDecision(decision, stepIndex, weight, metrics.latest);
    },
  }).finally(() => faultEnds.abort());
  await faultPlays;

  onNews(ENDINGS[end.ending]);
  await clock.sleep(SETTLE_MS, signal);
  const { canaryShare, startedAtMs } = await rollout.getStatus(SHOP);
  const fromMs = startedAtMs - policy.historySeconds * 1000;
  const query = { ...SHOP, fromMs, toMs: clock.now(), intervalMs: INTERVAL_MS, deployedAtMs: startedAtMs };
  await recorder.getTelemetry(query, { signal });
  const telemetry = recorder.recording(SHOP);
  if (telemetry === null) throw new DemoProblem('BAD_CALL', 'the receiver gave nothing that could be recorded');

  const outcome = outcomeOf({
    scenario,
    seed,
    end,
    canaryShare,
    telemetry,
    verdicts,
    looks,
    fault: fault.times,
    users: { canary: { ...load.users.canary }, stable: since(stableBefore, load.users.stable) },
    events: events.events,
    problems: [...problems, ...stage.deaths.map(({ message }) => message)],
  });
  return { decision: end.decision, telemetry, outcome };
}

/** Without telemetry the engine would hold for ever, which is right and tells nobody why. */
function mustHaveTelemetry({ receiver, cluster }: Stage): void {
  if (receiver.stats().exports > 0) return;
  const words = cluster.stable.map((pod) => pod.lastWords()).find((text) => text !== '');
  throw new DemoProblem(
    'NO_TELEMETRY',
    `no telemetry of v1 arrived${words === undefined ? '' : `; it says:\n${words}`}`,
  );
}

const ENDINGS: Readonly<Record<RollOutEnd['ending'], string>> = {
  promoted: 'v2 has all the traffic',
  'rolled-back': 'rolled back: v1 has all the traffic again',
  unfinished: 'the time is up',
};

function since(before: UserView, now: UserView): UserView {
  return { answers: now.answers - before.answers, bad: now.bad - before.bad };
}
