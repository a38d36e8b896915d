/** A planned canary in words: why each weight and pause. Made of numbers alone, so there is nothing to escape. */
import { goDurationText } from '../../duration.ts';
import { effectOf, type Fault } from '../../planning/fault.ts';
import { LONGEST_SECONDS } from '../../planning/horizon.ts';
import { whole } from '../../planning/mends.ts';
import type { Planner } from '../../planning/plan-steps.ts';
import type { ServiceTraffic } from '../../planning/service-traffic.ts';
import type { PlannedCanaryRow } from './row.ts';

/** Three significant digits, whatever the locale. */
function digits(value: number): string {
  return value >= 1000 ? whole(Math.round(value)) : String(Number(value.toPrecision(3)));
}

/** An expectation, rounded up: half a user is a user. */
export function about(count: number): string {
  return whole(Math.ceil(count - 1e-6));
}

/** `2x the errors`, `1.5x the latency`. */
export function faultWords(fault: Fault): string {
  return `${digits(effectOf(fault))}x the ${fault.kind === 'errors' ? 'errors' : 'latency'}`;
}

/** `5 %`, or `1 of 6 pods, 16.7 %` where pods make the weight. */
export function weightWords({ percent, pods }: PlannedCanaryRow): string {
  const share = `${digits(percent)} %`;
  return pods === null ? share : `${pods.canary} of ${pods.total} pods, ${share}`;
}

/** `find 2x the errors with a chance of 90 %, at 40 requests/s of which 1 % fail; at most 500 users`. */
export function targetWords({ target }: Planner, { requestsPerSecond, errorRate, noise }: ServiceTraffic): string {
  const { fault, power, mostUsersExposed, mostBadAnswers, withinSeconds } = target;
  const limits = [
    mostUsersExposed < Infinity && `at most ${about(mostUsersExposed)} users`,
    mostBadAnswers < Infinity && `at most ${about(mostBadAnswers)} bad answers`,
    withinSeconds < LONGEST_SECONDS && `within ${goDurationText(withinSeconds)}`,
  ].filter((limit) => limit !== false);
  const service = `${digits(requestsPerSecond)} requests/s of which ${digits(errorRate * 100)} % fail`;
  const noisy = typeof noise === 'object' ? 'noise as recorded' : `noise ${noise ?? 'usual'}`;
  return [
    `find ${faultWords(fault)} with a chance of ${digits(power * 100)} %, at ${service}, ${noisy}`,
    ...(limits.length === 0 ? [] : [limits.join(', ')]),
  ].join('; ');
}

/** Why each step has its weight and its pause, a line a step. */
export function reasons({ target }: Planner, rows: readonly PlannedCanaryRow[]): string[] {
  const isLimited = target.mostUsersExposed < Infinity || target.mostBadAnswers < Infinity;
  return rows.map((row, i) => {
    const { pauseSeconds, secondsToFind, usersExposed, badAnswers } = row;
    const before = rows[i - 1];
    const part = secondsToFind === null ? 0 : pauseSeconds / secondsToFind;
    const why =
      rows.length === 1
        ? `the fastest weight${isLimited ? ' within the limits' : ''}, and the time in which it finds ${faultWords(target.fault)}`
        : `${before === undefined ? 'few users first' : `the rest, in less time than at ${digits(before.percent)} %`}` +
          (secondsToFind === null
            ? ''
            : `; ${digits(part * 100)} % of the ${goDurationText(secondsToFind)} that it would take alone`);
    const cost = `a faulty canary serves ${about(usersExposed)} users and gives ${about(badAnswers)} bad answers more than stable would`;
    return `${weightWords(row)} for ${goDurationText(pauseSeconds)}: ${why}. Meanwhile ${cost}.`;
  });
}
