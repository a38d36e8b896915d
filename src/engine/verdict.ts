/** From what was judged to a decision: the precedence of verdicts, and the document that says so. */
import type { Cause, CriterionEvidence, CriterionStatus, Decision, LimitFinding, Verdict } from '../ports/decision.ts';
import type { DeploymentRef, SourceProblem } from '../ports/telemetry.ts';
import { assumptionsOf } from './assumptions.ts';
import { attributionOf } from './attribution-summary.ts';
import type { CriterionReading } from './criteria/criterion-judge.ts';
import type { DecisionContext } from './decision-context.ts';
import { decisionHead } from './decision-head.ts';
import type { Because, Finding } from './finding.ts';
import type { JudgedCriterion } from './judgement.ts';
import { wasLookedFor } from './looked-for.ts';
import { outlooksOf } from './outlook.ts';
import { percent } from './percent.ts';
import { permitted } from './permission.ts';
import type { Presence } from './presence.ts';
import { LEANS_TO_WORSE, PROMOTE_BOUND } from './promotion-words.ts';
import { reasonFor } from './reason.ts';
import type { DeploymentWalk } from './walk.ts';

/** Grounds after which nothing more can come. */
const ENDS: ReadonlySet<Because> = new Set<Because>(['worse', 'deadline', 'bounded', 'looked-for']);

/** What the evidence says to do now, and on what ground, whatever the authority is. */
export function verdictOf(walk: DeploymentWalk, context: DecisionContext): Finding {
  const ageMs = context.nowMs - walk.completeUntilMs;
  const presence = walk.presence.presence(ageMs);
  const because = groundOf(walk, presence, ageMs, context);
  return { presence, because, verdict: verdictFor(because, walk, context) };
}

/** Precedence of the design: missing data, then a crossing, then causes outside, then promotion. */
function groundOf(walk: DeploymentWalk, presence: Presence, ageMs: number, context: DecisionContext): Because {
  const { judgement, policy, attribution } = walk;
  // Without stable nothing can be compared; a fixed limit needs no comparison.
  const { seen } = walk.presence;
  const onlyStableMissing = presence === 'no-data' && !walk.presence.isStale(ageMs) && seen.canary && !seen.stable;
  const limitBroken = onlyStableMissing && judgement.crossing?.trigger === 'hard-stop';
  if (presence === 'no-data' && !limitBroken) return 'no-data';
  if (judgement.crossing !== null) return 'worse';
  const silent = presence === 'no-traffic' || presence === 'low-traffic' ? presence : null;
  if (silent !== null && verdictFor(silent, walk, context) === 'hold') return silent;
  if (attribution.degraded) return attribution.suspectsInterference ? 'interference' : 'external';
  if (judgement.brokenLimits.length > 0) return 'limit-broken';
  // Where the policy goes on without traffic, time goes on too; but what is not there is not promoted.
  if (silent !== null || walk.presence.silentArm(walk.completeUntilMs) !== null) {
    return isOver(walk, context) ? 'deadline' : (silent ?? 'silent');
  }
  const soaked = walk.elapsedMs >= policy.soakSeconds * 1000;
  if (soaked && isAllProven(judgement.criteria)) return 'proven';
  if (isOver(walk, context)) {
    return policy.onInconclusive === 'hold' || !soaked ? 'deadline' : groundAtEnd(walk);
  }
  return tooFewSamples(walk) ? 'too-few-samples' : 'open';
}

/** What may be promoted without proof: what the intervals rule out to be beyond the margin, or what was looked for in vain. */
function groundAtEnd({ judgement, elapsedMs }: DeploymentWalk): Because {
  const isBounded = ({ reading }: JudgedCriterion): boolean | null => reading().withinMargin;
  if (mayPromote(judgement.criteria, isBounded)) return 'bounded';
  const isEnough = (judged: JudgedCriterion): boolean | null =>
    isBounded(judged) === false ? wasLookedFor(judged, elapsedMs / 1000) : isBounded(judged);
  return mayPromote(judgement.criteria, isEnough) ? 'looked-for' : 'deadline';
}

/** The time to decide has ended, by the policy or by the caller's plan. */
function isOver({ policy, elapsedMs }: DeploymentWalk, { nowMs, plannedEndMs = Infinity }: DecisionContext): boolean {
  return nowMs >= plannedEndMs || (policy.deadlineSeconds !== null && elapsedMs >= policy.deadlineSeconds * 1000);
}

/** A sample size is asked for by fixed limits only; evidence needs none. */
function tooFewSamples({ judgement, policy }: DeploymentWalk): boolean {
  return judgement.limits.length > 0 && judgement.canaryRequests < policy.minimumSampleSize;
}

function verdictFor(because: Because, walk: DeploymentWalk, { automation }: DecisionContext): Verdict {
  const { policy, judgement } = walk;
  switch (because) {
    case 'worse':
      return policy.automation === 'escalate' || automation === 'escalate' ? 'escalate' : 'rollback';
    case 'no-data':
      // What was found before is not forgotten because nothing more is heard.
      return judgement.crossing === null ? policy.onMissing.noData : 'hold';
    case 'silent':
      return isAlone(walk) ? 'continue' : policy.onMissing.noData;
    case 'no-traffic':
      return policy.onMissing.noTraffic;
    case 'too-few-samples':
      return policy.onMissing.tooFewSamples;
    case 'proven':
    case 'bounded':
    case 'looked-for':
      return 'promote';
    case 'open':
      return 'continue';
    default:
      return 'hold';
  }
}

/** The canary gets all of the traffic: it has nobody to be compared with, and its rollout must be able to end. */
function isAlone({ presence, completeUntilMs }: DeploymentWalk): boolean {
  const silent = presence.silentArm(completeUntilMs);
  return silent !== null && silent.arm === 'stable' && silent.isRouted;
}

/** Everything that can be proven is proven, and that is something. Informational criteria need no proof. */
function isAllProven(criteria: readonly JudgedCriterion[]): boolean {
  const deciding = criteria.filter(({ criterion }) => criterion.weight > 0);
  if (deciding.some(speaksAgainst)) return false;
  const provable = deciding
    .map((judged) => judged.logNonInferiority)
    .filter((logNonInferiority) => logNonInferiority !== null);
  return provable.length > 0 && provable.every((logNonInferiority) => logNonInferiority >= PROMOTE_BOUND);
}

/** A criterion that leans to "worse", or does so lately, or whose data cannot be compared: none is a ground to go on. */
function speaksAgainst({ logE, reading }: JudgedCriterion): boolean {
  if (logE > LEANS_TO_WORSE) return true;
  const { obstacle, recentlyBeyond } = reading();
  return obstacle !== undefined || recentlyBeyond === true;
}

/** What is not proven is good enough, or has nothing to go by; and there is something to go by. */
function mayPromote(
  criteria: readonly JudgedCriterion[],
  isEnough: (judged: JudgedCriterion) => boolean | null,
): boolean {
  const deciding = criteria.filter(({ criterion }) => criterion.weight > 0);
  if (deciding.some(speaksAgainst)) return false;
  const found = deciding.map((judged) => isProven(judged) || isEnough(judged)).filter((enough) => enough !== null);
  return found.length > 0 && found.every((enough) => enough);
}

function isProven({ logNonInferiority }: JudgedCriterion): boolean {
  return logNonInferiority !== null && logNonInferiority >= PROMOTE_BOUND;
}

/** The decision on what has been judged. */
export function decisionOf(
  walk: DeploymentWalk,
  ref: DeploymentRef,
  problems: SourceProblem[],
  context: DecisionContext,
): Decision {
  const { judgement } = walk;
  const finding = verdictOf(walk, context);
  const { because, presence } = finding;
  const permission = permitted(walk.policy, context, finding.verdict);
  const tooFew = tooFewSamples(walk);
  const evidence = judgement.criteria.map((judged) => evidenceOf(judged, presence, tooFew));
  const limits = limitFindings(walk);
  const outlook = outlooksOf(walk, because, evidence, context);
  const worse = because === 'worse';
  return {
    ...decisionHead(walk.policy, ref, context, permission),
    cause: causeOf(finding, walk),
    ...(because === 'interference' ? { suspected: 'interference' } : {}),
    trigger: worse ? (judgement.crossing?.trigger ?? null) : because === 'no-data' ? 'source' : null,
    reason: reasonFor({ ...finding, walk, evidence, limits, outlook, nowMs: context.nowMs, permission }),
    guilty: worse ? (judgement.crossing?.guilty ?? null) : null,
    crossedAtMs: judgement.crossing?.atMs ?? null,
    evidence,
    ...(limits.length > 0 ? { limits } : {}),
    attribution: attributionOf(walk),
    ...(outlook.length > 0 ? { outlook } : {}),
    problems: [...problems, ...obstacles(walk), ...trafficProblem(walk, finding)],
    assumptions: assumptionsOf(walk),
    nextCheckAtMs: nextCheckAtMs(finding, permission.verdict !== finding.verdict, walk, context),
  };
}

/** Whose fault it is. A hold whose reason no comparison can tell has an unknown one. */
function causeOf({ because, verdict }: Finding, { judgement }: DeploymentWalk): Cause | null {
  switch (because) {
    case 'worse':
      return 'deployment';
    case 'external':
      return 'external';
    case 'limit-broken':
      return judgement.brokenLimits.every(({ byStable }) => byStable) ? 'external' : null;
    case 'interference':
      return 'unknown';
    case 'no-traffic':
    case 'low-traffic':
      return verdict === 'hold' ? 'unknown' : null;
    default:
      return null;
  }
}

function evidenceOf(judged: JudgedCriterion, presence: Presence, tooFew: boolean): CriterionEvidence {
  const reading = judged.reading();
  return {
    name: judged.criterion.name,
    status: statusOf(judged, presence, tooFew, reading),
    logE: reading.logE,
    peakLogE: judged.peakLogE,
    bound: judged.bound,
    effect: reading.ratio && { kind: 'ratio', ...reading.ratio },
    canary: reading.canary,
    stable: reading.stable,
    dispersion: reading.dispersion,
    clippedIntervals: reading.clippedIntervals,
    logNonInferiority: reading.logNonInferiority,
    provable: reading.logNonInferiority !== null,
    ...(reading.recentlyBeyond ? { recentlyBeyond: true } : {}),
    ...(reading.detail === undefined ? {} : { detail: reading.detail }),
    ...(reading.latency === undefined ? {} : { latency: reading.latency }),
    ...(judged.criterion.weight > 0 ? {} : { informational: true }),
  };
}

function statusOf(
  judged: JudgedCriterion,
  presence: Presence,
  tooFew: boolean,
  { logNonInferiority, obstacle, recentlyBeyond }: CriterionReading,
): CriterionStatus {
  if (presence === 'no-data') return 'no-data';
  if (judged.peakLogE >= judged.bound) return 'worse';
  if (obstacle !== undefined) return 'no-data';
  if (presence === 'no-traffic') return 'no-traffic';
  const isProven = logNonInferiority !== null && logNonInferiority >= PROMOTE_BOUND;
  if (isProven && judged.logE <= LEANS_TO_WORSE && !recentlyBeyond) return 'non-inferior';
  return tooFew ? 'too-few-samples' : 'undecided';
}

function limitFindings({ judgement }: DeploymentWalk): LimitFinding[] {
  return judgement.limits.map(({ name, value, bound, peakLogE, informational, reading }) => {
    const found = reading();
    return {
      name,
      status: found === null ? 'no-data' : peakLogE >= bound ? 'worse' : 'undecided',
      limit: value,
      logE: found?.logE ?? 0,
      bound,
      canary: found?.canary ?? { requests: 0, bad: 0 },
      stable: found?.stable ?? { requests: 0, bad: 0 },
      ...(informational ? { informational } : {}),
    };
  });
}

/** What keeps criteria from being judged is a problem of the source. */
function obstacles({ judgement, completeUntilMs }: DeploymentWalk): SourceProblem[] {
  return judgement.criteria.flatMap(({ criterion, reading }) => {
    const { obstacle } = reading();
    return obstacle === undefined ? [] : [{ source: criterion.name, ...obstacle, atMs: completeUntilMs }];
  });
}

/** A canary that gets far less than it should is also a problem of the source: its router, or its connections. */
function trafficProblem(walk: DeploymentWalk, { because, presence }: Finding): SourceProblem[] {
  if (because !== 'low-traffic' && presence !== 'low-traffic') return [];
  const { expected, observed } = walk.presence.traffic;
  const message = `The canary gets ${percent(observed ?? 0)} of the requests, and ${percent(expected ?? 0)} are routed to it.`;
  return [{ source: 'traffic', code: 'TRAFFIC_SHARE_LOW', message, atMs: walk.completeUntilMs }];
}

/** @param isLimited - the authority keeps the verdict from happening; more may come, since the record may grow. */
function nextCheckAtMs(
  { because }: Finding,
  isLimited: boolean,
  walk: DeploymentWalk,
  context: DecisionContext,
): number | null {
  if (ENDS.has(because) && !isLimited) return null;
  if (context.plannedEndMs !== undefined && context.nowMs >= context.plannedEndMs) return null;
  return Math.max(context.nowMs, walk.completeUntilMs) + walk.slotMs;
}
