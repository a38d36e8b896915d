/**
 * Would a fault be seen at all in the time that is left? Silence of a judge that could not have seen anything is no green
 * light, so the decision says it as soon as it is known, and at which weight the answer would be another.
 */
import type { CriterionEvidence } from '../ports/decision.ts';
import type { Outlook } from '../ports/outlook.ts';
import type { UnitTraffic } from '../statistics/block-law.ts';
import { UNIT_SECONDS } from '../statistics/dispersion.ts';
import type { CountPlan, ExpectedFault } from './criteria/count-plan.ts';
import type { DecisionContext } from './decision-context.ts';
import { POWER, secondsToShow, showsWithin } from './fault-times.ts';
import type { Because } from './finding.ts';
import type { JudgedCriterion } from './judgement.ts';
import { outlookWords } from './outlook-words.ts';
import type { TrafficNow } from './traffic-rate.ts';
import type { DeploymentWalk } from './walk.ts';

/** Grounds on which the judging goes on with data. */
const GOES_ON: ReadonlySet<Because> = new Set<Because>([
  'open',
  'too-few-samples',
  'low-traffic',
  'external',
  'interference',
  'limit-broken',
]);
/** Beyond it stable has too little left to compare with; no more is ever advised. */
const LARGEST_PERCENT = 50;

/** The outlook of every criterion that decides, is still open, and can be planned. */
export function outlooksOf(
  walk: DeploymentWalk,
  because: Because,
  evidence: readonly CriterionEvidence[],
  context: DecisionContext,
): Outlook[] {
  const traffic = walk.traffic.now(walk.presence.routedShare(walk.completeUntilMs));
  if (!GOES_ON.has(because) || traffic === null || !isSplit(traffic)) return [];
  const secondsLeft = secondsLeftOf(walk, context);
  return walk.judgement.criteria.flatMap((judged, i) => {
    const { status } = evidence[i]!;
    if (judged.criterion.weight <= 0 || (status !== 'undecided' && status !== 'too-few-samples')) return [];
    const plan = judged.plan();
    return plan === null ? [] : [outlookOf(judged, plan, new Search(walk, judged, plan, traffic), secondsLeft)];
  });
}

function outlookOf(judged: JudgedCriterion, plan: CountPlan, search: Search, secondsLeft: number | null): Outlook {
  const { canaryShare } = search.traffic;
  const secondsNeeded = search.secondsAt(canaryShare);
  const isRuledOut = plan.shownBy.some(({ count, ratio }) => count.ratioHigh !== null && count.ratioHigh < ratio);
  const futile = secondsLeft !== null && !isRuledOut && !search.suffices(canaryShare, secondsLeft);
  const outlook = {
    criterion: judged.criterion.name,
    kind: plan.kind,
    effect: plan.effect,
    ...rateOf(judged, plan),
    power: POWER,
    secondsNeeded,
    secondsSeen: Math.floor(search.secondsSeen(canaryShare)),
    secondsLeft,
    canaryShare,
    shareNeeded: futile ? search.shareNeeded(secondsLeft) : null,
    futile,
  };
  return { ...outlook, words: outlookWords(outlook) };
}

/** Where stable hardly ever fails, a multiple of its rate tells nobody how much that is. */
function rateOf({ criterion }: JudgedCriterion, { shownBy }: CountPlan): Pick<Outlook, 'rate'> {
  const [fault] = shownBy;
  if (criterion.kind !== 'error-rate' || fault === undefined) return {};
  return { rate: Math.min(1, fault.count.rate * fault.ratio) };
}

/** Only where both get some of the traffic is there a comparison to plan. */
function isSplit({ canaryShare }: TrafficNow): boolean {
  return canaryShare > 0 && canaryShare < 1;
}

/** Whole seconds until the first end that is planned; `null` without one. */
function secondsLeftOf({ policy, elapsedMs }: DeploymentWalk, { nowMs, plannedEndMs }: DecisionContext): number | null {
  const ends = [
    ...(policy.deadlineSeconds === null ? [] : [policy.deadlineSeconds - elapsedMs / 1000]),
    ...(plannedEndMs === undefined ? [] : [(plannedEndMs - nowMs) / 1000]),
  ];
  return ends.length === 0 ? null : Math.max(0, Math.floor(Math.min(...ends)));
}

/** How long one criterion takes at one share of the traffic or another. */
class Search {
  readonly traffic: TrafficNow;
  readonly #faults: readonly ExpectedFault[];
  readonly #bound: number;
  /** Requests of the service per second that the criterion counts. */
  readonly #requestsPerSecond: number;
  /** The canary's, so far. */
  readonly #seen: number;

  constructor({ judgement }: DeploymentWalk, { bound }: JudgedCriterion, plan: CountPlan, traffic: TrafficNow) {
    this.traffic = traffic;
    this.#faults = plan.shownBy;
    this.#bound = bound + Math.log(plan.sharing);
    this.#seen = Math.max(...plan.shownBy.map(({ count }) => count.totals.canaryRequests));
    const part = plan.isPart ? this.#seen / Math.max(judgement.canaryRequests, 1) : 1;
    this.#requestsPerSecond = traffic.requestsPerSecond * part;
  }

  /** Seconds until the first of the counts shows the fault. */
  secondsAt(share: number): number | null {
    const traffic = this.#unitTraffic(share);
    const times = this.#faults
      .map((fault) => secondsToShow(fault, traffic, this.#bound))
      .filter((seconds) => seconds !== null);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** What the canary's requests so far are worth, in seconds at that share. */
  secondsSeen(share: number): number {
    const perSecond = this.#requestsPerSecond * share;
    return Math.min(this.#seen / perSecond, Number.MAX_SAFE_INTEGER);
  }

  /** Whether what is left shows the fault, with what was seen. */
  suffices(share: number, secondsLeft: number): boolean {
    const traffic = this.#unitTraffic(share);
    const seconds = secondsLeft + this.secondsSeen(share);
    return this.#faults.some((fault) => showsWithin(seconds, fault, traffic, this.#bound));
  }

  /** The smallest larger share in whole percent that suffices. */
  shareNeeded(secondsLeft: number): number | null {
    const { canaryShare, baselinePerCanary } = this.traffic;
    // Fresh baseline pods get as much more as the canary.
    let enough = Math.floor(Math.min(LARGEST_PERCENT, 100 / (1 + (baselinePerCanary ?? 0))));
    let tooLittle = Math.floor(canaryShare * 100 + 1e-9);
    if (enough <= tooLittle || !this.suffices(enough / 100, secondsLeft)) return null;
    while (enough - tooLittle > 1) {
      const middle = Math.floor((enough + tooLittle) / 2);
      if (this.suffices(middle / 100, secondsLeft)) enough = middle;
      else tooLittle = middle;
    }
    return enough / 100;
  }

  #unitTraffic(share: number): UnitTraffic {
    const requests = this.#requestsPerSecond * UNIT_SECONDS;
    const { baselinePerCanary } = this.traffic;
    const canaryRequests = requests * share;
    const stableRequests =
      baselinePerCanary === null ? requests * (1 - share) : Math.min(canaryRequests * baselinePerCanary, requests);
    return { canaryRequests, stableRequests };
  }
}
