/**
 * Judges a deployment as its telemetry arrives, with constant work per interval. Decisions are the same as from the whole
 * history: {@link decide} takes the same walk.
 */
import { OptionCheck } from '../options.ts';
import type { Decision, EvidencePoint } from '../ports/decision.ts';
import type { DeploymentRef, SourceProblem, TelemetryInterval, WeightChange } from '../ports/telemetry.ts';
import type { DecisionContext } from './decision-context.ts';
import type { Finding } from './finding.ts';
import { assertPolicy } from './parse-policy.ts';
import { permitted } from './permission.ts';
import type { EvidencePolicy } from './policy.ts';
import { checkState, type SealedState, sealed } from './session-state.ts';
import { dependencyPath, SeriesEnds, validateInterval, validateProblem, validateWeight } from './validate-telemetry.ts';
import { decisionOf, verdictOf } from './verdict.ts';
import { DeploymentWalk, type WalkState } from './walk.ts';

/** What a session is about. */
export interface SessionOptions extends DeploymentRef {
  /** When the rollout began, Unix time in milliseconds. Earlier intervals of the canary are left out. */
  deployedAtMs: number;
  /** Nominal length of the source's intervals in milliseconds. @defaultValue that of the policy */
  intervalMs?: number;
}

/** A session as plain JSON. It fits the policy and the engine version that it was made with, and no other. */
export type SessionState = SealedState<SessionBody>;

interface SessionBody {
  options: Required<SessionOptions>;
  walk: WalkState;
  ends: [series: string, endMs: number][];
  problems: SourceProblem[];
  lateIntervals: number;
  latestMs: number | null;
}

/** Late intervals that are listed one by one; the rest are counted. */
const LISTED_LATE = 10;
/** A series (a pod of a cohort) that has been silent for so long is forgotten; until then overlaps with it are refused. */
const FORGET_SERIES_AFTER_MS = 3_600_000;
/** Longest silence that is walked through slot by slot: four months at 10 s. Longer ones are a wrong unit. */
const MOST_SLOTS = 1_000_000;

/**
 * The incremental engine. Tell it intervals with {@link observe} and how far they are complete with {@link completeUntil};
 * ask for a {@link decision} whenever you like.
 */
export class DecisionSession {
  readonly #options: Required<SessionOptions>;
  readonly #walk: DeploymentWalk;
  readonly #ends: SeriesEnds;
  readonly #problems: SourceProblem[];
  #lateIntervals: number;
  /** End of the latest interval that was told. */
  #latestMs: number;
  /** Something has been judged, so that from now on intervals can come too late. */
  #begun: boolean;

  /**
   * @param state - of an earlier session; the options are then its own. {@link restore} is the short form.
   * @throws RolloutGuardError `INVALID_POLICY` - no valid evidence policy; `INVALID_OPTION` - a missing name or time;
   * `INVALID_STATE` as {@link restore}.
   */
  constructor(policy: EvidencePolicy, options: SessionOptions, state?: SessionState) {
    assertPolicy(policy);
    const check = new OptionCheck('INVALID_OPTION', 'DecisionSession');
    if (policy.kind !== 'evidence') check.fail('policy', policy, 'Use a policy of definePolicy().');
    const body = state === undefined ? undefined : checkState<SessionBody>(policy, state);
    check.knownKeys('options', options, ['service', 'deploymentId', 'deployedAtMs', 'intervalMs']);
    const policyIntervalMs = policy.intervalSeconds * 1000;
    this.#options = body?.options ?? {
      service: check.text('service', options.service),
      deploymentId: check.text('deploymentId', options.deploymentId),
      deployedAtMs: check.number('deployedAtMs', options.deployedAtMs ?? null, 0),
      intervalMs: check.number('intervalMs', options.intervalMs, policyIntervalMs, { above: 0 }),
    };
    const { deployedAtMs, intervalMs } = this.#options;
    const slotMs = Math.max(1, Math.round(Math.max(policyIntervalMs, intervalMs)));
    this.#walk = new DeploymentWalk(policy, { deployedAtMs, slotMs }, body?.walk);
    this.#ends = new SeriesEnds(body?.ends);
    this.#problems = body?.problems ?? [];
    this.#lateIntervals = body?.lateIntervals ?? 0;
    this.#latestMs = body?.latestMs ?? -Infinity;
    this.#begun = body !== undefined && body.walk.stream.nextStartMs !== null;
  }

  /**
   * Goes on where {@link toJSON} was called, as if nothing had happened in between.
   *
   * @throws RolloutGuardError `INVALID_STATE` - no session state, one of another policy or engine version, or one that was
   * changed since; `INVALID_POLICY` as the constructor.
   */
  static restore(policy: EvidencePolicy, state: unknown): DecisionSession {
    assertPolicy(policy);
    const { options } = checkState<SessionBody>(policy, state);
    return new DecisionSession(policy, options, state as SessionState);
  }

  /**
   * Takes in an interval, in any order across pods and cohorts until {@link completeUntil} has passed it. A later one is
   * refused and listed in the decision's `problems`; what has been judged is never judged again.
   *
   * @throws RolloutGuardError `INVALID_TELEMETRY` - an impossible interval, or one that overlaps an earlier one of the same
   * cohort, pod and segment. Nothing of it is taken in.
   */
  observe(interval: TelemetryInterval): void {
    validateInterval(interval, 'interval');
    if (this.#begun && interval.endMs <= this.#walk.completeUntilMs) {
      this.#refuse(interval);
      return;
    }
    this.#ends.add(interval, 'interval');
    this.#latestMs = Math.max(this.#latestMs, interval.endMs);
    // A copy: what the caller does with its own object later is not part of the record.
    this.#walk.add({ ...interval });
  }

  /**
   * Takes in calls of the service to a dependency: `requests` are calls, `errors` failed ones, cohort and pod those of the
   * caller. They help to name a cause and are no evidence. Late ones are refused as by {@link observe}.
   *
   * @throws RolloutGuardError `INVALID_TELEMETRY` - no name, or an interval as in {@link observe}. Nothing of it is taken in.
   */
  observeDependency(name: string, interval: TelemetryInterval): void {
    const path = dependencyPath(name);
    validateInterval(interval, path);
    if (this.#begun && interval.endMs <= this.#walk.completeUntilMs) {
      this.#refuse(interval, name);
      return;
    }
    // Of one too many nothing is kept, not even where it ended.
    if (this.#walk.attribution.mayWatch(name)) this.#ends.add(interval, path, name);
    this.#walk.addDependency(name, interval);
  }

  /**
   * Says that all intervals up to a moment have been told, and judges them. A moment before the last one changes nothing.
   *
   * @throws RolloutGuardError `INVALID_TELEMETRY` - no finite number, or a moment too far ahead.
   */
  completeUntil(watermarkMs: number): void {
    const { completeUntilMs, slotMs } = this.#walk;
    const check = new OptionCheck('INVALID_TELEMETRY', 'DecisionSession.completeUntil');
    // A source without a start of its own may begin at 0; then the data say where time begins.
    const fromMs = Math.max(completeUntilMs, this.#latestMs);
    check.number('watermarkMs', watermarkMs ?? null, 0, { max: fromMs + MOST_SLOTS * slotMs });
    if (this.#begun && watermarkMs <= completeUntilMs) return;
    this.#walk.advance(watermarkMs);
    this.#begun = true;
    this.#ends.forgetUntil(watermarkMs - FORGET_SERIES_AFTER_MS);
  }

  /**
   * Takes in the share of traffic that the router sends to the canary from a moment on. Tell them in the order of time; a
   * share that is in force already may be told again, and changes nothing.
   *
   * @throws RolloutGuardError `INVALID_TELEMETRY` - no time, or no share between 0 and 1.
   */
  route(change: WeightChange): void {
    validateWeight(change, 'change');
    this.#walk.route(change);
  }

  /**
   * Takes in a problem of a source; decisions list it, and it never becomes evidence.
   *
   * @throws RolloutGuardError `INVALID_TELEMETRY` - no problem with source, code, message and time.
   */
  report(problem: SourceProblem): void {
    validateProblem(problem, 'problem');
    this.#problems.push({ ...problem });
  }

  /** The decision on all that is complete. */
  decision(context: DecisionContext): Decision {
    const problems = [...this.#listed(context.nowMs), ...this.#walk.attribution.problems];
    return decisionOf(this.#walk, this.#options, problems, context);
  }

  /** The verdict and its ground alone, for loops that ask often: what {@link decision} would say, without the numbers. */
  finding(context: DecisionContext): Finding {
    const finding = verdictOf(this.#walk, context);
    return { ...finding, verdict: permitted(this.#walk.policy, context, finding.verdict).verdict };
  }

  /** The evidence at this moment, for plots; `null` before the canary's first request. */
  get point(): EvidencePoint | null {
    const { originMs, completeUntilMs } = this.#walk;
    return originMs === null ? null : this.#walk.point(completeUntilMs);
  }

  /** Log of the e-value of everything together; it rolls back at `-ln(falseRollbackRate)`. */
  get logE(): number {
    return this.#walk.judgement.logE;
  }

  /** Plain JSON, to go on from with {@link restore}. */
  toJSON(): SessionState {
    return sealed(this.#walk.policy, {
      options: this.#options,
      walk: this.#walk.state(),
      ends: this.#ends.state(),
      problems: this.#problems,
      lateIntervals: this.#lateIntervals,
      latestMs: this.#latestMs === -Infinity ? null : this.#latestMs,
    });
  }

  #refuse({ cohort, pod, startMs, endMs }: TelemetryInterval, dependency?: string): void {
    this.#lateIntervals += 1;
    if (this.#lateIntervals > LISTED_LATE) return;
    const caller = pod === undefined ? cohort : `${cohort} pod ${pod}`;
    const who = dependency === undefined ? caller : `calls to ${dependency} of ${caller}`;
    const message = `The interval ${startMs} to ${endMs} of ${who} came after its time had been judged, and was left out.`;
    this.#problems.push({ source: 'telemetry', code: 'LATE_INTERVAL', message, atMs: endMs });
  }

  #listed(nowMs: number): SourceProblem[] {
    const more = this.#lateIntervals - LISTED_LATE;
    if (more <= 0) return [...this.#problems];
    const message = `${more} more intervals came after their time had been judged.`;
    return [...this.#problems, { source: 'telemetry', code: 'LATE_INTERVAL', message, atMs: nowMs }];
  }
}
