/**
 * One kind of deployment, simulated many times, and what its options mean for each metric.
 *
 * A cell is `{ name, kind, metric?, kw }` or `{ name, kind, metrics, kw }`. `metrics` lists names, or objects of a name
 * (`metric`) with options of that metric's own, which override `kw`; several metrics are one deployment, judged by one
 * policy. Traffic, gaps and bursts are common to all.
 */
import { LATENCY_PRESETS, type LatencyOptions } from './latency-options.ts';
import type { ScenarioOptions } from './scenario-options.ts';

/** What can be judged. */
export type MetricName = 'errors' | 'latency';

/** All options that a cell may have; each metric reads its own. */
export type CellOptions = ScenarioOptions & LatencyOptions;

/** A metric of a cell: its name, or its name with options of its own. */
export type CellMetric = MetricName | (CellOptions & { metric: MetricName });

/** One kind of deployment. `null`: any rollback is false. `effect`: the canary is faulty. `promote`: it may be promoted. */
export interface Cell {
  name: string;
  kind: 'null' | 'effect' | 'promote';
  /** What is judged, if it is one metric; `errors` by default. */
  metric?: MetricName;
  /** What is judged, if it is several. */
  metrics?: readonly CellMetric[];
  kw: CellOptions;
}

/** What one cell simulates and judges. */
export interface CellParts {
  /** Traffic and errors, simulated whether errors are judged or not. */
  traffic: ScenarioOptions;
  /** Whether errors are judged. */
  errors: boolean;
  latency: LatencyOptions | null;
}

const LATENCY_OPTIONS: readonly (keyof LatencyOptions)[] = [
  ...(['shift', 'tail', 'timeouts', 'onset', 'ramp', 'gc', 'noise', 'both', 'cold'] as const),
];
const ERROR_OPTIONS: readonly (keyof ScenarioOptions)[] = [
  ...(['base', 'od', 'ratio', 'add', 'onset', 'ramp', 'cold', 'interference', 'dependency'] as const),
];

/** The metrics of a cell with all their options. */
export function metricsOf({ metric = 'errors', metrics, kw }: Cell): { metric: MetricName; kw: CellOptions }[] {
  return (metrics ?? [metric]).map((one) => {
    if (typeof one === 'string') return { metric: one, kw };
    const { metric: name, ...own } = one;
    return { metric: name, kw: { ...kw, ...own } };
  });
}

/** The unit in which the canary's first fault begins; 0 if it has none. */
export function onsetOf(cell: Cell): number {
  const onsets = metricsOf(cell).flatMap(({ metric, kw }) => (isFaulty(metric, kw) ? [kw.onset ?? 0] : []));
  const { dependency } = cell.kw;
  if (dependency?.arm === 'canary') onsets.push(Math.max(dependency.from, 0));
  return onsets.length > 0 ? Math.min(...onsets) : (cell.kw.onset ?? 0);
}

function isFaulty(metric: MetricName, { ratio = 1, add = 0, shift = 1, tail = 1, timeouts = 0 }: CellOptions): boolean {
  return metric === 'errors' ? ratio !== 1 || add !== 0 : shift !== 1 || tail !== 1 || timeouts > 0;
}

/** Whether errors are all that a cell is about. */
export function isOnlyErrors(cell: Cell): boolean {
  return metricsOf(cell).every(({ metric }) => metric === 'errors');
}

/** What a cell simulates. */
export function partsOf(cell: Cell): CellParts {
  const metrics = metricsOf(cell);
  const errors = metrics.find(({ metric }) => metric === 'errors');
  const latency = metrics.find(({ metric }) => metric === 'latency');
  const { od } = cell.kw;
  const common: ScenarioOptions = {
    ...without(cell.kw, [...LATENCY_OPTIONS, ...ERROR_OPTIONS]),
    ...(od === undefined || isLatencyPreset(od) ? {} : { od }),
  };
  const ofErrors = errors === undefined ? { base: cell.kw.base ?? 0 } : only(errors.kw, ERROR_OPTIONS);
  if (isLatencyPreset(ofErrors.od)) delete ofErrors.od;
  return {
    traffic: { ...common, ...ofErrors },
    errors: errors !== undefined,
    latency: latency === undefined ? null : latencyOf(latency.kw, metrics.length === 1),
  };
}

/**
 * Where latency is all that is judged, `od` is about it, and any but `iid` means noise, as in the study. Otherwise it is
 * about errors, and says nothing about latency but when pods burst.
 */
function latencyOf(kw: CellOptions, alone: boolean): LatencyOptions {
  const { od } = kw;
  const preset = isLatencyPreset(od)
    ? LATENCY_PRESETS[od as string]
    : alone && od && od !== 'iid'
      ? { noise: true }
      : {};
  return { ...preset, ...only(kw, LATENCY_OPTIONS) };
}

function isLatencyPreset(od: CellOptions['od']): boolean {
  return typeof od === 'string' && Object.hasOwn(LATENCY_PRESETS, od);
}

function only<T extends object, K extends keyof T>(options: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name as K))) as Pick<T, K>;
}

function without<T extends object, K extends keyof T>(options: T, names: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name as K))) as Omit<T, K>;
}
