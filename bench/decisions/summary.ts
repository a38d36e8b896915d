/** From runs to figures: per cell and judge, and per judge over the whole corpus. */
import { geometricMean, mean, quantile } from '../figures.ts';
import { GROUPS, type Group, onsetOf } from './cell.ts';
import { groupOf } from './corpus.ts';
import type { Cell } from './judge.ts';
import type { RunResults } from './run.ts';
import { HORIZON_UNITS, UNIT_SECONDS } from './scenario-options.ts';

/** Figures of one judge on one cell; the JSON output is a list of these. `null` where a figure is not defined. */
export interface CellFigures {
  name: string;
  kind: Cell['kind'];
  judge: string;
  runs: number;
  /**
   * Share of the runs that were rolled back. In cells of kind `effect` the power: a rollback before the fault's onset is
   * luck or a false alarm, not a detection, and does not count.
   */
  rollbackRate: number;
  /** Share of the runs that were promoted before any rollback. */
  promoteRate: number;
  /** Seconds from the deployment to the promotion, over all runs; `null` where fewer are promoted. */
  promoteMedianSeconds: number | null;
  promoteP95Seconds: number | null;
  /** Shares of the runs that were promoted within 5 and within 18 minutes. */
  promotedWithin300: number;
  promotedWithin1080: number;
  /** Cells of kind `effect`: share of the runs whose first promotion came after the fault's onset and before any rollback. */
  falsePromoteRate: number | null;
  /** Seconds from the fault's onset to the rollback, over all runs; `null` where it never comes, and in other kinds of cells. */
  medianSeconds: number | null;
  p90Seconds: number | null;
  /** Mean number of bad answers that the canary gave until its rollback or the end. */
  badAnswers: number;
  /** Mean share of the intervals in which the judge held for an external cause. */
  externalHoldShare: number;
  /** Mean share of an incident's intervals from the fourth on that were held; `null` without an incident. */
  heldShareFromFourth: number | null;
  /** Share of the runs that were not held from 120 s after an incident on, for 120 s; `null` without an incident. */
  releasedWithin120: number | null;
  /**
   * Cells of kind `null`: mean share of the intervals outside an incident (and the 120 s after it) that were held for a cause
   * that is not the canary; `null` where both arms suffer all the time, and in other kinds of cells.
   */
  holdShare: number | null;
  /** Share of the rollbacks whose decision gives the deployment as the cause; `null` without one, or where a judge does not say. */
  causeDeploymentShare: number | null;
  /** Share of the runs in which the judge suspected interference. */
  suspectedInterferenceShare: number;
}

/** Figures of one judge on one cell. */
export function cellFigures(cell: Cell, judge: string, results: RunResults): CellFigures {
  const { intervalSeconds = UNIT_SECONDS } = cell.kw;
  const intervals = (HORIZON_UNITS * UNIT_SECONDS) / intervalSeconds;
  const seconds = secondsToDetection(cell, results);
  const promotions = [...results.promoteIntervals].map((interval) =>
    interval < 0 ? Number.POSITIVE_INFINITY : (interval + 1) * intervalSeconds,
  );
  const runs = seconds.length;
  const onset = onsetOf(cell) * UNIT_SECONDS;
  const finite = (value: number): number | null => (cell.kind === 'effect' ? finiteOrNull(value) : null);
  return {
    name: cell.name,
    kind: cell.kind,
    judge,
    runs,
    rollbackRate: seconds.filter(Number.isFinite).length / runs,
    promoteRate: promotions.filter(Number.isFinite).length / runs,
    promoteMedianSeconds: finiteOrNull(quantile(promotions, 0.5)),
    promoteP95Seconds: finiteOrNull(quantile(promotions, 0.95)),
    promotedWithin300: promotions.filter((time) => time <= 300).length / runs,
    promotedWithin1080: promotions.filter((time) => time <= 1080).length / runs,
    falsePromoteRate:
      cell.kind === 'effect' ? promotions.filter((time) => Number.isFinite(time) && time > onset).length / runs : null,
    medianSeconds: finite(quantile(seconds, 0.5)),
    p90Seconds: finite(quantile(seconds, 0.9)),
    badAnswers: mean([...results.badAnswers]),
    externalHoldShare: mean([...results.externalIntervals]) / intervals,
    heldShareFromFourth: knownMean(results.heldFromFourth),
    releasedWithin120: knownMean(results.released),
    holdShare: cell.kind === 'null' ? knownMean(results.heldOutside) : null,
    causeDeploymentShare: knownMean(results.causeDeployment),
    suspectedInterferenceShare: mean([...results.suspectedInterference]),
  };
}

/** Mean of the runs that have something to say. */
function knownMean(values: Float64Array): number | null {
  return finiteOrNull(mean([...values].filter((value) => !Number.isNaN(value))));
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Seconds from the onset to the end of the interval after which the judge rolled back; Infinity = not, or before the onset. */
function secondsToDetection(cell: Cell, { rollbackIntervals }: RunResults): number[] {
  const { intervalSeconds = UNIT_SECONDS } = cell.kw;
  const onsetSeconds = cell.kind === 'effect' ? onsetOf(cell) * UNIT_SECONDS : 0;
  return [...rollbackIntervals].map((interval) => {
    const seconds = (interval + 1) * intervalSeconds - onsetSeconds;
    return interval < 0 || seconds <= 0 ? Infinity : seconds;
  });
}

/** Seconds that are left from the onset to the end of the simulation: the longest time to a detection. */
export function secondsLeft(cell: Cell): number {
  return (HORIZON_UNITS - onsetOf(cell)) * UNIT_SECONDS;
}

/** Mean and worst of a share over some cells. */
export interface MeanAndWorst {
  cells: number;
  mean: number;
  worst: number;
}

/** Parts of the summary of faults: all groups of errors alone are one. */
export const SECTIONS = ['errors', 'latency', 'business', 'whole deployment', 'attribution', 'promotion'] as const;
/** A part of the summary of faults. */
export type Section = (typeof SECTIONS)[number];

/** The part of the summary in which a fault is shown. */
export function sectionOf(cell: Cell): Section {
  const group = groupOf(cell);
  return SECTIONS.find((section) => section === group) ?? 'errors';
}

/** How well a judge finds some faults. */
export interface Detection {
  /** Cells of kind `effect`: all, those with a power of 80 % or more, and those with less than 50 %. */
  effectCells: number;
  powerful: number;
  weak: number;
  /** Geometric mean of the median times, in seconds; a median beyond the end counts as the time left. */
  geometricMeanSeconds: number;
  /** The same against the oracles, when they ran. */
  timeToOracle: number | null;
  timeToOracleMargin: number | null;
  /** Faults that were promoted. */
  falsePromotions: MeanAndWorst;
}

/** Figures of one judge over the whole corpus. */
export interface JudgeSummary {
  judge: string;
  falseRollbacks: MeanAndWorst | null;
  falseRollbacksByGroup: Partial<Record<Group, MeanAndWorst>>;
  /** Intervals of healthy canaries that were held without an incident. */
  holds: MeanAndWorst | null;
  detection: Partial<Record<Section, Detection>>;
}

/** Summaries of all judges that appear in the figures, in the order of their first appearance. */
export function summarise(cells: readonly Cell[], figures: readonly CellFigures[]): JudgeSummary[] {
  const cellOf = new Map(cells.map((cell) => [cell.name, cell]));
  const times = new Map<string, Map<string, number>>();
  for (const { judge, name, kind, medianSeconds } of figures) {
    if (kind !== 'effect') continue;
    if (!times.has(judge)) times.set(judge, new Map());
    const left = secondsLeft(cellOf.get(name)!);
    times.get(judge)!.set(name, Math.min(medianSeconds ?? left, left));
  }
  return [...new Set(figures.map(({ judge }) => judge))].map((judge) => {
    const own = figures.filter((figure) => figure.judge === judge);
    const nulls = own.filter(({ kind }) => kind === 'null');
    const effects = own.filter(({ kind }) => kind === 'effect');
    const rollbacks = (of: readonly CellFigures[]) => meanAndWorst(of.map(({ rollbackRate }) => rollbackRate));
    const byGroup = GROUPS.map((group) => {
      return [group, rollbacks(nulls.filter(({ name }) => groupOf(cellOf.get(name)!) === group))] as const;
    });
    const bySection = SECTIONS.map((section) => {
      const its = effects.filter(({ name }) => sectionOf(cellOf.get(name)!) === section);
      return [section, its.length > 0 ? detectionOf(its, times) : null] as const;
    });
    return {
      judge,
      falseRollbacks: rollbacks(nulls),
      falseRollbacksByGroup: Object.fromEntries(byGroup.filter(([, rates]) => rates !== null)),
      holds: meanAndWorst(nulls.flatMap(({ holdShare }) => (holdShare === null ? [] : [holdShare]))),
      detection: Object.fromEntries(bySection.filter(([, found]) => found !== null)),
    };
  });
}

function meanAndWorst(shares: readonly number[]): MeanAndWorst | null {
  if (shares.length === 0) return null;
  return { cells: shares.length, mean: mean(shares), worst: Math.max(...shares) };
}

/** The figures of one judge on some faults, of which there is at least one. */
function detectionOf(
  effects: readonly CellFigures[],
  times: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Detection {
  const names = effects.map(({ name }) => name);
  const mine = times.get(effects[0]!.judge)!;
  return {
    effectCells: effects.length,
    powerful: effects.filter(({ rollbackRate }) => rollbackRate >= 0.8).length,
    weak: effects.filter(({ rollbackRate }) => rollbackRate < 0.5).length,
    geometricMeanSeconds: geometricMean(names.map((name) => mine.get(name)!)),
    timeToOracle: timeRatio(names, mine, times.get('oracle')),
    timeToOracleMargin: timeRatio(names, mine, times.get('oracle-margin')),
    falsePromotions: meanAndWorst(effects.map(({ falsePromoteRate }) => falsePromoteRate!))!,
  };
}

/** Geometric mean of the ratios of two judges' times, over the cells that both know. */
function timeRatio(
  names: readonly string[],
  times: ReadonlyMap<string, number>,
  reference: ReadonlyMap<string, number> | undefined,
): number | null {
  const common = names.filter((name) => reference?.has(name));
  if (!reference || common.length === 0) return null;
  return geometricMean(common.map((name) => times.get(name)! / reference.get(name)!));
}
