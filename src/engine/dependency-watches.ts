/**
 * The dependencies that are watched. Their names come from outside, and one that holds an id or a query is a new one with
 * every call: only so many are watched, so that neither the state nor a decision can grow without end.
 */
import type { SourceProblem } from '../ports/telemetry.ts';
import type { DependencySlot } from './dependency-stream.ts';
import { DependencyWatch, type DependencyWatchState } from './dependency-watch.ts';

/** Dependencies that are watched: those that were called first; of those called first in the same slot, by name. */
export const MOST_DEPENDENCIES = 50;
/** Longest name in a message. */
const LONGEST_NAME = 60;

/** State of {@link DependencyWatches}, plain JSON. */
export interface DependencyWatchesState {
  watched: DependencyWatchState[];
  leftOut: { name: string; atMs: number } | null;
}

/** Watches the calls to each of the first dependencies. */
export class DependencyWatches {
  readonly #intervalSeconds: number;
  /** Sorted by name. */
  readonly #watched: DependencyWatch[];
  /** The first one that found no place. */
  #leftOut: DependencyWatchesState['leftOut'];

  constructor(intervalSeconds: number, state?: DependencyWatchesState) {
    this.#intervalSeconds = intervalSeconds;
    this.#watched = (state?.watched ?? []).map((each) => new DependencyWatch(each.name, intervalSeconds, each));
    this.#leftOut = state?.leftOut ? { ...state.leftOut } : null;
  }

  state(): DependencyWatchesState {
    return {
      watched: this.#watched.map((each) => each.state()),
      leftOut: this.#leftOut && { ...this.#leftOut },
    };
  }

  /** Sorted by name. */
  get watched(): readonly DependencyWatch[] {
    return this.#watched;
  }

  /** False for a dependency that finds no place any more. */
  mayWatch(name: string): boolean {
    return this.#watched.length < MOST_DEPENDENCIES || this.#find(name) !== undefined;
  }

  /** That dependencies were left out, said once; empty where none was. */
  get problems(): SourceProblem[] {
    if (this.#leftOut === null) return [];
    const { name, atMs } = this.#leftOut;
    const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}...` : name;
    const message = `Calls to more than ${MOST_DEPENDENCIES} dependencies were told. The first ${MOST_DEPENDENCIES} are watched, later ones such as ${JSON.stringify(shown)} are not: name services, not addresses or ids.`;
    return [{ source: 'telemetry', code: 'TOO_MANY_DEPENDENCIES', message, atMs }];
  }

  /** Takes in the calls of a slot from before the canary's first request. */
  learnBefore({ calls, endMs }: DependencySlot): void {
    for (const { name, stable } of calls) this.#watch(name, endMs)?.learnBefore(stable);
  }

  /** Takes in the calls of the next slot; a dependency that is not told of had none. */
  observe({ calls, endMs }: DependencySlot): void {
    const called = new Map(calls.map((each) => [each.name, each]));
    for (const { name } of calls) this.#watch(name, endMs);
    for (const each of this.#watched) each.observe(called.get(each.name) ?? NO_CALLS, endMs);
  }

  /** Calls of a slot are sorted by name, so that the order in which they were told does not matter. */
  #watch(name: string, atMs: number): DependencyWatch | null {
    const known = this.#find(name);
    if (known !== undefined) return known;
    if (this.#watched.length >= MOST_DEPENDENCIES) {
      this.#leftOut ??= { name, atMs };
      return null;
    }
    const dependency = new DependencyWatch(name, this.#intervalSeconds);
    this.#watched.push(dependency);
    this.#watched.sort((a, b) => (a.name < b.name ? -1 : 1));
    return dependency;
  }

  #find(name: string): DependencyWatch | undefined {
    return this.#watched.find((each) => each.name === name);
  }
}

const NO_CALLS = { canary: { requests: 0, bad: 0 }, stable: { requests: 0, bad: 0 } };
