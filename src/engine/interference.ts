/**
 * Does the canary harm stable? A canary that overloads something both need (a database, a lock, a quota) makes stable as
 * bad as itself, so no comparison of the arms can show it. What can be seen is the moment: stable degrades right after
 * the canary was given more traffic. That is a suspicion and no proof, and later changes of the weight can disprove it.
 */
import type { WeightChange } from '../ports/telemetry.ts';

/** Time after a step within which stable has to degrade. */
const AFTER_STEP_MS = 30_000;
/**
 * The coincidence must be telling: within this share of the time since the change before, which must be a minute. Where
 * steps follow each other faster, every incident comes soon after one.
 */
const SHARE_OF_PAUSE = 0.2;
const SHORTEST_PAUSE_MS = 60_000;
/** Time at a higher weight after which the harm must have grown, and at a lower one after which it must have shrunk. */
const GROWN_AFTER_MS = 60_000;
const SHRUNK_AFTER_MS = 120_000;
/** Shorter calm belongs to the same episode: noise near the limit is no recovery. */
const OVER_AFTER_MS = 60_000;
/** Harm in proportion to the weight would grow by its ratio; a quarter of that growth is asked for, up to a ratio of 3. */
const LEAST_GROWTH = 0.25;
const LARGEST_RATIO = 3;
/** From this bad share on nothing can grow much any more. */
const SATURATED = 0.5;
/** The weight is lower when it is halved; then at least this share of the harm must be gone. */
const HALVED = 0.5;
const LEAST_RELIEF = 0.25;

/** What stable shows at the end of a slot. */
export interface DegradationReading {
  /** Start of the first degraded slot, Unix ms; `null` while stable is as before the deployment. */
  sinceMs: number | null;
  /** The signal that shows it most plainly: the same name as long as it is the same signal. */
  signal: string | null;
  /** Bad share over the last half minute of a signal, and how much of it is more than before. */
  level(signal: string): { rate: number; excess: number };
}

/** Times that bound what a step can be. */
export interface StepTimes {
  slotMs: number;
  /** Start of the telemetry of stable from before the canary; `null` when there is none. */
  referenceFromMs: number | null;
  /** Start of the slot of the canary's first request. */
  originMs: number;
}

interface Change {
  atMs: number;
  from: number;
  to: number;
  /** Excess of the signal before the change. */
  before: number;
}

/** State of {@link InterferenceWatch}, plain JSON. */
export interface InterferenceState {
  episode: {
    sinceMs: number;
    signal: string;
    share: number;
    /** The largest excess so far. */
    peak: number;
    change: Change | null;
    disproved: boolean;
    /** Start of the first slot since which nothing is degraded. */
    calmSinceMs: number | null;
  } | null;
  /** Excess of the episode's signal at the end of the last slot. */
  excess: number;
  suspected: boolean;
}

/** Follows whether a degradation of stable hangs together with the canary's weight. */
export class InterferenceWatch {
  #episode: InterferenceState['episode'];
  #excess: number;
  #suspected: boolean;

  constructor(state?: InterferenceState) {
    const episode = state?.episode ?? null;
    this.#episode = episode && { ...episode, change: episode.change && { ...episode.change } };
    this.#excess = state?.excess ?? 0;
    this.#suspected = state?.suspected ?? false;
  }

  state(): InterferenceState {
    const episode = this.#episode;
    return {
      episode: episode && { ...episode, change: episode.change && { ...episode.change } },
      excess: this.#excess,
      suspected: this.#suspected,
    };
  }

  /** Stable degraded right after a step of the weight, and nothing has disproved a connection since. */
  get suspected(): boolean {
    return this.#suspected;
  }

  /** @param weights - changes of the canary's weight, sorted by time; those after the slot are not looked at. */
  observe(endMs: number, reading: DegradationReading, weights: readonly WeightChange[], times: StepTimes): void {
    const { sinceMs, signal } = reading;
    if (sinceMs === null || signal === null) {
      this.#suspected = false;
      if (this.#episode !== null) this.#episode.calmSinceMs ??= endMs - times.slotMs;
      if (endMs - (this.#episode?.calmSinceMs ?? endMs) >= OVER_AFTER_MS) this.#episode = null;
      return;
    }
    const known = weights.filter(({ atMs }) => atMs < endMs);
    const latest = known.at(-1);
    const share = latest?.canaryShare ?? 0;
    this.#episode ??= { sinceMs, signal, share, peak: 0, change: null, disproved: false, calmSinceMs: null };
    const episode = this.#episode;
    episode.calmSinceMs = null;
    episode.sinceMs = Math.min(episode.sinceMs, sinceMs);
    const { rate, excess } = reading.level(episode.signal);
    if (share !== episode.share) {
      episode.change = { atMs: latest?.atMs ?? endMs, from: episode.share, to: share, before: this.#excess };
      episode.share = share;
    }
    episode.peak = Math.max(episode.peak, excess);
    if (episode.change !== null) {
      const outcome = outcomeOf(episode.change, endMs, { rate, excess, peak: episode.peak });
      episode.disproved ||= outcome === 'against';
      if (outcome !== 'too-early') episode.change = null;
    }
    this.#excess = excess;
    this.#suspected = !episode.disproved && followsStep(episode.sinceMs, known, times);
  }
}

/** What a change of the weight has shown about the harm, once there was time for it. */
function outcomeOf(
  { atMs, from, to, before }: Change,
  endMs: number,
  { rate, excess, peak }: { rate: number; excess: number; peak: number },
): 'too-early' | 'against' | 'nothing' {
  if (endMs - atMs < (to > from ? GROWN_AFTER_MS : SHRUNK_AFTER_MS)) return 'too-early';
  if (to > from) {
    const ratio = from > 0 ? Math.min(to / from, LARGEST_RATIO) : LARGEST_RATIO;
    return rate < SATURATED && excess < before * (1 + LEAST_GROWTH * (ratio - 1)) ? 'against' : 'nothing';
  }
  // The peak, because a weight that is lowered at once is lowered before the harm has filled its window.
  return to <= HALVED * from && excess > (1 - LEAST_RELIEF) * peak ? 'against' : 'nothing';
}

/** Real changes alone: a source may tell the weight again and again, or twice for the same moment. */
function changesOf(weights: readonly WeightChange[]): WeightChange[] {
  const latest = weights.filter(({ atMs }, i) => weights[i + 1]?.atMs !== atMs);
  return latest.filter(({ canaryShare }, i) => canaryShare !== latest[i - 1]?.canaryShare);
}

/** True when a time follows an increase of the weight so closely that chance is a poor explanation. */
function followsStep(sinceMs: number, weights: readonly WeightChange[], times: StepTimes): boolean {
  const { slotMs, referenceFromMs, originMs } = times;
  const changes = changesOf(weights);
  return changes.some(({ atMs, canaryShare }, i) => {
    const previous = changes[i - 1];
    const previousMs = previous?.atMs ?? referenceFromMs;
    if (previousMs === null || !(canaryShare > (previous?.canaryShare ?? 0))) return false;
    // Nothing is overloaded by a canary that has no request yet.
    const effectiveMs = Math.max(atMs, originMs);
    const pauseMs = effectiveMs - previousMs;
    const windowMs = Math.min(AFTER_STEP_MS, SHARE_OF_PAUSE * pauseMs);
    if (pauseMs < SHORTEST_PAUSE_MS || 2 * (slotMs + windowMs) > pauseMs) return false;
    return sinceMs > effectiveMs - slotMs && sinceMs <= effectiveMs + windowMs;
  });
}
