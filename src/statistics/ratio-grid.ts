/**
 * The grid of canary/stable rate ratios on which all evidence lives, and the prior weights over it.
 *
 * 61 points of the log ratio: 14 below zero down to -3, zero itself, and 46 above up to 7, both sides geometric so that
 * small effects near "no change" are resolved as well as a hard-down canary (e^7 = 1,097 times).
 */
import { normalise } from './log-space.ts';

/** Log rate ratios, ascending. */
export const LOG_RATIOS: readonly number[] = [
  ...geometric(3, 0.02, 14).map((value) => -value),
  0,
  ...geometric(0.02, 7, 46),
];

/** One number per grid point: those given, or zeros. */
export function onGrid(values?: ArrayLike<number>): Float64Array {
  return values === undefined ? new Float64Array(LOG_RATIOS.length) : new Float64Array(values);
}

/** All positions of the grid. */
const ALL_POSITIONS: readonly number[] = LOG_RATIOS.map((_, k) => k);

/** Narrower spreads fall between two points of the grid. */
const NARROWEST_SPREAD = 0.02;
/** Log weights below this one change no sum. */
const NEGLIGIBLE = -60;

/** Width that each point stands for: central differences, one-sided at the ends. */
const LOG_SPACING: readonly number[] = LOG_RATIOS.map((_, k) => {
  const last = LOG_RATIOS.length - 1;
  if (k === 0) return Math.log(LOG_RATIOS[1]! - LOG_RATIOS[0]!);
  if (k === last) return Math.log(LOG_RATIOS[last]! - LOG_RATIOS[last - 1]!);
  return Math.log((LOG_RATIOS[k + 1]! - LOG_RATIOS[k - 1]!) / 2);
});

/** A prior over log ratios: log weights that sum to one, and the positions where they matter. */
export interface RatioPrior {
  readonly logWeights: Float64Array;
  readonly positions: readonly number[];
}

/**
 * A prior that is worked out when it is first asked for. Only for one that would be the same at any time until then.
 */
export function lazily(prior: () => RatioPrior): RatioPrior {
  let known: RatioPrior | null = null;
  const ask = (): RatioPrior => {
    known ??= prior();
    return known;
  };
  return {
    get logWeights() {
      return ask().logWeights;
    },
    get positions() {
      return ask().positions;
    },
  };
}

/** Position of the grid point nearest to a log ratio (the first of two equally near ones). */
export function nearestPosition(logRatio: number): number {
  let best = 0;
  for (const k of ALL_POSITIONS) {
    if (Math.abs(LOG_RATIOS[k]! - logRatio) < Math.abs(LOG_RATIOS[best]! - logRatio)) best = k;
  }
  return best;
}

/** From this tolerated ratio on a wider one takes the same weights and leaves some out. */
const USUAL_TOLERANCE = Math.log(1.25);

/**
 * Mixture over ratios worse than the tolerated one, denser near it: the alternative of the rollback evidence. For ratios
 * above 1.25 the weights are not scaled up to one again, so that tolerating more never finds more.
 */
export function worsePrior(toleratedLogRatio: number): RatioPrior {
  const from = Math.min(toleratedLogRatio, USUAL_TOLERANCE);
  const { logWeights } = from === USUAL_TOLERANCE ? USUALLY_WORSE : worseThan(from);
  return {
    logWeights,
    positions: ALL_POSITIONS.filter((k) => logWeights[k]! > -Infinity && LOG_RATIOS[k]! > toleratedLogRatio + 0.05),
  };
}

function worseThan(from: number): RatioPrior {
  return prior((x) => (x > from + 0.05 ? -Math.log(Math.max(x - from, 0.05) + 0.3) : -Infinity));
}

/** Normal spread around `centre`: differences between healthy groups of pods. Far tails are left out of sums. */
export function spreadPrior(centre: number, spread: number): RatioPrior {
  const reach = Math.max(0.3, 5 * spread);
  const logWeights = normalLogWeights(centre, spread);
  return { logWeights, positions: ALL_POSITIONS.filter((k) => Math.abs(LOG_RATIOS[k]! - centre) < reach) };
}

/** The same where the spread is not known: a mixture over spreads, with log weights that sum to one. */
export function mixedSpreadPrior(
  centre: number,
  spreads: readonly number[],
  logSpreadWeights: ArrayLike<number>,
): RatioPrior {
  const logWeights = new Float64Array(LOG_RATIOS.length);
  spreads.forEach((spread, i) => {
    const logWeight = logSpreadWeights[i]!;
    if (logWeight < NEGLIGIBLE) return;
    const single = normalLogWeights(centre, spread);
    for (let k = 0; k < logWeights.length; k++) logWeights[k]! += Math.exp(logWeight + single[k]!);
  });
  const positions: number[] = [];
  for (let k = 0; k < logWeights.length; k++) {
    logWeights[k] = Math.log(logWeights[k]!);
    if (logWeights[k]! > NEGLIGIBLE) positions.push(k);
  }
  return { logWeights, positions };
}

/** The promotion margin of the study. Narrower margins leave weights out, wider ones add none: a wider one never finds less. */
const USUAL_MARGIN = Math.log(1.5);

/** Mixture over ratios safely below the promotion margin: the alternative of the non-inferiority evidence. */
export function nonInferiorPrior(promoteWithinLogRatio: number): RatioPrior {
  const { logWeights, positions } = WITHIN_MARGIN;
  return { logWeights, positions: positions.filter((k) => LOG_RATIOS[k]! < promoteWithinLogRatio - 0.05) };
}

/** Two-sided mixture for the confidence interval of the ratio. */
export function intervalPrior(): RatioPrior {
  return prior((x) => -Math.log(Math.abs(x) + 0.1));
}

/** By centre, then by deviation. */
const normals = new Map<number, Map<number, Float64Array>>();
let normalsKept = 0;
/** Few centres and spreads are ever asked for; the bound is for those who try many. */
const MOST_NORMALS = 1000;

/** Log weights of a normal on the grid, kept because the same ones are asked for again and again. */
function normalLogWeights(centre: number, spread: number): Float64Array {
  const deviation = Math.max(spread, NARROWEST_SPREAD);
  const kept = normals.get(centre)?.get(deviation);
  if (kept !== undefined) return kept;
  const { logWeights } = prior((x) => -0.5 * ((x - centre) / deviation) ** 2);
  if (normalsKept >= MOST_NORMALS) {
    normals.clear();
    normalsKept = 0;
  }
  const ofCentre = normals.get(centre) ?? new Map<number, Float64Array>();
  normals.set(centre, ofCentre.set(deviation, logWeights));
  normalsKept++;
  return logWeights;
}

function prior(logDensity: (logRatio: number) => number): RatioPrior {
  const logWeights = normalise(LOG_RATIOS.map((x, k) => LOG_SPACING[k]! + logDensity(x)));
  return { logWeights, positions: ALL_POSITIONS.filter((k) => logWeights[k]! > -Infinity) };
}

// Weights that are asked for by every curve; read only.
const USUALLY_WORSE: RatioPrior = worseThan(USUAL_TOLERANCE);
const WITHIN_MARGIN: RatioPrior = prior((x) => (x < USUAL_MARGIN - 0.05 ? -Math.abs(x) / 0.3 : -Infinity));

function geometric(from: number, to: number, points: number): number[] {
  return Array.from({ length: points }, (_, i) => from * (to / from) ** (i / (points - 1)));
}
