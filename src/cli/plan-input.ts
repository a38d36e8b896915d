/** What a plan is made of: the service, the target and the judge, from options, a recording and a policy. */
import { detectionSettings } from '../engine/detection-settings.ts';
import { isRolloutGuardError, RolloutGuardError } from '../errors.ts';
import type { DetectionSettings } from '../planning/detection-settings.ts';
import type { Fault, FaultKind } from '../planning/fault.ts';
import type { PlanTarget } from '../planning/plan-target.ts';
import type { AssumedNoise } from '../planning/service-noise-level.ts';
import type { ServiceTraffic } from '../planning/service-traffic.ts';
import { trafficOf } from '../planning/traffic-of.ts';
import type { RunEdges } from './command.ts';
import { within } from './input.ts';
import type { Invocation } from './invocation.ts';
import { readPolicy } from './policy-file.ts';
import { readTelemetry } from './telemetry-file.ts';

/** All that the planner is asked with. */
export interface PlanInput {
  readonly traffic: ServiceTraffic;
  readonly target: PlanTarget;
  /** `undefined`: those of a usual policy. */
  readonly settings: DetectionSettings | undefined;
}

const NOISES: readonly AssumedNoise[] = ['independent', 'calm', 'usual', 'noisy'];
const USUAL_EFFECT: Readonly<Record<FaultKind, number>> = { errors: 2, latency: 1.5 };
const CRITERION_KINDS: Readonly<Record<FaultKind, string>> = { errors: 'error-rate', latency: 'latency' };

/** The option that stands for a path in the planner's errors. */
const OPTION_OF: readonly (readonly [path: RegExp, option: string])[] = [
  [/^traffic\.requestsPerSecond/, 'rps'],
  [/^traffic\.errorRate/, 'error-rate'],
  [/^traffic\.latency/, 'telemetry'],
  [/^traffic\.requestsPerUser/, 'requests-per-user'],
  [/^target\.fault|^fault\./, 'effect'],
  [/^target\.power|^power/, 'power'],
  [/^target\.mostUsersExposed/, 'max-users'],
  [/^target\.mostBadAnswers/, 'max-bad-answers'],
  [/^target\.withinSeconds/, 'within'],
  [/^target\.weights|^weights/, 'weights'],
  [/^effects/, 'effects'],
  [/^criterionName/, 'criterion'],
];

/**
 * Reads it.
 *
 * @throws RolloutGuardError `INVALID_OPTION` and others - an option, a recording or a policy that is none.
 */
export async function readPlanInput(invocation: Invocation, edges: RunEdges): Promise<PlanInput> {
  const kind = invocation.word('kind', ['errors', 'latency'], 'errors');
  const target = targetOf(invocation, kind);
  const given = trafficOptions(invocation);
  const learned = await learnedTraffic(invocation, edges);
  if (kind === 'latency' && learned?.latency === undefined) {
    const mend = 'Give a recording whose stable has latency histograms: a plan on latency is made of them.';
    invocation.fail('telemetry', invocation.required('telemetry', mend), mend);
  }
  const settings = await settingsOf(invocation, kind, edges);
  return { traffic: { ...completed(invocation, learned, given), ...given }, target, settings };
}

/** Runs the planner, and names the option where its error names a path. */
export function planned<T>(invocation: Invocation, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isRolloutGuardError(error, 'INVALID_OPTION') || error.path === undefined) throw error;
    const { path, value, mend } = error;
    const option = OPTION_OF.find(([pattern]) => pattern.test(path))?.[1];
    if (option === undefined) throw error;
    const typed = option === 'weights' && invocation.has('canary') ? 'canary' : option;
    return invocation.fail(typed, value, mend ?? '');
  }
}

function targetOf(invocation: Invocation, kind: FaultKind): PlanTarget {
  const effect = invocation.number('effect', { above: 1 }) ?? USUAL_EFFECT[kind];
  const fault: Fault = kind === 'errors' ? { kind, ratio: effect } : { kind, slower: effect };
  const bounds = { min: 1, max: 99, integer: true };
  const [weights, canary] = [invocation.percents('weights', bounds), invocation.percents('canary', bounds)];
  if (canary !== undefined && canary.length > 1)
    invocation.fail('canary', invocation.text('canary'), 'Give one weight.');
  if (weights !== undefined && canary !== undefined) {
    invocation.fail('canary', invocation.text('canary'), 'Give --canary for one weight, or --weights for several.');
  }
  const allowed = weights ?? canary;
  const mostUsersExposed = invocation.number('max-users');
  const mostBadAnswers = invocation.number('max-bad-answers');
  const withinSeconds = invocation.seconds('within');
  return {
    fault,
    power: invocation.share('power', { above: 0, below: 1 }) ?? 0.9,
    ...(mostUsersExposed === undefined ? {} : { mostUsersExposed }),
    ...(mostBadAnswers === undefined ? {} : { mostBadAnswers }),
    ...(withinSeconds === undefined ? {} : { withinSeconds }),
    ...(allowed === undefined ? {} : { weights: allowed }),
  };
}

function trafficOptions(invocation: Invocation): Partial<ServiceTraffic> {
  const requestsPerSecond = invocation.number('rps');
  const errorRate = invocation.share('error-rate');
  const requestsPerUser = invocation.number('requests-per-user');
  const noise = invocation.has('noise') ? invocation.word('noise', NOISES, 'usual') : undefined;
  return {
    ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
    ...(errorRate === undefined ? {} : { errorRate }),
    ...(requestsPerUser === undefined ? {} : { requestsPerUser }),
    ...(noise === undefined ? {} : { noise, latencyNoise: noise }),
  };
}

async function learnedTraffic(invocation: Invocation, edges: RunEdges): Promise<ServiceTraffic | null> {
  const source = invocation.text('telemetry');
  if (source === undefined) return null;
  const { name, telemetry } = await readTelemetry(source, edges);
  return within(name, () => {
    if (telemetry.kind !== 'intervals') {
      const mend = 'Give DeploymentTelemetry, whose kind is "intervals".';
      throw new RolloutGuardError('INVALID_TELEMETRY', 'rates over a window say nothing of noise', { mend });
    }
    return trafficOf(telemetry);
  });
}

/** The service, if options and recording together say enough of it. */
function completed(
  invocation: Invocation,
  learned: ServiceTraffic | null,
  given: Partial<ServiceTraffic>,
): ServiceTraffic {
  if (learned !== null) return learned;
  const mend = (what: string): string => `Give ${what}, or --telemetry FILE to learn it from a recording.`;
  const { requestsPerSecond, errorRate } = given;
  if (requestsPerSecond === undefined) invocation.required('rps', mend('the requests per second of the whole service'));
  if (errorRate === undefined) invocation.required('error-rate', mend("stable's share of failed requests, such as 1%"));
  return { requestsPerSecond: requestsPerSecond!, errorRate: errorRate! };
}

async function settingsOf(
  invocation: Invocation,
  kind: FaultKind,
  edges: RunEdges,
): Promise<DetectionSettings | undefined> {
  const source = invocation.text('policy');
  const criterion = invocation.text('criterion');
  if (source === undefined) {
    if (criterion !== undefined) invocation.required('policy', 'Name the policy that has the criterion.');
    return undefined;
  }
  const policy = await readPolicy('--policy', source, edges);
  if (policy.kind !== 'evidence') {
    return invocation.fail('policy', source, 'Fixed thresholds know no evidence: name a policy of kind "evidence".');
  }
  const first = policy.criteria.find((one) => one.kind === CRITERION_KINDS[kind])?.name;
  const name = criterion ?? first;
  if (name === undefined) return invocation.fail('policy', source, `It judges no ${kind}: name another one.`);
  const named = policy.criteria.find((one) => one.name === name);
  if (named !== undefined && named.kind !== CRITERION_KINDS[kind]) {
    invocation.fail('criterion', name, `It judges no ${kind}: name another criterion, or give --kind.`);
  }
  return planned(invocation, () => detectionSettings(policy, name));
}
