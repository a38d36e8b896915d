/** The decision in one sentence, for the person on call. */
import type { CriterionEvidence, JudgedCounts, LimitFinding } from '../ports/decision.ts';
import type { Outlook } from '../ports/outlook.ts';
import type { Finding } from './finding.ts';
import { besidesWorse, incidentWords } from './incident-words.ts';
import { futilityWords } from './outlook-words.ts';
import { percent } from './percent.ts';
import { type Permission, sentenceOf } from './permission.ts';
import { endWords, inconclusiveWords, proofWords, soakWords } from './promotion-words.ts';
import type { DeploymentWalk } from './walk.ts';

/** Beyond it a ratio says that stable has next to none, and its digits say nothing. */
const LARGEST_TIMES = 1000;

/** What the sentence is made of. */
export interface ReasonInput extends Finding {
  walk: DeploymentWalk;
  evidence: readonly CriterionEvidence[];
  limits: readonly LimitFinding[];
  outlook: readonly Outlook[];
  nowMs: number;
  permission: Permission;
}

/** Says what was decided and why, with the numbers. */
export function reasonFor(input: ReasonInput): string {
  return sentenceOf(input.verdict, groundFor(input), input.permission);
}

function groundFor(input: ReasonInput): string {
  const { because, walk, evidence, verdict } = input;
  switch (because) {
    case 'worse':
      return worst(input);
    case 'no-data':
      return `${missing(input)}, so nothing can be judged`;
    case 'no-traffic': {
      const share = percent(walk.presence.routedShare(walk.completeUntilMs) ?? 0);
      return `${share} of the traffic is routed to the canary and no request of it is seen, neither answered nor unanswered`;
    }
    case 'silent':
      return silence(input);
    case 'low-traffic': {
      const { expected, observed } = walk.presence.traffic;
      return `the canary gets ${percent(observed ?? 0)} of the requests and ${percent(expected ?? 0)} are routed to it: what never arrives cannot be judged`;
    }
    case 'external':
      return `${incidentWords(walk.attribution.incidents)}, and the canary is not worse; the cause lies outside`;
    case 'interference':
      return `${incidentWords(walk.attribution.incidents)}, since the canary got more traffic, and the canary is not worse; it may overload something that stable needs: lower its weight and see whether stable recovers`;
    case 'limit-broken': {
      const broken = walk.judgement.brokenLimits;
      const names = broken.map(({ name }) => name).join(', ');
      return broken.every(({ byStable }) => byStable)
        ? `the canary is above a limit (${names}), and so is stable; the cause lies outside`
        : `the canary is above a limit (${names}), and not shown to be worse than stable`;
    }
    case 'deadline':
      return `${endWords(walk)} without proof either way, ${inconclusiveWords(walk)} (${deciding(evidence)})`;
    case 'bounded':
      return `${endWords(walk)}; what is not proven has an interval within the margin for promotion (${deciding(evidence)})`;
    case 'looked-for':
      return `${endWords(walk)}; a fault beyond the margin for promotion, there from the start, would have been found by now 8 times in 10, and none was (${deciding(evidence)})`;
    case 'too-few-samples': {
      return `${count(walk.judgement.canaryRequests)} canary requests, and fixed limits need ${count(walk.policy.minimumSampleSize)}; ${proofWords(evidence)}${futilityWords(input.outlook)}`;
    }
    default:
      return verdict === 'promote'
        ? proofWords(evidence)
        : `${leaning(walk)}; ${proofWords(evidence)}${soakWords(walk)}${futilityWords(input.outlook)}`;
  }
}

/** Evidence that has come half the way, or to an e-value of 10, is not none. */
function leaning({ judgement: { logE, bound } }: DeploymentWalk): string {
  if (!(logE >= Math.min(Math.log(10), bound / 2))) return 'no evidence that the canary is worse';
  // One rounded down, the other up, so that what is not enough never reads as enough.
  const [found, needed] = [Math.floor(Math.exp(logE)), Math.ceil(Math.exp(bound) * (1 - 1e-9))];
  return `not enough evidence that the canary is worse (e-value ${count(found)} of ${count(needed)})`;
}

function worst({ walk, evidence, limits }: ReasonInput): string {
  const { crossing } = walk.judgement;
  const besides = besidesWorse(walk.attribution);
  const limit = limits.find(({ name }) => name === crossing?.guilty);
  if (limit !== undefined) return `hard stop, ${describeLimit(limit, walk)}${besides}`;
  const guilty = evidence.find(({ name }) => name === crossing?.guilty);
  if (guilty !== undefined) return `${describe(guilty)}${besides}`;
  const each = evidence
    .filter(({ informational }) => !informational)
    .map(describe)
    .join('; ');
  return `the criteria together show that the canary is worse than tolerated (${each})${besides}`;
}

function missing({ walk, nowMs }: ReasonInput): string {
  const { canary, stable } = walk.presence.seen;
  const cohorts = [...(canary ? [] : ['canary']), ...(stable ? [] : ['stable'])];
  if (cohorts.length > 0) return `no telemetry of ${cohorts.join(' and ')} yet`;
  return `telemetry ends ${Math.round((nowMs - walk.completeUntilMs) / 1000)} s ago`;
}

function silence({ walk }: ReasonInput): string {
  const silent = walk.presence.silentArm(walk.completeUntilMs);
  const { arm, silentMs, isRouted } = silent!;
  const since = `no request of ${arm === 'canary' ? 'the canary' : 'stable'} for ${Math.round(silentMs / 1000)} s`;
  if (!isRouted) return `${since}, so there is nothing to compare`;
  return arm === 'canary'
    ? `${since}, since none of the traffic is routed to it`
    : `all of the traffic is routed to the canary, so there is nothing to compare it with (${since})`;
}

/**
 * One criterion with its numbers, such as `error rate 8.3x stable (95 % CI 5.1-14; canary 41 of 612, stable 58 of 11,212)`
 * or `basket value 0.8x stable (95 % CI 0.7-0.92; canary 12.1, stable 15.2)`, and `canary 1.5 %, stable 2 %` of shares by their good side.
 */
function describe({ name, effect, canary, stable, detail }: CriterionEvidence): string {
  const subject = detail === undefined ? name : `${name}, ${detail}:`;
  if (effect === null) return `${subject} no difference yet`;
  const counts = `canary ${judged(canary)}, stable ${judged(stable)}`;
  return `${subject} ${times(effect.estimate)} stable (95 % CI ${interval(effect.low, effect.high)}; ${counts})`;
}

/** One fixed limit with its numbers, such as `unanswered share 62 % above its limit of 10 % (canary 31 of 50, stable 0 of 950)`. */
function describeLimit({ name, limit, canary, stable }: LimitFinding, walk: DeploymentWalk): string {
  const kind = walk.judgement.limits.find((each) => each.name === name)?.kind;
  if (kind === 'restarts') {
    return `${name}: ${count(canary.bad)} restarts in ${hours(canary.requests)} pod-hours of the canary (limit ${ratio(limit)} per pod-hour), stable ${count(stable.bad)} in ${hours(stable.requests)}`;
  }
  const rate = percent(canary.bad / Math.max(canary.requests, 1));
  return `${name}: ${rate} of the canary's requests, above ${percent(limit)} (canary ${count(canary.bad)} of ${count(canary.requests)}, stable ${count(stable.bad)} of ${count(stable.requests)})`;
}

/** The criteria that need a proof, each with its numbers and whether it has one. */
function deciding(evidence: readonly CriterionEvidence[]): string {
  return evidence
    .filter(({ informational }) => !informational)
    .map((criterion) => {
      if (criterion.status === 'non-inferior') return `${criterion.name} proven`;
      return `${describe(criterion)}${criterion.provable ? '' : ', cannot be proven on these data'}`;
    })
    .join('; ');
}

function judged({ requests, bad, good, mean }: JudgedCounts): string {
  if (good !== undefined) return `${significant((100 * good) / Math.max(requests, 1))} %`;
  return mean === undefined ? `${count(bad)} of ${count(requests)}` : significant(mean);
}

/** Three digits of a mean, whatever its unit is. */
function significant(value: number): string {
  return Math.abs(value) >= 1000 ? count(value) : String(Number(value.toPrecision(3)));
}

function interval(low: number | null, high: number | null): string {
  if (low === null) return high === null ? 'not bounded' : `below ${ratio(high)}`;
  if (high !== null && high <= LARGEST_TIMES) return `${ratio(low)}-${ratio(high)}`;
  return `above ${ratio(Math.min(low, LARGEST_TIMES))}`;
}

function times(value: number): string {
  return value > LARGEST_TIMES ? `over ${ratio(LARGEST_TIMES)}x` : `${ratio(value)}x`;
}

function ratio(value: number): string {
  return value >= 100 ? count(Math.round(value)) : String(Number(value.toPrecision(2)));
}

function hours(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** Groups thousands without asking the machine's locale, so that a sentence is the same everywhere. */
function count(value: number): string {
  const rounded = Math.round(value);
  return rounded >= 1e15 ? rounded.toExponential(2) : String(rounded).replace(/\B(?=(\d{3})+$)/g, ',');
}
