/** The decision in one sentence, for the person on call. */
import type { CriterionEvidence, Verdict } from '../ports/decision.ts';
import type { DeploymentTelemetry } from '../ports/telemetry.ts';
import { type Presence, routedShare } from './presence.ts';
import type { EvidenceSession } from './session.ts';

/** What the sentence is made of. */
export interface ReasonInput {
  verdict: Verdict;
  presence: Presence;
  evidence: readonly CriterionEvidence[];
  session: EvidenceSession;
  telemetry: DeploymentTelemetry;
  nowMs: number;
}

/** Says what was decided and why, with the numbers. */
export function reasonFor(input: ReasonInput): string {
  const { verdict, evidence } = input;
  switch (verdict) {
    case 'rollback':
      return `Rolling back: ${worstOf(input)}.`;
    case 'escalate':
      return `A human must act: ${worstOf(input)}; policy does not allow an automatic rollback.`;
    case 'hold':
      return holdReason(input);
    case 'promote':
      return `Promoting: ${provenAndNot(evidence)}.`;
    default:
      return `Continuing: no evidence that the canary is worse; ${provenAndNot(evidence)}.`;
  }
}

function worstOf({ session, evidence }: ReasonInput): string {
  const guilty = evidence.find(({ name }) => name === session.crossing?.guilty);
  const stable = session.watch.external ? ', on top of an incident that hits stable too' : '';
  if (guilty === undefined) {
    const each = evidence.map(describe).join('; ');
    return `the criteria together show that the canary is worse than tolerated (${each})${stable}`;
  }
  return `${describe(guilty)}${stable}`;
}

function holdReason({ presence, session, telemetry, nowMs }: ReasonInput): string {
  if (presence === 'no-traffic') {
    const share = percent(routedShare(telemetry) ?? 0);
    return `Holding: ${share} of the traffic is routed to the canary and no request of it is seen, neither answered nor unanswered.`;
  }
  if (presence === 'no-data') {
    const seconds = Math.round((nowMs - telemetry.completeUntilMs) / 1000);
    const seen = (cohort: string): boolean =>
      telemetry.intervals.some((interval) => interval.cohort === cohort && interval.requests > 0);
    const missing = [...(seen('canary') ? [] : ['canary']), ...(seen('stable') || seen('baseline') ? [] : ['stable'])];
    const what =
      missing.length > 0 ? `no telemetry of ${missing.join(' and ')} yet` : `telemetry ends ${seconds} s ago`;
    return `Holding: ${what}, so nothing can be judged.`;
  }
  const { rateNow, rateBefore } = session.watch;
  return `Holding: stable itself fails ${percent(rateNow)} of its requests, ${percent(rateBefore)} before the deployment, and the canary is not worse; the cause lies outside.`;
}

/** One criterion with its numbers, such as `error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212)`. */
function describe({ name, effect, canary, stable, detail }: CriterionEvidence): string {
  const size =
    effect === null
      ? 'no difference yet'
      : `${times(effect.estimate)} stable (95 % CI ${interval(effect.low, effect.high)}; `;
  const counts = `canary ${count(canary.bad)} of ${count(canary.requests)}, stable ${count(stable.bad)} of ${count(stable.requests)}`;
  const subject = detail === undefined ? name : `${name}, ${detail}:`;
  return effect === null ? `${subject} ${size}` : `${subject} ${size}${counts})`;
}

function provenAndNot(evidence: readonly CriterionEvidence[]): string {
  const names = (proven: boolean): string =>
    evidence
      .filter(({ status }) => (status === 'non-inferior') === proven)
      .map(({ name }) => name)
      .join(', ');
  const proven = names(true) === '' ? '' : `proven not worse: ${names(true)}`;
  const open = names(false) === '' ? '' : `not disproved yet: ${names(false)}`;
  return [proven, open].filter((part) => part !== '').join('; ');
}

function interval(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'not bounded' : `below ${ratio(high)}`;
  return high === null ? `above ${ratio(low)}` : `${ratio(low)}-${ratio(high)}`;
}

function times(value: number): string {
  return `${ratio(value)}x`;
}

function ratio(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}

/** Groups thousands without asking the machine's locale, so that a sentence is the same everywhere. */
function count(value: number): string {
  const rounded = Math.round(value);
  return rounded >= 1e15 ? rounded.toExponential(2) : String(rounded).replace(/\B(?=(\d{3})+$)/g, ',');
}
