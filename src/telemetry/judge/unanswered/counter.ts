/** The counter of requests that got no answer. */
import type { Attributes, Counter, Meter } from '@opentelemetry/api';
import { parseCohort } from '../../cohort/cohort.ts';
import { type MeterHub, type MeterUser, sharedMeterHub } from '../meter.ts';
import { METRIC, OTHER, POINT } from '../names.ts';
import type { UnansweredReason } from './failure.ts';
import type { FindTarget, Peer, UnansweredTarget } from './targets.ts';

/** Peers that are told apart. A crawler calls more hosts than a metric may have series. */
const MOST_PEERS = 100;

/** Services of which it is known that the program counts them. A gateway that takes their names from requests would fill the memory. */
const MOST_SERVICES = 1_000;

/** `rolloutguard.unanswered` of a process. */
export class UnansweredCounter implements MeterUser {
  readonly #hub: MeterHub;
  readonly #peers = new Set<string>();
  /** Services whose failures the program counts itself: counted here too, they would count twice. */
  readonly #countedByHand = new Set<string>();
  #counter: Counter | null = null;

  constructor(hub: MeterHub) {
    this.#hub = hub;
    hub.add(this);
  }

  attach(meter: Meter): void {
    const description = 'Requests that got no answer from their target';
    this.#counter ??= meter.createCounter(METRIC.unanswered, { unit: '{request}', description });
  }

  detach(): void {
    this.#counter = null;
  }

  /** Counts one that a client of this process has seen fail. */
  addSeen(peer: Peer, reason: UnansweredReason, findTarget: FindTarget): void {
    const target = findTarget(peer);
    if (target !== undefined && this.#countedByHand.has(target.service)) return;
    this.#add({ 'error.type': reason, ...this.#addressOf(peer), ...(target && attributesOf(target)) });
  }

  /** Counts one that the program tells of. */
  addTold(target: UnansweredTarget, reason: UnansweredReason): void {
    if (this.#countedByHand.size < MOST_SERVICES) this.#countedByHand.add(target.service);
    this.#add({ 'error.type': reason, ...attributesOf(target) });
  }

  #add(attributes: Attributes): void {
    if (this.#counter === null) this.#hub.attachIfPossible(this);
    this.#counter?.add(1, attributes);
  }

  #addressOf({ host, port }: Peer): Attributes {
    // Never without one: by its address a receiver knows that a client counted this by itself, and passes it over.
    if (host === undefined) return { 'server.address': OTHER };
    const key = `${host} ${port ?? ''}`;
    if (!this.#peers.has(key)) {
      if (this.#peers.size >= MOST_PEERS) return { 'server.address': OTHER };
      this.#peers.add(key);
    }
    return { 'server.address': host, ...(port !== undefined && { 'server.port': port }) };
  }
}

function attributesOf({ service, cohort, deploymentId, pod }: UnansweredTarget): Attributes {
  const known = typeof cohort === 'string' ? parseCohort(cohort) : null;
  return {
    [POINT.targetService]: service,
    ...(known !== null && { [POINT.targetCohort]: known }),
    ...(deploymentId !== undefined && { [POINT.targetDeploymentId]: deploymentId }),
    ...(pod !== undefined && { [POINT.targetPod]: pod }),
  };
}

/** Global, not a module variable: the preload and the app may load this package from two places. */
const COUNTER = Symbol.for('rolloutguard.telemetry.unanswered.1');
const globals = globalThis as { [COUNTER]?: UnansweredCounter };

/** The one of this process. */
export function sharedUnansweredCounter(): UnansweredCounter {
  globals[COUNTER] ??= new UnansweredCounter(sharedMeterHub());
  return globals[COUNTER];
}
