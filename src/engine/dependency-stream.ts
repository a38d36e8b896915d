/**
 * Calls of the service to its dependencies, cut into the same slots of time as its requests. They run beside the
 * service's own slots, so that what is known of a dependency can never add a slot to the evidence, nor take one away.
 */
import type { JudgedCounts } from '../ports/decision.ts';
import type { TelemetryInterval } from '../ports/telemetry.ts';
import { armOf } from './slots.ts';

/** Calls to one dependency in one slot; failed ones are bad. */
export interface DependencyCalls {
  name: string;
  canary: JudgedCounts;
  /** Of everybody but the canary. */
  stable: JudgedCounts;
}

/** Calls to all dependencies that were told of in one slot, sorted by name. */
export interface DependencySlot {
  endMs: number;
  calls: readonly DependencyCalls[];
}

/** State of {@link DependencyStream}, plain JSON. */
export type DependencyStreamState = [name: string, interval: TelemetryInterval][];

/** Collects calls to dependencies until the watermark has passed them. */
export class DependencyStream {
  readonly #slotMs: number;
  readonly #deployedAtMs: number;
  /** By the end of the slot, then by name. */
  readonly #open = new Map<number, Map<string, TelemetryInterval[]>>();

  /** @param deployedAtMs - canary intervals that end before it belong to an earlier deployment. */
  constructor(slotMs: number, deployedAtMs: number, state: DependencyStreamState = []) {
    this.#slotMs = slotMs;
    this.#deployedAtMs = deployedAtMs;
    for (const [name, interval] of state) this.add(name, interval);
  }

  /** Takes in an interval that ends after the watermark. Parts (segments) are left out: the whole has them already. */
  add(name: string, { startMs, endMs, cohort, pod, segment, requests, errors }: TelemetryInterval): void {
    if (segment !== undefined) return;
    if (cohort === 'canary' && endMs <= this.#deployedAtMs) return;
    const slotEndMs = Math.ceil(endMs / this.#slotMs) * this.#slotMs;
    const slot = this.#open.get(slotEndMs) ?? new Map<string, TelemetryInterval[]>();
    const waiting = slot.get(name) ?? [];
    waiting.push({ startMs, endMs, cohort, ...(pod === undefined ? {} : { pod }), requests, errors });
    this.#open.set(slotEndMs, slot.set(name, waiting));
  }

  /** The slots that end by a time and have not been given out yet, in time order. */
  completeUntil(endMs: number): DependencySlot[] {
    const ends = [...this.#open.keys()].filter((each) => each <= endMs).sort((a, b) => a - b);
    return ends.map((end) => {
      const calls = [...this.#open.get(end)!].map(([name, intervals]) => callsOf(name, intervals));
      this.#open.delete(end);
      return { endMs: end, calls: calls.sort((a, b) => (a.name < b.name ? -1 : 1)) };
    });
  }

  state(): DependencyStreamState {
    const ends = [...this.#open].sort(([a], [b]) => a - b);
    const slots = ends.flatMap(([, slot]) => [...slot].sort(([a], [b]) => (a < b ? -1 : 1)));
    return slots.flatMap(([name, intervals]) => intervals.map((interval) => [name, interval] as const)) as [
      string,
      TelemetryInterval,
    ][];
  }
}

function callsOf(name: string, intervals: readonly TelemetryInterval[]): DependencyCalls {
  const countsOf = (isCanary: boolean): JudgedCounts => {
    const { requests, errors } = armOf(intervals.filter(({ cohort }) => (cohort === 'canary') === isCanary));
    return { requests, bad: errors };
  };
  return { name, canary: countsOf(true), stable: countsOf(false) };
}
