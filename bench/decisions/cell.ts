/**
 * One kind of deployment, simulated many times, and what its options mean for each metric.
 *
 * A cell is `{ name, kind, group?, metric?, kw }` or `{ name, kind, group?, metrics, kw }`. `metrics` lists names, or objects of a name
 * (`metric`) with options of that metric's own, which override `kw`; several metrics are one deployment, judged by one
 * policy. Errors and latency can be named once, business metrics as often as wanted, each with a `name` if it should have
 * one. Traffic, gaps and bursts are common to all: a burst of a pod multiplies its error rate, is a pause of 5 % of its
 * requests, and makes its business metrics 10 % worse.
 */
import { type BusinessModel, type BusinessOptions, businessModel, USUAL_BUSINESS_NOISE } from './business-options.ts';
import { LATENCY_PRESETS, type LatencyOptions } from './latency-options.ts';
import type { ScenarioOptions } from './scenario-options.ts';

/** Groups of the summary, in the order in which they are shown. */
export const GROUPS = [
  'iid',
  'overdispersed',
  'strong pods',
  'incident',
  'others',
  'latency',
  'business',
  'whole deployment',
  'attribution',
  'promotion',
] as const;
/** A group of the summary. */
export type Group = (typeof GROUPS)[number];

/** What can be judged. */
export type MetricName = 'errors' | 'latency' | 'business';

/** All options that a cell may have; each metric reads its own. */
export type CellOptions = ScenarioOptions &
  Omit<LatencyOptions, 'noise'> &
  Omit<BusinessOptions, 'noise'> & {
    noise?: NonNullable<LatencyOptions['noise']>;
  };

/** A metric of a cell: its name, or its name with options of its own. */
export type CellMetric = MetricName | (CellOptions & { metric: MetricName; name?: string });

/** One kind of deployment. `null`: any rollback is false. `effect`: the canary is faulty. `promote`: it may be promoted. */
export interface Cell {
  name: string;
  kind: 'null' | 'effect' | 'promote';
  /** Where the summary shows it, if its options do not say it. */
  group?: Group;
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
  business: { name: string; model: BusinessModel }[];
}

/** A metric of a cell. */
export interface CellMetricParts {
  metric: MetricName;
  name: string;
  /** The options that are its own: all, where it is the only metric. */
  own: CellOptions;
  /** Its own options, and those of the cell. */
  kw: CellOptions;
}

/** Options of traffic and telemetry, which all metrics share. */
export const COMMON_OPTIONS: readonly (keyof ScenarioOptions)[] = [
  ...(['rps', 'w', 'diurnal', 'hist', 'gaps', 'reset', 'scale', 'intervalSeconds', 'incident', 'burstsAt'] as const),
];
const USUAL_RPS = 50;
const LATENCY_OPTIONS: readonly (keyof LatencyOptions)[] = [
  ...(['shift', 'tail', 'timeouts', 'onset', 'ramp', 'gc', 'noise', 'both', 'cold'] as const),
];
const ERROR_OPTIONS: readonly (keyof ScenarioOptions)[] = [
  ...(['base', 'od', 'ratio', 'add', 'onset', 'ramp', 'cold', 'interference', 'dependency'] as const),
];

/** The metrics of a cell with all their options. */
export function metricsOf({ metric = 'errors', metrics, kw }: Cell): CellMetricParts[] {
  let unnamed = 0;
  return (metrics ?? [metric]).map((one) => {
    const { metric: kind, name, ...own } = typeof one === 'string' ? { metric: one } : one;
    if (kind === 'business' && name === undefined) unnamed += 1;
    return {
      metric: kind,
      name: name ?? (unnamed > 1 && kind === 'business' ? `business ${unnamed}` : kind),
      own: metrics === undefined ? kw : own,
      kw: { ...kw, ...own },
    };
  });
}

/** The unit in which the canary's first fault begins; 0 if it has none. */
export function onsetOf(cell: Cell): number {
  const onsets = metricsOf(cell).flatMap(({ metric, kw }) => (isFaulty(metric, kw) ? [kw.onset ?? 0] : []));
  const { dependency } = cell.kw;
  if (dependency?.arm === 'canary') onsets.push(Math.max(dependency.from, 0));
  return onsets.length > 0 ? Math.min(...onsets) : (cell.kw.onset ?? 0);
}

function isFaulty(metric: MetricName, kw: CellOptions): boolean {
  const { ratio = 1, add = 0, shift = 1, tail = 1, timeouts = 0, change = 1, drop = 0, increase = 0 } = kw;
  switch (metric) {
    case 'errors':
      return ratio !== 1 || add !== 0;
    case 'latency':
      return shift !== 1 || tail !== 1 || timeouts > 0;
    case 'business':
      return change !== 1 || drop !== 0 || increase !== 0;
  }
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
  const common = only(cell.kw, COMMON_OPTIONS);
  // Bursts are common to all metrics, whether errors are judged or not.
  const { base = 0, od } = cell.kw;
  const isRatio = metrics.some(({ metric, kw }) => metric === 'business' && kw.type === 'ratio');
  const ofErrors = errors ? only(errors.kw, ERROR_OPTIONS) : { base: isRatio ? 0 : base, ...(od && { od }) };
  if (isLatencyPreset(ofErrors.od)) delete ofErrors.od;
  return {
    traffic: { ...common, ...ofErrors },
    errors: errors !== undefined,
    latency: latency ? latencyOf(latency.kw, metrics.length === 1) : null,
    business: metrics
      .filter(({ metric }) => metric === 'business')
      .map((one) => ({ name: one.name, model: businessModel(businessOf(one), cell.kw.rps ?? USUAL_RPS) })),
  };
}

/** What is said for several metrics means something else here: `base` is the error rate, and `noise` a factor. */
function businessOf({ own, kw }: CellMetricParts): BusinessOptions {
  const { base: _, noise, ...options } = kw;
  return {
    ...options,
    ...(own.base === undefined ? {} : { base: own.base }),
    noise: own.noise === undefined && typeof noise === 'number' ? noise * USUAL_BUSINESS_NOISE : isNoisy(noise),
  };
}

function isNoisy(noise: CellOptions['noise']): boolean | number {
  return typeof noise === 'object' ? true : (noise ?? false);
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
