/** Business and saturation figures of one arm in one slot, summed up over its pods. */
import type { Measure, TelemetryInterval } from '../ports/telemetry.ts';

/** Sums of one measure, by its type. */
export type MeasureSum =
  | { type: 'ratio'; bad: number; total: number }
  | { type: 'mean'; count: number; sum: number; sumOfSquares: number | null }
  /** Readings, such as one a pod and interval. */
  | { type: 'gauge'; count: number; sum: number; podAgeSeconds: number | null };

/** What one pod measured. */
export interface PodMeasure {
  pod: string;
  /** `null` where its intervals differ in type. */
  sum: MeasureSum | null;
}

/** What one arm measured. */
export interface ArmMeasure {
  /** `null` where its intervals differ in type: then nothing can be added up. */
  sum: MeasureSum | null;
  /** Sorted by name, as far as pods are named. */
  pods: PodMeasure[];
}

/** Adds the measures of an interval. Intervals come sorted by pod and time. */
export function addMeasures(measures: Map<string, ArmMeasure>, { pod, measures: more = {} }: TelemetryInterval): void {
  for (const [name, measure] of Object.entries(more)) {
    const sum = sumOf(measure);
    let arm = measures.get(name);
    if (arm === undefined) {
      arm = { sum, pods: [] };
      measures.set(name, arm);
    } else arm.sum = added(arm.sum, sum);
    if (pod === undefined) continue;
    const last = arm.pods.at(-1);
    if (last?.pod === pod) last.sum = added(last.sum, sum);
    else arm.pods.push({ pod, sum });
  }
}

function sumOf(measure: Measure): MeasureSum {
  switch (measure.type) {
    case 'ratio':
      return { type: 'ratio', bad: measure.bad, total: measure.total };
    case 'mean':
      return {
        type: 'mean',
        count: measure.count,
        sum: measure.sum,
        sumOfSquares: measure.sumOfSquares ?? (measure.count > 0 ? null : 0),
      };
    default:
      return { type: 'gauge', count: 1, sum: measure.value, podAgeSeconds: measure.podAgeSeconds ?? null };
  }
}

function added(a: MeasureSum | null, b: MeasureSum | null): MeasureSum | null {
  if (a?.type === 'ratio' && b?.type === 'ratio')
    return { type: 'ratio', bad: a.bad + b.bad, total: a.total + b.total };
  if (a?.type === 'mean' && b?.type === 'mean') {
    const known = a.sumOfSquares !== null && b.sumOfSquares !== null;
    return {
      type: 'mean',
      count: a.count + b.count,
      sum: a.sum + b.sum,
      sumOfSquares: known ? a.sumOfSquares! + b.sumOfSquares! : null,
    };
  }
  if (a?.type === 'gauge' && b?.type === 'gauge') {
    // The age at the last reading; it means something for one pod only.
    return {
      type: 'gauge',
      count: a.count + b.count,
      sum: a.sum + b.sum,
      podAgeSeconds: b.podAgeSeconds ?? a.podAgeSeconds,
    };
  }
  return null;
}
