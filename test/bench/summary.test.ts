import { describe, expect, it } from 'vitest';
import type { Cell } from '../../bench/decisions/judge.ts';
import { emptyResults, type RunResults } from '../../bench/decisions/run.ts';
import { type CellFigures, cellFigures, secondsLeft, summarise } from '../../bench/decisions/summary.ts';
import { tables } from '../../bench/decisions/tables.ts';
import { geometricMean, quantile, wilsonInterval } from '../../bench/figures.ts';
import { expectClose } from '../helpers/close.ts';

/** Results of runs that ended after these intervals (-1 = never). */
function resultsOf(rollbackIntervals: number[], more: Partial<RunResults> = {}): RunResults {
  const results = emptyResults(rollbackIntervals.length);
  return { ...results, rollbackIntervals: Int32Array.from(rollbackIntervals), ...more };
}

const NULL_CELL: Cell = { name: 'healthy', kind: 'null', kw: {} };
const FAULT: Cell = { name: 'fault', kind: 'effect', kw: { ratio: 5 } };
const LATE: Cell = { name: 'late', kind: 'effect', kw: { ratio: 5, onset: 60 } };

describe('figures', () => {
  it('quantile: the smallest value that the share does not exceed', () => {
    expect([0.1, 0.5, 0.51, 0.9, 1].map((p) => quantile([4, 1, 3, 2, Infinity], p))).toEqual([
      1,
      3,
      3,
      Infinity,
      Infinity,
    ]);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('geometric mean', () => expectClose(geometricMean([10, 1000]), 100, 1e-12));

  it('Wilson interval, as tabulated', () => {
    const { low, high } = wilsonInterval(5, 1000);
    expect(low).toBeCloseTo(0.00214, 5);
    expect(high).toBeCloseTo(0.01165, 5);
    expect(wilsonInterval(0, 1000).low).toBe(0);
  });
});

describe('figures of a cell', () => {
  it('healthy: a rate, no times', () => {
    const figures = cellFigures(NULL_CELL, 'j', resultsOf([-1, 7, -1, -1]));
    expect(figures).toMatchObject({ runs: 4, rollbackRate: 0.25, medianSeconds: null, p90Seconds: null });
  });

  it('faulty: times over all runs, to the end of the interval that decided', () => {
    const figures = cellFigures(FAULT, 'j', resultsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, -1]));
    expect(figures).toMatchObject({ rollbackRate: 0.9, medianSeconds: 50, p90Seconds: 90 });
    expect(cellFigures(FAULT, 'j', resultsOf([0, -1, -1]))).toMatchObject({ medianSeconds: null, p90Seconds: null });
  });

  it('faulty: seconds count from the onset, and a rollback before it is no detection', () => {
    const figures = cellFigures(LATE, 'j', resultsOf([60, 61, 59, 3, -1]));
    expect(figures).toMatchObject({ rollbackRate: 0.4, medianSeconds: null });
    expect(cellFigures(LATE, 'j', resultsOf([60, 60, 61, 59])).medianSeconds).toBe(10);
  });

  it('other interval lengths', () => {
    const every30: Cell = { name: 'x', kind: 'effect', kw: { onset: 60, intervalSeconds: 30 } };
    // The fault begins after 600 s, which is the end of interval 19.
    expect(cellFigures(every30, 'j', resultsOf([20])).medianSeconds).toBe(30);
    expect(cellFigures(every30, 'j', resultsOf([19])).rollbackRate).toBe(0);
    const held = resultsOf([-1, -1], { externalIntervals: Int32Array.of(6, 0) });
    expect(cellFigures(every30, 'j', held).externalHoldShare).toBeCloseTo(3 / 60, 12);
  });

  it('bad answers are means', () => {
    const results = resultsOf([-1, 3], { badAnswers: Float64Array.of(4, 8) });
    expect(cellFigures(NULL_CELL, 'j', results)).toMatchObject({ badAnswers: 6 });
  });

  it('promotions: seconds from the deployment over all runs', () => {
    const promoteIntervals = Int32Array.of(19, 29, 30, 107, -1);
    expect(cellFigures(LATE, 'j', resultsOf([-1, -1, -1, -1, -1], { promoteIntervals }))).toMatchObject({
      ...{ promoteRate: 0.8, promoteMedianSeconds: 310, promoteP95Seconds: null },
      ...{ promotedWithin300: 0.4, promotedWithin1080: 0.8 },
    });
  });

  it('false promotions: only those after the onset, when the canary is already faulty', () => {
    // The fault begins after 600 s, at the end of interval 59.
    const late = resultsOf([-1, -1, -1, -1], { promoteIntervals: Int32Array.of(59, 60, 170, -1) });
    expect(cellFigures(LATE, 'j', late)).toMatchObject({ promoteRate: 0.75, falsePromoteRate: 0.5 });
    expect(cellFigures(NULL_CELL, 'j', late).falsePromoteRate).toBeNull();
  });

  it('holds and causes: means over the runs that have something to say', () => {
    const results = resultsOf([5, -1, -1], {
      heldFromFourth: Float64Array.of(Number.NaN, 1, 0.5),
      released: Float64Array.of(Number.NaN, 1, 0),
      heldOutside: Float64Array.of(0, 0.1, 0.2),
      causeDeployment: Float64Array.of(1, Number.NaN, Number.NaN),
      suspectedInterference: Uint8Array.of(0, 0, 1),
    });
    expect(cellFigures(NULL_CELL, 'j', results)).toMatchObject({
      ...{ heldShareFromFourth: 0.75, releasedWithin120: 0.5, holdShare: expect.closeTo(0.1, 12) },
      ...{ causeDeploymentShare: 1, suspectedInterferenceShare: 1 / 3 },
    });
    expect(cellFigures(FAULT, 'j', results).holdShare).toBeNull();
    expect(cellFigures(NULL_CELL, 'j', resultsOf([-1])).causeDeploymentShare).toBeNull();
  });

  it('has exactly the documented keys, and no number that JSON cannot say', () => {
    const figures = cellFigures(FAULT, 'j', resultsOf([-1]));
    expect(Object.keys(figures)).toEqual([
      ...['name', 'kind', 'judge', 'runs', 'rollbackRate', 'promoteRate', 'promoteMedianSeconds', 'promoteP95Seconds'],
      ...[
        'promotedWithin300',
        'promotedWithin1080',
        'falsePromoteRate',
        'medianSeconds',
        'p90Seconds',
        'badAnswers',
        'externalHoldShare',
      ],
      ...[
        'heldShareFromFourth',
        'releasedWithin120',
        'holdShare',
        'causeDeploymentShare',
        'suspectedInterferenceShare',
      ],
    ]);
    expect(JSON.parse(JSON.stringify(figures))).toEqual(figures);
  });
});

describe('summary', () => {
  const cells: Cell[] = [
    NULL_CELL,
    { name: 'noisy', kind: 'null', kw: { od: 'all' } },
    { name: 'noisier', kind: 'null', kw: { od: 'burst' } },
    FAULT,
    LATE,
    { name: 'good', kind: 'promote', kw: {} },
  ];
  const figure = (
    name: string,
    judge: string,
    rollbackRate: number,
    medianSeconds: number | null = null,
  ): CellFigures => ({
    ...cellFigures(cells.find((cell) => cell.name === name)!, judge, resultsOf([-1])),
    runs: 1000,
    rollbackRate,
    promoteRate: 0.25,
    medianSeconds,
    badAnswers: 12.4,
  });
  const figures = [
    figure('healthy', 'ours', 0),
    figure('noisy', 'ours', 0.002),
    figure('noisier', 'ours', 0.007),
    figure('fault', 'ours', 1, 40),
    figure('late', 'ours', 0.3),
    figure('good', 'ours', 0.5),
    figure('fault', 'oracle', 1, 10),
    figure('late', 'oracle', 1, 300),
    figure('fault', 'oracle-margin', 1, 20),
    figure('late', 'oracle-margin', 0.6, 1200),
  ];
  const [ours, oracle] = summarise(cells, figures);

  it('false rollbacks: mean and worst, overall and by group, of healthy canaries only', () => {
    expectClose(ours!.falseRollbacks!.mean, 0.003, 1e-12);
    expect(ours!.falseRollbacks).toMatchObject({ cells: 3, worst: 0.007 });
    expect(ours!.falseRollbacksByGroup).toEqual({
      iid: { cells: 1, mean: 0, worst: 0 },
      overdispersed: { cells: 2, mean: expect.closeTo(0.0045, 12), worst: 0.007 },
    });
    expect(oracle!.falseRollbacks).toBeNull();
  });

  it('times: a median that is never reached counts as the time left from the onset', () => {
    expect(secondsLeft(LATE)).toBe(1200);
    expectClose(ours!.detection.errors!.geometricMeanSeconds, Math.sqrt(40 * 1200), 1e-12);
    expect(ours!.detection.errors).toMatchObject({ effectCells: 2, powerful: 1, weak: 1 });
  });

  it('ratios to the oracles are geometric means of the ratios', () => {
    expectClose(ours!.detection.errors!.timeToOracle!, Math.sqrt(4 * 4), 1e-12);
    expectClose(ours!.detection.errors!.timeToOracleMargin!, Math.sqrt(2 * 1), 1e-12);
    expect(summarise(cells, figures.slice(0, 6))[0]!.detection.errors!.timeToOracle).toBeNull();
  });

  it('tables: shows every cell with its interval', () => {
    const text = tables(cells.slice(0, 4), [
      ...figures.slice(0, 4),
      ...figures.slice(0, 4).map((one) => ({ ...one, judge: 'other' })),
    ]);
    expect(text).toContain('| judge | all (3) | iid (1) | overdispersed (2) |');
    expect(text).toContain('| ours | 0.30 / 0.7 | 0.00 / 0.0 | 0.45 / 0.7 |');
    expect(text).toContain('| noisier | 0.7 [0.3, 1.4] | 0.7 [0.3, 1.4] |');
    expect(text).toContain('| fault | 100 % 40 s/- (12) | 100 % 40 s/- (12) |');
    expect(text).not.toContain('Canaries to promote');
    expect(text).not.toContain('Incidents');
  });

  it('tables: cells to promote say how many were, and when', () => {
    const promoteIntervals = Int32Array.of(19, 29, 40, -1);
    const good = cellFigures(cells[5]!, 'ours', resultsOf([-1, -1, -1, 5], { promoteIntervals }));
    expect(tables(cells.slice(5), [good])).toContain('| good | 75.0 (25.0) 300 s/-; 50.0, 75.0 |');
  });

  it('tables: faults that were promoted', () => {
    const promoted = cellFigures(FAULT, 'ours', resultsOf([-1, 9], { promoteIntervals: Int32Array.of(-1, 5) }));
    const text = tables([FAULT], [promoted]);
    expect(text).toContain('promoted after the onset and before any rollback');
    expect(text).toContain('| fault | 50.0 [9.5, 90.5] |');
    expect(text).toContain('| errors | ours | 0 of 1 | 0 | 100 s |  |  | 50.00 / 50.0 |');
  });

  it('tables: incidents say how the holds fit, and "-" where nothing is known', () => {
    const incident: Cell = { name: 'incident', kind: 'null', kw: { incident: [48, 84, 20] } };
    const slow: Cell = { name: 'slow', kind: 'null', metric: 'latency', kw: { both: 2 } };
    const found = {
      heldFromFourth: Float64Array.of(0.98),
      released: Float64Array.of(1),
      heldOutside: Float64Array.of(0),
    };
    const text = tables(
      [incident, slow],
      [
        cellFigures(incident, 'ours', resultsOf([-1], found)),
        cellFigures(incident, 'other', resultsOf([-1])),
        cellFigures(slow, 'ours', resultsOf([-1], found)),
      ],
    );
    expect(text).toContain('| incident | 98.0 / 100.0 / 0.0 / 0.0 / - | - / - / - / 0.0 / - |');
    expect(text).toContain('| slow | 98.0 / 100.0 / 0.0 / 0.0 / - | - |');
    expect(text).toContain('| judge | all (2) | incident (1) | latency (1) | held without an incident |');
    expect(text).toContain('| other | 0.00 / 0.0 | 0.00 / 0.0 |  |  |');
  });

  it('faults are summarised by what they are faults of', () => {
    const own: Cell = { ...FAULT, name: 'own', group: 'promotion' };
    const slow: Cell = { ...FAULT, name: 'slow', metric: 'latency', kw: { shift: 2 } };
    const three: Cell = { ...FAULT, name: 'three', metrics: ['errors', 'latency', 'business'] };
    const some = [FAULT, own, slow, three];
    const all = some.map((cell) => cellFigures(cell, 'ours', resultsOf([3])));
    const oracles = [FAULT, own].map((cell) => cellFigures(cell, 'oracle', resultsOf([1])));
    const [summary] = summarise(some, [...all, ...oracles]);
    expect(Object.keys(summary!.detection)).toEqual(['errors', 'latency', 'whole deployment', 'promotion']);
    expect(summary!.detection.promotion!.timeToOracle).toBe(2);
    expect(summary!.detection.latency!.timeToOracle).toBeNull();
  });
});
