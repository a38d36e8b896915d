/**
 * Whose fault is it? Canary against stable answers "is the canary worse"; stable now against stable before the
 * deployment answers "is something else going on", by its errors, its latency and its calls to dependencies.
 */
import type { JudgedCounts } from '../ports/decision.ts';
import type { SourceProblem, WeightChange } from '../ports/telemetry.ts';
import type { DependencySlot } from './dependency-stream.ts';
import type { DependencyWatch } from './dependency-watch.ts';
import { DependencyWatches, type DependencyWatchesState } from './dependency-watches.ts';
import { IncidentWatch, type IncidentWatchState } from './incident-watch.ts';
import { type InterferenceState, InterferenceWatch } from './interference.ts';
import { LatencyWatch, type LatencyWatchState } from './latency-watch.ts';
import type { ArmSlot, Slot } from './slots.ts';

/** Time that "now" means in figures. */
const NOW_SECONDS = 60;

/** A signal of stable that is worse than before the deployment. Rates are bad shares. */
export interface Incident {
  kind: 'errors' | 'latency' | 'dependency';
  /** `error rate`, `latency`, or the name of the dependency. */
  signal: string;
  sinceMs: number;
  now: number;
  before: number;
  /** Of latency: bad requests are those that take longer, in milliseconds. */
  edgeMs?: number;
  /** Of a dependency: the canary's calls fail more than before too. */
  atBothArms?: boolean;
}

/** How attribution is done for one deployment. */
export interface AttributionOptions {
  slotMs: number;
  /** Stable's latency holds too. */
  latency: boolean;
}

/** State of {@link AttributionWatch}, plain JSON. */
export interface AttributionState {
  before: JudgedCounts;
  referenceFromMs: number | null;
  originMs: number | null;
  canary: JudgedCounts[];
  errors: IncidentWatchState;
  latency: LatencyWatchState | null;
  dependencies: DependencyWatchesState;
  interference: InterferenceState;
}

interface Signal {
  /** Unlike any other signal's. */
  key: string;
  watch: IncidentWatch;
  incident: Omit<Incident, 'sinceMs' | 'now' | 'before'>;
}

/** Watches everything that tells whose fault it is, slot by slot. Nothing of it ever becomes evidence. */
export class AttributionWatch {
  readonly #slotMs: number;
  readonly #before: JudgedCounts;
  readonly #errors: IncidentWatch;
  readonly #latency: LatencyWatch | null;
  readonly #dependencies: DependencyWatches;
  readonly #interference: InterferenceWatch;
  readonly #canary: JudgedCounts[];
  #referenceFromMs: number | null;
  #originMs: number | null;

  constructor({ slotMs, latency }: AttributionOptions, state?: AttributionState) {
    const seconds = slotMs / 1000;
    this.#slotMs = slotMs;
    this.#before = { ...(state?.before ?? { requests: 0, bad: 0 }) };
    this.#referenceFromMs = state?.referenceFromMs ?? null;
    this.#originMs = state?.originMs ?? null;
    this.#canary = (state?.canary ?? []).map((slot) => ({ ...slot }));
    this.#errors = new IncidentWatch(this.#before, seconds, state?.errors);
    this.#latency = latency ? new LatencyWatch(seconds, state?.latency ?? undefined) : null;
    this.#dependencies = new DependencyWatches(seconds, state?.dependencies);
    this.#interference = new InterferenceWatch(state?.interference);
  }

  state(): AttributionState {
    return {
      before: { ...this.#before },
      referenceFromMs: this.#referenceFromMs,
      originMs: this.#originMs,
      canary: this.#canary.map((slot) => ({ ...slot })),
      errors: this.#errors.state(),
      latency: this.#latency?.state() ?? null,
      dependencies: this.#dependencies.state(),
      interference: this.#interference.state(),
    };
  }

  /** Requests of stable before the canary's first one, and how many of them failed. */
  get before(): Readonly<JudgedCounts> {
    return this.#before;
  }

  /** The canary's requests over the last minute, and stable's. */
  get now(): { canary: JudgedCounts; stable: JudgedCounts } {
    const canary = this.#canary.reduce(
      (sum, slot) => ({ requests: sum.requests + slot.requests, bad: sum.bad + slot.bad }),
      { requests: 0, bad: 0 },
    );
    return { canary, stable: this.#errors.now };
  }

  /** True when there is enough telemetry from before the deployment to tell incidents. */
  get hasReference(): boolean {
    return this.#errors.hasReference;
  }

  /** True while stable is worse than before the deployment in anything that is watched. */
  get degraded(): boolean {
    return this.#signals().some(({ watch }) => watch.held);
  }

  /** True while stable is degraded since a step of the canary's weight, and nothing has disproved a connection. */
  get suspectsInterference(): boolean {
    return this.#interference.suspected;
  }

  /** What is worse at stable than before the deployment: errors, then latency (at one edge), then dependencies by name. */
  get incidents(): readonly Incident[] {
    const held = this.#signals().flatMap(({ watch, incident }) =>
      watch.held && watch.sinceMs !== null
        ? [{ ...incident, sinceMs: watch.sinceMs, now: watch.rateNow, before: watch.rateBefore }]
        : [],
    );
    const [slowest] = held.filter(({ kind }) => kind === 'latency');
    return held.filter((incident) => incident.kind !== 'latency' || incident === slowest);
  }

  /** Sorted by name. */
  get dependencies(): readonly DependencyWatch[] {
    return this.#dependencies.watched;
  }

  /** False for a dependency that is one too many. */
  mayWatch(dependency: string): boolean {
    return this.#dependencies.mayWatch(dependency);
  }

  /** What was left out of what was told. */
  get problems(): SourceProblem[] {
    return this.#dependencies.problems;
  }

  /** Takes in a slot of the service from before the canary's first request. */
  learnBefore(slot: Slot): void {
    const stable = oldVersion(slot);
    this.#referenceFromMs ??= slot.startMs;
    this.#before.requests += stable.requests;
    this.#before.bad += stable.errors;
    this.#latency?.learnBefore(stable.latency);
  }

  /** Takes in the calls to dependencies of a slot from before the canary's first request. */
  learnCallsBefore(slot: DependencySlot): void {
    this.#dependencies.learnBefore(slot);
  }

  /**
   * Takes in the next slot.
   *
   * @param calls - to dependencies in the same slot.
   * @param weights - changes of the canary's weight, sorted by time.
   */
  observe(slot: Slot, calls: DependencySlot['calls'], weights: readonly WeightChange[]): void {
    const { startMs, endMs, canary } = slot;
    const stable = oldVersion(slot);
    this.#originMs ??= startMs;
    this.#canary.push({ requests: canary.requests, bad: canary.errors });
    if (this.#canary.length > Math.max(1, Math.round((NOW_SECONDS * 1000) / this.#slotMs))) this.#canary.shift();
    this.#errors.observe({ requests: stable.requests, bad: stable.errors }, endMs);
    this.#latency?.observe(stable.latency, endMs);
    this.#dependencies.observe({ calls, endMs });
    this.#observeInterference(endMs, weights);
  }

  #observeInterference(endMs: number, weights: readonly WeightChange[]): void {
    const signals = this.#signals();
    const held = signals.filter(({ watch }) => watch.held);
    const reading = {
      sinceMs: held.length === 0 ? null : Math.min(...held.map(({ watch }) => watch.sinceMs ?? endMs)),
      signal: held[0]?.key ?? null,
      level: (key: string) => {
        const watch = signals.find((signal) => signal.key === key)?.watch;
        const rate = watch?.latestRate ?? 0;
        return { rate, excess: Math.max(0, rate - (watch?.rateBefore ?? 0)) };
      },
    };
    const times = {
      slotMs: this.#slotMs,
      referenceFromMs: this.#referenceFromMs,
      originMs: this.#originMs ?? endMs,
    };
    this.#interference.observe(endMs, reading, weights, times);
  }

  #signals(): Signal[] {
    const latency = this.#latency?.edges ?? [];
    return [
      { key: 'errors', watch: this.#errors, incident: { kind: 'errors', signal: 'error rate' } },
      ...latency.map(({ edgeMs, watch }) => ({
        key: `latency ${edgeMs}`,
        watch,
        incident: { kind: 'latency' as const, signal: 'latency', edgeMs },
      })),
      ...this.#dependencies.watched.map((dependency) => ({
        key: `dependency ${dependency.name}`,
        watch: dependency.watch,
        incident: {
          kind: 'dependency' as const,
          signal: dependency.name,
          atBothArms: dependency.degradedAtBoth,
        },
      })),
    ];
  }
}

/** All pods of the old version: the fresh ones alone are as cold as the canary, and no measure of the time before it. */
function oldVersion({ stable, others }: Slot): ArmSlot {
  return others ?? stable;
}
