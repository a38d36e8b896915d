import fc from 'fast-check';
import {
  LimitEvidence,
  type LimitEvidenceOptions,
  type LimitObservation,
} from '../../src/statistics/limit-evidence.ts';

/** What is seen in one interval. */
export type Counts = Pick<LimitObservation, 'exposure' | 'bad' | 'squaredCv'>;

/** A limit of 1 % of requests, in intervals of 10 s. */
export const base: LimitEvidenceOptions = {
  model: 'binomial',
  limit: 0.01,
  intervalSeconds: 10,
  clipNats: 2.5,
  warmUpSeconds: 0,
};

/** The i-th interval of a length in seconds. */
export function at(i: number, counts: Partial<Counts>, seconds = 10): LimitObservation {
  return { startSeconds: i * seconds, endSeconds: (i + 1) * seconds, exposure: 0, bad: 0, squaredCv: 0, ...counts };
}

/** Evidence after intervals that follow each other. */
export function evidenceOf(options: Partial<LimitEvidenceOptions>, slices: readonly Partial<Counts>[]): LimitEvidence {
  const seconds = options.intervalSeconds ?? base.intervalSeconds;
  const evidence = new LimitEvidence({ ...base, ...options });
  slices.forEach((counts, i) => void evidence.observe(at(i, counts, seconds)));
  return evidence;
}

/** The same interval several times. */
export const repeat = (times: number, counts: Partial<Counts>): Partial<Counts>[] =>
  Array.from({ length: times }, () => counts);

/** Counts at any scale up to 1e12, and any share of them bad. */
export const anyCounts: fc.Arbitrary<Counts> = fc
  .record({
    power: fc.double({ min: 0, max: 12, noNaN: true }),
    share: fc.oneof(
      fc.constant(0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.03, noNaN: true }),
    ),
    squaredCv: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ power, share, squaredCv }): Counts => {
    const exposure = Math.floor(10 ** power) - 1;
    return { exposure, bad: Math.floor(exposure * share), squaredCv };
  });
/** Limits of all kinds. */
export const anyOptions: fc.Arbitrary<Omit<LimitEvidenceOptions, 'intervalSeconds'>> = fc.record({
  model: fc.constantFrom('binomial' as const, 'poisson' as const),
  limit: fc.constantFrom(1e-6, 0.001, 0.01, 0.1, 0.5, 0.9),
  clipNats: fc.constantFrom(0.8, 2.5, 8),
  warmUpSeconds: fc.constantFrom(0, 60),
});
