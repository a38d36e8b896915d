/**
 * Evidence that one rate is above a fixed limit: "the canary's own rate of bad events is at most `limit`" is put to the
 * test, without any comparison. For hard stops and service levels, where it does not matter how stable does.
 *
 * Per block of 10 s: the likelihood of rates above the limit against the limit itself, tempered by the noise of the rate;
 * bad events beyond the cap are not counted, so that no short burst decides. Over blocks: a mixture over rates and over
 * start times. Tempering, capping and warming up only ever lower what the plain likelihood ratio says, and that is an
 * e-process under any process whose conditional rate stays at or below the limit.
 */
import { OptionCheck } from '../options.ts';
import { blockSeconds, clipUnits, MINIMUM_SQUARED_CV } from './blocks.ts';
import { UNIT_SECONDS } from './dispersion.ts';
import {
  ALTERNATIVES,
  alternativesTo,
  type LimitAlternatives,
  type RateCounts,
  type RateModel,
} from './limit-alternatives.ts';
import { logSumExp } from './log-space.ts';
import { START_WEIGHT, StartTimes, type StartTimesState } from './start-times.ts';

/** Settings of the evidence against one limit. */
export interface LimitEvidenceOptions {
  /** `binomial`: bad ones out of requests. `poisson`: events per pod-hour. */
  model: RateModel;
  /** The highest rate that is still tolerated: above 0, and below 1 for `binomial`. */
  limit: number;
  /** Nominal length of an interval in seconds. */
  intervalSeconds: number;
  /** Evidence that 10 s may add at most, in nats; more bad events than that are not counted. */
  clipNats: number;
  /**
   * Seconds from the start during which only overwhelming blocks count against the canary; rounded up to whole blocks.
   * Nothing overwhelms with `poisson`.
   */
  warmUpSeconds: number;
}

/** One interval. Times are seconds since the judge began. */
export interface LimitObservation extends RateCounts {
  startSeconds: number;
  endSeconds: number;
  /** Squared CV of the rate noise per 10 s, as known before the interval. */
  squaredCv: number;
}

/** State of {@link LimitEvidence}, plain JSON. */
export interface LimitEvidenceState {
  sums: number[];
  counts: RateCounts;
  cappedBlocks: number;
  block: OpenRates;
  warmedUp: boolean;
  starts: StartTimesState;
}

/** Counts of the block that is being filled. */
interface OpenRates extends RateCounts {
  index: number;
  endSeconds: number;
  /** Of the block's first interval: later ones may have been learned from the block itself. */
  squaredCv: number | null;
}

/**
 * Weight of the start during which only overwhelming blocks count. What remains of the start's weight begins after it:
 * what the warm-up left out must not count in the canary's favour.
 */
const WARM_UP_WEIGHT = 0.05;
/** A block is overwhelming from this rate on: a multiple of the limit and an absolute excess over it, as in burst-clip.ts, ... */
const OVERWHELMING_MULTIPLE = 20;
const OVERWHELMING_EXCESS = 0.05;
/** ... and from this part of the way to 1 in any case. Half of it was too low: tenfold bursts of a service that often fails. */
const MOST = 0.75;
/** Bad events that it needs, and how many are enough where most are bad. */
const OVERWHELMING_BAD = 8;
const OVERWHELMING_BAD_IF_MOST = 3;

const CHECK = new OptionCheck('INVALID_OPTION', 'LimitEvidence');

/** Sequential evidence that a rate is above a limit. */
export class LimitEvidence {
  readonly #options: LimitEvidenceOptions;
  readonly #blockSeconds: number;
  readonly #alternatives: LimitAlternatives;
  readonly #starts: StartTimes;
  /** Log likelihood ratios of the finished blocks, their counts. */
  #sums: Float64Array;
  #counts: RateCounts;
  #cappedBlocks: number;
  #warmedUp: boolean;
  #block: OpenRates;
  /** The sums with the open block on top. */
  #current: Float64Array;
  #isCapped = false;
  /** `null`: not read since the last change. */
  #logE: number | null = null;

  /** @throws RolloutGuardError `INVALID_OPTION` - a limit that no rate can exceed, or that every rate exceeds. */
  constructor(options: LimitEvidenceOptions, state?: LimitEvidenceState) {
    const { model, limit, intervalSeconds } = options;
    if (!(limit > 0 && limit < (model === 'binomial' ? 1 : Infinity)))
      CHECK.fail('limit', limit, 'Use a rate above 0 that can be exceeded.');
    this.#options = options;
    this.#blockSeconds = blockSeconds(intervalSeconds);
    this.#alternatives = alternativesTo(model, limit);
    const { logWeights } = this.#alternatives;
    const gained = new Float64Array(ALTERNATIVES);
    this.#starts = new StartTimes((now, from) => {
      for (let k = 0; k < ALTERNATIVES; k++) gained[k] = now[k]! - from[k]! + logWeights[k]!;
      return logSumExp(gained);
    }, state?.starts);
    this.#sums = Float64Array.from(state?.sums ?? new Float64Array(ALTERNATIVES));
    this.#counts = state ? { ...state.counts } : { exposure: 0, bad: 0 };
    this.#cappedBlocks = state?.cappedBlocks ?? 0;
    this.#warmedUp = state?.warmedUp ?? false;
    this.#block = state ? { ...state.block } : openRates(0);
    this.#current = this.#sums;
    if (state === undefined) {
      if (options.warmUpSeconds > 0) this.#starts.start(WARM_UP_WEIGHT, this.#sums);
      this.#endWarmUp();
    }
    this.#assess();
  }

  /**
   * Goes on where {@link state} was taken.
   *
   * @throws RolloutGuardError `INVALID_OPTION` - a state of other settings, or numbers that are not finite.
   */
  static restore(options: LimitEvidenceOptions, state: LimitEvidenceState): LimitEvidence {
    const sums = (path: string, values: readonly number[]): void => {
      if (values.length !== ALTERNATIVES || !values.every(Number.isFinite))
        CHECK.fail(path, values, `Use the ${ALTERNATIVES} finite numbers that state() gave.`);
    };
    sums('state.sums', state.sums);
    state.starts.starts.forEach((start, i) => void sums(`state.starts.starts[${i}].sums`, start.sums));
    for (const part of ['counts', 'block'] as const) {
      for (const name of ['exposure', 'bad'] as const)
        CHECK.number(`state.${part}.${name}`, state[part][name] ?? null, 0, { min: 0 });
    }
    return new LimitEvidence(options, state);
  }

  /** Takes in the next interval; intervals come in time order. Without any exposure it says nothing. */
  observe(interval: LimitObservation): void {
    const index = Math.floor(interval.startSeconds / this.#blockSeconds + 1e-9);
    if (index > this.#block.index) this.#closeBlock(index);
    this.#block.endSeconds = interval.endSeconds;
    this.#block.squaredCv ??= interval.squaredCv;
    this.#block.exposure += interval.exposure;
    this.#block.bad += interval.bad;
    this.#assess();
    if (interval.endSeconds >= (this.#block.index + 1) * this.#blockSeconds - 1e-9)
      this.#closeBlock(this.#block.index + 1);
  }

  /** Log of the e-value against "at most the limit". */
  get logE(): number {
    this.#logE ??= this.#starts.logE(this.#current);
    return this.#logE;
  }

  /** Exposure and bad events so far. */
  get counts(): RateCounts {
    return { exposure: this.#counts.exposure + this.#block.exposure, bad: this.#counts.bad + this.#block.bad };
  }

  /** Finished blocks whose evidence was capped. */
  get cappedBlocks(): number {
    return this.#cappedBlocks;
  }

  /** Everything that later answers depend on. */
  state(): LimitEvidenceState {
    return {
      sums: [...this.#sums],
      counts: { ...this.#counts },
      cappedBlocks: this.#cappedBlocks,
      block: { ...this.#block },
      warmedUp: this.#warmedUp,
      starts: this.#starts.state(),
    };
  }

  /** Weighs the open block as it stands and puts it on top of the finished ones. */
  #assess(): void {
    const { exposure, bad } = this.#block;
    this.#logE = null;
    this.#isCapped = false;
    this.#current = this.#sums;
    if (exposure <= 0) return;
    const { perBad, perExposure } = this.#alternatives;
    const noise = this.#noiseAt(this.#options.limit);
    const isOverwhelming = this.#isOverwhelming();
    const counted = isOverwhelming ? bad : Math.min(bad, this.#cap(noise));
    const isIgnored = !this.#warmedUp && !isOverwhelming;
    this.#isCapped = counted < bad && !isIgnored;
    this.#current = this.#sums.map((sum, k) => {
      const gain = (counted * perBad[k]! - exposure * perExposure[k]!) / noise;
      return sum + (isIgnored ? Math.min(gain, 0) : gain);
    });
  }

  /**
   * Bad events of the block from which on more add nothing: no alternative gains more than the clip by them. Cutting the
   * count, and not the evidence, keeps one more bad event from ever lowering it. One lone bad event always counts: at low
   * traffic it is all there is.
   */
  #cap(noise: number): number {
    const { perBad, perExposure } = this.#alternatives;
    const clip = this.#options.clipNats * clipUnits(this.#blockSeconds);
    let cap = Infinity;
    for (let k = 0; k < ALTERNATIVES; k++)
      cap = Math.min(cap, (clip * noise + this.#block.exposure * perExposure[k]!) / perBad[k]!);
    return Math.max(cap, 1);
  }

  /**
   * True when a block is so far above the limit that waiting would be wrong. Events in time never are: all pods restart
   * together when what they depend on restarts, and that is no crash loop yet.
   */
  #isOverwhelming(): boolean {
    const { exposure, bad } = this.#block;
    const { model, limit } = this.#options;
    if (model === 'poisson') return false;
    const rate = bad / exposure;
    const most = limit + MOST * (1 - limit);
    const needed = Math.min(most, Math.max(limit + OVERWHELMING_EXCESS, OVERWHELMING_MULTIPLE * limit));
    return (rate > needed && bad >= OVERWHELMING_BAD) || (rate > most && bad >= OVERWHELMING_BAD_IF_MOST);
  }

  /** Variance of the block's count at a rate, over that of the plain model: the rate itself is noisy. */
  #noiseAt(rate: number): number {
    const { index, endSeconds, exposure, squaredCv } = this.#block;
    const units = Math.max(endSeconds - index * this.#blockSeconds, 1e-9) / UNIT_SECONDS;
    return 1 + (exposure * rate * Math.max(squaredCv ?? 0, MINIMUM_SQUARED_CV)) / units;
  }

  #closeBlock(nextIndex: number): void {
    this.#counts = this.counts;
    this.#sums = this.#current;
    if (this.#isCapped) this.#cappedBlocks += 1;
    this.#isCapped = false;
    this.#logE = null;
    const endedSeconds = (this.#block.index + 1) * this.#blockSeconds;
    this.#block = openRates(nextIndex);
    this.#endWarmUp();
    this.#starts.checkpoint(endedSeconds, this.#sums);
  }

  /** The main start time begins where the warm-up ends. */
  #endWarmUp(): void {
    if (this.#warmedUp || this.#block.index * this.#blockSeconds < this.#options.warmUpSeconds) return;
    this.#warmedUp = true;
    this.#starts.start(START_WEIGHT - (this.#options.warmUpSeconds > 0 ? WARM_UP_WEIGHT : 0), this.#sums);
  }
}

function openRates(index: number): OpenRates {
  return { index, endSeconds: 0, exposure: 0, bad: 0, squaredCv: null };
}
