/** Asks the ports, decides, and rolls back. All I/O of a decision is here; the judging is in {@link decide}. */
import { isRolloutGuardError, messageOf, RolloutGuardError } from '../errors.ts';
import { OptionCheck } from '../options.ts';
import { type Clock, systemClock } from '../ports/clock.ts';
import type { Decision, PastDeployment } from '../ports/decision.ts';
import type { DeploymentRecord } from '../ports/deployment-record.ts';
import type { EventSink } from '../ports/event-sink.ts';
import { noopEventSink } from '../ports/in-memory.ts';
import type { MetricsClient } from '../ports/metrics-client.ts';
import type { AbortResult, RolloutClient, RolloutStatus } from '../ports/rollout-client.ts';
import type { AggregateTelemetry, DeploymentRef, DeploymentTelemetry, SourceProblem } from '../ports/telemetry.ts';
import { checkPast } from './authority.ts';
import { type CallLimits, callClient, throwIfAborted } from './call.ts';
import { decide, failedDecision } from './decide.ts';
import { assertPolicy } from './parse-policy.ts';
import type { Policy } from './policy.ts';
import { rollbackEvent, rollbackFailedEvent } from './rollback-event.ts';

/** Options of {@link RollbackDecisionEngine}. */
export interface EngineOptions {
  policy: Policy;
  metrics: MetricsClient;
  rollouts: RolloutClient;
  /** Where events of rollbacks go. @defaultValue nowhere */
  events?: EventSink;
  /** @defaultValue the computer's clock */
  clock?: Clock;
  /** Deadline of each call to a client, in milliseconds. @defaultValue 10000 */
  callTimeoutMs?: number;
  /** How long a rollback waits for the canary's observed share of the traffic to reach 0, in milliseconds. @defaultValue 60000 */
  restoreTimeoutMs?: number;
  /** What to do when a rollback is due. @defaultValue rollback */
  automation?: 'rollback' | 'escalate';
  /** What became of past deployments: needed by a policy with `authority`, never asked otherwise. */
  record?: DeploymentRecord;
}

/** Options of one call. */
export interface EngineCallOptions {
  /** Gives up early; the call then rejects with `ABORTED`. */
  signal?: AbortSignal;
}

/** Outcome of {@link RollbackDecisionEngine.executeRollback}. */
export interface RollbackResult {
  abort: AbortResult;
  /** The canary was seen to get no traffic any more. */
  trafficRestored: boolean;
  /** The event reached its sink. */
  eventEmitted: boolean;
}

const ABORT_STATUSES: readonly string[] = ['aborted', 'already-aborted', 'already-promoted', 'superseded'];
/** Pause between two looks at the traffic while a rollback takes effect. */
const RESTORE_POLL_MS = 1000;

/**
 * Decides about deployments and rolls them back. It keeps no state: every call recomputes from the sources, so any
 * replica may answer.
 */
export class RollbackDecisionEngine {
  readonly #options: Required<Omit<EngineOptions, 'record'>>;
  readonly #record: DeploymentRecord | null;

  /**
   * @throws RolloutGuardError `INVALID_OPTION` - a missing client, or a timeout that is not a positive number;
   * `INVALID_POLICY` - a policy that definePolicy() or thresholdPolicy() would not have made.
   */
  constructor(options: EngineOptions) {
    const check = new OptionCheck('INVALID_OPTION', 'RollbackDecisionEngine');
    const { policy, metrics, rollouts, record } = options;
    assertPolicy(policy);
    if (typeof metrics?.getTelemetry !== 'function') check.fail('metrics', metrics, 'Give a MetricsClient.');
    if (typeof rollouts?.getStatus !== 'function') check.fail('rollouts', rollouts, 'Give a RolloutClient.');
    if (policy.authority !== null && typeof record?.getPastDeployments !== 'function') {
      const mend = 'The policy has rules of authority: give a DeploymentRecord, or set authority to null.';
      check.fail('record', record, mend);
    }
    this.#record = policy.authority === null ? null : (record ?? null);
    this.#options = {
      policy,
      metrics,
      rollouts,
      events: options.events ?? noopEventSink(),
      clock: options.clock ?? systemClock,
      callTimeoutMs: check.number('callTimeoutMs', options.callTimeoutMs, 10_000, { above: 0 }),
      restoreTimeoutMs: check.number('restoreTimeoutMs', options.restoreTimeoutMs, 60_000, { min: 0 }),
      automation: check.oneOf('automation', options.automation, 'rollback', ['rollback', 'escalate']),
    };
  }

  /**
   * Collects what is known of a deployment and decides. Never rejects because a client threw, hung or returned nonsense:
   * the verdict is then `hold`, with the failure in `problems`. Where the record of the service cannot be used, the lowest
   * authority holds.
   *
   * @throws RolloutGuardError `ABORTED` - the caller's signal.
   */
  async evaluateDeployment(service: string, deploymentId: string, options: EngineCallOptions = {}): Promise<Decision> {
    const ref = { service, deploymentId };
    const { policy, metrics, clock, automation } = this.#options;
    const limits = this.#limits(options.signal);
    let source = this.#options.rollouts.name;
    const { past, problems } = await this.#past(service, limits);
    try {
      const status = await this.#status(ref, limits);
      const { activeDeploymentId } = status;
      if (activeDeploymentId !== null && activeDeploymentId !== deploymentId) {
        const message = `another deployment of ${service} is active, ${activeDeploymentId}`;
        throw new RolloutGuardError('SUPERSEDED', message);
      }
      source = metrics.name;
      const telemetry = await this.#telemetry(ref, status, limits);
      return withProblems(decide(policy, telemetry, { nowMs: clock.now(), automation, past }), problems);
    } catch (error) {
      if (isRolloutGuardError(error, 'ABORTED')) throw error;
      const code = isRolloutGuardError(error) ? error.code : 'CLIENT_FAILED';
      const nowMs = clock.now();
      const problem = { source, code, message: messageOf(error), atMs: nowMs };
      return withProblems(failedDecision(policy, ref, { nowMs, past }, problem), problems);
    }
  }

  /**
   * Aborts a deployment if it is the active one, waits until its canary gets no traffic, and emits one event. Safe to
   * repeat: an interrupted rollback is finished by calling again, under the same event id.
   *
   * @returns `superseded` when another deployment is active; nothing is aborted and nothing emitted then.
   * @throws RolloutGuardError `ROLLBACK_FAILED` - the rollout client could not abort (a `deployment.rollback_failed` event is
   * emitted); `ABORTED` - the caller's signal.
   */
  async executeRollback(
    service: string,
    deploymentId: string,
    options: EngineCallOptions & { decision?: Decision } = {},
  ): Promise<RollbackResult> {
    const ref = { service, deploymentId };
    const limits = this.#limits(options.signal);
    const reason = options.decision?.reason ?? 'Rolled back by rolloutguard.';
    const abort = await this.#abort(ref, reason, options.decision, limits);
    if (abort.status === 'superseded') return { abort, trafficRestored: false, eventEmitted: false };
    const trafficRestored = abort.status !== 'already-promoted' && (await this.#waitForTraffic(ref, limits));
    const event = trafficRestored ? rollbackEvent : rollbackFailedEvent;
    const message = trafficRestored ? reason : `${reason} The canary still gets traffic (${abort.status}).`;
    const eventEmitted = await this.#emit(event(ref, this.#options.clock.now(), message, options.decision), limits);
    return { abort, trafficRestored, eventEmitted };
  }

  async #abort(
    ref: DeploymentRef,
    reason: string,
    decision: Decision | undefined,
    limits: CallLimits,
  ): Promise<AbortResult> {
    const { rollouts, clock } = this.#options;
    try {
      const { activeDeploymentId } = await this.#status(ref, limits);
      // Looked at first, so that even a client without that check cannot abort somebody else's deployment.
      if (activeDeploymentId !== null && activeDeploymentId !== ref.deploymentId) {
        return { status: 'superseded', activeDeploymentId };
      }
      const result = await callClient(rollouts.name, limits, (signal) =>
        rollouts.abort({ ...ref, reason }, { signal }),
      );
      if (!ABORT_STATUSES.includes(result?.status)) {
        throw new RolloutGuardError('CLIENT_NONSENSE', `${rollouts.name} did not say what became of the abort`, {
          path: 'status',
          value: result?.status,
        });
      }
      return result;
    } catch (error) {
      if (isRolloutGuardError(error, 'ABORTED')) throw error;
      const message = `Rollback of ${ref.service} ${ref.deploymentId} failed: ${messageOf(error)}`;
      await this.#emit(rollbackFailedEvent(ref, clock.now(), message, decision), limits);
      throw new RolloutGuardError('ROLLBACK_FAILED', message, {
        cause: error,
        mend: 'Abort the rollout by hand, then call again.',
      });
    }
  }

  /** Polls until the canary's observed share is 0. A failing look counts as "not yet". */
  async #waitForTraffic(ref: DeploymentRef, limits: CallLimits): Promise<boolean> {
    const { clock, restoreTimeoutMs } = this.#options;
    const deadlineMs = clock.now() + restoreTimeoutMs;
    for (;;) {
      const status = await this.#status(ref, limits).catch((error: unknown) => {
        if (isRolloutGuardError(error, 'ABORTED')) throw error;
        return null;
      });
      if (status?.canaryShare === 0) return true;
      if (clock.now() + RESTORE_POLL_MS > deadlineMs) return false;
      try {
        await clock.sleep(RESTORE_POLL_MS, limits.signal ?? new AbortController().signal);
      } catch {
        throwIfAborted(limits.signal);
        // A clock that cannot sleep would make this a tight loop of calls to the rollout system.
        return false;
      }
    }
  }

  async #emit(event: Parameters<EventSink['emit']>[0], limits: CallLimits): Promise<boolean> {
    const { events } = this.#options;
    try {
      await callClient(events.name, limits, (signal) => events.emit(event, { signal }));
      return true;
    } catch (error) {
      if (isRolloutGuardError(error, 'ABORTED')) throw error;
      return false;
    }
  }

  async #status(ref: DeploymentRef, limits: CallLimits): Promise<RolloutStatus> {
    const { rollouts } = this.#options;
    const status = await callClient(rollouts.name, limits, (signal) => rollouts.getStatus(ref, { signal }));
    const share = status?.canaryShare;
    if (typeof share !== 'number' || !(share >= 0 && share <= 1) || !Number.isFinite(status.startedAtMs)) {
      throw new RolloutGuardError('CLIENT_NONSENSE', `${rollouts.name} returned no usable status`, {
        path: 'canaryShare, startedAtMs',
        value: share,
      });
    }
    return status;
  }

  /** Telemetry from some time before the deployment until now; the rollout system is the authority on when it began. */
  async #telemetry(
    ref: DeploymentRef,
    status: RolloutStatus,
    limits: CallLimits,
  ): Promise<DeploymentTelemetry | AggregateTelemetry> {
    const { metrics, policy, clock } = this.#options;
    const [historySeconds, intervalSeconds] =
      policy.kind === 'evidence' ? [policy.historySeconds, policy.intervalSeconds] : [policy.windowSeconds, 10];
    const routed = { atMs: status.stepStartedAtMs, canaryShare: status.canaryShare };
    const query = {
      ...ref,
      fromMs: status.startedAtMs - historySeconds * 1000,
      toMs: clock.now(),
      intervalMs: intervalSeconds * 1000,
      deployedAtMs: status.startedAtMs,
      routed,
    };
    const telemetry = await callClient(metrics.name, limits, (signal) => metrics.getTelemetry(query, { signal }));
    if (telemetry && (telemetry.service !== ref.service || telemetry.deploymentId !== ref.deploymentId)) {
      const about = `${telemetry.service} ${telemetry.deploymentId}`;
      throw new RolloutGuardError('CLIENT_NONSENSE', `${metrics.name} answered about another deployment, ${about}`);
    }
    if (telemetry?.kind !== 'intervals') return telemetry;
    const weights = telemetry.weights?.length === 0 ? [routed] : telemetry.weights;
    return { ...telemetry, deployedAtMs: status.startedAtMs, weights };
  }

  /** The record of a service; none where it cannot be had, with the failure. */
  async #past(
    service: string,
    limits: CallLimits,
  ): Promise<{ past: readonly PastDeployment[]; problems: SourceProblem[] }> {
    const record = this.#record;
    if (record === null) return { past: [], problems: [] };
    // A name is not asked for: a record is as good as its entries.
    const source = record.name || 'record';
    let code = 'CLIENT_FAILED';
    try {
      const past = await callClient(source, limits, (signal) => record.getPastDeployments(service, { signal }));
      code = 'CLIENT_NONSENSE';
      checkPast(past);
      return { past, problems: [] };
    } catch (error) {
      if (isRolloutGuardError(error, 'ABORTED')) throw error;
      if (isRolloutGuardError(error, 'CLIENT_TIMEOUT')) code = error.code;
      const message = `${messageOf(error)} Nothing is known of past deployments, so the lowest authority holds.`;
      return { past: [], problems: [{ source, code, message, atMs: this.#options.clock.now() }] };
    }
  }

  #limits(signal: AbortSignal | undefined): CallLimits {
    return { clock: this.#options.clock, timeoutMs: this.#options.callTimeoutMs, signal };
  }
}

function withProblems(decision: Decision, problems: readonly SourceProblem[]): Decision {
  return problems.length === 0 ? decision : { ...decision, problems: [...decision.problems, ...problems] };
}
