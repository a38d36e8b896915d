/**
 * A small part of the decision bench with fixed seeds, so that a change that breaks the judge's promises fails at once. The
 * bounds are generous: the bench itself measures, this only guards.
 */
import { describe, expect, it } from 'vitest';
import { developmentCorpus } from '../../bench/decisions/corpus.ts';
import { judgesNamed } from '../../bench/decisions/judges/index.ts';
import { runJudges } from '../../bench/decisions/run.ts';
import { type CellFigures, cellFigures } from '../../bench/decisions/summary.ts';

const RUNS = 40;
const OURS = judgesNamed(['rolloutguard', 'rolloutguard-arms']);

function figuresOf(name: string): CellFigures[] {
  const cell = developmentCorpus().find((known) => known.name === name)!;
  const results = runJudges(OURS, cell, 'regression', 0, RUNS);
  return OURS.map(({ name: judge }, j) => cellFigures(cell, judge, results[j]!));
}

describe('regression: healthy canaries are left alone', () => {
  it.each([
    'AA-iid rps50 w0.05 b0.01',
    'AA-all rps500 w0.05 b0.01',
    'AA-burst rps5000 w0.01 b0.001',
    'AA-incident20x-all rps50 w0.05 b0.01',
  ])('%s', (name) => {
    for (const { judge, rollbackRate } of figuresOf(name)) {
      expect(rollbackRate * RUNS, judge).toBeLessThanOrEqual(2);
    }
  });
});

describe('regression: faulty canaries are found', () => {
  it.each([
    ['hard-down rps50 w0.05 b0.001', 1, 10],
    ['fault 5x rps50 w0.05 b0.01', 0.9, 280],
    ['late 5x at 10min rps5000 w0.05 b0.01', 0.95, 80],
    ['all 5x rps500 w0.05 b0.01', 0.9, 180],
  ] as const)('%s: power %f, median of %d s', (name, power, medianSeconds) => {
    for (const figures of figuresOf(name)) {
      expect(figures.rollbackRate, figures.judge).toBeGreaterThanOrEqual(power);
      expect(figures.medianSeconds, figures.judge).toBeLessThanOrEqual(medianSeconds);
    }
  });
});
