/** The answers of the planner in words and tables, the same for every kind of report. */
import type { Fault, FaultKind } from '../planning/fault.ts';
import type { PlanCurve } from '../planning/plan-curve.ts';
import type { PlanStep, StepPlan } from '../planning/plan-steps.ts';
import type { PlanTarget } from '../planning/plan-target.ts';
import type { ServiceTraffic } from '../planning/service-traffic.ts';
import { formatCount, formatDuration, formatNumber, formatPercent } from './format.ts';
import type { PlannedDetection, PlannedSmallest, PlanReport } from './plan-report.ts';

/** Columns and rows of a table; the first cell of a row names it. */
export interface WordTable {
  columns: string[];
  rows: string[][];
}

/** Stands where a fault is not seen. */
const NEVER = 'not within a week';

/** What the figures of a plan are, for its reader. */
export const PLAN_NOTES: readonly string[] = [
  'Times run from the first request of a canary that has the fault from its start.',
  'Users and bad answers are those that such a canary has served by then; bad answers are counted beyond what stable would give.',
];

/** `Plan for 40 requests/s, of which 1 % fail`. */
export function planTitle({ traffic }: PlanReport): string {
  return traffic === undefined ? 'Plan' : `Plan for ${ratesText(traffic)}`;
}

/** `40 requests/s, of which 1 % fail`. */
export function ratesText({ requestsPerSecond, errorRate }: ServiceTraffic): string {
  return `${formatNumber(requestsPerSecond)} requests/s, of which ${formatPercent(errorRate)} fail`;
}

/** The noise that the plan counts with, and users. */
export function trafficText({ noise = 'usual', latencyNoise, latency, requestsPerUser = 1 }: ServiceTraffic): string {
  const level = (of: NonNullable<ServiceTraffic['noise']>): string =>
    typeof of === 'string'
      ? `${of} (assumed)`
      : `squared variation ${formatNumber(of.squaredCv)}, spread ${formatNumber(of.spread)}`;
  const slow = latency === undefined ? '' : `; of latency: ${level(latencyNoise ?? 'usual')}`;
  const users =
    requestsPerUser === 1
      ? 'each request counts as another user, which is an upper bound'
      : `${formatNumber(requestsPerUser)} requests of each user`;
  return `Noise of errors: ${level(noise)}${slow}; ${users}.`;
}

/** `2x the errors`, `every request takes 1.5x as long`. */
function faultText(fault: Fault): string {
  return fault.kind === 'errors'
    ? `${formatNumber(fault.ratio)}x the errors`
    : `${formatNumber(fault.slower)}x the latency`;
}

/** When faults are seen, and what that costs. */
export function detectionTable(detections: readonly PlannedDetection[]): WordTable {
  return {
    columns: ['fault', 'canary', 'chance', 'seen after', 'canary requests', 'bad answers', 'users'],
    rows: detections.map(({ fault, canaryShare, power, detection }) => {
      const { seconds, because, canaryRequests, badAnswers, usersExposed } = detection;
      const cost = [canaryRequests, badAnswers, usersExposed].map((count) => (seconds === null ? '-' : about(count)));
      return [
        faultText(fault),
        formatPercent(canaryShare),
        formatPercent(power),
        seconds === null ? (because ?? NEVER) : duration(seconds),
        ...cost,
      ];
    }),
  };
}

/** What is seen within a time. */
export function smallestTable(asked: readonly PlannedSmallest[]): WordTable {
  return {
    columns: ['within', 'canary', 'chance', 'smallest fault that is seen'],
    rows: asked.map(({ kind, canaryShare, withinSeconds, power, smallest }) => [
      duration(withinSeconds),
      formatPercent(canaryShare),
      formatPercent(power),
      smallest.effect === null ? (smallest.because ?? 'none') : effectText(kind, smallest.effect),
    ]),
  };
}

/** What the steps were to find, and within what: `find 2x the errors with a chance of 90 %, at most 500 users`. */
export function targetText(target: PlanTarget): string {
  const { fault, power, mostUsersExposed, mostBadAnswers, withinSeconds, weights } = target;
  return [
    `find ${faultText(fault)} with a chance of ${formatPercent(power)}`,
    mostUsersExposed !== undefined && `at most ${formatCount(mostUsersExposed)} users`,
    mostBadAnswers !== undefined && `at most ${formatCount(mostBadAnswers)} bad answers`,
    withinSeconds !== undefined && `within ${duration(withinSeconds)}`,
    weights !== undefined && `with weights of ${weights.map((weight) => formatNumber(weight)).join(', ')} %`,
  ]
    .filter((part) => part !== false)
    .join(', ');
}

/** The steps, and all of them together. */
export function stepsTable(target: PlanTarget, steps: readonly PlanStep[]): WordTable {
  const row = ({ weight, pauseSeconds, smallestDetectable, usersExposed, badAnswers }: PlanStep): string[] => [
    weightText(weight),
    duration(pauseSeconds),
    smallestDetectable === null ? 'none' : effectText(target.fault.kind, smallestDetectable),
    about(usersExposed),
    about(badAnswers),
  ];
  const sum = (read: (step: PlanStep) => number): number => steps.reduce((total, step) => total + read(step), 0);
  const total = [
    'all',
    duration(sum(({ pauseSeconds }) => pauseSeconds)),
    '',
    about(sum(({ usersExposed }) => usersExposed)),
    about(sum(({ badAnswers }) => badAnswers)),
  ];
  return {
    columns: ['weight', 'pause', 'smallest fault it shows alone', 'users', 'bad answers'],
    rows: [...steps.map(row), ...(steps.length > 1 ? [total] : [])],
  };
}

/** Whether there are steps, in a sentence. */
export function planSentence(plan: StepPlan): string {
  return plan.feasible
    ? `${plan.steps.length === 1 ? 'One step does' : `${plan.steps.length} steps do`} it in ${duration(plan.totalSeconds)}, while ${about(plan.usersExposed)} users see the fault.`
    : `Not feasible. ${plan.because}.`;
}

/** What the curve is. */
export function curveTitle({ kind, power }: PlanCurve): string {
  const until = `Time until ${kind === 'errors' ? 'more errors are' : 'a slower canary is'} seen`;
  return power === 0.5 ? `${until}, median` : `${until} with a chance of ${formatPercent(power)}`;
}

/** The curve as a table: a row for each effect, a column for each weight. */
export function curveTable(curve: PlanCurve): WordTable {
  return {
    columns: [curve.kind === 'errors' ? 'errors' : 'latency', ...curve.weights.map(weightText)],
    rows: curve.effects.map((effect, i) => [
      `${formatNumber(effect)}x`,
      ...curve.weights.map((_, weight) => minutesText(curve.minutes[weight]?.[i] ?? null)),
    ]),
  };
}

/** Where no fault is seen any more, for each weight that has such a place: `5 %: below 1.7x, not within a week`. */
export function curveGaps(curve: PlanCurve): string[] {
  return curve.weights.flatMap((weight, i) => {
    const line = curve.minutes[i] ?? [];
    const first = line.findIndex((minutes) => minutes !== null);
    if (first === 0) return [];
    const what = first === -1 ? 'none of these' : `nothing below ${formatNumber(curve.effects[first] ?? 0)}x`;
    return [`${weightText(weight)}: ${what} within a week`];
  });
}

/** The curve in words and numbers, for those who do not see it. */
export function describeCurve(curve: PlanCurve): string {
  const { weights, effects, minutes } = curve;
  const last = effects.length - 1;
  const of = weights.map((weight, i) => {
    const line = minutes[i] ?? [];
    const first = line.findIndex((value) => value !== null);
    if (first === -1) return `${weightText(weight)}: not seen within a week.`;
    const at = (place: number): string =>
      `${minutesText(line[place] ?? null)} at ${formatNumber(effects[place] ?? 0)}x`;
    return `${weightText(weight)}: ${first === last ? at(first) : `${at(first)}, ${at(last)}`}.`;
  });
  return `${curveTitle(curve)}, for each weight of the canary. ${of.join(' ')}`;
}

/** A weight in percent: `2.5 %`. */
export function weightText(weight: number): string {
  return `${formatNumber(weight)} %`;
}

/** A time in minutes, or that there is none. */
function minutesText(minutes: number | null): string {
  return minutes === null ? '-' : duration(minutes * 60);
}

function effectText(kind: FaultKind, effect: number): string {
  return faultText(kind === 'errors' ? { kind, ratio: effect } : { kind, slower: effect });
}

/** An expectation, rounded up: half a user is a user. */
function about(count: number): string {
  return formatCount(Math.ceil(count - 1e-6));
}

function duration(seconds: number): string {
  return formatDuration(Math.round(seconds) * 1000);
}
