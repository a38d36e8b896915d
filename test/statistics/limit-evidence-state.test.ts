import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LimitEvidence, type LimitEvidenceOptions } from '../../src/statistics/limit-evidence.ts';
import { anyCounts, anyOptions, at, base, evidenceOf, repeat } from '../helpers/limit-evidence.ts';

describe('the state', () => {
  it('restored at any point, through JSON, is not noticed', () => {
    fc.assert(
      fc.property(
        anyOptions,
        fc.constantFrom(2, 10, 60),
        fc.array(anyCounts, { minLength: 2, maxLength: 40 }),
        fc.nat(),
        (options, intervalSeconds, slices, cut) => {
          const full: LimitEvidenceOptions = { ...base, ...options, intervalSeconds };
          const straight = new LimitEvidence(full);
          let resumed = new LimitEvidence(full);
          slices.forEach((counts, i) => {
            if (i === cut % slices.length) {
              const state = JSON.parse(JSON.stringify(resumed.state()));
              expect(state).toEqual(resumed.state());
              resumed = LimitEvidence.restore(full, state);
            }
            straight.observe(at(i, counts, intervalSeconds));
            resumed.observe(at(i, counts, intervalSeconds));
            expect(resumed.logE).toBe(straight.logE);
            expect(resumed.counts).toEqual(straight.counts);
          });
          expect(resumed.state()).toEqual(straight.state());
          expect(resumed.cappedBlocks).toBe(straight.cappedBlocks);
        },
      ),
      { seed: 34, numRuns: 60 },
    );
  });

  it('keeps its size however long the deployment lasts, and the late fault is still found', () => {
    const evidence = evidenceOf({}, repeat(6 * 360, { exposure: 100, bad: 0, squaredCv: 0.1 }));
    expect(evidence.state().starts.starts.length).toBeLessThanOrEqual(17);
    let i = 6 * 360;
    const faultFrom = i;
    while (evidence.logE < Math.log(100) && i < faultFrom + 60)
      evidence.observe(at(i++, { exposure: 100, bad: 5, squaredCv: 0.1 }));
    expect(i - faultFrom).toBeLessThanOrEqual(12);
  });

  it('is not changed by what is done with a copy of it', () => {
    const evidence = evidenceOf({}, repeat(3, { exposure: 100, bad: 3 }));
    const { logE } = evidence;
    const state = evidence.state();
    const resumed = LimitEvidence.restore(base, state);
    resumed.observe(at(3, { exposure: 100, bad: 50 }));
    expect(evidence.state()).toEqual(state);
    expect(LimitEvidence.restore(base, state).logE).toBe(logE);
  });

  it.each([
    ['state.sums', (state: ReturnType<LimitEvidence['state']>) => ({ ...state, sums: state.sums.slice(1) })],
    ['state.sums', (state: ReturnType<LimitEvidence['state']>) => ({ ...state, sums: state.sums.map(() => null) })],
    [
      'state.starts.starts[0].sums',
      (state: ReturnType<LimitEvidence['state']>) => ({
        ...state,
        starts: { ...state.starts, starts: [{ logWeight: 0, sums: [] }] },
      }),
    ],
    [
      'state.counts.bad',
      (state: ReturnType<LimitEvidence['state']>) => ({ ...state, counts: { exposure: 1, bad: null } }),
    ],
  ])('that does not fit is refused at %s', (path, corrupt) => {
    const state = corrupt(evidenceOf({}, [{ exposure: 10, bad: 1 }]).state());
    expect(() => LimitEvidence.restore(base, state as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path }),
    );
  });

  it.each([
    ['binomial', 0],
    ['binomial', 1],
    ['binomial', Number.NaN],
    ['poisson', -1],
    ['poisson', Infinity],
  ] as const)('a limit that cannot be tested is refused: %s %d', (model, limit) => {
    expect(() => new LimitEvidence({ ...base, model, limit })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', path: 'limit' }),
    );
  });
});
