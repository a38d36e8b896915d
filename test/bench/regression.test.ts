/**
 * A small part of the decision bench with fixed seeds, so that a change that breaks the judge's promises fails at once. The
 * bounds are generous: the bench itself measures, this only guards.
 */
import { describe, expect, it } from 'vitest';
import { isOnlyErrors } from '../../bench/decisions/cell.ts';
import { developmentCorpus } from '../../bench/decisions/corpus.ts';
import { judgesNamed } from '../../bench/decisions/judges/index.ts';
import { runJudges } from '../../bench/decisions/run.ts';
import { type CellFigures, cellFigures } from '../../bench/decisions/summary.ts';

const RUNS = 40;
/** Runs of whole deployments and of latency, which take longer. */
const FEWER_RUNS = 20;
const OURS = judgesNamed(['rolloutguard', 'rolloutguard-arms']);

function figuresOf(name: string): CellFigures[] {
  const cell = developmentCorpus().find((known) => known.name === name)!;
  const results = runJudges(OURS, cell, 'regression', 0, isOnlyErrors(cell) ? RUNS : FEWER_RUNS);
  return OURS.map(({ name: judge }, j) => cellFigures(cell, judge, results[j]!));
}

describe('regression: healthy canaries are left alone', () => {
  it.each([
    'AA-iid rps50 w0.05 b0.01',
    'AA-all rps500 w0.05 b0.01',
    'AA-burst rps5000 w0.01 b0.001',
    'AA-incident20x-all rps50 w0.05 b0.01',
    'latency AA-gc rps500 w0.05',
    'deployment AA-two-mixed rps500 w0.05 b0.01',
    'interference x3 at 50%-all rps500 steps b0.01',
  ])('%s', (name) => {
    for (const { judge, rollbackRate, runs } of figuresOf(name)) {
      expect(rollbackRate * runs, judge).toBeLessThanOrEqual(2);
    }
  });
});

describe('regression: faulty canaries are found', () => {
  it.each([
    ['hard-down rps50 w0.05 b0.001', 1, 10],
    ['fault 5x rps50 w0.05 b0.01', 0.9, 280],
    ['late 5x at 10min rps5000 w0.05 b0.01', 0.95, 80],
    ['all 5x rps500 w0.05 b0.01', 0.9, 180],
    ['latency median x1.5 noise rps500 w0.05', 0.95, 120],
    ['deployment two errors 5x mixed rps500 w0.05 b0.01', 0.9, 240],
    ['dependency +10% of the canary-all rps500 w0.05 b0.001', 1, 40],
  ] as const)('%s: power %f, median of %d s', (name, power, medianSeconds) => {
    for (const figures of figuresOf(name)) {
      expect(figures.rollbackRate, figures.judge).toBeGreaterThanOrEqual(power);
      expect(figures.medianSeconds, figures.judge).toBeLessThanOrEqual(medianSeconds);
    }
  });
});

describe('regression: causes and promotion', () => {
  it('an incident is held and then released, and rollbacks blame the deployment', () => {
    for (const figures of figuresOf('incident20x-all rps500 w0.05 b0.01')) {
      expect(figures.heldShareFromFourth, figures.judge).toBeGreaterThan(0.9);
      expect(figures.releasedWithin120, figures.judge).toBeGreaterThan(0.9);
      expect(figures.holdShare, figures.judge).toBeLessThan(0.02);
    }
    for (const figures of figuresOf('fault 5x inside incident20x-iid rps500 w0.05 b0.001')) {
      expect(figures.rollbackRate, figures.judge).toBeGreaterThan(0.9);
      expect(figures.causeDeploymentShare, figures.judge).toBe(1);
    }
  });

  it('a healthy canary is promoted, and a doubled error rate is not', () => {
    for (const figures of figuresOf('promote-iid rps500 w0.05 b0.001')) {
      expect(figures.promotedWithin1080, figures.judge).toBeGreaterThan(0.9);
    }
    for (const figures of figuresOf('false-promotion 2x-all rps500 w0.05 b0.01')) {
      expect(figures.falsePromoteRate! * RUNS, figures.judge).toBeLessThanOrEqual(2);
    }
  });
});
