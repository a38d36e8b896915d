/**
 * Random numbers for simulating millions of intervals: a fast generator of 128 bits of state, and exact rejection
 * samplers whose cost does not grow with the mean. The package's own `testing/random` is simpler, but its 32 bits of state
 * would repeat within one bench, and its samplers recurse for large means.
 */

/** A seeded stream of random numbers and the distributions that the scenarios need. Same key, same stream. */
export class RandomStream {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  #spareNormal = Number.NaN;

  /** @param key - any text; streams of different keys are unrelated. */
  constructor(key: string) {
    [this.#a, this.#b, this.#c] = hash96(key);
    for (let i = 0; i < 12; i++) this.#bits();
  }

  /** Small fast counting generator of 32 bits (sfc32 by Chris Doty-Humphrey, from PractRand). */
  #bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum;
  }

  /** Uniform in the open interval (0, 1), in steps of 2^-32. */
  uniform(): number {
    return ((this.#bits() >>> 0) + 0.5) / 4294967296;
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    const spare = this.#spareNormal;
    if (!Number.isNaN(spare)) {
      this.#spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = y * factor;
      return x * factor;
    }
  }

  /** Gamma with the given shape and mean `shape` (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = this.uniform();
      if (u < 1 - 0.0331 * x * x * x * x || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  /** Poisson: inversion below a mean of 10, transformed rejection (PTRS, Hörmann 1993) above. */
  poisson(mean: number): number {
    if (!(mean > 0)) return 0;
    if (mean < 10) {
      let probability = Math.exp(-mean);
      let rest = this.uniform() - probability;
      let count = 0;
      while (rest > 0 && count < 200) {
        count += 1;
        probability *= mean / count;
        rest -= probability;
      }
      return count;
    }
    const b = 0.931 + 2.53 * Math.sqrt(mean);
    const a = -0.059 + 0.02483 * b;
    const invAlpha = 1.1239 + 1.1328 / (b - 3.4);
    const quick = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
      const u = this.uniform() - 0.5;
      const v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= quick) return count;
      if (count < 0 || (us < 0.013 && v > us)) continue;
      const accept = Math.log((v * invAlpha) / (a / (us * us) + b));
      if (accept <= count * Math.log(mean) - mean - logFactorial(count)) return count;
    }
  }

  /** Binomial: inversion below an expectation of 10, transformed rejection (BTRS, Hörmann 1993) above. */
  binomial(trials: number, probability: number): number {
    if (!(trials > 0) || !(probability > 0)) return 0;
    if (probability >= 1) return trials;
    if (probability > 0.5) return trials - this.binomial(trials, 1 - probability);
    const odds = probability / (1 - probability);
    if (trials * probability < 10) {
      let mass = Math.exp(trials * Math.log1p(-probability));
      let rest = this.uniform() - mass;
      let count = 0;
      while (rest > 0 && count < trials && count < 200) {
        count += 1;
        mass *= (odds * (trials - count + 1)) / count;
        rest -= mass;
      }
      return count;
    }
    const deviation = Math.sqrt(trials * probability * (1 - probability));
    const b = 1.15 + 2.53 * deviation;
    const a = -0.0873 + 0.0248 * b + 0.01 * probability;
    const centre = trials * probability + 0.5;
    const quick = 0.92 - 4.2 / b;
    for (;;) {
      const u = this.uniform() - 0.5;
      let v = this.uniform();
      const us = 0.5 - Math.abs(u);
      const count = Math.floor(((2 * a) / us + b) * u + centre);
      if (us >= 0.07 && v <= quick) return count;
      if (count < 0 || count > trials) continue;
      const mode = Math.floor((trials + 1) * probability);
      v = Math.log((v * (2.83 + 5.1 / b) * deviation) / (a / (us * us) + b));
      const density =
        logFactorial(mode) +
        logFactorial(trials - mode) -
        logFactorial(count) -
        logFactorial(trials - count) +
        (count - mode) * Math.log(odds);
      if (v <= density) return count;
    }
  }
}

const LOG_FACTORIALS = Float64Array.from({ length: 128 }, () => 0);
for (let n = 2; n < 128; n++) LOG_FACTORIALS[n] = LOG_FACTORIALS[n - 1]! + Math.log(n);
const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI);

/** log n!, by table and by Stirling's series (relative error below 1e-15 from 128 on). */
function logFactorial(n: number): number {
  if (n < 128) return LOG_FACTORIALS[n]!;
  const inverse = 1 / n;
  return (n + 0.5) * Math.log(n) - n + HALF_LOG_TAU + inverse * (1 / 12 - inverse * inverse * (1 / 360));
}

/** Three words of hash (the mixing steps of MurmurHash3), enough to keep the streams of all runs apart. */
function hash96(key: string): [number, number, number] {
  const words: [number, number, number] = [0x3c6ef372, 0x1b873593, 0x2545f491];
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    words[0] = Math.imul(words[0] ^ code, 0x85ebca6b);
    words[1] = Math.imul(words[1] ^ code ^ (words[0] >>> 15), 0xc2b2ae35);
    words[2] = Math.imul(words[2] ^ code ^ (words[1] >>> 13), 0x27d4eb2f);
    words[0] ^= words[2] >>> 16;
  }
  return words;
}
