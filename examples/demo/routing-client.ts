import type { AbortResult, Clock, DeploymentRef, RolloutClient, RolloutStatus, WeightChange } from 'rolloutguard';
import { DemoProblem } from './problem.ts';

/** What a rollout needs of a router. */
export interface RouterControl {
  /** Sets the canary's share of the requests, in percent. */
  setCanaryWeight(percent: number): Promise<void>;
  /** The share of the requests that the canary got of late, 0 to 1. */
  observedCanaryShare(): Promise<number>;
}

type Phase = 'progressing' | 'promoted' | 'aborted';

/**
 * One rollout of a new version behind the demo's router, and the `RolloutClient` through which the engine sees and
 * aborts it. It plays the part that Argo Rollouts or Flagger play in a cluster.
 */
export class DemoRollout implements RolloutClient {
  readonly name = 'demo-router';
  readonly #ref: DeploymentRef;
  readonly #router: RouterControl;
  readonly #clock: Clock;
  readonly #weights: WeightChange[] = [];
  #phase: Phase = 'progressing';

  /** Nothing is routed before {@link DemoRollout.setWeight} is called for the first time. */
  constructor(ref: DeploymentRef, router: RouterControl, clock: Clock) {
    this.#ref = ref;
    this.#router = router;
    this.#clock = clock;
  }

  /** All changes of the weight so far, oldest first. */
  get weights(): readonly WeightChange[] {
    return this.#weights;
  }

  /** Where the rollout stands. */
  get phase(): Phase {
    return this.#phase;
  }

  /** Takes a step: gives the canary this share of the traffic, in percent. */
  async setWeight(percent: number): Promise<void> {
    if (this.#phase !== 'progressing') throw new DemoProblem('BAD_CALL', `the rollout is ${this.#phase} already`);
    await this.#route(percent);
  }

  async getStatus(ref: DeploymentRef): Promise<RolloutStatus> {
    this.#mustBeMyService(ref);
    return {
      activeDeploymentId: this.#ref.deploymentId,
      phase: this.#phase,
      canaryShare: await this.#router.observedCanaryShare(),
      startedAtMs: this.#weights.at(0)?.atMs ?? this.#clock.now(),
      stepStartedAtMs: this.#weights.at(-1)?.atMs ?? this.#clock.now(),
    };
  }

  async abort(ref: DeploymentRef & { reason: string }): Promise<AbortResult> {
    this.#mustBeMyService(ref);
    const activeDeploymentId = this.#ref.deploymentId;
    if (ref.deploymentId !== activeDeploymentId) return { status: 'superseded', activeDeploymentId };
    if (this.#phase === 'promoted') return { status: 'already-promoted' };
    if (this.#phase === 'aborted') return { status: 'already-aborted' };
    // Set first: while the weight is on its way to the router, nobody may take another step.
    this.#phase = 'aborted';
    await this.#route(0);
    return { status: 'aborted' };
  }

  async promote(ref: DeploymentRef): Promise<void> {
    this.#mustBeMyService(ref);
    if (ref.deploymentId !== this.#ref.deploymentId || this.#phase === 'aborted') {
      throw new DemoProblem('BAD_CALL', `${ref.deploymentId} cannot be promoted: it is not being rolled out`);
    }
    if (this.#phase === 'promoted') return;
    await this.#route(100);
    this.#phase = 'promoted';
  }

  async #route(percent: number): Promise<void> {
    await this.#router.setCanaryWeight(percent);
    this.#weights.push({ atMs: this.#clock.now(), canaryShare: percent / 100 });
  }

  #mustBeMyService({ service }: DeploymentRef): void {
    if (service !== this.#ref.service) throw new DemoProblem('BAD_CALL', `there is no rollout of ${service} here`);
  }
}
